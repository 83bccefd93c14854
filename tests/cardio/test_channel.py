"""61xx, 6Cxx, direct answers, and cards that would keep us for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.apdu import Command, Response
from cardio.channel import MAX_ROUNDS, Channel
from cardio.errors import CardError, CardFault
from tests.support.scripted import GEN3_ATR, ScriptedLink, Step, TableLink

CONTACTLESS = bytes.fromhex("3B8D800100814A444686605199000001ACEC")
READ = Command(0x00, 0xB2, 0x01, 0x00, le=0x12)
SELECT = Command(0x00, 0xA4, 0x04, 0x00, b"\xa0\x01", 256)
SELECT_FILE = Command(0x00, 0xA4, 0x02, 0x00, b"\xef\x05")


def send(command: Command, *script: Step, accept: set[int] | None = None, atr: bytes = GEN3_ATR) -> Response:
    with ScriptedLink(script, atr) as link, link.transaction():
        return Channel(link).send(command, accept or {0x9000})


def fault(command: Command, *script: Step, **settings: bytes) -> CardError:
    with ScriptedLink(script, **settings) as link, link.transaction(), pytest.raises(CardError) as caught:
        Channel(link).send(command)
    return caught.value


def test_an_answer_that_waits_is_fetched() -> None:
    assert send(SELECT, ("00A4040002A001", "6103"), ("00C0000003", "6F0184 9000")).data == b"\x6f\x01\x84"


def test_an_answer_that_waits_in_pieces() -> None:
    script = [("00A4040002A001", "6100"), ("00C0000000", "01" * 256 + "6102"), ("00C0000002", "0202 9000")]
    assert send(SELECT, *script).data == b"\x01" * 256 + b"\x02\x02"


def test_a_wrong_le_is_put_right() -> None:
    assert send(READ, ("00B2010012", "6C04"), ("00B2010004", "01020304 9000")).data == b"\x01\x02\x03\x04"


def test_a_wrong_le_of_get_response_is_put_right() -> None:
    script = [("00A4040002A001", "6105"), ("00C0000005", "6C02"), ("00C0000002", "6F00 9000")]
    assert send(SELECT, *script).data == b"\x6f\x00"


def test_the_right_le_and_then_more() -> None:
    script = [("00B2010012", "6C02"), ("00B2010002", "6102"), ("00C0000002", "0100 9000")]
    assert send(READ, *script).data == b"\x01\x00"


def test_without_contacts_le_goes_along_and_the_answer_comes_at_once() -> None:
    assert send(SELECT, ("00A4040002A00100", "6F00 9000"), atr=CONTACTLESS).data == b"\x6f\x00"


def test_what_nobody_asked_for_is_not_fetched() -> None:
    assert send(SELECT_FILE, ("00A4020002EF05", "610A"), accept={0x610A}).sw == 0x610A


def test_a_card_that_always_has_more_does_not_hold_us() -> None:
    script = [("00A4040002A001", "6101")] + [("00C0000001", "AA6101")] * MAX_ROUNDS
    assert fault(SELECT, *script).fault is CardFault.ANSWER_MALFORMED


def test_a_card_that_never_likes_le_does_not_hold_us() -> None:
    error = fault(READ, ("00B2010012", "6C04"), ("00B2010004", "6C05"))
    assert (error.fault, error.sw) == (CardFault.STATUS_UNEXPECTED, 0x6C05)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("9303", CardFault.APPLICATION_BLOCKED),
        ("6283", CardFault.APPLICATION_BLOCKED),
        ("6982", CardFault.STATUS_UNEXPECTED),
        ("6A81", CardFault.STATUS_UNEXPECTED),
        ("6A82", CardFault.STATUS_UNEXPECTED),
        ("0000", CardFault.ANSWER_MALFORMED),
        ("6000", CardFault.ANSWER_MALFORMED),
        ("00" * 257 + "9000", CardFault.ANSWER_MALFORMED),
        (CardFault.CARD_REMOVED, CardFault.CARD_REMOVED),
    ],
)
def test_every_other_end_is_a_fault(answer: str | CardFault, cause: CardFault) -> None:
    error = fault(READ, ("00B2010012", answer))
    assert error.fault is cause
    if cause in (CardFault.APPLICATION_BLOCKED, CardFault.STATUS_UNEXPECTED):
        assert error.sw == int(str(answer), 16)


def test_an_atr_that_is_none() -> None:
    with pytest.raises(CardError) as caught:
        Channel(ScriptedLink([], atr=b"\x3b"))
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@given(st.lists(st.binary(min_size=2, max_size=300), min_size=1), st.sampled_from([READ, SELECT, SELECT_FILE]))
def test_any_answers_end_in_a_response_or_a_fault(answers: list[bytes], command: Command) -> None:
    link = TableLink({}, twist=lambda number, _: answers[number % len(answers)])
    with link.transaction():
        try:
            response = Channel(link).send(command)
        except CardError as error:
            assert error.fault in {
                CardFault.ANSWER_MALFORMED,
                CardFault.STATUS_UNEXPECTED,
                CardFault.APPLICATION_BLOCKED,
            }
        else:
            assert response.sw == 0x9000
    assert len(link.sent) <= 2 * (1 + MAX_ROUNDS)
