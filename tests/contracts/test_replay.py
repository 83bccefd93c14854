"""A card that plays back what a genuine one once answered: worth nothing, since every proof asks with a new number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import CardIdentity, KeySource
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

CARD, SAM = "Reader A", "Reader B"
GET_CHALLENGE, INTERNAL_AUTHENTICATE = 0x84, 0x88

Source = Callable[[SimulatedReaders], KeySource]


class Recorder(SimulatedCard):
    """Keeps its first challenge and its first proof, and gives them again once it plays."""

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents, t0=False)
        self.kept: dict[int, bytes] = {}
        self.playing = False

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] not in (GET_CHALLENGE, INTERNAL_AUTHENTICATE):
            return answer
        first = self.kept.setdefault(apdu[1], answer)
        return first if self.playing else answer


class Unchanging(PsamKeySource):
    """The mistake itself: asks with one number for ever."""

    def nonce(self, card: CardIdentity) -> bytes:
        super().nonce(card)
        return bytes(8)


def proofs(contents: CardContents, source: Source) -> list[Exception | None]:
    """Why the genuine card was refused, and why its record was."""
    readers = SimulatedReaders((CARD, SAM))
    card = Recorder(contents)
    readers.insert(CARD, card)
    readers.insert(SAM, SimulatedPsam(PsamContents()))
    found: list[Exception | None] = []
    for playing in (False, True):
        card.playing = playing
        found.append(CardSession(readers.connect(CARD), [source(readers)]).read().rejected)
    assert set(card.kept) == {GET_CHALLENGE, INTERNAL_AUTHENTICATE}
    return found


def psam(readers: SimulatedReaders) -> KeySource:
    return PsamKeySource(lambda: readers.connect(SAM))


def toy(readers: SimulatedReaders) -> KeySource:
    return ToyKeySource()


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
@pytest.mark.parametrize("source", [psam, toy])
def test_a_recorded_answer_proves_nothing(contents: CardContents, source: Source) -> None:
    genuine, played = proofs(contents, source)
    assert genuine is None
    assert isinstance(played, CardError)
    assert played.fault is CardFault.NOT_GENUINE


def test_the_record_would_pass_where_the_number_never_changed() -> None:
    """That the test above tries what it says."""
    for contents in PERSONAS:
        assert proofs(contents, lambda readers: Unchanging(lambda: readers.connect(SAM)))[1] is None
