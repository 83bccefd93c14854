"""One reader with one card, links that record and disturb, and the card's true state as nobody else sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from cardio.link import Link
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

READER = "Simulated Reader 00"
Answer = tuple[bytes, int]
Strike = Callable[["Place", Link, bytes], Answer]
"""What happens in place of one command: gets the good link and the command, gives an answer or raises."""


@dataclass(frozen=True)
class Variant:
    """A kind of card: both algorithms, and both ways in which answers travel."""

    name: str
    contents: CardContents
    t0: bool = True


VARIANTS = (
    Variant("v1-3DES", FIRST),
    Variant("v2-3DES", SECOND),
    Variant("v3-SM4", THIRD),
    Variant("v3-SM4-direct", THIRD, t0=False),
)


def stranger(variant: Variant) -> SimulatedCard:
    """Another person's card of the same kind."""
    contents = variant.contents
    return SimulatedCard(
        replace(
            contents,
            history=contents.history[:-1] + b"\x77",
            card_id=contents.card_id[:11] + b"\x77" + contents.card_id[12:],
            card_number="B00000070",
            number="379999197001010017",
            name="石小山",
            pin="864209",
        ),
        t0=variant.t0,
    )


_VOLATILE = frozenset({"session", "_troubles", "contents"})
Picture = object


def _frozen(value: object) -> Picture:
    """``value`` with all that is inside it, as something that can be compared later."""
    if isinstance(value, dict):
        return tuple((repr(key), _frozen(each)) for key, each in sorted(value.items(), key=lambda row: repr(row[0])))
    if isinstance(value, list | tuple):
        return tuple(_frozen(each) for each in value)
    if isinstance(value, set | frozenset):
        return tuple(sorted(repr(each) for each in value))
    if isinstance(value, bytearray):
        return bytes(value)
    slots = {name: getattr(value, name) for name in getattr(type(value), "__slots__", ())}
    inside = getattr(value, "__dict__", slots)
    if not inside or callable(value):
        return value if isinstance(value, bytes | str | int | float | None) else repr(type(value))
    return tuple((name, _frozen(each)) for name, each in sorted(inside.items()) if name not in _VOLATILE)


def picture(card: SimulatedCard) -> Picture:
    """Everything that this card keeps without power: files, keys, PIN, counters and locks, whatever they are."""
    return _frozen(card._chip)


class Place(Protocol):
    """Where one case is played: in process (:class:`Bench`), or behind a real pcscd
    (:class:`tests.cardio.pulls.remote.RemoteBench`)."""

    def pull(self) -> None: ...

    def swap(self) -> None:
        """Another person's card is put in."""
        ...

    def unplug(self) -> None: ...

    def stop_service(self) -> None: ...

    def session(self, at: int = -1, strike: Strike | None = None) -> tuple[CardSession, TappedLink]:
        """A session over a link that counts commands and, at the one numbered ``at``, lets ``strike`` happen."""
        ...

    def next_insertion(self) -> None:
        """Whatever was done to service and reader is undone, and the same card is put in again."""
        ...

    def picture(self) -> Picture:
        """Everything that the card keeps without power."""
        ...

    def strange_commands(self) -> int:
        """How many the other card got, if there was one."""
        ...


@dataclass(frozen=True)
class Planned:
    """Something that the card itself does wrong at one command of the flow, numbered from 0."""

    trouble: Trouble
    at: int
    value: int

    def befalls(self, card: SimulatedCard) -> None:
        """Counted from where the card is in its life now."""
        card.faults = (*card.faults, Fault(self.trouble, card.commands + self.at + 1, self.value))


class Bench:
    """The world of one case, in process."""

    def __init__(self, card: SimulatedCard, make_other: Callable[[], SimulatedCard]) -> None:
        self.readers = SimulatedReaders((READER,))
        self.card = card
        self._make_other = make_other
        self.other: SimulatedCard | None = None
        self.readers.insert(READER, card)

    def session(self, at: int = -1, strike: Strike | None = None) -> tuple[CardSession, TappedLink]:
        link = TappedLink(self, self.readers.connect(READER), at, strike)
        return CardSession(link, [ToyKeySource()]), link

    def pull(self) -> None:
        self.readers.pull(READER)

    def unplug(self) -> None:
        self.readers.unplug(READER)

    def stop_service(self) -> None:
        self.readers.stop_service()

    def picture(self) -> Picture:
        return picture(self.card)

    def strange_commands(self) -> int:
        return self.other.commands if self.other is not None else 0

    def swap(self) -> None:
        self.other = self._make_other()
        self.readers.insert(READER, self.other)

    def next_insertion(self) -> None:
        self.readers.start_service()
        self.readers.plug(READER)
        self.readers.insert(READER, self.card)


class TappedLink:
    """A link that keeps the commands, and is disturbed at one of them."""

    def __init__(self, bench: Place, inner: Link, at: int, strike: Strike | None) -> None:
        self._bench = bench
        self._inner = inner
        self._at = at
        self._strike = strike
        self.commands: list[bytes] = []
        self.answers: list[Answer] = []

    @property
    def reader(self) -> str:
        return self._inner.reader

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def transaction(self) -> AbstractContextManager[None]:
        return self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._inner.transaction():
            yield

    def transmit(self, apdu: bytes | bytearray) -> Answer:
        apdu = bytes(apdu)
        number = len(self.commands)
        self.commands.append(apdu)
        if self._strike is not None and number == self._at:
            answer = self._strike(self._bench, self._inner, apdu)
        else:
            answer = self._inner.transmit(apdu)
        self.answers.append(answer)
        return answer

    def reset(self) -> None:
        self._inner.reset()

    def close(self) -> None:
        self._inner.close()
