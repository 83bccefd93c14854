"""The lock after wrong passwords: by the time that has passed, whatever is tried or set meanwhile; and what one check
of a password costs and leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from offline_cache.journal import Entry
from terminal.clock import FixedClock
from terminal.errors import TerminalError, TerminalFault
from terminal.people import signin
from terminal.people.attempts import KEPT, MOST, Attempts, MemoryShelf
from terminal.people.operators import Operators, SignInRules, decode
from terminal.people.signin import Purpose, SignIn
from terminal.sandbox import staff

RULES = SignInRules()
NUMBER = "1001"


class Door:
    def __init__(self) -> None:
        self.clock, self.shelf = FixedClock(), MemoryShelf()
        self.attempts = Attempts(self.clock)

    def wrong(self, number: str = NUMBER) -> int:
        return self.attempts.failed(self.shelf, number, RULES)

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
    fresh.attempts.cleared(fresh.shelf, NUMBER, RULES)
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


def test_a_start_of_the_machine_is_noticed_however_long_either_ran(door: Door) -> None:
    door.clock.restart()
    door.clock.advance(RULES.lock_seconds + 1)
    assert door.locked()  # as long on as the lock lasts, but nobody looked: the wait begins now
    long_on = Door()
    long_on.clock.advance(100 * RULES.lock_seconds)
    for _ in range(RULES.tries):
        long_on.wrong()
    long_on.clock.restart()
    assert long_on.locked()
    long_on.clock.advance(RULES.lock_seconds)
    assert not long_on.locked()


def test_other_numbers_do_not_end_it(door: Door) -> None:
    for number in range(MOST + 9):
        door.wrong(f"x{number}")
    assert door.locked()
    door.clock.advance(RULES.lock_seconds)
    assert not door.locked()


def test_a_few_tries_are_forgotten_after_the_time_of_a_lock() -> None:
    door = Door()
    door.wrong()
    door.clock.advance(RULES.lock_seconds)
    assert door.wrong() == RULES.tries - 1


def test_what_is_remembered_is_bounded_and_without_room_every_other_number_waits(door: Door) -> None:
    door.clock.advance(RULES.lock_seconds / 2)
    assert not door.locked("2000")
    for number in range(MOST - 1):
        door.wrong(f"{number:012}" + "9" * 5000)  # as long as a command takes it
    assert door.locked("2000")
    door.wrong("2000")  # its check was under way
    assert len(door.shelf.get(KEPT) or b"") < 64 * 1024
    door.clock.advance(RULES.lock_seconds / 2)
    assert not door.locked("2000")  # the oldest is over, so there is room
    assert door.wrong("2000") == RULES.tries - 1


def test_a_damaged_record_counts_from_nothing_and_not_from_a_fault(door: Door) -> None:
    door.shelf.put("sign-in-attempts", b"\xff")
    assert not door.locked()


class Room:
    """What sign-in needs, without a store."""

    def __init__(self) -> None:
        self.shelf, self.written = MemoryShelf(), list[Entry]()

    def operators(self, *, past: bool = False) -> Operators:
        return decode(staff.body(), staff.VERSION, 0)

    def write(self, entry: Entry) -> None:
        self.written.append(entry)


CHECKS = {
    "right": (NUMBER, staff.PASSWORDS[NUMBER], Purpose.SIGN_IN, None),
    "wrong": (NUMBER, "nonsense", Purpose.SIGN_IN, TerminalFault.SIGN_IN_REFUSED),
    "nobody": ("77777", "nonsense", Purpose.SIGN_IN, TerminalFault.SIGN_IN_REFUSED),
    "role": (NUMBER, staff.PASSWORDS[NUMBER], Purpose.SECOND, TerminalFault.ROLE_MISSING),
    "same": ("2001", staff.PASSWORDS["2001"], Purpose.SECOND, TerminalFault.SAME_PERSON),
}


@pytest.mark.parametrize("which", CHECKS)
def test_a_check_hashes_once_whether_somebody_has_the_number_and_wipes_what_was_typed(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    class Counted:
        @staticmethod
        def verify_phc_encoded(secret: bytes, verifier: str) -> None:
            hashed.append(verifier)
            Argon2id.verify_phc_encoded(secret, verifier)

    monkeypatch.setattr(signin, "Argon2id", Counted)
    number, password, purpose, fault = CHECKS[which]
    secret, came = bytearray(password.encode()), None
    try:
        SignIn(Room(), FixedClock()).check(number, secret, purpose, operator="2001")
    except TerminalError as refused:
        came = refused.fault
    assert came is fault
    assert len(hashed) == (fault is not TerminalFault.SAME_PERSON)
    assert bytes(secret) == bytes(len(password))


@pytest.mark.parametrize("number", [NUMBER, "77777"])
def test_the_lock_does_not_tell_whether_somebody_has_a_number(number: str) -> None:
    """Locked, then as many other wrong numbers as anybody likes: the same answers for either."""
    room, clock = Room(), FixedClock()
    attempts = Attempts(clock)
    for other in [number] * RULES.tries + [f"8{n:04}" for n in range(MOST + 9)]:
        attempts.failed(room.shelf, other, RULES)
    door = SignIn(room, clock, attempts)
    for asked, fault in (
        (number, TerminalFault.SIGN_IN_LOCKED),
        ("1002", TerminalFault.SIGN_IN_LOCKED),  # there is no room: of nobody else is anything said
        ("66666", TerminalFault.SIGN_IN_LOCKED),
    ):
        with pytest.raises(TerminalError) as refused:
            door.check(asked, bytearray(b"nonsense"), Purpose.SIGN_IN)
        assert refused.value.fault is fault
