"""The page for whoever writes another centre: its numbers are ours, and its tables name what there is."""

from __future__ import annotations

import pytest

from terminal.centre.contract import MOST_BATCH, MOST_OPERATIONS, MOST_SEALED, ProblemType
from terminal.model.operations import BODIES
from terminal.sandbox.effect_rules import TEXTS
from terminal.sync.courier import KINDS
from terminal.sync.words import Knobs
from tests.sync.example import PAGE, placed


def test_the_example_is_fresh() -> None:
    """Make it anew with ``python -m tests.sync.example --write``."""
    page = PAGE.read_text("utf-8")
    assert page == placed(page)


@pytest.mark.parametrize("kind", KINDS)
def test_every_problem_that_the_sender_acts_on_is_told(kind: ProblemType) -> None:
    assert f"`{kind.value.rsplit(':', 1)[1]}`" in PAGE.read_text("utf-8")


def test_kinds_reasons_and_sizes_are_told() -> None:
    page = PAGE.read_text("utf-8")
    for word in [*(kind for kind, _ in BODIES), *(reason for reason in TEXTS if reason)]:
        assert f"`{word}`" in page
    knobs = Knobs()
    for number in (MOST_OPERATIONS, MOST_SEALED // 1024, MOST_BATCH // 1024):
        assert f" {number} " in page
    for seconds in (knobs.base, knobs.cap, knobs.splay, knobs.watchdog):
        assert f" {seconds:g} s" in page
