"""What holds for every picture: nothing cut, nothing under something else, all of it reached and named.

Each check takes an open window and raises on the first thing that is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem

from terminal.sandbox.office import OUTLET
from tests.ui.people import HOLDER, HOLDER_LONG, HOLDER_UNPROVEN, PLAIN_LONG
from tests.ui.scripted import WAITING
from tests.ui.tree import ask, interfaces, items, root_of, shown_texts, spoken
from ui.window import CounterWindow

HAN = re.compile("[\u4e00-\u9fff（）。，；：]")
NAMES = (
    *(WAITING.outlet, OUTLET.bank, "中文", "社会保障卡便民服务"),
    *("阿", "买", "库", "吐", "张", "卜", "热", "李", "王"),
    *(str(holder.name) for holder in (HOLDER, HOLDER_LONG, HOLDER_UNPROVEN)),
    PLAIN_LONG["name"],
    "测试镇",
    *("石*", "一号"),  # what another program wants to write
)
"""What has no English: names of people, places and outlets (a terminal's own bank is one), the window's own title, and
the key to the other language."""

SLACK = 1.5
"""Pixels by which widths may differ through rounding."""


def box(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def above(item: QQuickItem) -> Iterator[QQuickItem]:
    """What the item lies in, the nearest first."""
    parent = item.parentItem()
    while parent is not None:
        yield parent
        parent = parent.parentItem()


def scrolled(item: QQuickItem) -> QQuickItem | None:
    """The list or flickable that the item lies in, if any."""
    return next((parent for parent in above(item) if parent.inherits("QQuickFlickable")), None)


def sideways(flick: QQuickItem) -> bool:
    return flick.inherits("QQuickListView") and ask(flick, "orientation") == 2


def bar_of(flick: QQuickItem) -> QQuickItem | None:
    """Its bar, where one is to be seen."""
    bars = [item for item in items(flick) if item.objectName() == "scrollEdge" and item.isVisible()]
    return next((bar for bar in bars if bar.width() >= 6 and bar.opacity() == 1 and bar.height() > 0), None)


def overflows(flick: QQuickItem) -> bool:
    return float(flick.property("contentHeight")) > flick.height() + 1


def texts_of(window: CounterWindow) -> list[QQuickItem]:
    texts = [text for text in shown_texts(window) if text.property("text")]
    assert len(texts) > 3
    return texts


def no_text_is_cut(window: CounterWindow) -> None:
    """All of its words are there, on the screen, or in a list that scrolls up and down."""
    screen = QRectF(0, 0, window.view.width(), window.view.height())
    for text in texts_of(window):
        words, flick = text.property("text"), scrolled(text)
        if text.width() == 0:
            continue
        assert not text.property("truncated"), words
        assert text.property("contentWidth") <= text.width() + SLACK, words
        assert text.property("contentHeight") <= text.height() + SLACK, words
        if flick is None:
            assert screen.contains(box(text).adjusted(1, 1, -1, -1)), words
        else:  # never sideways out of its list
            frame, own = box(flick), box(text)
            assert sideways(flick) or (own.left() >= frame.left() - 1 and own.right() <= frame.right() + 1), words


def no_text_lies_on_another(window: CounterWindow) -> None:
    texts = [text for text in texts_of(window) if scrolled(text) is None]
    boxes = [(str(text.property("text")), box(text).adjusted(1, 3, -1, -3)) for text in texts]
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.intersects(second), (one, other)


def no_text_leaves_its_panel(window: CounterWindow) -> None:
    """Words stand inside the card that they are on, with a margin."""
    for text in texts_of(window):
        nearest = next((each for each in above(text) if is_card(each) or each.inherits("QQuickFlickable")), None)
        if nearest is not None and is_card(nearest):
            inside = box(nearest).adjusted(1, 1, -1, -1)
            assert inside.contains(box(text).adjusted(1, 2, -1, -2)), text.property("text")


def is_card(item: QQuickItem) -> bool:
    """A filled rectangle with something on it, wider than a mark or a line."""
    return (
        item.inherits("QQuickRectangle") and item.width() > 120 and item.height() > 20 and bool(item.property("radius"))
    )


def what_does_not_fit_has_a_bar(window: CounterWindow) -> None:
    """Whatever scrolls up and down, and has more than it shows, says so by a bar that is to be seen."""
    for flick in items(root_of(window)):
        if flick.inherits("QQuickFlickable") and flick.isVisible() and not sideways(flick) and overflows(flick):
            assert bar_of(flick) is not None, flick.objectName() or flick.metaObject().className()


def no_control_is_cut(window: CounterWindow) -> None:
    """A control, or a field, is whole inside of whatever clips it, unless that scrolls and its bar is to be seen.

    What has the focus is whole in any case: it is brought into sight, with its ring.
    """
    screen = QRectF(0, 0, window.view.width(), window.view.height())
    for item in items(root_of(window)):
        if not item.isVisible() or not is_control(item):
            continue
        own, name = box(item).adjusted(1, 1, -1, -1), item.objectName() or item.metaObject().className()
        for frame in above(item):
            if not frame.clip():
                continue
            scrolls = frame.inherits("QQuickFlickable") and (sideways(frame) or bar_of(frame) is not None)
            assert (scrolls and not item.hasActiveFocus()) or box(frame).contains(own), name
        if scrolled(item) is None:
            assert screen.contains(own), name


def is_control(item: QQuickItem) -> bool:
    return item.inherits("QQuickAbstractButton") or item.inherits("QQuickTextInput") or item.activeFocusOnTab()


def text_is_large_enough(window: CounterWindow) -> None:
    for text in shown_texts(window):
        assert text.property("font").pixelSize() >= 14, text.property("text")  # key caps; all else 15 and more


def one_button_is_the_next_step(window: CounterWindow) -> None:
    """Never two filled buttons: which key is the right one is seen at once."""
    filled = [item.property("text") for item in items(root_of(window)) if item.isVisible() and item.property("primary")]
    assert len(filled) <= 1, filled


def buttons_are_large_enough(window: CounterWindow) -> None:
    for item in items(root_of(window)):
        if item.inherits("QQuickAbstractButton") and item.isVisible() and item.isEnabled():
            assert min(item.height(), item.width()) >= 44, item.objectName()


def everything_has_a_name(window: CounterWindow) -> None:
    """What takes the focus says what it is."""
    found = 0
    for node in interfaces(window):
        state = node.state()
        if state.focusable and not state.invisible and node.role() is not QAccessible.Role.Client:
            assert node.text(QAccessible.Text.Name).strip(), node.role()
            found += 1
    assert found >= 2  # at least health and language


def tab_reaches_everything(window: CounterWindow) -> None:
    """And wherever the focus is, there is a ring to be seen."""
    wanted = {named_as(item) for item in items(root_of(window)) if wants_focus(item)}
    reached = set()
    for item in walked_by_tab(window):
        reached.add(named_as(item))
        assert has_ring(item), named_as(item)
    # the focused row stands for its list
    assert {name for name in wanted if name not in reached and name not in {"lines", "checks", "queueLines"}} == set()


def walked_by_tab(window: CounterWindow, limit: int = 60) -> Iterator[QQuickItem]:
    """One after the other, each while it has the focus."""
    reached: list[QQuickItem] = []
    for _ in range(limit):
        window.press("Tab")
        item = window.view.activeFocusItem()
        if item is None or item in reached:
            return
        reached.append(item)
        yield item


def wants_focus(item: QQuickItem) -> bool:
    return item.isVisible() and item.isEnabled() and item.activeFocusOnTab()


def has_ring(item: QQuickItem) -> bool:
    return any(is_ring(each) for each in items(item)) or any(is_ring(each) for each in items(item.parentItem()))


def is_ring(item: QQuickItem) -> bool:
    return item.metaObject().className().startswith("FocusRing_") and item.isVisible()


def named_as(item: QQuickItem) -> str:
    return item.objectName() or item.metaObject().className()


def no_chinese_is_left(window: CounterWindow) -> None:
    """On an English screen."""
    said = [str(item.property("text")) for item in shown_texts(window)]
    said.extend(word for pair in spoken(window) for word in pair)
    assert {text for text in said if HAN.search(text) and not any(name in text for name in NAMES)} == set()


def nothing_is_drawn_below(window: CounterWindow) -> None:
    """Below the panels there is only ground, wherever a list ends."""
    drawn = window.view.grabWindow()
    width, height = window.view.width(), window.view.height()
    ground = drawn.pixel(2, height - 2)
    assert {drawn.pixel(x, y) for x in range(0, width, 2) for y in range(height - 18, height, 3)} == {ground}


SHAPE = (
    no_text_is_cut,
    no_text_lies_on_another,
    no_text_leaves_its_panel,
    no_control_is_cut,
    what_does_not_fit_has_a_bar,
)
"""At every size, in every language."""
