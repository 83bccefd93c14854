"""Every system call of the store on its files fails in turn, under strace: killed at it, told EIO, told ENOSPC."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from tests.offline_cache.judge import faults_of, said
from tests.offline_cache.support import create, draft, reopen
from tests.support import report

ROOT = Path(__file__).parents[2]
PROOF = os.environ.get("SSC_PROOF", "")
MOST = {"quick": 60}.get(PROOF)
"""Fault points of the quick run, chosen by a seed; all of them in the full one."""
PARTS = 16
"""All points, dealt out to so many tests, which the workers share."""
UNITS = 9
CALLS = "openat,pwrite64,pread64,fsync,fdatasync,ftruncate,unlink,rename,flock,fcntl,newfstatat,fstat"
FAULTS = ("kill", "EIO", "ENOSPC")
_WRITING = frozenset({"openat", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename"})
"""Calls that a full disk can refuse."""
_FILES = ("store.db", "store.db-wal", "store.lock")


@dataclass(frozen=True)
class Point:
    call: str
    number: int
    fault: str


@cache
def _ptrace_allowed() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


def _run(folder: Path, *options: str) -> tuple[int, list[str]]:
    paths = [part for name in _FILES for part in ("-P", str(folder / name))]
    child = [sys.executable, "-m", "tests.offline_cache.crash_child", str(folder), str(UNITS), "5"]
    command = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(folder / "calls"), *paths, *options, *child]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    return done.returncode, [line for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]


def _points(template: Path, folder: Path) -> list[Point]:
    """One for each call that an undisturbed life makes on the store's files, and each fault that fits it."""
    shutil.copytree(template, folder)
    status, lines = _run(folder, "-e", f"trace={CALLS}")
    assert status == 0
    assert sum(line.startswith("recorded") for line in lines) >= UNITS
    calls = Counter(re.findall(r"^\d+ +(\w+)\(", (folder / "calls").read_text(), re.MULTILINE))
    assert calls["pwrite64"] > 20
    assert calls["fdatasync"] + calls["fsync"] >= UNITS
    return [
        Point(call, number, fault)
        for call, count in sorted(calls.items())
        for number in range(1, count + 1)
        for fault in FAULTS
        if fault != "ENOSPC" or call in _WRITING
    ]


def _injected(template: Path, tmp_path: Path, point: Point) -> list[str]:
    folder = tmp_path / f"{point.call}-{point.number}-{point.fault}"
    shutil.copytree(template, folder)
    how = "signal=KILL" if point.fault == "kill" else f"error={point.fault}"
    _, lines = _run(folder, "-e", f"trace={point.call}", "-e", f"inject={point.call}:{how}:when={point.number}")
    told = said([(words[0], words[1]) for line in lines if len(words := line.split()) == 2])
    try:
        with reopen(folder) as store:
            wrong = faults_of(store, told)
            if not wrong:
                Outbox(store).record(draft())  # and the store goes on
    except StoreError as error:
        wrong = [str(error)]
    shutil.rmtree(folder)
    return wrong


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_every_system_call_of_the_disk_may_fail(tmp_path: Path, part: int) -> None:
    if PROOF not in {"quick", "full"}:
        pytest.skip("a long proof: ./run prove")
    if not _ptrace_allowed():
        pytest.skip("strace is missing, or ptrace is not allowed on this machine: the failing VFS stands in for it")
    template = tmp_path / "template"
    template.mkdir()
    create(template).close()
    found = _points(template, tmp_path / "measure")
    points = found if MOST is None else random.Random(1).sample(found, min(MOST, len(found)))  # noqa: S311
    mine = points[part::PARTS]
    trouble = {str(point): wrong for point in mine if (wrong := _injected(template, tmp_path, point))}
    counts = Counter(point.fault for point in mine)
    # Every part measured by itself what all points are: where they do not agree, some point may have had no turn.
    report.note(
        "system-calls", part, PARTS, points=len(mine), of_points=str(len(found)), lost_or_doubled=len(trouble), **counts
    )
    assert trouble == {}
