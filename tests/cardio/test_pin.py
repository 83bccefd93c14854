"""The holder's PIN: what goes to the card, what comes of it, and what is left of the digits."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.apps import pin
from cardio.errors import CardError, CardFault
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import ScriptedLink, Step, TableLink

ENTER: Step = (cards.SELECT_SSSE, "9000")


def digits(text: str) -> bytearray:
    return bytearray(int(digit) for digit in text)


def verified(text: str, command: str, answer: str | CardFault) -> CardError | None:
    """Verify against one expected command; gives the fault, and proves that the digits are gone."""
    secret = digits(text)
    with ScriptedLink([ENTER, (command, answer)], cards.ATR) as link:
        try:
            CardSession(link).verify_pin(secret)
        except CardError as error:
            return error
        finally:
            assert secret == bytearray()
    return None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("1234", "0020000002 1234"),
        ("12345", "0020000003 12345F"),
        ("123456", "0020000003 123456"),
        ("000000", "0020000003 000000"),
        ("123456789012", "0020000006 123456789012"),
    ],
)
def test_a_right_pin(text: str, command: str) -> None:
    assert verified(text, command, "9000") is None


@pytest.mark.parametrize(
    ("answer", "fault", "left"),
    [
        ("63C5", CardFault.PIN_WRONG, 5),
        ("63C1", CardFault.PIN_WRONG, 1),
        ("6300", CardFault.PIN_WRONG, None),
        ("6302", CardFault.PIN_WRONG, 2),
        ("63C0", CardFault.PIN_LOCKED, 0),
        ("6983", CardFault.PIN_LOCKED, 0),
        ("6A88", CardFault.PIN_UNSET, None),
        ("6984", CardFault.PIN_UNSET, None),
        ("6700", CardFault.STATUS_UNEXPECTED, None),
        ("6108", CardFault.STATUS_UNEXPECTED, None),
        ("9303", CardFault.APPLICATION_BLOCKED, None),
        (CardFault.CARD_REMOVED, CardFault.CARD_REMOVED, None),
    ],
)
def test_every_other_end(answer: str | CardFault, fault: CardFault, left: int | None) -> None:
    error = verified("271828", "0020000003271828", answer)
    assert error is not None
    assert (error.fault, error.tries_left) == (fault, left)


@pytest.mark.parametrize("wrong", [b"", b"\1\2\3", bytes(13), b"\1\2\3\x0a", b"123456", b"\xff\1\2\3"])
def test_no_pin_no_command(wrong: bytes) -> None:
    """Letters and characters are refused before any byte goes out, and wiped as well."""
    secret = bytearray(wrong)
    with ScriptedLink([], cards.ATR) as link, pytest.raises(CardError) as caught:
        CardSession(link).verify_pin(secret)
    assert caught.value.fault is CardFault.PIN_FORMAT
    assert secret == bytearray()


@given(st.lists(st.integers(0, 9), min_size=4, max_size=12))
def test_packing(values: list[int]) -> None:
    packed = pin.block(bytearray(values))
    text = "".join(map(str, values))
    assert packed.hex() == text + "f" * (len(text) % 2)
    assert 2 <= len(packed) <= 6


@pytest.mark.parametrize(
    ("answer", "left"), [("63C6", 6), ("63C0", 0), ("6983", 0), ("9000", None), ("6A88", None), ("6700", None)]
)
def test_tries_are_asked_without_using_one(answer: str, left: int | None) -> None:
    with ScriptedLink([ENTER, ("00200000", answer)], cards.ATR) as link:
        assert CardSession(link).pin_tries() == left


def test_the_right_application_gets_the_pin_after_the_bank() -> None:
    link = TableLink(cards.table(2) | cards.bank_table() | {"0020000003123456": "9000"}, cards.ATR)
    session = CardSession(link, [Keys()])
    assert session.read(fields_all=True).bank_account_last4 == "2345"
    before = len(link.sent)
    session.verify_pin(digits("123456"))
    heads = [apdu.hex().upper() for apdu in link.sent[before:]]
    assert heads[0] == cards.SELECT_SSSE
    assert heads[-1] == "0020000003123456"


def test_each_flow_finds_its_place_anew() -> None:
    """Between two transactions another program may have selected the bank, whose PIN is not ours to try."""
    with ScriptedLink([ENTER, ("00200000", "63C6"), ENTER, ("0020000002 1234", "9000")], cards.ATR) as link:
        session = CardSession(link)
        assert session.pin_tries() == 6
        session.verify_pin(digits("1234"))
        assert link.transactions == 2


def test_one_flow_selects_once() -> None:
    with ScriptedLink([ENTER, ("00200000", "63C6"), ("0020000002 1234", "9000")], cards.ATR) as link:
        session = CardSession(link)
        with session.flow():
            session.pin_tries()
            session.verify_pin(digits("1234"))
        assert link.transactions == 1


def test_a_reset_inside_a_flow_loses_the_place() -> None:
    with ScriptedLink([ENTER, ("00200000", "63C6"), ENTER, ("00200000", "63C6")], cards.ATR) as link:
        session = CardSession(link)
        with session.flow():
            session.pin_tries()
            session.reset()
            session.pin_tries()
    assert link.resets == 1


# --- canary: these digits may be seen nowhere

CANARY = "90417263"


def said(error: BaseException | None) -> Iterable[str]:
    while error is not None:
        yield from (str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error)))
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("answer", ["9000", "63C2", "6983", "6A88", "6700", "6F00", "0000", CardFault.CARD_REMOVED])
@pytest.mark.parametrize("form", ["digits", "too long", "characters"])
def test_digits_are_seen_nowhere(caplog: pytest.LogCaptureFixture, answer: str | CardFault, form: str) -> None:
    caplog.set_level(logging.DEBUG)
    table: dict[str, str] = {cards.SELECT_SSSE: "9000"}
    link = TableLink(table, cards.ATR, twist=lambda number, good: good if number == 0 else _answer(answer))
    session = CardSession(link)
    secret = {
        "digits": digits(CANARY),
        "too long": digits(CANARY * 2),
        "characters": bytearray(CANARY.encode()),
    }[form]
    seen: list[str] = []
    try:
        session.verify_pin(secret)
    except CardError as error:
        seen += said(error)
    seen += [caplog.text, repr(session), repr(vars(session)), repr(secret)]
    raw = bytes(digits(CANARY))
    for mark in (CANARY, raw.hex(), repr(raw)[2:-1], " ".join(CANARY), ", ".join(CANARY)):
        assert not [text for text in seen if mark in text]
    assert secret == bytearray()


def _answer(answer: str | CardFault) -> bytes | CardFault:
    return answer if isinstance(answer, CardFault) else bytes.fromhex(answer)
