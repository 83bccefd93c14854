"""A conformance bench with simulated cards and a hand that pulls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cardio.conformance.bench import Bench, Functions
from cardio.conformance.benches import bench_of
from cardio.psam import PsamKeySource
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

READER, _PSAM_SLOT = "Simulated Reader 00", "Simulated Reader 01"
MakeCard = Callable[[CardContents], SimulatedCard]


class SimulatedHand:
    """Implements :class:`cardio.conformance.bench.Hand`. :param make: makes each fresh card."""

    def __init__(self, readers: SimulatedReaders, contents: CardContents, make: MakeCard) -> None:
        self._readers, self._contents, self._make = readers, contents, make
        self._card = make(contents)

    def fresh(self) -> None:
        self._card = self._make(self._contents)
        self.again()

    def again(self) -> None:
        self._readers.insert(READER, self._card)

    def out(self) -> None:
        self._readers.pull(READER)


@contextmanager
def simulated_bench(
    card: int | CardContents,
    make: MakeCard = SimulatedCard,
    *,
    destructive: bool = True,
    every: int = 1,
    driver: Callable[[Functions], Functions] = lambda functions: functions,
    psam: PsamContents | None = None,
) -> Iterator[Bench]:
    """:param card: a generation, or what is in the card. :param driver: see :func:`bench_of`.
    :param psam: what proves the card; toy keys in its place otherwise.
    """
    contents = PERSONAS[card - 1] if isinstance(card, int) else card
    readers, keys = SimulatedReaders((READER, _PSAM_SLOT)), ToyKeySource()
    if psam is not None:
        readers.insert(_PSAM_SLOT, SimulatedPsam(psam))
    held = PsamKeySource(lambda: readers.connect(_PSAM_SLOT))
    pin = bytearray(int(digit) for digit in contents.pin) if contents.pin else None
    with bench_of(
        readers,
        READER,
        height="simulator",
        sources=(held if psam is not None else keys,),
        hsm=keys,
        pin=pin,
        hand=SimulatedHand(readers, contents, make),
        destructive=destructive,
        every=every,
        driver=driver,
    ) as bench:
        yield bench
    held.close()
