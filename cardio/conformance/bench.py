"""What a case works on: one reader with one card, at any of the three heights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from cardio import status
from cardio.conformance.given import GivenPin, Typist
from cardio.conformance.wire import Wire
from cardio.errors import NO_KEY, UNPROVEN, CardError
from cardio.found import Found
from cardio.interface33 import Reply
from cardio.keysource import KeyRef, KeySource
from cardio.link import Link
from cardio.refusals import Refusals
from cardio.session import CardSession


class NotApplicable(Exception):  # noqa: N818 - an outcome
    """This card, or this bench, cannot show it. The text says why."""


class Hand(Protocol):
    """Who puts cards in and out: a program with simulated cards, or a person who is asked to."""

    def fresh(self) -> None:
        """A card as it was at the start; a person has one card only, and puts it back in if it is out."""
        ...

    def out(self) -> None:
        """No card. Returns when the reader is empty. May be called on the card's thread."""
        ...

    def again(self) -> None:
        """The same card, put back."""
        ...


class Functions(Protocol):
    """The reader under test: the functions of the terminal interface; see :class:`cardio.interface33.Interface33`."""

    def call(self, name: str, *arguments: object) -> Reply: ...

    def close(self) -> None: ...


class Written:
    """The functions with each call written down: its name and code, never its arguments."""

    def __init__(self, functions: Functions, wire: Wire) -> None:
        self._functions, self._wire = functions, wire

    def call(self, name: str, *arguments: object) -> Reply:
        reply = self._functions.call(name, *arguments)
        self._wire.note(f"{name} -> {reply.code}")
        return reply

    def close(self) -> None:
        self._functions.close()


@dataclass
class Bench:
    """:param height: ``simulator``, ``pcscd`` or ``hardware``.
    :param opened: the card freshly powered.
    :param sources: PSAM or what stands in its place; none leaves the keyed cases not applicable.
    :param hsm: what an HSM would answer to factor and raw value of a key; ``None`` where there is none.
    :param hand: ``None`` where nobody takes the card out.
    :param destructive: whether cases may count down keys or write.
    :param every: take each n-th command of the anti-pull cases.
    :param known: the card, once it was identified. :param proven: whether each key source has proven it.
    :param disproved: names of key sources that have its key and say that its answer is not of it.
    :param refused_keys: names of keys that the card refused in HSM steps.
    :param before: what the case under way found in the card, and puts back.
    """

    height: str
    reader: str
    interface: Functions
    keypad: Typist
    opened: Callable[[], AbstractContextManager[Link]]
    wire: Wire
    pin: GivenPin
    refusals: Refusals
    sources: Sequence[KeySource] = ()
    hsm: KeySource | None = None
    hand: Hand | None = None
    destructive: bool = False
    every: int = 1
    known: Found | None = None
    proven: dict[str, bool] = field(default_factory=dict)
    disproved: set[str] = field(default_factory=set)
    refused_keys: set[str] = field(default_factory=set)
    before: str = ""

    def identify(self) -> Found:
        """The card on the bench, as it tells of itself; asked once."""
        if self.known is None:
            with self.opened() as link:
                self.known = CardSession(link).identify()
        return self.known

    @property
    def info(self) -> str:
        """pCardInfo of the card."""
        found = self.identify()
        return f"{found.identity.card_id.hex().upper()}|{found.card_number or ''}|"

    def proved_by(self) -> str | None:
        """Name of the key source that proved the card; ``None`` where none did."""
        return next((source.name for source in self.sources if self._proves(source)), None)

    def _proves(self, source: KeySource) -> bool:
        """Whether ``source`` holds this card's keys; asked once. No key is shown to a card before."""
        if source.name not in self.proven:
            try:
                with self.opened() as link:
                    CardSession(link, (source,), refusals=self.refusals).vouch(source)
                self.proven[source.name] = True
            except CardError as error:
                if error.fault not in UNPROVEN:
                    raise
                self.proven[source.name] = False
                if error.fault not in NO_KEY and self._judges(source):
                    self.disproved.add(source.name)
        return self.proven[source.name]

    def _judges(self, source: KeySource) -> bool:
        """Whether its No is a finding: toy keys are those of simulated cards, and say nothing of a real one."""
        return self.height != "hardware" or not source.toy

    def keys(self) -> KeySource:
        """The source that proved the card. :raises NotApplicable: where none did."""
        name = self.proved_by()
        if name is None:
            nobody = "no PSAM, HSM or other key source has proven this card"
            raise NotApplicable("the card is not genuine; see P49" if self.disproved else nobody)
        return next(source for source in self.sources if source.name == name)

    def the_hsm(self, key: KeyRef) -> KeySource:
        """The HSM, for a key that this card did not refuse before. :raises NotApplicable: otherwise."""
        if self.hsm is not None:
            self.proven.pop(self.hsm.name, None)  # an HSM proves a card for a while, and no longer
        if self.hsm is None or not self._proves(self.hsm):
            raise NotApplicable("no HSM has proven this card")
        standing = self.refusals.standing(self.identify().identity, key, self.hsm.name)
        if standing is not None or key.name in self.refused_keys:
            raise NotApplicable(f"the card refused the key {key.name} before")
        return self.hsm

    def the_hsm_now(self) -> KeySource:
        """The HSM that :meth:`the_hsm` gave before; the card is in the middle of an exchange. :raises NotApplicable:"""
        if self.hsm is None:
            raise NotApplicable("no HSM")
        return self.hsm

    def note_refusal(self, key: KeyRef, sw: int) -> None:
        """A key that the card refused is not shown to it once more. :param sw: of the answer; 63Cx is a refusal."""
        if status.tries_left(sw) is not None:
            self.refused_keys.add(key.name)

    @contextmanager
    def session(self) -> Iterator[CardSession]:
        """The card freshly powered, as our own driver has it."""
        with self.opened() as link:
            yield CardSession(link, self.sources, refusals=self.refusals)

    def tries(self) -> int | None:
        """Tries left of the PIN as the card tells them; ``None`` where it does not, or has no PIN."""
        with self.session() as session:
            return session.pin_tries()

    def needs_tries(self, least: int) -> int:
        """Tries left now. :raises NotApplicable: unless there are so many."""
        left = self.tries()
        if left is None or left < least:
            raise NotApplicable(f"needs {least} tries of the PIN, the card has {left}")
        return left

    def pin_closed(self) -> str | None:
        """Why no case may show the given PIN, or ``None``. Looks at the tries left until a PIN was taken."""
        if not self.pin.known:
            return "no PIN was given"
        if self.pin.refused:
            return "the card refused the PIN that was given; it is not shown again"
        if self.pin.proven:
            return None
        left = self.tries()
        return f"{left} try left of the PIN, none is risked" if left is not None and left < 2 else None
