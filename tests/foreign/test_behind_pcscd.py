"""One round with each generation of the foreign card behind a real pcscd, vpcd and pyscard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cardio.errors import CardError, CardFault
from cardio.link import Link
from cardio.personalise import Made, Outcome
from cardio.session import CardSession
from cardio.simulator.spec import OtherSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.foreign.contents import Make
from tests.foreign.support import differences, digits, issued, order
from tests.support.private_pcscd import shared_pcscd
from tests.support.worlds import ClosingReaders

MAKER = "tests.foreign.behind_reader:made"


@pytest.fixture
def link_to() -> Iterator[Callable[..., Link]]:
    """Puts a card of this make into the reader, and gives a link to it."""
    service, readers = shared_pcscd(), ClosingReaders()

    def linked(**made: object) -> Link:
        service.insert(0, OtherSpec(MAKER, made))
        return readers.connect(service.reader_names[0])

    yield linked
    readers.close()
    shared_pcscd()


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_it_is_read_and_its_pin_changed_and_unblocked(link_to: Callable[..., Link], generation: int) -> None:
    opened = CardSession(link_to(generation=generation), [ToyKeySource()])
    assert differences(opened.read(fields_all=True), Make(generation)) == {}
    opened.change_pin(digits("123456"), digits("246813"))
    for left in (2, 1, 0):
        with pytest.raises(CardError) as wrong:
            opened.verify_pin(digits("123456"))
        assert wrong.value.tries_left == left
    assert wrong.value.fault is CardFault.PIN_LOCKED
    opened.unblock_pin()
    opened.verify_pin(digits("246813"))
    opened.reload_pin(digits("2468"))
    opened.verify_pin(digits("2468"))


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_it_is_issued_into(link_to: Callable[..., Link], generation: int) -> None:
    link = link_to(generation=generation, blank=True)
    wish = order(generation)
    outcome = issued(link, wish)
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.fault) == (Made.MADE, None)
    record = CardSession(link, [ToyKeySource()]).read()
    assert (record.holder, record.card_number, record.errors) == (wish.holder, wish.card_number, ())
