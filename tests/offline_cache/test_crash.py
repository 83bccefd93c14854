"""kill -9 at any moment: what was confirmed is there, nothing is there twice, and the chains hold."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline_cache.judge import Said, faults_of
from tests.offline_cache.support import create, reopen
from tests.support import report

ROOT = Path(__file__).parents[2]
PARTS, ROUNDS = {"quick": (2, 30), "full": (20, 50)}.get(os.environ.get("SSC_PROOF", ""), (1, 4))
"""Stores, and the kills that each of them lives through."""


def _life(folder: Path, lines: int) -> list[list[str]]:
    """One life of the child: killed after it has said so many lines, at whatever it does then."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.offline_cache.crash_child", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    said += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    assert said[0] == "open \n"
    return [line.split() for line in said[1:] if line.endswith("\n")]


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_confirmed_is_missing_after_kill_9(tmp_path: Path, part: int) -> None:
    create(tmp_path).close()
    chosen, told, wrong = random.Random(3 + part), Said(), list[str]()  # noqa: S311
    for _ in range(ROUNDS):
        for word, value in _life(tmp_path, chosen.randrange(1, 60)):
            told.take(word, value)
        with reopen(tmp_path) as store:
            wrong += faults_of(store, told)
    report.note("kills", part, PARTS, kills=ROUNDS, recorded=len(told.recorded), lost_or_doubled=len(wrong))
    assert wrong == []
    assert len(told.recorded) > 10
