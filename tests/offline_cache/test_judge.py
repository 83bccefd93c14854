"""The judge of interrupted stores is itself judged: one right store, spoilt in one respect each time, and the line that
is about it says so. A line that is taken out of the judge leaves a row here red.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from offline_cache.database import Db
from offline_cache.intents import Begin
from offline_cache.operations import Draft, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.judge import Said, checks_of, faults_of, life
from tests.offline_cache.support import create, draft, reopen

UNITS = 24
"""Of a life: some acknowledged and applied, some card writes."""

Spoil = Callable[[Path, Said], None]


def _record(store: Store, told: Said, one: Draft) -> None:
    told.take("begun", one.op_id.hex())
    Outbox(store).record(one)
    told.take("recorded", one.op_id.hex())


def _acknowledge(store: Store, told: Said) -> None:
    outbox = Outbox(store)
    batch = outbox.batch(1000)
    assert batch is not None
    outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
    told.take("acknowledged", str(batch.to_seq))


def _lived(folder: Path) -> Said:
    """A life that ends with a doubtful card, and with operations that wait."""
    told = Said()
    with create(folder) as store:
        for _ in islice(life(store, told.take, random.Random(1)), UNITS):  # noqa: S311
            pass
        begun = draft(kind="card-pin-change.begun")
        told.take("begun", begun.op_id.hex())
        Outbox(store).record(begun, intents=[Begin(begun.op_id, b"card")])
        told.take("recorded", begun.op_id.hex())
    assert told.applied
    assert 0 < told.acknowledged < len(told.recorded)
    return told


# --- what is spoilt ---------------------------------------------------------------------------------------------------


def _older(act: Callable[[Store, Said], None], folder: Path, told: Said) -> None:
    """Something more happens and is confirmed; then the whole machine is as it was before."""
    copy = folder.with_name("older")
    shutil.copytree(folder, copy)
    with reopen(folder) as store:
        act(store, told)
    shutil.rmtree(folder)
    copy.rename(folder)


def _applied(store: Store, told: Said) -> None:
    outbox = Outbox(store)
    first = outbox.listed([State.RECEIVED])[0]
    outbox.outcome(Outcome(first.op_id, Verdict.APPLIED))
    told.take("applied", first.op_id.hex())


def _written(statement: str, folder: Path, _told: Said) -> None:
    """Changed behind the store's back."""
    with reopen(folder) as store:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = store.do(lambda db: [str(row[0]) for row in db.rows(triggers)], write=False)

        def work(db: Db) -> None:
            for name in names:
                db.execute(f"DROP TRIGGER {name}")
            db.execute(statement)

        store.do(work)


def _twice(folder: Path, told: Said) -> None:
    """What a counter taps twice, or a driver tries again, under a number of its own each time."""
    once = draft()
    again = Draft(draft().op_id, once.kind, once.schema, once.subject, once.sealed, once.summary)
    with reopen(folder) as store:
        for one in (once, again):
            _record(store, told, one)


def _unasked(folder: Path, _told: Said) -> None:
    with reopen(folder) as store:
        Outbox(store).record(draft())


def _denied(folder: Path, told: Said) -> None:
    """It was said that this was not saved."""
    with reopen(folder) as store:
        one = draft()
        told.take("begun", one.op_id.hex())
        Outbox(store).record(one)
        told.take("denied", one.op_id.hex())


def _swapped(_folder: Path, told: Said) -> None:
    told.recorded[-2:] = reversed(told.recorded[-2:])


def _nothing(_folder: Path, _told: Said) -> None:
    return


# In what is acknowledged: what is not is proved at the start, and such a store opens stopped.
BODY = "UPDATE operation SET sealed = x'00' WHERE seq = 2"
EXCHANGED = (
    "UPDATE operation SET seq = 999 WHERE seq = 2; UPDATE operation SET seq = 2 WHERE seq = 3;"
    " UPDATE operation SET seq = 3 WHERE seq = 999"
)
OPEN = "UPDATE intent SET ending = NULL, ended_op = NULL WHERE ending = 'done'"
CLOSED = "UPDATE intent SET ending = 'done', ended_op = begun, proof = x'00' WHERE ending IS NULL"
SPOILT: dict[str, tuple[Spoil, list[str]]] = {
    "nothing is wrong": (_nothing, []),
    "recorded, then an older copy": (partial(_older, lambda store, told: _record(store, told, draft())), ["lost"]),
    "one content under two numbers": (_twice, ["doubled"]),
    "nobody asked for it": (_unasked, ["never begun"]),
    "refused, and there": (_denied, ["said not to be saved, and there"]),
    "two in the other order": (_swapped, ["another order"]),
    "two places of the log exchanged": (partial(_written, EXCHANGED), ["a gap", "chains"]),
    "acknowledged, then an older copy": (partial(_older, _acknowledge), ["an acknowledgement lost"]),
    "applied, then an older copy": (partial(_older, _applied), ["an outcome lost"]),
    "a card write that is open again": (partial(_written, OPEN), ["card writes", "chains"]),
    "a doubtful card that is none any more": (partial(_written, CLOSED), ["card writes", "chains"]),
    "another body": (partial(_written, BODY), ["chains"]),
}
"""What is done to a right store or said of it, and the lines of the judge that tell of it: these and no others."""


@pytest.mark.parametrize("what", SPOILT)
def test_each_line_of_the_judge_tells_of_what_it_is_about(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    told = _lived(folder)
    spoil, lines = SPOILT[what]
    spoil(folder, told)
    with reopen(folder) as store:
        assert faults_of(store, told) == lines


def test_after_a_power_cut_what_was_refused_may_be_there(tmp_path: Path) -> None:
    told = _lived(tmp_path)
    _denied(tmp_path, told)
    with reopen(tmp_path) as store:
        assert faults_of(store, told, power=True) == []


def test_a_store_that_takes_nothing_more_is_no_right_one(tmp_path: Path) -> None:
    told = _lived(tmp_path)
    with reopen(tmp_path) as store:
        store.distrust("a page of it")
        assert [line.partition(":")[0] for line in faults_of(store, told)] == ["stopped"]


def test_no_line_of_the_judge_is_without_a_row(tmp_path: Path) -> None:
    named = {line for _, lines in SPOILT.values() for line in lines}
    with create(tmp_path) as store:
        assert named == set(checks_of(store, Said()))
