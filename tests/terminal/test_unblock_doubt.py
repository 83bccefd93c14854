"""A cut-off unblock is settled by the tries that the card told before and tells now, and by nothing else."""

from __future__ import annotations

import pytest

from offline_cache.intents import Ending
from terminal.unblock_doubt import TRIES, ending_of, is_unblock

UNBLOCK = "card-pin-unblock.begun"


@pytest.mark.parametrize(
    ("before", "now", "ending"),
    [
        (0, 6, Ending.DONE),
        (0, 0, Ending.UNDONE),
        (1, 3, Ending.DONE),
        (1, 1, Ending.UNDONE),
        (3, 3, Ending.UNDONE),  # all were there: nothing to give back
        (3, 2, None),  # somebody tried in between
        (1, None, None),
        (None, 6, None),
    ],
)
def test_the_tries_tell(before: int | None, now: int | None, ending: Ending | None) -> None:
    plan = {} if before is None else {TRIES: before}
    assert ending_of(UNBLOCK, plan, now) is ending


@pytest.mark.parametrize(
    ("before", "now", "ending"), [(0, 0, Ending.UNDONE), (0, 3, None), (1, 1, None), (1, 0, None), (None, 0, None)]
)
def test_a_reset_is_told_by_the_tries_only_where_the_pin_was_locked_and_is(
    before: int | None, now: int, ending: Ending | None
) -> None:
    plan = {} if before is None else {TRIES: before}
    assert ending_of("card-pin-reset.begun", plan, now) is ending


def test_only_an_unblock_is_settled_so() -> None:
    assert is_unblock("card-pin-unblock.begun")
    assert not is_unblock("card-pin-reset.begun")
    assert not is_unblock("card-pin-change.begun")
