"""Steps of services by themselves: what is shown to whom, and what of it stays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import pytest

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord
from offline_cache.intents import Intent
from offline_cache.operations import Operation, State
from terminal import faults
from terminal.counter import SECOND_TITLE, CounterPort, Left
from terminal.errors import TerminalError, TerminalFault
from terminal.model import masks
from terminal.model.operations import PIN_CHANGE_BEGUN
from terminal.people.secret import SecretEntry
from terminal.pin import PinBuffer
from terminal.procedure import VisitPort
from terminal.receipts.errors import PaperError
from terminal.receipts.printer import Printed, Trouble, trouble
from terminal.receipts.words import Outcome
from terminal.sandbox.people import find_person
from terminal.services import card_pin_change, contact_change, doubtful_card, subsidy_enquiry
from terminal.services.catalogue import services
from terminal.services.ending import Ending, print_paper
from terminal.views import FaultView
from tests.receipts import samples
from tests.terminal.test_masks import record_of

PHONE = "13912345678"


class Digits(PinBuffer):
    """Remembers what it gave away, to see it wiped."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[bytearray] = []

    def take(self) -> bytearray:
        self.given.append(super().take())
        return self.given[-1]

    def peek(self) -> bytearray:
        self.given.append(super().peek())
        return self.given[-1]

    def type(self, digits: str) -> None:
        for digit in digits:
            self.add(int(digit))

    @property
    def wiped(self) -> bool:
        return not any(any(each) for each in self.given)


@dataclass
class Scripted:
    """A person whose card and counter say what the test wants."""

    record: CardRecord | None = field(default_factory=lambda: record_of(find_person("farmer")))
    pin: Digits = field(default_factory=Digits)
    refuses: CardError | None = None
    papers: list[Printed | PaperError] = field(default_factory=list)
    intent: object = None

    def __post_init__(self) -> None:
        self.second = SecretEntry(SECOND_TITLE)
        self.news: Left | None = None
        self.copies: list[int] = []

    @property
    def port(self) -> VisitPort:
        return cast("VisitPort", self)

    @property
    def counter(self) -> CounterPort:
        return cast(
            "CounterPort", SimpleNamespace(second=self.second, news=self.news, print=self.put_out, doubtful=self.find)
        )

    def find(self, _: CardRecord) -> object:
        return self.intent

    def put_out(self, left: Left) -> Printed:
        self.copies.append(left.receipt.copy)
        done = self.papers.pop(0)
        if isinstance(done, PaperError):
            raise done
        return done

    def pin_tries(self) -> int | None:
        if self.refuses is not None:
            raise self.refuses
        return 3

    def pin_word(self) -> int:
        return 0x63C3

    def verify_pin(self) -> None:
        self.show_pin(self.pin.take())

    def show_pin(self, digits: bytearray) -> None:
        digits[:] = bytes(len(digits))
        if self.refuses is not None:
            raise self.refuses


def typed(**fields: str) -> contact_change.State:
    state = contact_change.State()
    for name, text in fields.items():
        contact_change.set_field(state, f"{name}={text}")
    return state


def left(number: int = 1, outcome: Outcome = Outcome.RECORDED) -> Left:
    operation = Operation(
        position=number,
        epoch=1,
        seq=number,
        op_id=bytes([number] * 16),
        kind="contact-change",
        schema=1,
        subject=b"",
        subj_seq=1,
        refers_to=None,
        sealed=b"",
        sealed_hash=b"",
        head=b"",
        recorded_at=0,
        summary={},
        state=State.PENDING,
        since=0,
    )
    return Left(operation, samples.receipt(outcome))


OUT = Printed(on_paper=True)


def shown(ending: Ending) -> Printed | None:
    return ending.printed


def fault_of(ending: Ending) -> FaultView | None:
    return ending.fault


def test_what_needs_the_store_and_somebody_who_answers_for_it() -> None:
    assert {each.code for each in services() if each.leaves_something} == {"contact-change", "card-pin-change"}


def test_who_confirms_and_who_reviews_see_whose_change_it_is() -> None:
    visit = Scripted()
    assert visit.record is not None
    holder = visit.record.holder
    assert holder is not None
    page = contact_change.second(visit.port, typed(phone=PHONE))
    first, *_, new = page.lines
    assert masks.number(holder.social_security_number or "") in first.value.zh
    assert holder.name not in (None, first.value.zh)
    assert str(holder.social_security_number) not in first.value.zh
    assert new.value.zh == "139 1234 5678"


