"""What is asked of the store all day costs the same however much waits and however much has been: instructions of
SQLite's machine are counted, so that nothing depends on the clock or on how busy the machine is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import apsw
import pytest

from offline_cache.housekeeping import free_bodies
from offline_cache.mirror import Document, Mirror
from offline_cache.operations import Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.outbox_contract import acknowledge
from tests.offline_cache.support import create, draft

FEW, MANY = 300, 3000
ON_THE_WAY = (State.PENDING, State.RECEIVED, State.HELD)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    limits = b'{"max_days":9,"max_operations":100000,"max_value":1000000000}'
    with create(tmp_path) as opened:
        Mirror(opened).replace([Document("caps", 1, 1, limits, b"signature", "content-1")])
        yield opened


def fill(outbox: Outbox, operations: int, subject: Iterator[int]) -> None:
    outbox.record(*(draft(b"holder-%d" % next(subject), size=20, value=100) for _ in range(operations)))


def record(outbox: Outbox) -> None:
    outbox.record(draft(b"somebody"))


def pay(outbox: Outbox) -> None:
    outbox.record(draft(b"somebody", value=100))


def send(outbox: Outbox) -> None:
    batch = outbox.batch(10)
    assert batch is not None
    assert acknowledge(outbox, batch) == 10


WORK: dict[str, Callable[[Outbox], object]] = {
    "record": record,
    "pay": pay,
    "send": send,
    "counts": Outbox.counts,
    "waits": lambda outbox: outbox.waits(0),
    "page": lambda outbox: outbox.listed(ON_THE_WAY, most=20),
    "all": lambda outbox: outbox.listed(most=20),
}


def instructions(store: Store, outbox: Outbox, work: Callable[[Outbox], object]) -> int:
    connection, steps = store._connection, count()
    assert connection is not None
    work(outbox)  # once before, so that every statement is ready

    def step() -> bool:
        next(steps)
        return False

    connection.set_progress_handler(step, 1)
    try:
        work(outbox)
    finally:
        connection.set_progress_handler(None)
    return next(steps)


def every(store: Store) -> dict[str, int]:
    return {name: instructions(store, Outbox(store), work) for name, work in WORK.items()}


def test_work_does_not_grow_with_what_waits(store: Store) -> None:
    outbox, subject = Outbox(store), count()
    fill(outbox, FEW, subject)
    before = every(store)
    fill(outbox, MANY, subject)
    after = every(store)
    assert {name: steps for name, steps in after.items() if steps > before[name] * 1.2 + 50} == {}


def test_work_does_not_grow_with_what_has_been(store: Store) -> None:
    outbox, subject = Outbox(store), count()
    fill(outbox, FEW, subject)
    before = every(store)
    fill(outbox, MANY, subject)
    batch = outbox.batch(MANY)
    assert batch is not None
    acknowledge(outbox, batch)
    outbox.outcomes([Outcome(one.op_id, Verdict.APPLIED) for one in batch.operations])
    after = every(store)
    assert {name: steps for name, steps in after.items() if steps > before[name] * 1.2 + 50} == {}
    assert free_bodies(store, keep_days=0) > 0


def test_no_statement_is_prepared_anew(store: Store) -> None:
    """To prepare one costs more than to run it: each is kept, and no value makes the library plan it anew."""
    outbox, subject = Outbox(store), count()
    fill(outbox, FEW, subject)
    connection = store._connection
    assert connection is not None
    for work in WORK.values():
        work(outbox)
    before = connection.cache_stats()["misses"]
    for work in WORK.values():
        work(outbox)
    assert connection.cache_stats()["misses"] == before
    assert connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, -1) == 1
