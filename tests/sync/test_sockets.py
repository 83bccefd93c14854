"""Real sockets, the real sender, the real store: whatever happens to connections, once and only once at the centre."""

from __future__ import annotations

import os
import random
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from offline_cache.operations import State
from terminal.centre import chain
from terminal.centre.client import CentreClient
from terminal.clock import SystemClock
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync.assembly import sender
from terminal.sync.batches import signed_batch
from terminal.sync.driver import Driver
from tests.centre.support import Clock
from tests.support import report
from tests.support.comparing import not_once
from tests.support.fault_proxy import FaultProxy, Way
from tests.support.waiting import wait_until
from tests.sync.support import QUICK, Terminal, contact_change, hex_id

PARTS, ROUNDS = {"quick": (1, 10), "full": (8, 25)}.get(os.environ.get("SSC_PROOF", ""), (1, 2))
"""Terminals, and the storms that each of them lives through."""
DEADLINE = 0.6
WAYS = [Way.RESET, Way.BLACKHOLE, Way.LOST, Way.HALF, Way.SLOW, Way.PORTAL]


@pytest.fixture
def proxy(centre: SandboxCentre) -> Iterator[FaultProxy]:
    with FaultProxy(urlsplit(centre.url).port or 0) as made:
        yield made


def driver_through(proxy: FaultProxy, terminal: Terminal) -> Driver:
    identity = terminal.member.identity
    client = CentreClient(proxy.url, identity, deadline=DEADLINE, now=Clock())
    return sender(terminal.store, client, identity, SystemClock(), knobs=QUICK)


def check_nothing_is_called_sent(centre: SandboxCentre, terminal: Terminal) -> None:
    """What the terminal calls received or done, the centre has; what took effect did so once."""
    effects = centre.control.effects()
    for operation in terminal.outbox.listed(most=10_000):
        assert effects.get(hex_id(operation), 0) <= 1
        if operation.state is not State.PENDING:
            assert effects.get(hex_id(operation), 0) == 1


def drained(driver: Driver) -> None:
    wait_until(lambda: driver.status().clear and driver.status().received == 0)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.value)
def test_a_fault_of_the_connection_loses_and_doubles_nothing(
    centre: SandboxCentre, terminal: Terminal, population: Population, proxy: FaultProxy, way: Way
) -> None:
    """The question for the mark goes through; the batch meets the fault, twice; then all is well."""
    done = [terminal.record(contact_change(population.people[160], f"1380000000{n}")) for n in range(3)]
    proxy.order(Way.PASS, way, way)
    driver = driver_through(proxy, terminal)
    driver.start()
    try:
        wait_until(lambda: len(proxy.met) >= 3)
        check_nothing_is_called_sent(centre, terminal)
        drained(driver)
    finally:
        driver.stop()
    assert proxy.met[1:3] == [way, way]
    effects = centre.control.effects()
    assert [effects[hex_id(one)] for one in done] == [1, 1, 1]
    assert {one.state for one in terminal.outbox.listed()} == {State.APPLIED}


def test_an_answer_lost_after_the_commit_is_not_called_sent(
    centre: SandboxCentre, terminal: Terminal, population: Population, proxy: FaultProxy
) -> None:
    done = [terminal.record(contact_change(population.people[165], f"1380000000{n}")) for n in range(3)]
    proxy.order(Way.PASS)
    proxy.partition(Way.LOST)
    driver = driver_through(proxy, terminal)
    driver.start()
    try:
        wait_until(lambda: [centre.control.effects().get(hex_id(one)) for one in done] == [1, 1, 1])
        assert {one.state for one in terminal.outbox.listed()} == {State.PENDING}
        proxy.heal()
        drained(driver)
    finally:
        driver.stop()
    assert [centre.control.effects()[hex_id(one)] for one in done] == [1, 1, 1]


def test_somebody_elses_certificate_gets_nothing(
    centre: SandboxCentre, terminal: Terminal, population: Population, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stranger.load_cert_chain(other.server_file, other.server_key_file)
    done = terminal.record(contact_change(population.people[166]))
    with FaultProxy(urlsplit(centre.url).port or 0, stranger) as proxy:
        proxy.partition(Way.CERTIFICATE)
        driver = driver_through(proxy, terminal)
        driver.start()
        try:
            wait_until(lambda: len(proxy.met) >= 2)
            assert (driver.status().waiting, driver.status().received) == (1, 0)
            proxy.heal()
            drained(driver)
        finally:
            driver.stop()
    assert centre.control.effects()[hex_id(done)] == 1


def test_the_same_request_twice_at_once_takes_effect_once(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    done = [terminal.record(contact_change(population.people[167], f"1380000000{n}")) for n in range(3)]
    batch, identity = terminal.outbox.batch(), terminal.member.identity
    assert batch is not None
    body = signed_batch(identity.origin, batch, chain.terminal_signer(identity))
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda _n: terminal.member.client().send_operations(identity.terminal, body), range(4)))
    assert {ack.hwm for ack in heard} == {3}
    assert [centre.control.effects()[hex_id(one)] for one in done] == [1, 1, 1]
    assert {one.state for one in terminal.outbox.listed()} == {State.PENDING}
    assert terminal.driver().once().clear


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_faults_by_chance_then_healing_empties_the_queue(
    centre: SandboxCentre, terminal: Terminal, population: Population, proxy: FaultProxy, part: int
) -> None:
    recorded = []
    for seed in range(part * ROUNDS, (part + 1) * ROUNDS):
        chance = random.Random(seed)  # noqa: S311
        proxy.order(*chance.choices([*WAYS, Way.PASS, Way.PASS], k=6))
        driver = driver_through(proxy, terminal)
        driver.start()
        try:
            for _ in range(chance.randrange(1, 5)):
                person = population.people[161 + chance.randrange(3)]
                recorded.append(terminal.record(contact_change(person, f"138{chance.randrange(10**8):08d}")))
                driver.wake()
            check_nothing_is_called_sent(centre, terminal)
            proxy.heal()
            drained(driver)
        finally:
            driver.stop()
    wrong = not_once(map(hex_id, recorded), centre.control.effects())
    count = {"rounds": ROUNDS, "connections": len(proxy.met), "recorded": len(recorded)}
    report.note("sockets", part, PARTS, **count, lost_or_doubled=len(wrong))
    assert wrong == set()
