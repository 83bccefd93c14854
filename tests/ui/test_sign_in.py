"""Sign-in, lock, hand-over and second persons: by keyboard and by mouse, and nothing of a secret on this side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from terminal.views import SecretView
from tests.ui import staff
from tests.ui.conftest import Open
from tests.ui.scenes import ASKED, AT_HOLDER, CONFIRM, LOCKED, NOBODY, SECOND
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import click, everything_said, has, named, text_of
from ui.models.desk import DeskModel
from ui.window import CounterWindow


class Entrance(ScriptedDesk):
    """Echoes what is typed, as the desk does: a number, and a count."""

    def __init__(self, view: SecretView = staff.SIGN_IN) -> None:
        super().__init__(replace(NOBODY, secret=view))
        self.answers.update(
            secret_number=lambda number: self._now(number=number),
            secret_char=lambda _character: self._now(characters=self._secret.characters + 1),
            secret_erase=lambda: self._now(characters=max(0, self._secret.characters - 1)),
            secret_enter=lambda: self._now(characters=0),
        )

    @property
    def _secret(self) -> SecretView:
        assert self.view.secret is not None
        return self.view.secret

    def _now(self, **values: object) -> None:
        self.show(replace(self.view, secret=replace(self._secret, **values)))  # type: ignore[arg-type]


def type_in(window: CounterWindow, keys: str) -> None:
    for key in keys:
        window.press(key)


def typed(desk: ScriptedDesk) -> str:
    return "".join(str(call[1]) for call in desk.calls if call[0] == "secret_char")


def test_a_person_signs_in_by_keyboard_alone(open_window: Open) -> None:
    desk = Entrance()
    window = open_window(desk)
    assert window.page == "sign-in"
    type_in(window, "1001")
    window.press("Return")
    type_in(window, "73A9")
    window.press("Backspace")
    assert not any(call[0] == "secret_enter" for call in desk.calls)
    window.press("Return")
    window.press("Return")
    assert desk.calls[:4] == [("secret_number", number) for number in ("1", "10", "100", "1001")]
    assert typed(desk) == "73A9"
    assert desk.count("secret_erase") == 1
    assert desk.count("secret_enter") == 1
    assert named(window, "enter").property("text") == "正在核对…"


def test_a_person_signs_in_by_mouse_and_keys(open_window: Open) -> None:
    desk = Entrance()
    window = open_window(desk)
    click(window, named(window, "secret"))
    type_in(window, "77")
    click(window, named(window, "number"))
    type_in(window, "1002")
    click(window, named(window, "enter"))
    assert desk.calls[-1] == ("secret_enter",)
    assert typed(desk) == "77"


def test_nothing_is_handed_in_without_number_or_secret(open_window: Open) -> None:
    desk = Entrance()
    window = open_window(desk)
    window.press("Return")
    click(window, named(window, "secret"))
    window.press("Return")
    type_in(window, "1")
    window.press("Return")
    assert desk.count("secret_enter") == 0
    assert not named(window, "enter").isEnabled()


def test_held_keys_and_shortcuts_are_no_characters(open_window: Open) -> None:
    desk = Entrance()
    window = open_window(desk)
    click(window, named(window, "secret"))
    window.press("5", repeats=6)
    for key in ("Left", "F5", "Delete", "Home"):
        window.press(key)
    assert typed(desk) == "5"


def test_the_secret_is_nowhere_on_this_side(open_window: Open) -> None:
    desk = Entrance()
    window = open_window(desk)
    type_in(window, "1001")
    window.press("Return")
    type_in(window, "QZXW")
    said = everything_said(window)
    assert "1001" in said
    assert "QZXW" not in said.upper()
    assert "已输入 4 位" in said


def test_a_late_echo_does_not_undo_the_number(qtbot: QtBot) -> None:
    desk = ScriptedDesk(NOBODY)
    model = DeskModel(desk)
    for digit in "1001":
        model.secret.numberCharacter(digit)
    model.apply(replace(NOBODY, secret=replace(staff.SIGN_IN, number="10")))
    assert model.secret.number == "1001"
    model.apply(replace(NOBODY, secret=replace(staff.SIGN_IN, number="1001")))
    model.apply(replace(NOBODY, secret=replace(staff.SIGN_IN, number="")))
    assert model.secret.number == ""


def test_a_wrong_secret_says_so_with_remedy_and_code(open_window: Open) -> None:
    desk = Entrance(staff.SIGN_IN_WRONG)
    window = open_window(desk)
    said = everything_said(window)
    assert "工号或密码不正确。" in said
    assert "T130" in said
    assert has(window, "secretMessage")


def test_the_hotlines_stand_on_the_sign_in_page_and_no_card_is_served(open_window: Open) -> None:
    window = open_window(ScriptedDesk(NOBODY))
    said = everything_said(window)
    assert "12333" in said
    assert "400-000-0000" in said
    for key in ("F6", "F9", "F10"):
        window.press(key)
    assert window.page == "sign-in"
    assert not has(window, "operator")


def test_health_can_be_looked_at_before_sign_in(open_window: Open) -> None:
    window = open_window(ScriptedDesk(NOBODY))
    window.press("F7")
    assert window.page == "health"
    window.press("Escape")
    assert window.page == "sign-in"


def test_unlocking_asks_for_the_secret_alone(open_window: Open) -> None:
    desk = Entrance(replace(staff.LOCKED, characters=0))
    window = open_window(desk)
    type_in(window, "73")
    window.press("Return")
    assert desk.count("secret_number") == 0
    assert typed(desk) == "73"
    assert desk.count("secret_enter") == 1


def test_a_locked_desk_is_handed_over(open_window: Open) -> None:
    desk = ScriptedDesk(LOCKED)
    window = open_window(desk)
    click(window, named(window, "signOutLocked"))
    assert desk.calls == [("sign_out",)]


def test_lock_and_sign_out_are_under_the_header(open_window: Open) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    assert text_of(window, "operator") == staff.OPERATOR.name
    window.press("F10", repeats=4)
    click(window, named(window, "lock"))
    assert desk.calls == [("lock",)]
    click(window, named(window, "signOut"))
    assert desk.calls[-1] == ("sign_out",)


def test_locking_shuts_the_queue_and_the_holder(open_window: Open) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    window = open_window(desk)
    window.press("F6")
    assert window.page == "queue"
    desk.show(replace(LOCKED, holder=None))
    window.settle()
    assert window.page == "sign-in"
    assert window.model.queue.lines.count == 0
    said = everything_said(window)
    assert "000040" not in said
    assert str(AT_HOLDER.holder and AT_HOLDER.holder.number) not in said


@pytest.mark.parametrize("view", [SECOND, ASKED], ids=["journey", "queue"])
def test_a_second_person_can_be_called_off(open_window: Open, view: object) -> None:
    desk = ScriptedDesk(view)  # type: ignore[arg-type]
    window = open_window(desk)
    assert window.page == "second-person"
    window.press("Escape")
    assert desk.calls == [("secret_cancel",)]


def test_a_second_person_sees_what_is_approved(open_window: Open) -> None:
    desk = ScriptedDesk(SECOND)
    window = open_window(desk)
    assert "139 0000 5678" in everything_said(window)
    desk.show(CONFIRM)
    window.settle()
    assert window.model.secret.lines.count == 0
    assert not window.model.secret.present


def test_a_second_person_signs_by_keyboard(open_window: Open) -> None:
    desk = ScriptedDesk(replace(WAITING, secret=replace(staff.SECOND_QUEUE, number="")))
    window = open_window(desk)
    type_in(window, "2001")
    window.press("Return")
    type_in(window, "9")
    window.press("Return")
    assert desk.calls[3:] == [("secret_number", "2001"), ("secret_char", "9"), ("secret_enter",)]
