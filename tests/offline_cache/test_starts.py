"""Two programs that start on one store at the same moment: one has it; the other is told who, and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.errors import StoreFault
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from tests.offline_cache.support import create, reopen
from tests.support import report

ROOT = Path(__file__).parents[2]
PARTS, RACES = {"quick": (1, 60), "full": (5, 200)}.get(os.environ.get("SSC_PROOF", ""), (1, 6))
AHEAD = 0.01
"""Seconds from the order to the start: both have read it by then."""


class Program:
    """One of the two."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.offline_cache.start_child"]
        self.child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.said() == "ready"

    def told(self, line: str) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def said(self) -> str:
        assert self.child.stdout is not None
        return self.child.stdout.readline().strip()

    def end(self) -> None:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.close()
        assert self.child.wait(60) == 0
        self.child.stdout.close()


@pytest.fixture
def programs() -> Iterator[tuple[Program, Program]]:
    both = (Program(), Program())
    yield both
    for one in both:
        one.end()


def race(both: tuple[Program, Program], folder: Path, how: str) -> tuple[int, str]:
    """Which one has the store, and what it recorded."""
    moment = time.monotonic() + AHEAD
    for one in both:
        one.told(f"{folder} {how} {moment}")
    said = [one.said().split() for one in both]
    for one in both:
        one.told("end")
        assert one.said() == "ended"
    winner = next(n for n, words in enumerate(said) if words[0] == "recorded")
    # The one that has it is named once it has written that down: between its lock and its name (0 until then) lies a
    # moment.
    assert said[1 - winner][0] == StoreFault.STORE_HELD.name
    assert said[1 - winner][1] in ("0", str(both[winner].child.pid))
    return winner, said[winner][1]


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_one_of_two_that_start_at_once_has_the_store(
    tmp_path: Path, programs: tuple[Program, Program], part: int
) -> None:
    won = Counter[int]()
    recorded: list[str] = []
    wrong: dict[int, list[str]] = {}
    create(tmp_path).close()
    for number in range(RACES):
        new = tmp_path / f"new-{number}" if number % 2 else tmp_path
        new.mkdir(exist_ok=True)
        winner, op_id = race(programs, new, "create" if number % 2 else "open")
        won[winner] += 1
        with reopen(new) as store:
            recorded += [] if number % 2 else [op_id]
            stand = [one.op_id.hex() for one in Outbox(store).listed(most=10_000)]
            if stand != ([op_id] if number % 2 else recorded):
                wrong[number] = stand
            assert verify(store).good
    report.note("starts", part, PARTS, races=RACES, first_won=won[0], second_won=won[1], lost_or_doubled=len(wrong))
    assert wrong == {}
    assert sum(won.values()) == RACES
