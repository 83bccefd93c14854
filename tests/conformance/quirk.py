"""What a quirk is: something wrong with a card or a reader, and the cases that find it."""

from __future__ import annotations

from dataclasses import dataclass

from cardio.simulator.card import SimulatedCard
from cardio.simulator.psam_contents import PsamContents
from tests.conformance import wrong_cards as cards
from tests.conformance import wrong_pins as pins
from tests.conformance import wrong_readers as readers


@dataclass(frozen=True)
class Quirk:
    """:param must: ids of the cases that fail on it. :param may: of those that fail too, which are tested elsewhere.
    :param psam: what proves the card, in place of the toy keys.
    """

    name: str
    must: frozenset[str]
    card: cards.MakeCard = SimulatedCard
    driver: readers.Driver = lambda functions: functions
    may: frozenset[str] = frozenset()
    psam: PsamContents | None = None

    @property
    def torn(self) -> bool:
        """Only a pull at the one writing command shows it."""
        return self.card in {cards.TearsWrites, pins.TearsPins}


def of_card(card: type[SimulatedCard], must: str) -> Quirk:
    """:param must: ids with blanks between."""
    return Quirk(card.__name__, frozenset(must.split()), card)
