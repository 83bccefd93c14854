"""The lock after wrong passwords: by the time that has passed, whatever is tried or set meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from terminal.clock import FixedClock
from terminal.errors import TerminalError, TerminalFault
from terminal.people.attempts import Attempts, MemoryShelf
from terminal.people.operators import SignInRules

RULES = SignInRules()
NUMBER = "1001"


class Door:
    def __init__(self) -> None:
        self.clock, self.shelf = FixedClock(), MemoryShelf()
        self.attempts = Attempts(self.clock)

    def wrong(self, number: str = NUMBER, *, known: bool = True) -> int:
        return self.attempts.failed(self.shelf, number, RULES, known=known)

    def locked(self, number: str = NUMBER) -> bool:
        try:
            self.attempts.require(self.shelf, number, RULES)
        except TerminalError as error:
            assert error.fault is TerminalFault.SIGN_IN_LOCKED
            return True
        return False


@pytest.fixture
def door() -> Door:
    made = Door()
    for _ in range(RULES.tries):
        made.wrong()
    assert made.locked()
    return made


def test_the_tries_are_counted_and_a_right_password_begins_anew() -> None:
    door = Door()
    assert [door.wrong() for _ in range(RULES.tries)] == list(range(RULES.tries - 1, -1, -1))
    fresh = Door()
    fresh.wrong()
    fresh.attempts.cleared(fresh.shelf, NUMBER)
    assert fresh.wrong() == RULES.tries - 1


def test_it_ends_after_its_time_and_the_count_begins_anew(door: Door) -> None:
    door.clock.advance(RULES.lock_seconds - 1)
    assert door.locked()
    door.clock.advance(1)
    assert not door.locked()
    assert door.wrong() == RULES.tries - 1


@pytest.mark.parametrize("days", [-400, 400])
def test_setting_the_clock_does_not_end_it(door: Door, days: int) -> None:
    door.clock.set(door.clock.now() + timedelta(days=days))
    assert door.locked()


def test_another_process_counts_on_and_another_start_of_the_machine_anew(door: Door) -> None:
    door.clock.advance(RULES.lock_seconds - 10)
    door.attempts = Attempts(door.clock)
    assert door.locked()
    door.clock.restart()
    assert door.locked()
    door.clock.advance(RULES.lock_seconds - 1)
    assert door.locked()
    door.clock.advance(1)
    assert not door.locked()


def test_other_numbers_do_not_push_it_out(door: Door) -> None:
    for number in range(220):
        door.wrong(f"x{number}", known=False)
    assert door.locked()
    for _ in range(RULES.tries):
        door.wrong("z", known=False)
    assert door.locked("z")  # whether anybody has a number is not told
    for number in range(199):
        door.wrong(f"y{number}", known=False)
    assert door.locked("z")


def test_a_damaged_record_counts_from_nothing_and_not_from_a_fault(door: Door) -> None:
    door.shelf.put("sign-in-attempts", b"\xff")
    assert not door.locked()
