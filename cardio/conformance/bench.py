"""What a case works on: one reader with one card, at any of the three heights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from cardio.found import Found
from cardio.interface33 import Interface33, Purpose
from cardio.interface33.errors import Code, Refused
from cardio.keysource import KeySource
from cardio.link import Link
from cardio.readers import ReaderSystem
from cardio.session import CardSession


class Hand(Protocol):
    """Who puts cards in and out; a person's hand has none of these."""

    def fresh(self) -> None:
        """A card as it was at the start."""
        ...

    def cut(self, command: int, *, lost: bool) -> None:
        """A fresh card that is pulled at its ``command``-th command: before the card has it, or (``lost``) after it
        was carried out, so that the answer is lost."""
        ...

    def again(self) -> None:
        """The same card, put back."""
        ...

    def out(self) -> None:
        """No card."""
        ...


class Typist:
    """The keypad of the suite: types the PIN that the tester gave."""

    def __init__(self, pin: bytes | None) -> None:
        self._pin = pin
        self.wrong = False
        self.cancels = False
        self.changes = False
        """A new PIN is another one than the old."""
        self.changed = False
        """The card has the new PIN now."""

    def ask(self, purpose: Purpose) -> bytearray:
        """The PIN; another one of the same length where a case wants a wrong one."""
        if self.cancels or self._pin is None:
            raise Refused(Code.PIN_CANCELLED)
        digits = bytearray(self._pin)
        if self.wrong or self.changed or (self.changes and purpose is not Purpose.CURRENT):
            digits[-1] = (digits[-1] + 1) % 10
        return digits


@dataclass
class Bench:
    """:param height: ``simulator``, ``pcscd`` or ``hardware``.
    :param sources: PSAM or what stands in its place; none leaves the keyed cases not applicable.
    :param hsm: what an HSM would answer to factor and raw value of a key; ``None`` where there is none.
    :param pin: digits as values; ``None`` where the tester gave none.
    :param hand: ``None`` with real hardware.
    :param destructive: whether cases may count down keys or write.
    :param every: take each n-th command of the anti-pull cases.
    """

    height: str
    readers: ReaderSystem
    reader: str
    interface: Interface33
    keypad: Typist
    opened: Callable[[], AbstractContextManager[Link]]
    sources: Sequence[KeySource] = ()
    hsm: KeySource | None = None
    pin: bytes | None = field(default=None, repr=False)
    hand: Hand | None = None
    destructive: bool = False
    every: int = 1
    known: Found | None = None
    notes: dict[str, str] = field(default_factory=dict, repr=False)

    def identify(self) -> Found:
        """The card on the bench, as it tells of itself; asked once."""
        if self.known is None:
            with self.opened() as link:
                self.known = CardSession(link).identify()
        return self.known
