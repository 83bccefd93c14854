"""What can happen at one command, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cardio import reader_causes as causes
from cardio.link import Link
from cardio.simulator.faults import Trouble
from tests.cardio.pulls.bench import READER, Answer, Place, Strike


class Killed(BaseException):
    """Our own program is gone; nobody is left to claim anything."""


Value = Callable[[bytes, int], int]
"""Of a trouble, from the command and the size of its undisturbed answer."""


@dataclass(frozen=True)
class Disturbance:
    """:param kind: of those that are played behind a real pcscd too; ``None`` for what a link alone can make up.
    :param strike: what befalls the link, or
    :param trouble: what the card itself does wrong, with ``value``.
    :param lie: the card says of what it did what is not so. Only flows that look for themselves are asked to see
    through that; from anybody else the card's word is all there is.
    :param of_data: strikes answers with data alone. :param of_update: strikes writes into files alone.
    :param word: the status word that it makes up.
    """

    name: str
    kind: str | None = None
    strike: Strike | None = None
    trouble: Trouble | None = None
    value: Value = lambda command, size: 0
    lie: bool = False
    of_data: bool = False
    of_update: bool = False
    word: int | None = None


def _before(event: Callable[[Place], None]) -> Strike:
    def strike(bench: Place, link: Link, apdu: bytes) -> Answer:
        event(bench)
        return link.transmit(apdu)

    return strike


def _after(event: Callable[[Place], None]) -> Strike:
    """The card did it; then the event, and whoever waits for the answer is told of the event."""

    def strike(bench: Place, link: Link, apdu: bytes) -> Answer:
        link.transmit(apdu)
        event(bench)
        return link.transmit(apdu)

    return strike


def _hang(bench: Place) -> None:
    raise causes.reader_stuck(READER)


def _short(bench: Place) -> None:
    """The status word itself is cut: the reader has no answer to give."""
    raise causes.reader_other("an answer without a status word")


def _die(bench: Place) -> None:
    raise Killed


_REAL: dict[str, Callable[[Place], None]] = {
    "pulled": lambda bench: bench.pull(),
    "swapped": lambda bench: bench.swap(),
    "unplugged": lambda bench: bench.unplug(),
    "service-killed": lambda bench: bench.stop_service(),
}
_MADE_UP: dict[str, Callable[[Place], None]] = {"deadline": _hang, "no-status": _short, "program-killed": _die}


def _events(events: dict[str, Callable[[Place], None]], *, real: bool) -> Iterator[Disturbance]:
    """Each before the card has the command, and after it carried it out. Of a pull these are two kinds."""
    for name, event in events.items():
        for when, strike in (("before", _before(event)), ("after", _after(event))):
            kind = f"pulled-{when}" if name == "pulled" else name
            yield Disturbance(f"{name}-{when}", kind if real else None, strike)


def _cut(name: str, value: Value) -> Disturbance:
    return Disturbance(name, "truncated", trouble=Trouble.TRUNCATED, value=value, of_data=True)


def _word(sw: int) -> Disturbance:
    value: Value = lambda command, size: sw  # noqa: E731 - one of many
    return Disturbance(f"{sw:04X}-not-done", "wrong-status", trouble=Trouble.WRONG_STATUS, value=value, word=sw)


def _value_size(command: bytes) -> int:
    """Bytes that an update writes; of a record without tag and length."""
    return command[4] - 2 * (command[1] == 0xDC)


_PARTS: dict[str, Value] = {
    "first-byte": lambda command, size: 1,
    "half": lambda command, size: _value_size(command) // 2,
    "but-last-byte": lambda command, size: _value_size(command) - 1,
}


def _torn(trouble: Trouble) -> Iterator[Disturbance]:
    for part, value in _PARTS.items():
        yield Disturbance(f"{trouble.value}-{part}", "torn", trouble=trouble, value=value, of_update=True)


def _instead(sw: int) -> Strike:
    return lambda bench, link, apdu: (b"", sw)


def _although_done(sw: int) -> Strike:
    def strike(_: Place, link: Link, apdu: bytes) -> Answer:
        link.transmit(apdu)
        return b"", sw

    return strike


_NOT_DONE = (0x6581, 0x6700, 0x6901, 0x6982, 0x6983, 0x6985, 0x6A80, 0x6A81, 0x6C10, 0x6F00, 0x9303, 0x0000)
_OPEN = (0x6581, 0x6F00, 0x6400)
"""Words that do not say whether it was done."""
_LIES_DONE = (0x6985, 0x63C2, 0x6A80)

DISTURBANCES: tuple[Disturbance, ...] = (
    *_events(_REAL, real=True),
    *_events(_MADE_UP, real=False),
    _cut("cut-to-nothing", lambda command, size: 0),
    _cut("cut-in-half", lambda command, size: size // 2),
    _cut("last-byte-lost", lambda command, size: size - 1),
    *map(_word, _NOT_DONE),
    *_torn(Trouble.TORN),
    *_torn(Trouble.TORN_ERASED),
    *(Disturbance(f"{sw:04X}-done", strike=_although_done(sw), word=sw) for sw in _OPEN),
    *(Disturbance(f"{sw:04X}-although-done", strike=_although_done(sw), lie=True) for sw in _LIES_DONE),
    Disturbance("9000-although-not-done", strike=_instead(0x9000), lie=True),
)

KINDS: tuple[str, ...] = tuple(dict.fromkeys(each.kind for each in DISTURBANCES if each.kind is not None))
"""What is played at both heights."""
