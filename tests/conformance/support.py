"""A hand that puts cards into the readers of a private pcscd."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cardio.conformance.bench import Bench
from cardio.conformance.benches import bench_of
from cardio.pcsc import PcscReaders
from cardio.simulator.bench import cut_at
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault
from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from cardio.simulator.spec import CardSpec
from cardio.simulator.toykeys import ToyKeySource

PIN = bytes((1, 2, 3, 4, 5, 6))


class PcscdHand:
    def __init__(self, service: PrivatePcscd, contents: CardContents) -> None:
        self._service, self._contents = service, contents
        self._card: RemoteCard | None = None

    def _put(self, *faults: Fault) -> None:
        self._card = self._service.insert(0, CardSpec(self._contents, faults))

    def fresh(self) -> None:
        self._put()

    def cut(self, command: int, *, lost: bool) -> None:
        self._put(*cut_at(command, lost=lost))

    def again(self) -> None:
        assert self._card is not None
        self._service.insert(0, self._card)

    def out(self) -> None:
        self._service.eject(0)


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
