"""A batch of orders: what is refused with its line, and what becomes of blank cards in readers in process."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.errors import CardError, CardFault
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from terminal.cli.personalise import work_through
from terminal.errors import TerminalError, TerminalFault
from terminal.issuing.batch import MOST_BYTES, NEEDED, Order, parse
from terminal.issuing.press import Press, Report, Row
from terminal.model.identifiers import card_number_check, make_citizen_number

READER = "Simulated Reader 00"


def row(nth: int = 1, **changes: str | None) -> dict[str, str]:
    first8 = f"Z{nth:07d}"
    whole = {
        "application": f"A-{nth}",
        "number": make_citizen_number("379999", date(1970, 1, 2), nth),
        "name": "石小河",
        "sex": "1",
        "nation": "01",
        "birth_place": "379999",
        "birth_date": "1970-01-02",
        "card_number": first8 + card_number_check(first8),
        "issued_on": "2026-01-02",
        "expires_on": "2036-01-02",
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def csv_of(*rows: dict[str, str]) -> bytes:
    return "\n".join([",".join(NEEDED), *(",".join(each.get(name, "") for name in NEEDED) for each in rows)]).encode()


def test_csv_and_json_give_the_same_orders() -> None:
    rows = [row(1), row(2)]
    from_csv = parse(b"\xef\xbb\xbf" + csv_of(*rows))
    assert [order.line for order in from_csv] == [2, 3]
    array = parse(json.dumps(rows, ensure_ascii=False, indent=0).encode())
    lines = parse("\n".join(json.dumps(each) for each in rows).encode())
    assert [order.issue for order in from_csv] == [order.issue for order in array] == [order.issue for order in lines]
    assert [order.line for order in lines] == [1, 2]


LINES = [
    (csv_of(row(1), row(2, sex="3")), 3, "sex"),
    (csv_of(row(1), row(1)), 3, "application"),
    (csv_of(row(1, number="379999197001020011")), 2, "number"),
    (csv_of(row(1, birth_date="1970-01-03")), 2, "birth_date"),
    (csv_of(row(1, birth_date="1970-02-30")), 2, "birth_date"),
    (csv_of(row(1, card_number="Z00000019")), 2, "card_number"),
    (csv_of(row(1, name="石\U00020bb7")), 2, "name"),
    (csv_of(row(1, name="")), 2, "name"),
    (csv_of(row(1, expires_on="2020-01-01")), 2, "expires_on"),
    (csv_of(row(1)) + b",extra", 2, "columns"),
    (csv_of(row(1)) + b'\n"', 3, "CSV"),
    (json.dumps([row(1), row(2) | {"more": "x"}], indent=0).encode(), 14, "unknown field no. 11"),
    (json.dumps([row(1) | {"sex": 1}]).encode(), 1, "sex"),
    (json.dumps([row(1) | {"card_id": "00"}]).encode(), 1, "card_id"),
    (json.dumps([row(1) | {"photo": "!"}]).encode(), 1, "photo"),
    (b'[{"application": "A", "application": "B"}]', 1, "JSON"),
    (b"[\n\n{]", 3, "JSON"),
    (b"[" * 100_000, 1, "no orders"),
]


@pytest.mark.parametrize(("content", "line", "what"), LINES)
def test_a_wrong_line_is_named_and_nothing_of_it_is_said(content: bytes, line: int, what: str) -> None:
    with pytest.raises(TerminalError) as refused:
        parse(content)
    if refused.value.fault is TerminalFault.BATCH_LINE:
        assert refused.value.values == {"line": line, "what": what}
    else:
        assert refused.value.values == {"what": what}
    assert "1970" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"a" * (MOST_BYTES + 1), b"a,b\x00\n"])
def test_what_is_no_batch(content: bytes) -> None:
    with pytest.raises(TerminalError) as refused:
        parse(content)
    assert refused.value.fault is TerminalFault.BATCH_UNREADABLE


@given(
    st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: ("[" + text).encode("utf-8", "replace")))
)
def test_any_file_gives_orders_or_our_faults(content: bytes) -> None:
    with pytest.raises(TerminalError):
        parse(content)


class PlainBook:
    """The book as a dictionary; the journal's is tested through the command."""

    def __init__(self) -> None:
        self.state: dict[tuple[str, bytes], str | None] = {}
        self.written: list[tuple[str, str]] = []

    def mark(self, card_id: bytes) -> bytes:
        return card_id

    def begun_on(self, card_id: bytes) -> str | None:
        return next(
            (app for (app, on), how in self.state.items() if on == card_id and how in {None, "half-made", "untold"}),
            None,
        )

    def card_of(self, application: str) -> bytes | None:
        return next((on for app, on in self.state if app == application), None)

    def spoiled(self, card_id: bytes) -> bool:
        return any(on == card_id and how == "spoiled" for (_, on), how in self.state.items())

    def begin(self, application: str, card_id: bytes, plan: str) -> None:
        self.written.append(("begun", application))
        self.state.setdefault((application, card_id), None)

    def end(self, application: str, card_id: bytes, plan: str, state: str, proof: bytes, *, wrote: bool) -> None:
        self.written.append((state, application))
        if state != "untouched":
            self.state[application, card_id] = state
        elif self.state[application, card_id] is None:
            del self.state[application, card_id]


def card(nth: int, *faults: Fault) -> SimulatedCard:
    empty = replace(THIRD, number=None, name=None, birth_date=None, card_number="")
    return SimulatedCard(
        replace(
            empty,
            history=THIRD.history[:-1] + bytes((nth,)),
            card_id=THIRD.card_id[:11] + bytes((nth,)) + THIRD.card_id[12:],
        ),
        faults,
    )


