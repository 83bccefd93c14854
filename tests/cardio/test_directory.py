"""The card's own list of its applications."""

from __future__ import annotations

import pytest

from cardio.directory import MOST_RECORDS, Listed, applications
from cardio.errors import CardError, CardFault
from cardio.files import APPLICATIONS
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS
from cardio.simulator.reader import SimulatedReaders
from tests.support import cards
from tests.support.scripted import TableLink

FIRST_RECORD = "00B2015C00"
ENTRY = "6118 4F06D15600000500 500E".replace(" ", "") + "公共应用信息区".encode("gbk").hex().upper()


def listed(answers: dict[str, str], other: str = "6A83") -> tuple[tuple[Listed, ...] | None, TableLink]:
    link = TableLink(cards.table(2, t0=False) | answers, cards.ATR, other=other)
    return applications(CardSession(link)), link


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_a_card_lists_what_its_generation_has(contents: CardContents) -> None:
    readers = SimulatedReaders(["r"])
    readers.insert("r", SimulatedCard(contents))
    expected = [one for one in APPLICATIONS if one.label and one.name and one.since <= contents.generation]
    found = applications(CardSession(readers.connect("r")))
    assert found == tuple(Listed(one.name, one.label) for one in expected)


def test_records_are_read_until_there_is_none() -> None:
    second = "61094F07A0000003330101"
    found, link = listed({FIRST_RECORD: ENTRY + "9000", "00B2025C00": second + "9000"})
    assert found == (
        Listed(bytes.fromhex("D15600000500"), "公共应用信息区"),
        Listed(bytes.fromhex("A0000003330101"), ""),
    )
    assert [apdu.hex().upper() for apdu in link.sent[-3:]] == [FIRST_RECORD, "00B2025C00", "00B2035C00"]


def test_a_directory_without_entries_is_no_missing_one() -> None:
    assert listed({})[0] == ()
    for sw in ("6A82", "6986", "6A81"):
        assert listed({FIRST_RECORD: sw})[0] is None
    assert listed({cards.SELECT_SSSE: f"6F11840F{cards.SSSE}9000"})[0] is None
    assert listed({cards.SELECT_SSSE: f"6F16840F{cards.SSSE}A50388011F9000"})[0] is None


def test_a_card_that_does_not_describe_itself_says_nothing_of_a_directory() -> None:
    with pytest.raises(CardError) as caught:
        listed({cards.SELECT_SSSE: "9000"})
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


def test_a_label_that_is_no_text_costs_no_entry() -> None:
    assert listed({FIRST_RECORD: "610C4F06D15600000500" + "5002FF41" + "9000"})[0] == (
        Listed(bytes.fromhex("D15600000500"), ""),
    )


@pytest.mark.parametrize("record", ["", "6118", "6104500231329000", "61134F11" + "A0" * 17])
def test_an_entry_that_names_nothing_is_a_fault(record: str) -> None:
    with pytest.raises(CardError) as caught:
        listed({FIRST_RECORD: record.removesuffix("9000") + "9000"})
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@pytest.mark.parametrize("sw", ["6F00", "6A82", "6982"])
def test_a_list_that_breaks_off_is_not_given_for_whole(sw: str) -> None:
    with pytest.raises(CardError) as caught:
        listed({FIRST_RECORD: ENTRY + "9000", "00B2025C00": sw})
    assert caught.value.fault is CardFault.STATUS_UNEXPECTED


def test_a_directory_without_end_is_left() -> None:
    endless = {f"00B2{number:02X}5C00": ENTRY + "9000" for number in range(1, 255)}
    found, _ = listed(endless)
    assert found is not None
    assert len(found) == MOST_RECORDS
