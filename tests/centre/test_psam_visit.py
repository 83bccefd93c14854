"""A terminal with a PSAM: it proves the card first, the centre sees it proven too, and its slot is nobody's card."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import Algorithm
from cardio.psam import PsamKeySource
from cardio.readers import Presence, Without, choose
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import THIRD
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.reader import SimulatedReaders
from cardio.worker import CardWorker
from terminal.centre.client import CentreClient
from terminal.centre.errors import CentreError
from terminal.reference import Reference
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.visit import Visit
from tests.centre.support import Member

CARD, PSAM = "card reader", "psam reader"


def no_counter() -> object:
    raise AssertionError("no counter is wanted here")


@contextmanager
def visit_of(
    made: CardContents | SimulatedCard, centre: Callable[[], CentreClient | None], psam: SimulatedPsam | None = None
) -> Iterator[Visit]:
    readers = SimulatedReaders([CARD, PSAM])
    readers.insert(CARD, made if isinstance(made, SimulatedCard) else SimulatedCard(made))
    if psam is not None:
        readers.insert(PSAM, psam)
    slots = Without(readers, PSAM)
    state = choose(slots.snapshot())
    worker = CardWorker(slots, state.name)
    source = PsamKeySource(lambda: readers.connect(PSAM))
    visit = Visit(
        worker,
        state.insertion,
        centre,
        deadline=20.0,
        counter=no_counter,  # type: ignore[arg-type]
        reference=Reference,
        psam=source,
    )
    try:
        yield visit
    finally:
        visit.drop()
        worker.stop()
        source.close()


@pytest.mark.parametrize("slug", ["elder", "farmer"])
def test_the_psam_proves_and_the_centre_gives_its_token(
    centre: SandboxCentre, member: Member, population: Population, slug: str
) -> None:
    with visit_of(contents(population.find(slug)), member.client, SimulatedPsam()) as visit:
        record = visit.read()
        assert (record.authenticated_by, record.errors) == ("psam", ())
        assert visit.proven
        assert visit.card_status().state


def test_without_a_centre_the_psam_is_enough_to_read() -> None:
    with visit_of(THIRD, lambda: None, SimulatedPsam()) as visit:
        record = visit.read()
        assert (record.authenticated_by, record.errors) == ("psam", ())
        assert record.holder is not None
        assert not visit.proven


def test_an_empty_slot_leaves_it_to_the_centre(centre: SandboxCentre, member: Member, population: Population) -> None:
    with visit_of(contents(population.find("elder")), member.client) as visit:
        record = visit.read()
        assert (record.authenticated_by, record.errors) == ("hsm", ())
        assert visit.proven


def test_a_psam_of_few_ciphers_leaves_the_third_generation_to_the_centre(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    narrow = SimulatedPsam(PsamContents(algorithms=frozenset({Algorithm.TDES})))
    with visit_of(contents(population.find("elder")), member.client, narrow) as visit:
        assert visit.read().authenticated_by == "hsm"


def test_a_card_that_the_centre_does_not_know_stays_proven_by_the_psam(centre: SandboxCentre, member: Member) -> None:
    """It is genuine by its keys; that the register has no such card is another matter, and is told."""
    with visit_of(THIRD, member.client, SimulatedPsam()) as visit:
        record = visit.read()
        assert record.authenticated_by == "psam"
        assert len(record.errors) == 1
        assert not visit.proven


class TwoFaced(SimulatedCard):
    """Answers one of the questions of internal authentication wrongly. :param which: from 1."""

    def __init__(self, made: CardContents, which: int) -> None:
        super().__init__(made, t0=False)
        self._which, self.questions = which, 0

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] != 0x88:
            return answer
        self.questions += 1
        return bytes((answer[0] ^ (self.questions == self._which),)) + answer[1:]


@pytest.mark.parametrize(("which", "asked"), [(1, 1), (2, 2)], ids=["the PSAM refuses", "the centre refuses"])
def test_where_psam_and_centre_do_not_agree_the_card_is_closed(
    centre: SandboxCentre, member: Member, population: Population, which: int, asked: int
) -> None:
    """One of them was deceived, and nobody can say which: nothing of the holder, no token, and the reason is told."""
    card = TwoFaced(contents(population.find("elder")), which)
    with visit_of(card, member.client, SimulatedPsam()) as visit:
        record = visit.read()
        assert card.questions == asked  # one that the PSAM refused is not shown to the centre
        assert (record.authenticated_by, record.holder, visit.proven) == (None, None, False)
        assert isinstance(record.rejected, CardError)
        assert record.rejected.fault is CardFault.NOT_GENUINE
        with pytest.raises(CentreError):
            visit.card_status()


class TestWithout:
    def test_the_hidden_slot_is_no_place_for_a_card(self) -> None:
        readers = SimulatedReaders([CARD, PSAM])
        readers.insert(PSAM, SimulatedPsam())
        slots = Without(readers, PSAM)
        assert [state.name for state in slots.snapshot()] == [CARD]
        with pytest.raises(CardError) as refused:
            choose(slots.snapshot())
        assert refused.value.fault is CardFault.NO_CARD
        slots.connect(PSAM).close()

    def test_a_change_is_seen_and_the_hidden_one_is_not(self) -> None:
        readers = SimulatedReaders([CARD, PSAM])
        slots = Without(readers, PSAM)
        before = slots.snapshot()
        seen: list[tuple[Presence, ...]] = []

        def watch() -> None:
            states = before
            while states == before:
                states = slots.wait(before, 20.0)
            seen.append(tuple(state.presence for state in states))

        watcher = threading.Thread(target=watch)
        watcher.start()
        readers.insert(PSAM, SimulatedPsam())
        readers.insert(CARD, SimulatedCard(THIRD))
        watcher.join(20.0)
        assert seen == [(Presence.CARD,)]

    def test_a_change_before_waiting_is_not_missed(self) -> None:
        readers = SimulatedReaders([CARD, PSAM])
        slots = Without(readers, PSAM)
        before = slots.snapshot()
        readers.insert(CARD, SimulatedCard(THIRD))
        assert slots.snapshot() != before
        assert slots.wait(before, 20.0)[0].presence is Presence.CARD
        slots.cancel()
        slots.close()