def worked(orders: tuple[Order, ...], book: PlainBook, cards: list[SimulatedCard]) -> list[Report]:
    readers = SimulatedReaders((READER,))
    coming = iter(cards)

    def ask(_: Order) -> None:
        if (here := next(coming, None)) is not None:
            readers.insert(READER, here)

    return work_through(Press(orders, book, [ToyKeySource()]), readers, None, 0, ask)


def test_cards_are_made_one_after_the_other_and_the_same_again_writes_nothing() -> None:
    orders, book, cards = parse(csv_of(row(1), row(2), row(3))), PlainBook(), [card(1), card(2)]
    reports = worked(orders, book, cards)
    assert [report.state for report in reports] == [Row.MADE, Row.MADE, Row.WAITING]
    assert book.written == [("begun", "A-1"), ("made", "A-1"), ("begun", "A-2"), ("made", "A-2")]
    readers = SimulatedReaders((READER,))
    readers.insert(READER, cards[1])
    record = CardSession(readers.connect(READER), [ToyKeySource()]).read()
    assert record.holder is not None
    assert record.holder.social_security_number == row(2)["number"]
    again = worked(orders, book, cards)
    assert [report.state for report in again] == [Row.ALREADY, Row.ALREADY, Row.WAITING]
    assert [report.written for report in again] == [0, 0, 0]


def test_a_pulled_card_is_known_again_and_goes_on() -> None:
    orders, book = parse(csv_of(row(1), row(2))), PlainBook()
    pulled = card(1, Fault(Trouble.REMOVED_AFTER, 32))
    first = worked(orders, book, [pulled])
    assert [report.state for report in first] == [Row.HALF_MADE, Row.WAITING]
    assert isinstance(first[0].fault, CardError)
    assert first[0].fault.fault is CardFault.CARD_REMOVED
    # The other card is not taken for the begun application, and the pulled one for no other.
    then = worked(orders, book, [card(2), pulled])
    assert [report.state for report in then] == [Row.REFUSED, Row.REFUSED]
    assert isinstance(then[0].fault, TerminalError)
    assert then[0].fault.fault is TerminalFault.ISSUED_ELSEWHERE
    last = worked(orders, book, [pulled, card(2)])
    assert [report.state for report in last] == [Row.MADE, Row.MADE]


@pytest.mark.parametrize("trouble", [Trouble.TORN, Trouble.TORN_ERASED])
@pytest.mark.parametrize("tag", [0x08, 0x07], ids=["number", "card number"])
def test_a_card_whose_power_went_in_the_middle_of_a_number_goes_on(tag: int, trouble: Trouble) -> None:
    orders, book = parse(csv_of(row(1))), PlainBook()
    at = commands_of_update(tag)
    cut = card(1, Fault(trouble, at, 4))
    (first,) = worked(orders, book, [cut])
    assert first.state is Row.HALF_MADE
    (stranger,) = worked(orders, PlainBook(), [cut])  # of which nobody knows that it was begun
    assert (stranger.state, stranger.fault.__class__) == (Row.REFUSED, CardError)
    (last,) = worked(orders, book, [cut])
    assert (last.state, last.fault) == (Row.MADE, None)


def test_a_begun_card_whose_data_cannot_be_told_apart_is_for_two_people() -> None:
    """Nothing promises that inserting it again will help, and its order takes no other card."""
    book = PlainBook()
    cut = card(1, Fault(Trouble.TORN, commands_of_update(0x08), 12))
    assert worked(parse(csv_of(row(1))), book, [cut])[0].state is Row.HALF_MADE
    other = make_citizen_number("379999", date(1980, 1, 2), 1)
    changed = parse(csv_of(row(1, number=other, birth_date="1980-01-02")))
    (report,) = worked(changed, book, [cut])
    assert (report.state, report.written) == (Row.UNTOLD, 0)
    assert isinstance(report.fault, TerminalError)
    assert report.fault.fault is TerminalFault.CARD_UNTOLD
    assert worked(changed, book, [card(2)])[0].state is Row.REFUSED


def test_a_card_that_was_spoiled_is_not_made_at_its_next_insertion() -> None:
    orders, book = parse(csv_of(row(1))), PlainBook()
    at = commands_of_update(0x08)
    worn = card(1, Fault(Trouble.WRONG_STATUS, at, 0x6581), Fault(Trouble.WRONG_STATUS, at + 2, 0x6581))
    assert worked(orders, book, [worn])[0].state is Row.SPOILED
    (again,) = worked(orders, book, [worn])
    assert again.state is Row.REFUSED
    assert isinstance(again.fault, TerminalError)
    assert again.fault.fault is TerminalFault.CARD_SPOILED


class Noting(SimulatedCard):
    """Keeps its commands."""

    said: tuple[bytes, ...] = ()

    def process(self, apdu: bytes) -> bytes:
        self.said += (apdu,)
        return super().process(apdu)


def commands_of_update(tag: int) -> int:
    """Number of the command that writes this record of a blank card."""
    whole = Noting(card(1).contents)
    assert worked(parse(csv_of(row(1))), PlainBook(), [whole])[0].state is Row.MADE
    return next(n for n, apdu in enumerate(whole.said, 1) if apdu[1] == 0xDC and apdu[2] == tag)


def test_a_card_of_somebody_else_is_refused_and_left_as_it_is() -> None:
    book = PlainBook()
    (report,) = worked(parse(csv_of(row(1))), book, [SimulatedCard(THIRD)])
    assert report.state is Row.REFUSED
    assert isinstance(report.fault, CardError)
    assert report.fault.fault is CardFault.CARD_NOT_BLANK
    assert book.written == [("begun", "A-1"), ("untouched", "A-1")]
