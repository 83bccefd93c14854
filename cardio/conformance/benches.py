"""A bench over whatever readers there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from cardio.conformance.bench import Bench, Functions, Hand, Written
from cardio.conformance.given import GivenPin, Typist
from cardio.conformance.wire import Wire, WiredReaders
from cardio.interface33 import Interface33
from cardio.interface33.functions import DEADLINE
from cardio.keysource import KeySource
from cardio.link import Link
from cardio.readers import ReaderSystem
from cardio.refusals import Refusals
from cardio.worker import CardWorker


def _itself(functions: Functions) -> Functions:
    return functions


def _opener(readers: ReaderSystem, reader: str) -> Callable[[], AbstractContextManager[Link]]:
    @contextmanager
    def opened() -> Iterator[Link]:
        """The card freshly powered. Nobody else should be at this reader: no transaction is held."""
        link = readers.connect(reader)
        try:
            link.reset()
            yield link
        finally:
            link.close()

    return opened


@contextmanager
def bench_of(
    readers: ReaderSystem,
    reader: str,
    *,
    height: str,
    sources: Sequence[KeySource] = (),
    hsm: KeySource | None = None,
    pin: bytearray | None = None,
    hand: Hand | None = None,
    destructive: bool = False,
    every: int = 1,
    deadline: float = DEADLINE,
    driver: Callable[[Functions], Functions] = _itself,
) -> Iterator[Bench]:
    """See :class:`cardio.conformance.bench.Bench`. Everything is let go of at the end, and the PIN wiped.

    :param deadline: seconds for one piece of work; a person who pulls the card needs more than a card does.
    :param driver: what stands between the suite and our functions: another reader's driver under test.
    """
    given, refusals = GivenPin(pin), Refusals()
    wire = Wire(given, hand.out if hand is not None else None)
    wired = WiredReaders(readers, wire)
    worker = CardWorker(wired, reader)
    keypad = Typist(given)
    interface = Interface33(
        wired,
        lambda name: worker,
        lambda: sources,
        keypad=keypad,
        refusals=refusals,
        reader=reader,
        deadline=deadline,
    )

    try:
        yield Bench(
            height,
            reader,
            Written(driver(interface), wire),
            keypad,
            _opener(wired, reader),
            wire,
            given,
            refusals,
            sources,
            hsm,
            hand,
            destructive,
            every,
        )
    finally:
        given.wipe()
        interface.close()
        worker.stop()
