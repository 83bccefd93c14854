"""kill -9 while operations are taken in and sent: at the centre none is missing, and none is there twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from offline_cache.operations import State
from offline_cache.proof import verify
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import card_id_of
from tests.support import report
from tests.support.comparing import lost_or_twice, not_once
from tests.support.waiting import wait_until
from tests.sync.support import Terminal, hex_id, open_store

ROOT = Path(__file__).parents[2]
PARTS, KILLS = {"quick": (2, 20), "full": (10, 40)}.get(os.environ.get("SSC_PROOF", ""), (1, 3))
"""Terminals, and the kills that each of them lives through."""
MOST = 25
"""Operations of one life, before it is killed."""


def _life(folder: Path, seed: int, lines: int, sent: Callable[[set[str]], bool] | None = None) -> list[str]:
    """One life, killed after it has said so many lines, wherever its sender is then; what it said.

    :param sent: asked of those lines until it is so, and only then is the life ended. What the life says in the
        meantime is not read: a full pipe holds it up.
    """
    command = [sys.executable, "-m", "tests.sync.crash_child", str(folder), str(seed)]
    with (folder / "log").open("a") as log:
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "TMPDIR": str(folder)}
        )
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(lines)]
    if sent is not None:
        first = {line.strip() for line in said}
        wait_until(lambda: sent(first), limit=60)
    child.send_signal(signal.SIGKILL)
    said += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    return [line.strip() for line in said if line.endswith("\n")]


def in_clear(folder: Path) -> Iterator[str]:
    """Files that hold in clear what the lives took in: telephones and cards (I13).

    Whatever a life wrote is below ``folder``: its store, log of the store, keys, temporary files and what it logged.
    """
    secrets = [card_id_of(person) for person in Population().people[100:120]]
    words = [word.encode() for one in secrets for word in (one, one.lower())] + [bytes.fromhex(one) for one in secrets]
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if any(word in content for word in words) or re.search(rb"139\d{8}", content):
            yield str(path.relative_to(folder))


def test_what_stands_in_clear_is_found(tmp_path: Path) -> None:
    card = card_id_of(Population().people[110])
    for name, content in {
        "a": card.lower().encode(),
        "b": bytes.fromhex(card),
        "c": b"x13900010002x",
        "d": b"139",
    }.items():
        (tmp_path / name).write_bytes(content)
    assert sorted(in_clear(tmp_path)) == ["a", "b", "c"]


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_none_is_missing_and_none_is_there_twice(
    centre: SandboxCentre, terminal: Terminal, tmp_path: Path, part: int
) -> None:
    chosen, said = Random(5 + part), list[str]()  # noqa: S311 - chance, not a secret
    terminal.store.close()

    def sent(some: set[str]) -> bool:
        return not some.isdisjoint(centre.control.effects())

    for life in range(KILLS):
        if life % 3 == 1:
            centre.control.fault("lost", route="operations", times=2)
        # One of three lives does send, on a machine of any speed; where the others are cut is chance.
        said += _life(tmp_path, 1000 * part + life, chosen.randrange(1, MOST), sent if life % 3 == 2 else None)
    centre.control.clear()
    terminal.store = open_store(terminal.path, terminal.member)
    assert terminal.driver().once().clear
    recorded = terminal.outbox.listed(most=KILLS * 10_000)
    kept = [hex_id(operation) for operation in recorded]
    wrong = lost_or_twice(said, kept) | not_once(kept, centre.control.effects())
    report.note("kills-while-sending", part, PARTS, kills=KILLS, recorded=len(kept), lost_or_doubled=len(wrong))
    assert wrong == set()
    assert len(said) == len(set(said))
    assert {operation.state for operation in recorded} == {State.APPLIED}
    assert verify(terminal.store).good
    terminal.store.close()
    assert (tmp_path / "log").stat().st_size > 100  # they did say what they do
    assert list(in_clear(tmp_path)) == []
