"""Check rules of numbers: the standards' examples, and that one wrong character never passes."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from terminal.model import codes, identifiers, masks
from terminal.model.money import yuan
from terminal.text import Text

BIRTHS = st.dates(date(1900, 1, 1), date(2026, 1, 1))
NUMBERS = st.builds(identifiers.make_citizen_number, st.just("379999"), BIRTHS, st.integers(0, 999))
DIGITS = "0123456789"


def test_the_examples_of_the_standards() -> None:
    assert identifiers.card_number_check("D2143569") == "X"
    assert identifiers.card_number_check("X0000001") == "9"
    sample = identifiers.citizen_number("111111198101011110")
    assert sample == identifiers.CitizenNumber("111111", date(1981, 1, 1), True)


@given(NUMBERS, st.integers(0, 999))
def test_a_made_number_says_what_it_was_made_of(number: str, _: int) -> None:
    found = identifiers.citizen_number(number)
    assert found is not None
    assert found.region == "379999"
    assert number[6:14] == f"{found.birth_date:%Y%m%d}"
    assert found.male == (int(number[16]) % 2 == 1)


@given(NUMBERS, st.integers(0, 16), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_seen(number: str, place: int, digit: str) -> None:
    if number[place] != digit:
        assert identifiers.citizen_number(number[:place] + digit + number[place + 1 :]) is None


@given(NUMBERS, st.integers(0, 15))
def test_two_neighbours_swapped_are_seen(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert identifiers.citizen_number(swapped) is None


@given(st.text(max_size=30))
def test_any_text_is_taken_without_an_exception(text: str) -> None:
    identifiers.citizen_number(text)
    identifiers.is_card_number(text)
    identifiers.is_pan(text)
    assert not text or "*" in masks.number(text)
    masks.name(text)
    masks.card_number(text)


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert identifiers.citizen_number("１１１１１１１９８１０１０１１１１０") is None
    assert not identifiers.is_card_number("D2143569Ｘ")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_a_card_number_has_one_right_check_character(first8: str) -> None:
    right = [check for check in "0123456789X" if identifiers.is_card_number(first8 + check)]
    assert right == [identifiers.card_number_check(first8)]


@given(st.text(DIGITS, min_size=12, max_size=18), st.integers(0, 17), st.sampled_from(DIGITS))
def test_an_account_number_with_one_wrong_digit_is_seen(first: str, place: int, digit: str) -> None:
    pan = first + identifiers.luhn_check(first)
    assert identifiers.is_pan(pan)
    place %= len(first)
    if pan[place] != digit:
        assert not identifiers.is_pan(pan[:place] + digit + pan[place + 1 :])


def test_card_ids() -> None:
    assert identifiers.is_card_id(bytes.fromhex("379999D1560000050000000300000003"))
    assert not identifiers.is_card_id(bytes.fromhex("FF9999D1560000050000000300000003"))
    assert not identifiers.is_card_id(b"")


@given(st.integers(-(10**15), 10**15))
def test_money_keeps_every_fen(fen: int) -> None:
    shown = yuan(fen)
    assert int(shown.replace(",", "").replace(".", "")) == fen
    assert shown[-3] == "."


def test_masks_show_what_the_rules_allow() -> None:
    assert masks.number("379999199310100028") == "379***********0028"
    assert masks.name("阿依古丽·买买提") == "阿*"
    assert masks.card_number("A00000038") == "A******38"
    assert masks.account("5341") == "**** 5341"
    assert (masks.number("1234567"), masks.card_number("123"), masks.name("")) == ("*******", "***", "")


def test_code_lists() -> None:
    assert len(codes.NATION) >= 57
    assert codes.nation("1") == codes.nation("01")
    assert codes.nation("77") == Text("77", "77")
    assert codes.sex("1") == codes.SEX["1"]
    assert codes.sex(None) is None
    named = codes.region("371302")
    assert named is not None
    assert named.zh == "临沂市"
    demonstration = codes.region("379998")
    assert demonstration is not None
    assert "演示" in demonstration.zh
    assert codes.region("379900") == Text("山东省本级", "Shandong, provincial level")
    assert codes.is_foreign_region("330100")
