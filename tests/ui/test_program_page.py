"""The page of another program at the reader: consent by its own key, digits straight to the desk, Esc refuses."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.conftest import Open
from tests.ui.scenes import NOTICE, PROGRAM_ASKS, PROGRAM_PIN, PROGRAM_RUNS
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import everything_said, named, text_of


def test_the_program_and_its_wish_are_said_and_enter_does_not_consent(open_window: Open) -> None:
    desk = ScriptedDesk(replace(NOTICE, program=PROGRAM_ASKS))
    window = open_window(desk, "en")
    assert window.page == "program"
    assert text_of(window, "programName") == "Hall 7"
    assert text_of(window, "programAction") == "It asks to: write into the card"
    list_ = named(window, "programLines")
    assert list_.property("visible")
    said = everything_said(window)
    for word in ("iWriteCard", "X******19", "social security number", "379***********0011", "石*", "DF01EF06"):
        assert word in said
    assert "13912345678" not in said
    window.press("Return")  # meant for the notice that stood here a moment ago
    assert desk.count("program_allow") == 0
    window.press("Escape")
    assert desk.count("program_refuse") == 1


def test_consent_is_a_deliberate_act(open_window: Open) -> None:
    desk = ScriptedDesk(replace(NOTICE, program=PROGRAM_ASKS))
    window = open_window(desk)
    named(window, "allow").forceActiveFocus()
    window.press("Return")
    window.press("Return")  # the same press again
    assert desk.count("program_allow") == 1


def test_digits_go_to_the_desk_and_escape_cancels(open_window: Open) -> None:
    desk = ScriptedDesk(replace(NOTICE, program=PROGRAM_PIN))
    window = open_window(desk)
    for key in "1234":
        window.press(key)
    window.press("Return")
    assert [call for call in desk.calls if str(call[0]).startswith("pin")] == [
        *(("pin_digit", digit) for digit in (1, 2, 3, 4)),
        ("pin_enter",),
    ]
    window.press("Escape")
    assert desk.count("program_refuse") == 1


def test_a_program_that_runs_asks_nothing_and_the_page_before_comes_back(open_window: Open) -> None:
    desk = ScriptedDesk(replace(NOTICE, program=PROGRAM_RUNS))
    window = open_window(desk)
    window.press("Return")
    window.press("Escape")
    assert [call for call in desk.calls if str(call[0]).startswith(("program", "accept", "decline"))] == []
    desk.show(NOTICE)
    window.settle()
    assert window.page == "notice"
