"""Older stores are brought up on a copy, newer ones refused; bytes of operations stay what they were."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from offline_cache import birth
from offline_cache.birth import KEY_NAME, bring_up
from offline_cache.caps import standing_of
from offline_cache.database import Db, connect
from offline_cache.errors import StoreFault
from offline_cache.intents import Intents
from offline_cache.migrations import MIGRATIONS
from offline_cache.mirror import Mirror
from offline_cache.operations import Operation, State
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from tests.offline_cache.golden import KEY, WAITS, golden, number
from tests.offline_cache.support import Wall, draft, fault_of, keys, place, reopen

NOW = Wall().now()


@pytest.fixture(params=range(1, len(MIGRATIONS) + 1))
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a store of each form that was ever released."""
    shutil.copy(golden(request.param), place(tmp_path))
    keys(tmp_path).put(KEY_NAME, KEY)
    return tmp_path


def content(folder: Path) -> list[Operation]:
    with reopen(folder) as store:
        return Outbox(store).listed()


def test_every_released_form_opens_and_proves_itself(old: Path) -> None:
    with reopen(old) as store:
        assert verify(store, old / "copy").trouble == ""
        outbox = Outbox(store)
        states = [one.state for one in outbox.listed()]
        assert states == [
            State.APPLIED, State.REJECTED, *[State.RECEIVED] * 4, State.PARKED, State.PENDING, State.PENDING,
        ]  # fmt: skip
        assert [intent.begun for intent in Intents(store).doubtful()] == [number(8)]
        assert [one.op_id for one in outbox.work_list()] == [number(7)]
        document = Mirror(store).get("catalogue")
        assert document is not None
        assert document.as_of == 1_795_000_000_000
        anchor = outbox.anchor()
        assert anchor is not None
        assert (anchor.hwm, anchor.key_id) == (6, "ack-1")
        outbox.record(draft())


@pytest.mark.parametrize(("form", "waits"), [(6, 0), (7, WAITS)])
def test_money_is_counted_from_the_form_on_that_knows_it(tmp_path: Path, form: int, waits: int) -> None:
    shutil.copy(golden(form), place(tmp_path))
    keys(tmp_path).put(KEY_NAME, KEY)
    with reopen(tmp_path) as store:
        assert standing_of(store).value == waits
        outbox = Outbox(store)
        assert [one.value for one in outbox.listed()][:4] == ([1, 2, 3, 4] if waits else [0] * 4)
        outbox.record(draft(value=5))
        assert standing_of(store).value == waits + 5
        assert verify(store).trouble == ""


def _next(db: Db) -> None:
    db.execute("ALTER TABLE progress ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE TABLE later (name TEXT PRIMARY KEY) STRICT")


def _user_version(folder: Path) -> int:
    connection = connect(place(folder), KEY)
    try:
        return int(connection.pragma("user_version"))
    finally:
        connection.close()


def test_an_older_store_is_brought_up_on_a_copy(old: Path) -> None:
    before, bytes_before = content(old), place(old).read_bytes()
    migrations = (*MIGRATIONS, _next)
    bring_up(place(old), KEY, NOW, migrations)
    assert _user_version(old) == len(migrations)
    assert (old / "store.before").read_bytes() == bytes_before  # kept until the new one was opened once
    assert not (old / "store.next").exists()
    bring_up(place(old), KEY, NOW, migrations)
    assert not (old / "store.before").exists()
    connection = connect(place(old), KEY)
    rows = connection.execute("SELECT op_id, sealed, head FROM operation ORDER BY position").fetchall()
    connection.close()
    assert rows == [(one.op_id, one.sealed, one.head) for one in before]


def _break(db: Db) -> None:
    db.execute("DROP TRIGGER operation_stays")
    db.execute("UPDATE operation SET kind = 'other' WHERE position = 1")


def _stop(db: Db) -> None:
    db.execute("CREATE TABLE later (name TEXT PRIMARY KEY) STRICT")
    raise apsw.FullError("no room")


def _lose(db: Db) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DROP TRIGGER journal_remains")
    db.execute("DELETE FROM journal WHERE n = 2")


@pytest.mark.parametrize("broken", [_break, _stop, _lose])
def test_a_migration_that_fails_or_touches_bytes_leaves_the_old_store(old: Path, broken: Callable[[Db], None]) -> None:
    before = place(old).read_bytes()
    bad = lambda: bring_up(place(old), KEY, NOW, (*MIGRATIONS, broken))  # noqa: E731
    assert fault_of(bad) is StoreFault.MIGRATION_FAILED
    assert place(old).read_bytes() == before
    assert not (old / "store.next").exists()
    assert len(content(old)) == 9


def test_a_migration_that_was_interrupted_is_done_again(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations, before = (*MIGRATIONS, _next), _user_version(old)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(birth, "into_place", power_cut)  # after the copy, before the swap
    with pytest.raises(KeyboardInterrupt):
        bring_up(place(old), KEY, NOW, migrations)
    monkeypatch.undo()
    assert _user_version(old) == before
    bring_up(place(old), KEY, NOW, migrations)
    assert _user_version(old) == len(migrations)


def test_a_newer_store_is_refused_and_untouched(old: Path) -> None:
    bring_up(place(old), KEY, NOW, (*MIGRATIONS, _next))
    before = place(old).read_bytes()
    assert fault_of(lambda: reopen(old)) is StoreFault.STORE_NEWER
    assert place(old).read_bytes() == before
    assert (old / "store.before").exists()


def test_another_programs_file_is_refused(old: Path) -> None:
    connection = connect(place(old), KEY)
    connection.pragma("application_id", 7)
    connection.close()
    assert fault_of(lambda: reopen(old)) is StoreFault.STORE_DAMAGED
