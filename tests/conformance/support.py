"""Hands that put cards into simulated readers, in process and behind a private pcscd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cardio.conformance.bench import Bench
from cardio.conformance.benches import bench_of
from cardio.pcsc import PcscReaders
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.spec import CardSpec
from cardio.simulator.toykeys import ToyKeySource

READER = "Reader A"
PIN = bytes((1, 2, 3, 4, 5, 6))
MakeCard = Callable[[CardContents, tuple[Fault, ...]], SimulatedCard]


def _cut(command: int, lost: bool) -> tuple[Fault, ...]:
    return (Fault(Trouble.REMOVED_AFTER if lost else Trouble.REMOVED_BEFORE, command),)


class InProcessHand:
    def __init__(self, readers: SimulatedReaders, contents: CardContents, make: MakeCard) -> None:
        self._readers, self._contents, self._make = readers, contents, make
        self._card = make(contents, ())

    def _put(self, *faults: Fault) -> None:
        self._card = self._make(self._contents, faults)
        self.again()

    def fresh(self) -> None:
        self._put()

    def cut(self, command: int, *, lost: bool) -> None:
        self._put(*_cut(command, lost))

    def again(self) -> None:
        self._readers.insert(READER, self._card)

    def out(self) -> None:
        self._readers.pull(READER)


class PcscdHand:
    def __init__(self, service: PrivatePcscd, contents: CardContents) -> None:
        self._service, self._contents = service, contents
        self._card: RemoteCard | None = None

    def _put(self, *faults: Fault) -> None:
        self._card = self._service.insert(0, CardSpec(self._contents, faults))

    def fresh(self) -> None:
        self._put()

    def cut(self, command: int, *, lost: bool) -> None:
        self._put(*_cut(command, lost))

    def again(self) -> None:
        assert self._card is not None
        self._service.insert(0, self._card)

    def out(self) -> None:
        self._service.eject(0)


@contextmanager
def in_process(contents: CardContents, make: MakeCard = SimulatedCard, *, every: int = 1) -> Iterator[Bench]:
    readers = SimulatedReaders((READER,))
    keys = ToyKeySource()
    with bench_of(
        readers, READER, height="simulator", sources=(keys,), hsm=keys, pin=PIN,
        hand=InProcessHand(readers, contents, make), destructive=True, every=every,
    ) as bench:  # fmt: skip
        yield bench


@contextmanager
def behind_pcscd(service: PrivatePcscd, contents: CardContents, *, every: int) -> Iterator[Bench]:
    readers, keys = PcscReaders(), ToyKeySource()
    try:
        with bench_of(
            readers, service.reader_names[0], height="pcscd", sources=(keys,), hsm=keys, pin=PIN,
            hand=PcscdHand(service, contents), destructive=True, every=every,
        ) as bench:  # fmt: skip
            yield bench
    finally:
        readers.close()
