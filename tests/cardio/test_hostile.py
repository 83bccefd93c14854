"""Cards that answer anything: a reading always ends, soon, in a record or in one of our faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.channel import MAX_ROUNDS
from cardio.errors import CardError
from cardio.record import CardRecord
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import TableLink

pytestmark = pytest.mark.expects_log  # that a card refused a key, where its answer was bent so

MOST_COMMANDS = 3 + 1 + 7 + 2 * 2 * 5 + 1 + 1 + 7 + 6
"""SSSE with its root first, EF05 and its records, two sources that prove and open, twice, EF06, its first record
twice, its records, and the bank with its directory."""

MOST_EXCHANGES = MOST_COMMANDS * 2 * (1 + MAX_ROUNDS)

STATUS = st.sampled_from(["9000", "6108", "6100", "6C12", "63C0", "6982", "6A83", "6A82", "9303", "6F00", "0000"])
ANSWERS = st.builds(lambda data, sw: data + bytes.fromhex(sw), st.binary(max_size=40), STATUS)


def ends_well(link: TableLink) -> None:
    session = CardSession(link, [Keys("psam"), Keys("hsm", wrong_key=True)])
    try:
        record = session.read(fields_all=True)
    except CardError:
        pass
    else:
        assert isinstance(record, CardRecord)
        assert record.authenticated == (record.authenticated_by is not None)
        assert repr(record)
    assert len(link.sent) <= MOST_EXCHANGES


@given(st.lists(ANSWERS, min_size=1, max_size=60))
def test_answers_out_of_nothing(answers: list[bytes]) -> None:
    ends_well(TableLink({}, cards.ATR, twist=lambda number, _: answers[number % len(answers)]))


@given(st.sampled_from([1, 2, 3]), st.booleans(), st.dictionaries(st.integers(0, 40), ANSWERS, min_size=1, max_size=4))
def test_a_good_card_with_some_answers_changed(generation: int, t0: bool, changed: dict[int, bytes]) -> None:
    answers = cards.table(generation, t0=t0) | cards.bank_table()
    ends_well(TableLink(answers, cards.ATR, twist=changed.get))


@given(
    st.sampled_from([1, 2, 3]),
    st.integers(0, 40),
    st.integers(0, 300),
    st.integers(0, 255),
    st.sampled_from(["flip", "cut", "double"]),
)
def test_a_good_card_with_one_answer_bent(generation: int, moment: int, place: int, mask: int, how: str) -> None:
    def bend(number: int, answer: bytes) -> bytes:
        if number != moment:
            return answer
        data = bytearray(answer[:-2])
        if how == "flip" and data:
            data[place % len(data)] ^= mask
        elif how == "cut":
            del data[place % (len(data) + 1) :]
        elif how == "double":
            data *= 2
        return bytes(data) + answer[-2:]

    ends_well(TableLink(cards.table(generation) | cards.bank_table(), cards.ATR, twist=bend))


@given(st.sampled_from([1, 2, 3]), st.sampled_from(sorted(cards.SIZES)), st.binary(max_size=250))
def test_any_value_in_a_record(generation: int, tag: int, value: bytes) -> None:
    ends_well(TableLink(cards.table(generation, {tag: value}), cards.ATR))


@given(st.binary(max_size=200))
def test_any_fci(fci: bytes) -> None:
    ends_well(TableLink(cards.table(3, t0=False) | {cards.SELECT_SSSE: fci.hex() + "9000"}, cards.ATR))
