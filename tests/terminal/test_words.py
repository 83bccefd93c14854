"""One map from states to words; what it says is true."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from offline_cache import epochs
from offline_cache.operations import Operation, State
from terminal.model.operations import BODIES, WITHDRAWAL
from terminal.model.outbox_words import ADVICE, STATE_WORDS, advice
from terminal.model.weak_pins import is_weak
from terminal.queue_page import ACTIONS, ALONE, actions_of


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


KINDS = (*sorted({kind for kind, _ in BODIES}), epochs.KIND)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_advised_is_what_can_be_done(kind: str) -> None:
    """Over all states and marks: every action that is offered is named, and none that is not."""
    for state, returns, carried, settled in product(State, (False, True), (False, True), (None, b"2" * 16)):
        operation = Operation(
            *(1, 1, 1, b"1" * 16, kind, 1, b"subject", 1, None, b"sealed", b"", b"", 0, {}, state, 0),
            resolved_by=settled,
        )
        actions = actions_of(operation, returns=returns, carried=carried)
        said = advice(STATE_WORDS[state].remedy, actions)
        for action, words in ADVICE.items():
            named = said is not None and words.zh in said.zh and words.en in said.en
            assert named == (action in actions and STATE_WORDS[state].remedy is not None), (state, action)
        assert "{" not in (said.zh if said else "")
        if kind == WITHDRAWAL:
            assert "withdraw" not in actions
        refused = state in {State.REJECTED, State.CONFLICT}
        if settled or (carried and not refused) or kind == epochs.KIND:
            assert actions == ()
        elif refused and (kind, state) != (WITHDRAWAL, State.REJECTED):  # carried over or not: nobody else settles it
            assert "escalate" in actions
        offers = state is State.PARKED and returns and not (settled or carried or kind == epochs.KIND)
        assert ("retry" in actions) == offers


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
