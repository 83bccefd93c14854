"""A cut-off unblock is settled by the tries that the card told before and tells now, and by nothing else."""

from __future__ import annotations

import pytest

from offline_cache.intents import Ending
from terminal.unblock_doubt import TRIES, ending_of, is_unblock


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
    assert ending_of(plan, now) is ending


def test_only_an_unblock_is_settled_so() -> None:
    assert is_unblock("card-pin-unblock.begun")
    assert not is_unblock("card-pin-reset.begun")
    assert not is_unblock("card-pin-change.begun")