def test_leaving_the_second_person_wipes_what_was_typed_there() -> None:
    visit = Scripted()
    visit.second.set_number("2001")
    visit.second.add("x")
    contact_change.to_form(visit.port, typed(phone=PHONE))
    assert len(visit.second.secret) == 0


def test_a_field_takes_no_more_than_its_length_and_forgets_its_fault() -> None:
    state = typed(phone=PHONE + "9", region="37\uff19999", address="甲" * 500)
    assert (state.text("phone"), state.text("region")) == (PHONE, "37999")
    assert len(state.text("address")) == contact_change.ITEMS["address"].most
    for name in ("phone", "region"):
        state.errors[name] = faults.explain(TerminalError(TerminalFault.PHONE_INVALID))
    contact_change.set_field(state, "phone=1")
    assert set(state.errors) == {"region"}
    contact_change.forget(state)
    assert state.typed == {}


def test_only_the_word_about_this_change_is_news_and_a_new_word_is_a_new_paper() -> None:
    visit = Scripted()
    mine = left(1)
    state = contact_change.State(ending=Ending(left=mine))
    state.ending.printed = OUT
    visit.news = left(2, Outcome.COMPLETED)
    contact_change.news(visit.port, state)
    assert state.ending.left is mine
    visit.news = Left(mine.operation, samples.receipt(Outcome.COMPLETED))
    contact_change.news(visit.port, state)
    assert state.ending.left is visit.news
    assert shown(state.ending) is None
    state.ending.printed = OUT
    contact_change.news(visit.port, state)  # heard already
    assert shown(state.ending) is OUT


def test_a_paper_that_came_out_at_last_clears_its_fault_and_the_next_is_a_copy() -> None:
    visit = Scripted(papers=[trouble(Trouble.NO_PAPER), Printed(on_paper=True), Printed(on_paper=True)])
    ending = Ending(left=left())
    print_paper(visit.port, ending)
    assert fault_of(ending) is not None
    assert shown(ending) is None
    print_paper(visit.port, ending)
    assert fault_of(ending) is None
    assert shown(ending) is not None
    print_paper(visit.port, ending)
    assert visit.copies == [0, 0, 1]


def pins(visit: Scripted, *entries: str) -> card_pin_change.State:
    state = card_pin_change.State(old=Digits(), new=Digits())
    for digits in entries:
        visit.pin.type(digits)
        card_pin_change.enter(visit.port, state)
    return state


def test_a_new_pin_mistyped_or_weak_leaves_nothing_of_it() -> None:
    for again in ("860428", "111111"):
        visit = Scripted()
        state = pins(visit, "739182", "111111" if again == "111111" else "860427", again)
        assert (state.entry, state.message is None) == (card_pin_change.NEW, False)
        assert (len(state.new), len(state.old)) == (0, 6)
        assert visit.pin.wiped
        assert cast("Digits", state.new).wiped


def test_a_wrong_old_pin_has_all_three_typed_again() -> None:
    visit = Scripted(refuses=CardError(CardFault.PIN_WRONG, tries_left=2, sw=0x63C2))
    state = pins(visit, "739182", "860427", "860427")
    assert card_pin_change.prove(visit.port, state) == "wrong"
    assert (state.entry, state.tries, len(state.old), len(state.new)) == (card_pin_change.OLD, 2, 0, 0)


@pytest.mark.parametrize(
    ("fault", "told", "shown"),
    [
        (CardFault.PIN_WRONG, 2, 2),
        (CardFault.PIN_WRONG, 0, 0),
        (CardFault.PIN_WRONG, None, 3),
        (CardFault.PIN_FORMAT, None, 3),
    ],
)
def test_a_card_that_tells_no_tries_leaves_those_that_are_known(fault: CardFault, told: int | None, shown: int) -> None:
    visit, state = Scripted(refuses=CardError(fault, tries_left=told)), subsidy_enquiry.State(tries=3)
    assert subsidy_enquiry.verify(visit.port, state) == "wrong"
    assert subsidy_enquiry.pin_page(visit.port, state).tries_left == shown


def test_the_tries_of_a_doubtful_card_are_known_before_a_pin_is_asked_for() -> None:
    intent = Intent(bytes(16), bytes(16), {}, 0, PIN_CHANGE_BEGUN, None)
    visit, state = Scripted(intent=intent), doubtful_card.State()
    assert doubtful_card.find(visit.port, state) == "open"
    assert doubtful_card.settle(visit.port, state) == "pin"
    assert state.tries == 3
    assert doubtful_card.find(replace(visit, intent=None).port, state) == "settled"
