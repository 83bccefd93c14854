"""kill -9 at any moment: what was confirmed is there, nothing is there twice, and the chains hold."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from offline_cache.intents import Intents
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from tests.offline_cache.support import create, reopen

ROOT = Path(__file__).parents[2]
ROUNDS = {"quick": 60, "full": 1_000}.get(os.environ.get("SSC_PROOF", ""), 6)


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
    assert said[0] == "open\n"
    return [line.split() for line in said if line.endswith("\n")]


def test_nothing_confirmed_is_missing_after_kill_9(tmp_path: Path) -> None:
    create(tmp_path).close()
    chosen = random.Random(3)  # noqa: S311
    begun: set[str] = set()
    recorded: list[str] = []
    applied: set[str] = set()
    acknowledged = 0
    for _ in range(ROUNDS):
        for word, *values in _life(tmp_path, chosen.randrange(1, 60)):
            begun |= {values[0]} if word == "begun" else set()
            recorded += [values[0]] if word == "recorded" else []
            applied |= {values[0]} if word == "applied" else set()
            acknowledged = max(acknowledged, int(values[0])) if word == "acknowledged" else acknowledged
        with reopen(tmp_path) as store:
            outbox = Outbox(store)
            listed = outbox.listed(most=100_000)
            there = [one.op_id.hex() for one in listed]
            assert set(recorded) <= set(there) <= begun
            assert len(there) == len(set(there))
            assert [name for name in there if name in set(recorded)] == recorded
            assert [one.seq for one in listed] == list(range(1, len(listed) + 1))
            anchor = outbox.anchor()
            assert (anchor.hwm if anchor else 0) >= acknowledged
            assert all(one.state is State.APPLIED for one in listed if one.op_id.hex() in applied)
            ends = {one.refers_to for one in listed if one.kind.endswith(".done")}
            starts = {one.op_id for one in listed if one.kind.endswith(".begun")}
            assert {intent.begun for intent in Intents(store).doubtful()} == starts - ends
            assert verify(store).good
    assert len(recorded) > 10
