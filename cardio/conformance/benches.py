"""A bench over whatever readers there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cardio.conformance.bench import Bench, Hand, Typist
from cardio.interface33 import Interface33
from cardio.keysource import KeySource
from cardio.link import Link
from cardio.readers import ReaderSystem
from cardio.worker import CardWorker


@contextmanager
def bench_of(
    readers: ReaderSystem,
    reader: str,
    *,
    height: str,
    sources: Sequence[KeySource] = (),
    hsm: KeySource | None = None,
    pin: bytes | None = None,
    hand: Hand | None = None,
    destructive: bool = False,
    every: int = 1,
) -> Iterator[Bench]:
    """See :class:`cardio.conformance.bench.Bench`. Everything is let go of at the end."""
    worker = CardWorker(readers, reader)
    keypad = Typist(pin)
    interface = Interface33(readers, lambda name: worker, lambda: sources, keypad=keypad, reader=reader)

    @contextmanager
    def opened() -> Iterator[Link]:
        """The card freshly powered. Nobody else should be at this reader: no transaction is held."""
        link = readers.connect(reader)
        try:
            link.reset()
            yield link
        finally:
            link.close()

    try:
        yield Bench(height, readers, reader, interface, keypad, opened, sources, hsm, pin, hand, destructive, every)
    finally:
        interface.close()
        worker.stop()
