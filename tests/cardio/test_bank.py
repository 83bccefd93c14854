"""The bank's side of the chip: four digits, and nothing else of the number."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import TableLink

DEBIT = "00A4040008A000000333010101"
CREDIT = "00A4040008A000000333010102"
DIRECTORY = "00A404000E315041592E5359532E4444463031"
RECORD = "00B2011400"


def read(bank: dict[str, str], other: str = "6D00") -> tuple[CardRecord, list[str]]:
    link = TableLink(cards.table(2, t0=False) | bank, cards.ATR, other=other)
    record = CardSession(link, [Keys()]).read(fields_all=True)
    commands = [apdu.hex().upper() for apdu in link.sent]
    return record, commands[commands.index(DEBIT) :]


def test_the_last_four_digits() -> None:
    record, commands = read(cards.bank_table())
    assert (record.bank_account_last4, record.errors) == ("2345", ())
    assert len(commands) == 3


def test_the_whole_number_is_seen_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    record, _ = read(cards.bank_table())
    assert cards.PAN not in caplog.text + repr(record) + repr(vars(record))
    assert cards.PAN[:10] not in caplog.text + repr(vars(record))
    assert "2345" not in repr(record)


def test_it_is_not_read_unless_asked_for() -> None:
    link = TableLink(cards.table(2) | cards.bank_table(), cards.ATR)
    assert CardSession(link, [Keys()]).read().bank_account_last4 is None
    assert bytes.fromhex(DEBIT) not in link.sent


@pytest.mark.parametrize("pan", ["621799990012", "6217999900000012345", "6217999900001234"])
def test_numbers_of_any_length(pan: str) -> None:
    record, _ = read(cards.bank_table(pan))
    assert record.bank_account_last4 == pan[-4:]


def test_the_credit_application_is_second() -> None:
    bank = cards.bank_table()
    bank[CREDIT] = bank.pop(DEBIT)
    record, commands = read(bank, other="6A82")
    assert record.bank_account_last4 == "2345"
    assert commands[:2] == [DEBIT, CREDIT]


def test_a_card_without_a_bank_asks_three_questions() -> None:
    record, commands = read({}, other="6A82")
    assert (record.bank_account_last4, record.errors) == (None, ())
    assert commands == [DEBIT, CREDIT, DIRECTORY]


def test_a_card_that_wants_its_directory_selected_first() -> None:
    bank = cards.bank_table() | {DIRECTORY: "9000"}
    seen: list[str] = []

    def twist(_: int, answer: bytes) -> bytes:
        seen.append(link.sent[-1].hex().upper())
        return b"\x6a\x82" if seen[-1] == DEBIT and DIRECTORY not in seen else answer

    link = TableLink(cards.table(2) | bank, cards.ATR, other="6A82", twist=twist)
    assert CardSession(link, [Keys()]).read(fields_all=True).bank_account_last4 == "2345"


@pytest.mark.parametrize("answer", ["70 02 5A00 9000", "70 03 5A01FF 9000", "6A83", "6A82", "70 03 9F1F00 9000"])
def test_no_number_is_no_fault(answer: str) -> None:
    record, _ = read(cards.bank_table() | {RECORD: answer})
    assert (record.bank_account_last4, record.errors) == (None, ())


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("70 04 5A0212349000", CardFault.FIELD_UNREADABLE),
        ("70 0A 5A08 62179999A0001234 9000", CardFault.FIELD_UNREADABLE),
        ("70 0D 5A0B 6217999900001234567890 9000", CardFault.FIELD_UNREADABLE),
        ("70 0A 5A08 6217 9000", CardFault.ANSWER_MALFORMED),
        ("9000", CardFault.ANSWER_MALFORMED),  # a record that got lost on the way
        ("6982", CardFault.STATUS_UNEXPECTED),
        ("9303", CardFault.APPLICATION_BLOCKED),
    ],
)
def test_a_number_that_cannot_be_read_leaves_the_rest(answer: str, fault: CardFault) -> None:
    record, _ = read(cards.bank_table() | {RECORD: answer})
    assert record.bank_account_last4 is None
    (error,) = record.errors
    assert isinstance(error, CardError)
    assert error.fault is fault
    assert "62179999" not in str(error)
    assert record.holder is not None


def test_a_blocked_bank_leaves_the_rest() -> None:
    record, _ = read({DEBIT: "9303"})
    (error,) = record.errors
    assert isinstance(error, CardError)
    assert error.fault is CardFault.APPLICATION_BLOCKED
    assert record.authenticated


@given(st.binary(max_size=64))
def test_any_record_gives_four_digits_or_nothing(data: bytes) -> None:
    record, _ = read(cards.bank_table() | {RECORD: data.hex() + "9000"})
    last4 = record.bank_account_last4
    assert last4 is None or (len(last4) == 4 and last4.isdecimal())
