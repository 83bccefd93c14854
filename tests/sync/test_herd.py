"""A fleet that comes back at once is served, in time, at the pace that the centre sets; and rules that would not do it
are caught by the same check.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from terminal.sync.words import Knobs
from tests.support import report
from tests.sync.herd import FLEET, Fleet, deaf

SIZE = FLEET if "SSC_PROOF" in os.environ else 2_000
COMES_BACK = {"the centre was away": 900.0, "all start at once": 0.0}
PARTS = 2 * len(COMES_BACK)


def troubles(fleet: Fleet, crowd: float = 4.0) -> set[str]:
    """What is wrong with how a fleet came back. :param crowd: the most of :attr:`Fleet.peak`."""
    checks = {
        "not drained": fleet.drained_at is None,
        "slow": fleet.drained_at is not None and fleet.drained_at > 1.5 * fleet.ideal,
        "too many requests": fleet.requests > 1.5 * fleet.served,
        "a crowd": fleet.peak > crowd,
        "sooner than the centre asked": fleet.too_early > 0,
        "two requests at a time": fleet.together > 1,
    }
    return {name for name, holds in checks.items() if holds}


@pytest.mark.proof
@pytest.mark.parametrize("how", COMES_BACK)
def test_a_fleet_comes_back(how: str) -> None:
    fleet = Fleet(SIZE, away=COMES_BACK[how]).run()
    assert troubles(fleet) == set()
    assert fleet.requests > fleet.served > 2 * SIZE  # and it was crowded: some were turned away
    report.note(
        "herd",
        how.replace(" ", "-"),
        PARTS,
        terminals=SIZE,
        requests=fleet.requests,
        served=fleet.served,
        sooner_than_asked=fleet.too_early,
        **{f"seconds when {how}": f"{fleet.drained_at:.0f} ({fleet.ideal:.0f} at best)"},
    )


MAKES_WAY = 60.0
"""Seconds within which every reversal is at the centre, where the whole fleet takes a quarter of an hour."""


def reversals_wait(fleet: Fleet) -> bool:
    return not 0 < fleet.reversed_at <= MAKES_WAY


@pytest.mark.proof
@pytest.mark.parametrize("how", COMES_BACK)
def test_reversals_are_there_long_before_the_rest(how: str) -> None:
    fleet = Fleet(SIZE, away=COMES_BACK[how], urgent=0.01).run()
    assert troubles(fleet, crowd=4.5) == set()
    assert not reversals_wait(fleet)
    assert fleet.drained_at and fleet.drained_at > 10 * fleet.reversed_at
    last = {f"seconds to the last reversal when {how}": f"{fleet.reversed_at:.0f}"}
    report.note("herd", f"reversals-{how.replace(' ', '-')}", PARTS, **last)


def test_a_rule_without_a_first_part_is_caught() -> None:
    assert reversals_wait(Fleet(2_000, away=0.0, urgent=0.01, knobs=Knobs(ahead=1.0)).run())


FIXED = Knobs(base=5.0, cap=5.0, splay=0.0)
WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "does not read Retry-After": ({"rule": deaf}, {"sooner than the centre asked", "too many requests", "slow"}),
    "again after five seconds": ({"rule": deaf, "knobs": FIXED, "jitter": False}, {"not drained", "a crowd"}),
    "doubles without chance": (
        {"rule": deaf, "knobs": Knobs(splay=0.0), "jitter": False},
        {"sooner than the centre asked", "too many requests"},
    ),
}


@pytest.mark.proof
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_caught(name: str) -> None:
    how, must = WRONG[name]
    caught = troubles(Fleet(300, end=4_000.0, **how).run()) >= must
    report.note("wrong-herds", name.replace(" ", "-"), len(WRONG), caught=int(caught))
    assert caught
