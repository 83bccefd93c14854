"""Every scene of the gallery, opened once in each language, against every check. The window is the dearest part."""

from __future__ import annotations

import re

import pytest

from terminal.text import Language
from tests.ui import checks
from tests.ui.conftest import Open
from tests.ui.scenes import SCENES, Scene
from tests.ui.scripted import ScriptedDesk
from ui.models.pages import page_of
from ui.window import QML

SIZES = ((1280, 800), (1366, 768), (1920, 1080))
SCROLLED = ("subsidies", "health", "holder-partly", "queue", "day-end")
OVERLAYS = {"health": "health", "queue": "queue", "day": "queue"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene(scene: Scene, language: Language, open_window: Open) -> None:
    desk = ScriptedDesk(scene.view)
    window = open_window(desk, language)
    for step in scene.prepare:
        step(desk, window)
    assert window.page == (OVERLAYS.get(scene.name.split("-")[0]) or page_of(scene.view))
    for width, height in SIZES:
        window.view.resize(width, height)
        window.settle()
        window.settle()  # what wraps anew moves what is below it in the next frame
        for check in checks.SHAPE:
            check(window)
        if scene.name.startswith(SCROLLED):
            checks.nothing_is_drawn_below(window)
    checks.text_is_large_enough(window)
    checks.one_button_is_the_next_step(window)
    if language == "en":
        checks.no_chinese_is_left(window)
    else:
        checks.everything_has_a_name(window)
        checks.buttons_are_large_enough(window)
        checks.tab_reaches_everything(window)


PLAIN_TEXT = re.compile(r"^\s*(?:Text|Label|TextEdit|TextArea) \{|textFormat:", re.MULTILINE)


def test_words_are_never_markup() -> None:
    """A name such as ``<b>`` is shown as it is: every text is our own, and that one is plain."""
    assert "textFormat: Text.PlainText" in (QML / "Ssc" / "Controls" / "AppText.qml").read_text("utf-8")
    others = [path for path in QML.rglob("*.qml") if path.name != "AppText.qml"]
    assert [path.name for path in others if PLAIN_TEXT.search(path.read_text("utf-8"))] == []
