"""The headings of the queue page come from the one map of words, and say what the entries wait for."""

from __future__ import annotations

from offline_cache.operations import State
from terminal.model.outbox_words import STATE_WORDS, Group


def test_every_state_stands_under_the_heading_that_says_what_it_waits_for() -> None:
    found = {group: {state for state, words in STATE_WORDS.items() if words.group is group} for group in Group}
    assert found == {
        Group.PERSON: {State.REJECTED, State.CONFLICT, State.PARKED},
        Group.TO_SEND: {State.PENDING},
        Group.AT_CENTRE: {State.RECEIVED, State.HELD},
        Group.ENDED: {State.APPLIED},
    }
    for state, words in STATE_WORDS.items():  # the centre has what stands under its heading, and only that
        assert words.sent == (
            words.group in (Group.AT_CENTRE, Group.ENDED) or state in (State.REJECTED, State.CONFLICT)
        )
