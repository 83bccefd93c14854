"""Power cuts: whatever the disk kept of what was not synced, nothing confirmed is lost, and nothing is there twice.

And the proof of the proof: stores that are wrong on purpose are caught by the very same judge.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

from offline_cache.database import Db
from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from offline_cache.room import Limits
from offline_cache.store import Store
from tests.offline_cache.judge import faults_of, life, said
from tests.offline_cache.powercut import MODES, VFS, Recording, image, recording, register
from tests.offline_cache.support import create, draft, keys, place, reopen
from tests.support import report

T = TypeVar("T")

PROOF = os.environ.get("SSC_PROOF", "")
SEEDS = {"quick": 3, "full": 18}.get(PROOF, 1)
IMAGES = {"quick": 300, "full": 1_000}.get(PROOF, 60)
"""Of one seed."""
TINY = Limits(warn=0, stop=0, ballast=4096)


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a disk: what is synced there is decided here, not by the machine."""
    memory = Path("/dev/shm")  # noqa: S108
    made = Path(tempfile.mkdtemp(prefix="cut-", dir=memory if os.access(memory, os.W_OK) else None))
    yield made
    shutil.rmtree(made)


def _pragma(store: Store, name: str, value: str | int) -> None:
    """Set what no unit of work could."""
    connection = store._connection
    assert connection is not None
    store._turns.run(connection.pragma, name, value)


def _sound(store: Store) -> Store:
    return store


def _off(store: Store) -> Store:
    _pragma(store, "synchronous", "OFF")
    return store


def _normal(store: Store) -> Store:
    """As litequeue ships: the log is synced only when it is carried over."""
    _pragma(store, "synchronous", "NORMAL")
    return store


def _early(store: Store) -> Store:
    """Says "recorded" while the commit is still to come."""
    plain = store.do
    waiting: list[Callable[[Db], object]] = []

    def do(
        work: Callable[[Db], T],
        *,
        write: bool = True,
        landed: Callable[[Db], bool] | None = None,
        reserve: bool = False,
    ) -> T:
        if not write or landed is None:
            while waiting:
                plain(waiting.pop(0))
            return plain(work, write=write, landed=landed, reserve=reserve)
        connection = store._connection
        assert connection is not None

        def ahead() -> T:
            connection.execute("SAVEPOINT ahead")
            try:
                return work(Db(connection, store._origin))
            finally:
                connection.execute("ROLLBACK TO ahead; RELEASE ahead")

        while waiting:
            plain(waiting.pop(0))
        answer = store._turns.run(ahead)
        waiting.append(work)
        return answer

    store.do = do  # type: ignore[method-assign]
    return store


WRONG: dict[str, Callable[[Store], Store]] = {"synchronous off": _off, "synchronous normal": _normal, "early": _early}


@dataclass
class Tally:
    """:ivar trouble: what was found wrong, by image."""

    images: int = 0
    different: set[bytes] = field(default_factory=set)
    trouble: dict[str, list[str]] = field(default_factory=dict)


def _record_a_life(folder: Path, seed: int, made: Callable[[Store], Store], turns: int) -> Recording:
    chosen = random.Random(seed)  # noqa: S311
    register()
    create(folder, limits=TINY).close()
    with reopen(folder, limits=TINY, vfs=VFS) as store:
        _pragma(store, "wal_autocheckpoint", chosen.choice([8, 20, 60]))  # so that every life has turns of the log
        outbox = Outbox(made(store))
        outbox.record(draft())  # the log is there
        there = [one.op_id.hex() for one in outbox.listed()]
        store.do(lambda _: None)
        with recording(folder) as record:
            for op_id in there:
                record.say("begun", op_id)
            for _ in islice(life(store, record.say, chosen), turns):
                pass
    return record


def _cut(folder: Path, record: Recording, seed: int, most: int) -> Tally:
    """Judge ``most`` images of a life, spread over all its events."""
    chosen, tally = random.Random(seed), Tally()  # noqa: S311
    work = folder / "image"
    work.mkdir()
    key = keys(folder).get("store-data")
    assert key is not None
    keys(work).put("store-data", key)
    for number in range(most):
        cut = chosen.randrange(1, len(record.events) + 1)
        mode = MODES[number % len(MODES)]
        files = image(record, cut, mode, chosen)
        tally.images += 1
        tally.different.add(hashlib.sha256(repr(sorted(files.items())).encode()).digest())
        told = said([(event.what, event.file) for event in record.events[:cut]])
        for name in ("store.db", "store.db-wal"):
            place(work).with_name(name).unlink(missing_ok=True)
        for name, content in files.items():
            (work / name).write_bytes(content)
            (work / name).chmod(0o600)
        try:
            with reopen(work, limits=TINY) as store:
                wrong = faults_of(store, told, power=True)
                if not wrong:
                    Outbox(store).record(draft())  # and the store goes on
        except StoreError as error:
            wrong = [error.fault.name]
        if wrong:
            tally.trouble[f"seed {seed}, event {cut}, {mode}"] = wrong
    return tally


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_power_cut_loses_or_doubles_anything(folder: Path, seed: int) -> None:
    record = _record_a_life(folder, seed, _sound, turns=40)
    tally = _cut(folder, record, seed, IMAGES)
    report.note(
        "power-cuts",
        seed,
        SEEDS,
        seeds=1,
        images=tally.images,
        different=len(tally.different),
        events=len(record.events),
        lost_or_doubled=len(tally.trouble),
    )
    assert tally.trouble == {}
    assert len(tally.different) > tally.images // 4


@pytest.mark.proof
@pytest.mark.parametrize("name", WRONG)
def test_a_store_that_is_wrong_on_purpose_is_caught(folder: Path, name: str) -> None:
    record = _record_a_life(folder, 1, WRONG[name], turns=40)
    tally = _cut(folder, record, 1, max(40, IMAGES // 2))
    part = name.replace(" ", "-")
    report.note("wrong-stores", part, len(WRONG), images=tally.images, caught=len(tally.trouble))
    found = {word for words in tally.trouble.values() for word in words}
    assert found & {"lost", "an acknowledgement lost", "an outcome lost"}, (name, len(tally.trouble))
