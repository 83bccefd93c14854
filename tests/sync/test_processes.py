"""Three terminals, each a process of its own, one centre: partitions, kill -9 and pauses by a seed; then the histories
of all are compared: nothing acknowledged is lost, nothing takes effect twice, the order of each holder is kept."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from offline_cache.operations import Operation, State
from offline_cache.proof import verify
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import card_id_of
from tests.support import report
from tests.support.comparing import lost_or_twice, not_once
from tests.support.fault_proxy import FaultProxy, Way
from tests.support.waiting import wait_until
from tests.sync.support import Terminal, hex_id, new_terminal, open_store

ROOT = Path(__file__).parents[2]
TERMINALS = 3
TRIES = 10
PARTS, LIVES = {"quick": (1, 3), "full": (12, 5)}.get(os.environ.get("SSC_PROOF", ""), (1, 1))
"""Seeds, and the lives of each terminal in one."""
SEED = int(os.environ.get("SSC_SEED", "5"))
"""The first of them."""
EACH = 12
SHORT, LONG = 0.0, 1.3
"""Pauses, in seconds: a long one outlasts the deadline of the request that was under way (1 s in the child)."""
WAYS = [None, None, Way.RESET, Way.BLACKHOLE, Way.LOST, Way.HALF, Way.SLOW]


def spawn(folder: Path, url: str, seed: int, count: int, cards: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.sync.processes_child", str(folder), url, str(seed), str(count), *cards]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def end(child: subprocess.Popen[str]) -> list[str]:
    """Killed, wherever it is; what it had said until then."""
    child.kill()
    assert child.stdout is not None
    assert child.stdin is not None
    said = [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    child.stdin.close()
    return said


def stop(child: subprocess.Popen[str]) -> None:
    """Stopped by the system, in the middle of whatever it does; comes back when it does stand still."""
    child.send_signal(signal.SIGSTOP)
    stopped = os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert stopped is not None
    assert stopped.si_code == os.CLD_STOPPED


def live(folder: Path, proxy: FaultProxy, index: int, chance: random.Random, said: tuple[list[str], list[str]]) -> None:
    """The lives of one terminal, up to the last kill. :param said: where the history is written, and its cards."""
    history, cards = said
    for life in range(LIVES):
        way = chance.choice(WAYS)
        proxy.partition(way)
        history.append(f"{index} partition {way}")
        child = spawn(folder, proxy.url, index + 16 * life, EACH, cards)
        assert child.stdout is not None
        try:
            for n in range(chance.randrange(2, EACH + 2)):
                history.append(f"{index} {child.stdout.readline().strip()}")
                if n and chance.random() < 0.3:
                    stop(child)
                    way, seconds = chance.choice(WAYS), chance.choice([SHORT] * 5 + [LONG])
                    proxy.partition(way)
                    history.append(f"{index} paused {seconds} s, partition {way}")
                    time.sleep(seconds)
                    child.send_signal(signal.SIGCONT)
        finally:
            history.extend(f"{index} {line}" for line in end(child))
        history.append(f"{index} killed")


def settle(folder: Path, proxy: FaultProxy, index: int, terminal: Terminal) -> list[Operation]:
    """All is well: one more life that records nothing, until the queue is empty; then the store is looked at."""
    proxy.heal()
    child = spawn(folder, proxy.url, index, 0, [])
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        assert child.stdout.readline().strip() == "open"
        terminal_done(proxy)
        child.stdin.close()
        assert child.wait(60) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    terminal.store = open_store(terminal.path, terminal.member)
    # On a busy machine one attempt may end before the centre has answered; it must come to its end all the same.
    assert any(terminal.driver().once().clear for _ in range(TRIES))
    assert verify(terminal.store).good
    return terminal.outbox.listed(most=100_000)


def terminal_done(proxy: FaultProxy) -> None:
    """It has come through to the centre a few times."""
    before = len(proxy.met)
    wait_until(lambda: len(proxy.met) >= before + 3)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(SEED, SEED + PARTS))
def test_histories_of_terminals_and_centre_agree(
    centre: SandboxCentre, tmp_path: Path, population: Population, seed: int
) -> None:
    cards = [[card_id_of(population.people[n]) for n in pair] for pair in ((161, 162), (163, 165), (166, 167))]
    terminals = [new_terminal(tmp_path / str(n), centre) for n in range(TERMINALS)]
    for one in terminals:
        one.store.close()
    history: list[str] = []
    chances = [random.Random(f"{seed} {n}") for n in range(TERMINALS)]  # noqa: S311
    try:
        with ExitStack() as stack, ThreadPoolExecutor(TERMINALS) as pool:
            proxies = [stack.enter_context(FaultProxy(urlsplit(centre.url).port or 0)) for _ in terminals]
            folders = [tmp_path / str(n) for n in range(TERMINALS)]
            list(pool.map(live, folders, proxies, range(TERMINALS), chances, [(history, pair) for pair in cards]))
            logs = list(pool.map(settle, folders, proxies, range(TERMINALS), terminals))
        said = {line.split()[1] for line in history if len(line.split()[1]) == 32}
        there = [hex_id(operation) for log in logs for operation in log]
        wrong = lost_or_twice(said, there) | not_once(there, centre.control.effects())
        count = {"kills": TERMINALS * LIVES, "pauses": sum(" paused " in line for line in history)}
        report.note("processes", seed, PARTS, **count, recorded=len(there), lost_or_doubled=len(wrong))
        assert wrong == set()
        assert len(said) > TERMINALS
        assert {operation.state for log in logs for operation in log} == {State.APPLIED}
        for log in logs:
            last = {operation.subject: operation for operation in log}
            for subject, operation in last.items():
                assert centre.control.contact(subject.decode("ascii"))["op_id"] == hex_id(operation)
    except BaseException:
        kept = Path(os.environ.get("SSC_HISTORY", tmp_path)) / f"history-{seed}.json"
        kept.write_text(json.dumps(history, indent=1), encoding="utf-8")
        sys.stdout.write(f"seed {seed}: SSC_SEED={seed} repeats the orders; history in {kept}\n")
        raise
    finally:
        for one in terminals:
            one.store.close()
