"""Many simulated lives of a terminal: whatever happens, each operation takes effect once and in order."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from terminal.sync.words import Alarm, Knobs
from tests.sync import simulate
from tests.sync.model import Centre, Heard, Op
from tests.sync.simulate import World, history

# Under ``./run prove`` many more.
SEEDS = {"quick": 5_000, "full": 100_000}.get(os.environ.get("SSC_PROOF", ""), 500)
BLOCKS = 10


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_seed_holds(block: int) -> None:
    """A seed that fails is told step by step by ``python -m tests.sync.simulate --seed N``."""
    wrong = {seed: found for seed in range(block, SEEDS, BLOCKS) if (found := history(seed))}
    assert wrong == {}


def test_a_seed_is_one_history() -> None:
    lines: list[str] = []
    again: list[str] = []
    history(11, lines.append)
    history(11, again.append)
    assert lines == again
    assert len(lines) > 100


def test_the_worlds_are_hard_enough() -> None:
    """Among a few dozen lives, everything that can go wrong does."""
    lines: list[str] = []
    alarms: Counter[Alarm] = Counter()
    for seed in range(60):
        world = World(seed, lines.append)
        world.run()
        alarms.update(world.alarms)
    assert alarms[Alarm.PARKED] > 3
    assert alarms[Alarm.CENTRE_BEHIND] > 3
    assert alarms[Alarm.GIVEN_UP] > 3
    said = "\n".join(lines)
    for word in ("dies", "restored", "unknown", "busy", "gap", "cursor-lost", "poison"):
        assert word in said


class ForgetfulCentre(Centre):
    """Takes what it has already for new."""

    def take(self, first: int, before: str | None, batch: list[Op]) -> Heard:
        for op in batch:
            if op.seq <= self.hwm and op.whole and op.number not in self.poison:
                self._apply(op.number)
        return super().take(first, before, batch)


def test_the_check_sees_a_second_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "Centre", ForgetfulCentre)
    found = [line for seed in range(20) for line in history(seed)]
    assert any("more than one effect" in line for line in found)


def test_the_check_sees_what_never_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a watchdog a connection that is open on one side alone is the end."""
    monkeypatch.setattr(simulate, "KNOBS", Knobs(watchdog=10**9))
    found = [line for seed in range(60) for line in history(seed)]
    assert any("no effect" in line for line in found)
