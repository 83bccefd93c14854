"""Two languages: switched live, complete, and freshly compiled."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

from tests.ui.checks import HAN
from tests.ui.conftest import Open
from tests.ui.people import FAILED, HOLDER
from tests.ui.scenes import SCENES
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import shown_texts, text_of
from ui.i18n import COMPILED_FILE, SOURCE_FILE
from ui.i18n import __main__ as workshop


def test_the_language_switches_on_the_screen_and_back(open_window: Open) -> None:
    window = open_window(ScriptedDesk(WAITING))
    before = [item.property("text") for item in shown_texts(window)]
    window.press("F8")
    assert text_of(window, "waitingTitle") == "Insert a social security card"
    window.press("F8")
    assert [item.property("text") for item in shown_texts(window)] == before


def test_switching_keeps_the_page_and_the_masks(open_window: Open) -> None:
    scene = next(scene for scene in SCENES if scene.name == "subsidies")
    window = open_window(ScriptedDesk(scene.view))
    window.model.subsidies.open(FAILED.payment_id)
    window.press("F8")
    assert window.page == "subsidies"
    assert window.model.subsidies.unfolded == FAILED.payment_id
    assert window.model.holder.name == HOLDER.name


def test_every_sentence_is_translated() -> None:
    tree = ElementTree.parse(SOURCE_FILE)  # noqa: S314 - our own file
    messages = list(tree.iter("message"))
    assert len(messages) > 100
    for message in messages:
        words = [entry.text for entry in message.iter("numerusform")] or [message.findtext("translation")]
        assert message.find("translation[@type]") is None, message.findtext("source")
        assert all(words), message.findtext("source")


def test_the_translation_keeps_the_places_for_values() -> None:
    for message in ElementTree.parse(SOURCE_FILE).iter("message"):  # noqa: S314 - our own file
        source = message.findtext("source") or ""
        for words in [entry.text for entry in message.iter("numerusform")] or [message.findtext("translation")]:
            assert sorted(re.findall("%[0-9n]", words or "")) == sorted(re.findall("%[0-9n]", source)), source


def test_the_sentences_are_gathered_from_the_screens_of_today(tmp_path: Path) -> None:
    copy = tmp_path / "en.ts"
    shutil.copy(SOURCE_FILE, copy)
    workshop.gather(copy)
    assert copy.read_text("utf-8") == SOURCE_FILE.read_text("utf-8")


def test_the_compiled_translation_is_fresh(tmp_path: Path) -> None:
    workshop.compile_to(tmp_path / "en.qm")
    assert (tmp_path / "en.qm").read_bytes() == COMPILED_FILE.read_bytes()


CODE = [path for room in ("terminal", "ui") for path in sorted(Path(room).rglob("*.py")) if "demo" not in path.parts]
ONE_LANGUAGE = {
    "terminal/faults.py",  # one sentence inside of another, both languages one after the other
    "terminal/intake.py",  # an operation's summary names its English title beside it
    "terminal/queue_acts.py",
    "terminal/text.py",
    "terminal/cli/fonts.py",  # whether the font has the characters
    "terminal/docs.py",  # the manual shows both
    "ui/models/facts.py",  # keys of rows, never shown
    "ui/models/health.py",
}


def alone(path: Path) -> list[str]:
    """Statements that take the Chinese half of a sentence and not the English one."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If | ast.For):
            halves = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            if "zh" in halves and "en" not in halves:
                found.append(f"{path}:{node.lineno}")
    return found


def test_no_sentence_is_taken_in_one_language_alone() -> None:
    """Such a one would stay Chinese on an English screen, whatever page it is on."""
    wrong = [line for path in CODE if path.as_posix() not in ONE_LANGUAGE for line in alone(path)]
    assert wrong == []


def test_no_english_sentence_has_chinese_in_it() -> None:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                english = node.args[1] if len(node.args) == 2 else None
                if isinstance(english, ast.Constant):
                    assert not HAN.search(str(english.value)), f"{path}:{node.lineno}"
