"""Plain values are shown only while "show" is held, and not for long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from terminal.views import CentreView, Stage
from tests.ui.conftest import Open
from tests.ui.people import HOLDER, HOLDER_LONG, PLAIN
from tests.ui.scenes import AT_HOLDER, NOTICE
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import centre_of, drawn, everything_said, items, named, wait_for
from ui.window import CounterWindow

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def part(window: CounterWindow, field: str, name: str) -> QQuickItem:
    return next(item for item in items(named(window, field)) if item.objectName() == name)


def value(window: CounterWindow, field: str) -> str:
    return str(part(window, field, "value").property("text"))


def key(window: CounterWindow, kind: QEvent.Type, code: Qt.Key, *, repeat: bool = False) -> None:
    QGuiApplication.sendEvent(window.view, QKeyEvent(kind, code, NO_MODIFIER, "", repeat))
    window.settle()


@pytest.mark.parametrize(
    ("field", "name", "masked"),
    [
        ("nameField", "name", HOLDER.name),
        ("numberField", "number", HOLDER.number),
        ("birthDateField", "birth_date", HOLDER.birth_date),
        ("cardNumberField", "card_number", HOLDER.card_number),
    ],
)
def test_the_mouse_shows_while_it_is_down(open_window: Open, field: str, name: str, masked: str) -> None:
    window = open_window(ScriptedDesk(AT_HOLDER))
    assert value(window, field) == masked
    drawn(window)
    spot = centre_of(part(window, field, "hold"))
    QTest.mousePress(window.view, Qt.MouseButton.LeftButton, NO_MODIFIER, spot)
    window.settle()
    assert value(window, field) == PLAIN[name]
    QTest.mouseRelease(window.view, Qt.MouseButton.LeftButton, NO_MODIFIER, spot)
    window.settle()
    assert value(window, field) == masked
    assert PLAIN[name] not in everything_said(window)


def test_the_space_bar_shows_while_it_is_held(open_window: Open) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    for _ in range(3):  # what a held key sends
        key(window, QEvent.Type.KeyRelease, Qt.Key.Key_Space, repeat=True)
        key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space, repeat=True)
        assert value(window, "nameField") == PLAIN["name"]
    assert desk.count("unmask") == 1
    key(window, QEvent.Type.KeyRelease, Qt.Key.Key_Space)
    assert value(window, "nameField") == HOLDER.name


def test_losing_the_focus_hides(open_window: Open) -> None:
    window = open_window(ScriptedDesk(AT_HOLDER))
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    window.press("Tab")
    assert value(window, "nameField") == HOLDER.name


def test_it_hides_by_itself_when_the_time_is_over(open_window: Open) -> None:
    window = open_window(ScriptedDesk(AT_HOLDER), show_ms=30)
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    wait_for(window, lambda: window.model.holder.openField == "")
    assert value(window, "nameField") == HOLDER.name
    assert window.model.holder.plain == ""


def test_a_refused_value_stays_masked(open_window: Open) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    desk.plain = {}
    window = open_window(desk)
    window.model.holder.reveal("name")
    assert value(window, "nameField") == HOLDER.name


def test_a_name_with_a_character_that_no_font_has_says_which(open_window: Open) -> None:
    desk = ScriptedDesk(replace(AT_HOLDER, holder=replace(HOLDER, name="\U0010fffd**")))
    desk.plain["name"] = "\U0010fffd三丰"
    window = open_window(desk)
    assert value(window, "nameField") == "〔U+10FFFD〕**"
    window.model.holder.reveal("name")
    assert window.model.holder.plain == "〔U+10FFFD〕三丰"


def test_the_next_holder_hides_what_was_held_of_the_first(open_window: Open) -> None:
    """Cards are swapped under a hand that still holds: not even the screen between the two is needed."""
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    assert value(window, "nameField") == PLAIN["name"]
    desk.show(replace(AT_HOLDER, holder=HOLDER_LONG))
    window.settle()
    assert window.model.holder.plain == ""
    assert window.model.holder.openField == ""
    assert value(window, "nameField") == HOLDER_LONG.name
    assert PLAIN["name"] not in everything_said(window)


def test_the_same_holder_stays_shown_while_held(open_window: Open) -> None:
    """A new view of the same person, such as the centre's state, takes nothing from under the eyes."""
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    desk.show(replace(AT_HOLDER, centre=CentreView(True, "09:13")))
    window.settle()
    assert value(window, "nameField") == PLAIN["name"]


@pytest.mark.parametrize("view", [WAITING, NOTICE], ids=lambda view: view.stage.value)
def test_a_card_taken_while_held_hides_at_once(open_window: Open, view: object) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    part(window, "nameField", "hold").forceActiveFocus()
    key(window, QEvent.Type.KeyPress, Qt.Key.Key_Space)
    assert PLAIN["name"] in everything_said(window)
    desk.show_from_thread(view)  # type: ignore[arg-type]
    wait_for(window, lambda: window.model.view.stage is not Stage.HOLDER)
    assert PLAIN["name"] not in everything_said(window)
