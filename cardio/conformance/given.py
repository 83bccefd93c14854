"""The PIN that the tester gave, and the keypad on which the suite types it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from cardio.interface33 import Purpose
from cardio.interface33.errors import Code, Refused
from cardio.wiping import wipe


class Digits(Enum):
    """Which PIN is typed: the given one, or one of the same length. The number is added to its last digit."""

    GIVEN = 0
    WRONG = 1
    OTHER = 2


class GivenPin:
    """A mistyped PIN must not lock a card: what the card refused once is not shown a second time.

    :param digits: as values; kept, and wiped by :meth:`wipe`. ``None`` where the tester gave none.
    """

    def __init__(self, digits: bytearray | None = None) -> None:
        self._digits = digits
        self._meant = 0
        self.known = digits is not None
        self.refused = False
        """The card refused the given PIN."""
        self.proven = False
        """The card took the given PIN."""

    def typed(self, which: Digits = Digits.GIVEN) -> bytearray | None:
        """A copy, to be wiped by whoever asks for it."""
        if self._digits is None:
            return None
        digits = bytearray(self._digits)
        digits[-1] = (digits[-1] + which.value) % 10
        return digits

    @contextmanager
    def wrong_on_purpose(self) -> Iterator[None]:
        """A PIN that the card refuses within this says nothing about the one that was given."""
        self._meant += 1
        try:
            yield
        finally:
            self._meant -= 1

    def judged(self, *, taken: bool) -> None:
        """What the card said to a PIN."""
        if self._meant:
            return
        self.proven = self.proven or taken
        self.refused = self.refused or not taken

    def wipe(self) -> None:
        """Overwrite the digits; none are known afterwards."""
        if self._digits is not None:
            wipe(self._digits)
        self._digits, self.known = None, False


class Typist:
    """The keypad of the suite: types the PIN that the tester gave, or what a case wants in its place."""

    def __init__(self, pin: GivenPin) -> None:
        self._pin = pin
        self._current = self._new = Digits.GIVEN
        self._cancels = False

    @contextmanager
    def types(self, current: Digits = Digits.GIVEN, new: Digits = Digits.GIVEN) -> Iterator[None]:
        """What is typed for the PIN that the card has, and for a new one."""
        before, (self._current, self._new) = (self._current, self._new), (current, new)
        try:
            yield
        finally:
            self._current, self._new = before

    @contextmanager
    def cancels(self) -> Iterator[None]:
        """Nothing is typed: the holder presses cancel."""
        before, self._cancels = self._cancels, True
        try:
            yield
        finally:
            self._cancels = before

    def ask(self, purpose: Purpose) -> bytearray:
        """The digits. :raises Refused: PIN_CANCELLED."""
        digits = self._pin.typed(self._current if purpose is Purpose.CURRENT else self._new)
        if self._cancels or digits is None:
            if digits is not None:
                wipe(digits)
            raise Refused(Code.PIN_CANCELLED)
        return digits
