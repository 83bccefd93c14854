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


def troubles(fleet: Fleet) -> set[str]:
    """What is wrong with how a fleet came back."""
    checks = {
        "not drained": fleet.drained_at is None,
        "slow": fleet.drained_at is not None and fleet.drained_at > 1.5 * fleet.ideal,
        "too many requests": fleet.requests > 1.5 * fleet.served,
        "a crowd": fleet.peak > 4,
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
        len(COMES_BACK),
        terminals=SIZE,
        requests=fleet.requests,
        served=fleet.served,
        sooner_than_asked=fleet.too_early,
        **{f"seconds when {how}": f"{fleet.drained_at:.0f} ({fleet.ideal:.0f} at best)"},
    )


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
