"""What can happen at one command, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cardio import reader_causes as causes
from cardio.link import Link
from tests.cardio.pulls.bench import READER, Answer, Bench, Strike


class Killed(BaseException):
    """Our own program is gone; nobody is left to claim anything."""


@dataclass(frozen=True)
class Disturbance:
    """:param lie: the card says of what it did what is not so. Only flows that look for themselves are asked to see
    through that; from anybody else the card's word is all there is.
    :param of_data: strikes answers with data alone.
    :param word: the status word that it makes up.
    """

    name: str
    strike: Strike
    lie: bool = False
    of_data: bool = False
    word: int | None = None


def _before(event: Callable[[Bench], None]) -> Strike:
    def strike(bench: Bench, link: Link, apdu: bytes) -> Answer:
        event(bench)
        return link.transmit(apdu)

    return strike


def _after(event: Callable[[Bench], None]) -> Strike:
    """The card did it; then the event, and whoever waits for the answer is told of the event."""

    def strike(bench: Bench, link: Link, apdu: bytes) -> Answer:
        link.transmit(apdu)
        event(bench)
        return link.transmit(apdu)

    return strike


def _pull(bench: Bench) -> None:
    bench.readers.pull(READER)


def _swap(bench: Bench) -> None:
    bench.swap()


def _unplug(bench: Bench) -> None:
    bench.readers.unplug(READER)


def _stop(bench: Bench) -> None:
    bench.readers.stop_service()


def _hang(bench: Bench) -> None:
    raise causes.reader_stuck(READER)


def _short(bench: Bench) -> None:
    """The status word itself is cut: the reader has no answer to give."""
    raise causes.reader_other("an answer without a status word")


def _die(bench: Bench) -> None:
    raise Killed


_EVENTS: dict[str, Callable[[Bench], None]] = {
    "pulled": _pull,
    "swapped": _swap,
    "unplugged": _unplug,
    "service-killed": _stop,
    "deadline": _hang,
    "no-status": _short,
    "program-killed": _die,
}


def _cut(keep: Callable[[int], int]) -> Strike:
    def strike(_: Bench, link: Link, apdu: bytes) -> Answer:
        data, sw = link.transmit(apdu)
        return data[: keep(len(data))], sw

    return strike


def _instead(sw: int) -> Strike:
    return lambda bench, link, apdu: (b"", sw)


def _although_done(sw: int) -> Strike:
    def strike(_: Bench, link: Link, apdu: bytes) -> Answer:
        link.transmit(apdu)
        return b"", sw

    return strike


_NOT_DONE = (0x6581, 0x6700, 0x6901, 0x6982, 0x6983, 0x6985, 0x6A80, 0x6A81, 0x6C10, 0x6F00, 0x9303, 0x0000)
_OPEN = (0x6581, 0x6F00, 0x6400)
"""Words that do not say whether it was done."""
_LIES_DONE = (0x6985, 0x63C2, 0x6A80)

DISTURBANCES: tuple[Disturbance, ...] = (
    *(Disturbance(f"{name}-before", _before(event)) for name, event in _EVENTS.items()),
    *(Disturbance(f"{name}-after", _after(event)) for name, event in _EVENTS.items()),
    Disturbance("cut-to-nothing", _cut(lambda size: 0), of_data=True),
    Disturbance("cut-in-half", _cut(lambda size: size // 2), of_data=True),
    Disturbance("last-byte-lost", _cut(lambda size: size - 1), of_data=True),
    *(Disturbance(f"{sw:04X}-not-done", _instead(sw), word=sw) for sw in _NOT_DONE),
    *(Disturbance(f"{sw:04X}-done", _although_done(sw), word=sw) for sw in _OPEN),
    *(Disturbance(f"{sw:04X}-although-done", _although_done(sw), lie=True) for sw in _LIES_DONE),
    Disturbance("9000-although-not-done", _instead(0x9000), lie=True),
)
