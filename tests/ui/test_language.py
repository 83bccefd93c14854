"""Two languages: switched live, complete, and freshly compiled."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from terminal.sandbox.office import OUTLET
from tests.ui.conftest import Open
from tests.ui.people import FAILED, HOLDER, HOLDER_LONG, HOLDER_UNPROVEN, PLAIN_LONG
from tests.ui.scenes import SCENES, Scene
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import shown_texts, spoken, text_of
from ui.i18n import COMPILED_FILE, SOURCE_FILE
from ui.i18n import __main__ as workshop

HAN = re.compile("[\u4e00-\u9fff]")
NAMES = (
    *(WAITING.outlet, OUTLET.bank, "中文", "社会保障卡便民服务"),
    *("阿", "买", "库", "吐", "张", "卜", "热", "李", "王"),
    *(str(holder.name) for holder in (HOLDER, HOLDER_LONG, HOLDER_UNPROVEN)),
    PLAIN_LONG["name"],
    "测试镇",
    *(fact.value.zh for fact in FAILED.facts if fact.value.zh == fact.value.en),
)
"""What has no English: names of people, places, banks and outlets, the window's own title, the key to the other
language, and what the centre tells in Chinese alone."""


def test_the_language_switches_on_the_screen_and_back(open_window: Open) -> None:
    window = open_window(ScriptedDesk(WAITING))
    before = [item.property("text") for item in shown_texts(window)]
    window.press("F8")
    assert text_of(window, "waitingTitle") == "Insert a social security card"
    window.press("F8")
    assert [item.property("text") for item in shown_texts(window)] == before


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_chinese_is_left_on_an_english_screen(scene: Scene, open_window: Open) -> None:
    desk = ScriptedDesk(scene.view)
    window = open_window(desk, "en")
    for step in scene.prepare:
        step(desk, window)
    window.settle()
    said = [str(item.property("text")) for item in shown_texts(window)]
    said.extend(word for pair in spoken(window) for word in pair)
    left = {text for text in said if HAN.search(text) and not any(name in text for name in NAMES)}
    assert left == set()


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
