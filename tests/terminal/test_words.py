"""One map from states to words; what it says is true."""

from __future__ import annotations

from datetime import date

import pytest

from offline_cache.operations import State
from terminal.model.outbox_words import STATE_WORDS
from terminal.model.weak_pins import is_weak
from terminal.queue_page import ACTIONS, ALONE


def test_every_state_has_its_words() -> None:
    assert set(STATE_WORDS) == set(State)
    assert len({words.word for words in STATE_WORDS.values()}) == len(State)


@pytest.mark.parametrize("state", [State.PENDING, State.PARKED])
def test_nothing_is_called_sent_before_the_centre_signed_for_it(state: State) -> None:
    words = STATE_WORDS[state]
    assert not words.sent
    assert "已送达" not in words.word.zh
    assert "办结" not in words.word.zh
    assert words.tone != "good"


def test_only_an_applied_one_is_good() -> None:
    assert {state for state, words in STATE_WORDS.items() if words.tone == "good"} == {State.APPLIED}


def test_what_waits_for_people_says_what_to_do() -> None:
    for state in (State.REJECTED, State.CONFLICT, State.PARKED):
        assert STATE_WORDS[state].remedy is not None
        assert ACTIONS[state]
    # One person alone may put back what was set aside, and print what the centre has signed.
    assert {"retry", "print"} == ALONE


BIRTH, NUMBER = date(1941, 3, 12), "379999194103122969"


@pytest.mark.parametrize(
    "pin",
    ["123456", "654321", "890123", "111111", "121212", "123123", "112233", "410312", "194103", "122969", "19410312"],
)
def test_weak(pin: str) -> None:
    assert is_weak(bytes(map(int, pin)), number=NUMBER, birth=BIRTH)


@pytest.mark.parametrize("pin", ["860427", "739182", "905174", "20481635"])
def test_not_weak(pin: str) -> None:
    assert not is_weak(bytes(map(int, pin)), number=NUMBER, birth=BIRTH)
    assert not is_weak(bytes(map(int, pin)), number=None, birth=None)
