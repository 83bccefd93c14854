"""Nothing of a person leaves by a log, an exception or a repr, whatever the card does."""

from __future__ import annotations

import logging
import traceback

import pytest

from cardio.errors import CardError
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import TableLink

NAME_BYTES = cards.NAME.encode("gbk")
MARKS = (
    cards.NUMBER,
    cards.NUMBER.encode().hex(),
    cards.NAME,
    NAME_BYTES.hex(),
    repr(NAME_BYTES)[2:-1],
    cards.PAN[:12],
    "D2143569X",
    b"D2143569X".hex(),
    "19810101",
    "1981, 1, 1",
    cards.ROOT.hex(),
)


def seen(text: str) -> list[str]:
    folded = text.upper()
    return [mark for mark in MARKS if mark.upper() in folded]


def said(error: BaseException) -> str:
    chain: list[BaseException] = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(inner)
    parts = [(str(one), repr(one), repr(vars(one)), "".join(traceback.format_exception(one))) for one in chain]
    return "\n".join("\n".join(part) for part in parts)


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_a_good_reading(caplog: pytest.LogCaptureFixture, generation: int) -> None:
    caplog.set_level(logging.DEBUG)
    session = CardSession(TableLink(cards.table(generation) | cards.bank_table(), cards.ATR), [Keys()])
    record = session.read(fields_all=True)
    assert record.holder is not None
    assert record.holder.social_security_number == cards.NUMBER
    assert caplog.text
    assert seen(caplog.text + repr(record) + repr(record.holder) + repr(session) + repr(vars(session))) == []


@pytest.mark.parametrize("how", ["status", "cut", "longer", "tag", "high bits", "pulled half"])
def test_every_answer_bent(caplog: pytest.LogCaptureFixture, how: str) -> None:
    """Each answer of a reading in turn, so that each fault is met with a real value in the hand."""
    caplog.set_level(logging.DEBUG)
    answers = cards.table(3) | cards.bank_table()
    texts: list[str] = []
    for moment in range(40):

        def bend(number: int, answer: bytes, at: int = moment) -> bytes:
            if number != at:
                return answer
            data, sw = answer[:-2], answer[-2:]
            return {
                "status": data + b"\x6f\x00",
                "cut": data[:-1] + sw,
                "longer": data + b"\x01" + sw,
                "tag": b"\x7f" + data[1:] + sw,
                "high bits": data[:2] + bytes(byte | 0x80 for byte in data[2:3]) + data[3:] + sw,
                "pulled half": data[: len(data) // 2],
            }[how]

        session = CardSession(TableLink(answers, cards.ATR, twist=bend), [Keys()])
        try:
            record = session.read(fields_all=True)
        except CardError as error:
            texts.append(said(error))
        else:
            texts += [repr(record), *map(said, record.errors)]
    assert len(texts) > 40
    assert seen("\n".join(texts) + caplog.text) == []
