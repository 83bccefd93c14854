"""Benches over a private pcscd, and what tests want to know of outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cardio.conformance import keys
from cardio.conformance.bench import Bench
from cardio.conformance.benches import bench_of
from cardio.conformance.case import Case, Outcome, Verdict
from cardio.conformance.run import CASES
from cardio.pcsc import PcscReaders
from cardio.simulator.contents import CardContents
from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from cardio.simulator.toykeys import ToyKeySource

PIN = bytes((1, 2, 3, 4, 5, 6))


def failed(found: Sequence[Outcome]) -> dict[str, str]:
    """What failed, and how."""
    return {each.case.id: each.found for each in found if each.verdict is Verdict.FAILED}


def skipped(found: Sequence[Outcome]) -> dict[str, str]:
    """What was not applicable, and why."""
    return {each.case.id: each.found for each in found if each.verdict is Verdict.NOT_APPLICABLE}


def cases(*ids: str) -> list[Case]:
    """Cases by their ids, in the order of the suite."""
    wanted = [case for case in CASES if case.id in ids]
    assert len(wanted) == len(ids)
    return wanted


def part_of_keys(every: int, at: int = 0) -> list[Case]:
    """All cases but of those that are made for each key: of them one in ``every``, beginning with the ``at``-th."""
    made = {case.id for case in keys.CASES[at::every]}
    return [case for case in CASES if case.id in made or not case.id.startswith("K-")]


class PcscdHand:
    """Puts cards into the first reader of a private pcscd, and really pulls them."""

    def __init__(self, service: PrivatePcscd, contents: CardContents) -> None:
        self._service, self._contents = service, contents
        self._card: RemoteCard | None = None
        self._in = False

    def fresh(self) -> None:
        self._card, self._in = self._service.insert(0, self._contents), True

    def out(self) -> None:
        self._service.eject(0)
        self._in = False

    def again(self) -> None:
        if self._card is not None and not self._in:
            self._service.insert(0, self._card)
        self._in = True


@contextmanager
def behind_pcscd(service: PrivatePcscd, contents: CardContents, *, every: int) -> Iterator[Bench]:
    readers, keys = PcscReaders(), ToyKeySource()
    try:
        with bench_of(
            readers, service.reader_names[0], height="pcscd", sources=(keys,), hsm=keys, pin=bytearray(PIN),
            hand=PcscdHand(service, contents), destructive=True, every=every,
        ) as bench:  # fmt: skip
            yield bench
    finally:
        readers.close()
