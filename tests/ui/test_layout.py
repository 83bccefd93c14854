"""Nothing is cut and nothing overlaps the edge, in both languages and at both sizes."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from terminal.text import Language
from tests.ui.conftest import Open
from tests.ui.scenes import SCENES, Scene
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import ask, items, root_of, shown_texts

SIZES = [(1280, 800), (1920, 1080)]
SCROLLED = {
    "subsidies",
    "subsidies-unfolded",
    "subsidies-all",
    "health",
    "holder-partly",
    "queue",
    "queue-refused",
    "day-end",
}


def scrolled(item: QQuickItem) -> QQuickItem | None:
    """The list or flickable that the item lies in, if any."""
    parent = item.parentItem()
    while parent is not None:
        if parent.inherits("QQuickFlickable"):
            return parent
        parent = parent.parentItem()
    return None


def sideways(flick: QQuickItem) -> bool:
    return flick.inherits("QQuickListView") and ask(flick, "orientation") == 2


def box(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


@pytest.mark.parametrize(("width", "height"), [*SIZES, (1366, 768)])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_text_is_cut_or_lies_on_another(
    scene: Scene, language: Language, width: int, height: int, open_window: Open
) -> None:
    desk = ScriptedDesk(scene.view)
    window = open_window(desk, language, width=width, height=height)
    for step in scene.prepare:
        step(desk, window)
    window.settle()
    texts = [text for text in shown_texts(window) if text.property("text")]
    assert len(texts) > 3
    for text in texts:
        fits(text, QRectF(0, 0, width, height))
    boxes = [(str(text.property("text")), box(text).adjusted(1, 3, -1, -3)) for text in texts if scrolled(text) is None]
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.intersects(second), (one, other)


def fits(text: QQuickItem, screen: QRectF) -> None:
    """All of its words are there, on the screen, or in a list that scrolls up and down."""
    words = text.property("text")
    if text.width() == 0:
        return
    assert not text.property("truncated"), words
    assert text.property("contentWidth") <= text.width() + 1.5, words
    flick = scrolled(text)
    if flick is None:
        assert screen.contains(box(text).adjusted(1, 1, -1, -1)), words
    else:  # never sideways out of its list
        frame, own = box(flick), box(text)
        assert sideways(flick) or (own.left() >= frame.left() - 1 and own.right() <= frame.right() + 1)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.name in SCROLLED], ids=lambda scene: scene.name)
def test_what_is_scrolled_away_is_not_drawn(
    scene: Scene, language: Language, width: int, height: int, open_window: Open
) -> None:
    """Below the panels there is only ground, wherever a list ends."""
    desk = ScriptedDesk(scene.view)
    window = open_window(desk, language, width=width, height=height)
    for step in scene.prepare:
        step(desk, window)
    window.settle()
    drawn = window.view.grabWindow()
    ground = drawn.pixel(2, height - 2)
    strip = {drawn.pixel(x, y) for x in range(0, width, 2) for y in range(height - 18, height, 3)}
    assert strip == {ground}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_text_is_large_enough_and_never_markup(scene: Scene, open_window: Open) -> None:
    """A name such as ``<b>`` is shown as it is."""
    window = open_window(ScriptedDesk(scene.view))
    for text in shown_texts(window):
        assert text.property("font").pixelSize() >= 14, text.property("text")  # key caps; all else 15 and more
    plain = 0
    for item in items(root_of(window)):
        if item.inherits("QQuickText") and not item.inherits("QQuickPlaceholderText"):  # that one stays empty
            assert ask(item, "textFormat") == plain
