"""The bank's side of the chip: four digits, and nothing else of the number."""

from __future__ import annotations

import copy
import logging
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.apps.account import AccountNumber, Audit
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
        ("9000", CardFault.ANSWER_MALFORMED),  # lost on the way: not a card without an account
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


def test_the_full_way_by_options_and_locator() -> None:
    """Where the usual record is not there, the application is asked where its records are."""
    bank = cards.bank_table()
    record = bank[f"00B20114{bank[RECORD][2:]}"]
    bank |= {
        DEBIT: "6F14 8408A000000333010101 A508 9F3805 9F6604 9A03 9000".replace(" ", ""),
        RECORD: "6A83",
        "80A8000009" + "8307" + "00" * 7: "800A7C0008010100180102019000",
        "00B2010C00": "7003 9F1F00 9000".replace(" ", ""),
        "00B2011C00": "6A83",
        "00B2021C00": record,
    }
    found, commands = read(bank)
    assert (found.bank_account_last4, found.errors) == ("2345", ())
    assert commands[-1] == "00B2021C00"


@pytest.mark.parametrize(
    "answer",
    [
        "77 0A 8202 7C00 9404 18010100 9000",  # each with its tag
        "80 06 7C00 18010100 9000",
    ],
)
def test_both_forms_of_the_options_are_read(answer: str) -> None:
    bank = cards.bank_table()
    record = bank[f"00B20114{bank[RECORD][2:]}"]
    bank |= {RECORD: "6A83", "80A80000028300": answer.replace(" ", ""), "00B2011C00": record}
    assert read(bank)[0].bank_account_last4 == "2345"


@pytest.mark.parametrize("answer", ["80037C0008 9000", "80067C0000010100 9000", "80067C0008020100 9000"])
def test_a_locator_that_is_none_is_a_fault(answer: str) -> None:
    record, _ = read(cards.bank_table() | {RECORD: "6A83", "80A80000028300": answer.replace(" ", "")})
    (error,) = record.errors
    assert isinstance(error, CardError)
    assert error.fault is CardFault.ANSWER_MALFORMED


def test_a_locator_without_end_is_left_after_sixteen_records() -> None:
    _, commands = read(cards.bank_table() | {RECORD: "6A83", "80A80000028300": "80067C000801FF009000"}, other="6A83")
    assert sum(command.endswith("0C00") for command in commands) == 16


def test_no_more_than_sixteen_records_in_all_parts_of_a_locator() -> None:
    options = {"80A80000028300": "800E7C00" + "08010A00" + "18010A00" + "20010A00" + "9000"}
    _, commands = read(cards.bank_table() | {RECORD: "6A83"} | options, other="6A83")
    ways = [command[-4:] for command in commands if command[:4] == "00B2" and command != RECORD]
    assert (ways.count("0C00"), ways.count("1C00"), ways.count("2400")) == (10, 6, 0)


def test_the_track_stands_in_for_the_number() -> None:
    track = f"{cards.PAN}D3405220"
    value = track + "F" * (len(track) % 2)
    inner = f"57{len(value) // 2:02X}{value}"
    record, _ = read(cards.bank_table() | {RECORD: f"70{len(inner) // 2:02X}{inner}9000"})
    assert record.bank_account_last4 == cards.PAN[-4:]


def test_an_application_that_only_the_directory_names() -> None:
    other = "A000000333010103"
    bank = cards.bank_table()
    bank[f"00A4040008{other}"] = bank.pop(DEBIT)
    entry = f"7012 6110 4F08 {other} 5004 42414E4B".replace(" ", "")
    fci = f"6F15 840E {DIRECTORY[10:]} A503 880101 9000".replace(" ", "")
    bank |= {DIRECTORY: fci, "00B2010C00": entry + "9000", "00B2020C00": "6A83"}
    assert read(bank, other="6A82")[0].bank_account_last4 == "2345"


class TestTheWholeNumber:
    def account(self, audit: Audit) -> AccountNumber:
        link = TableLink(cards.table(2, t0=False) | cards.bank_table(), cards.ATR)
        found = CardSession(link, [Keys()]).bank_account(audit)
        assert found is not None
        return found

    def test_it_leaves_by_one_call_that_is_written_down_first(self) -> None:
        told: list[tuple[str, str]] = []
        found = self.account(lambda who, why: told.append((who, why)))
        assert found.last4 == "2345"
        assert told == []
        assert found.reveal("1001", "B13") == cards.PAN
        assert told == [("1001", "B13")]

    def test_what_cannot_be_written_down_is_not_shown(self) -> None:
        def full(who: str, why: str) -> None:
            raise OSError("the journal is full")

        with pytest.raises(OSError, match="full"):
            self.account(full).reveal("1001", "B13")

    @pytest.mark.parametrize(("who", "why"), [("", "B13"), ("1001", "")])
    def test_not_for_nobody_and_not_for_nothing(self, who: str, why: str) -> None:
        told: list[str] = []
        with pytest.raises(ValueError, match="nobody"):
            self.account(lambda *each: told.extend(each)).reveal(who, why)
        assert told == []

    def test_it_shows_nothing_of_itself(self) -> None:
        found = self.account(lambda *_: None)
        for text in (repr(found), str(found), f"{found}"):
            assert not any(character.isdecimal() for character in text)
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                copied(found)

    def test_once_wiped_it_is_gone(self) -> None:
        found = self.account(lambda *_: None)
        found.wipe()
        assert found.last4 == ""
        with pytest.raises(ValueError, match="nobody"):
            found.reveal("1001", "B13")

    def test_a_card_without_a_bank_has_none(self) -> None:
        link = TableLink(cards.table(2, t0=False), cards.ATR, other="6A82")
        assert CardSession(link).bank_account(lambda *_: None) is None
