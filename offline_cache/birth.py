"""How a store file comes to be, whose it is, and how an older form is brought up on a copy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from offline_cache import forks
from offline_cache.aside import copies_of, free_names
from offline_cache.chain import Origin
from offline_cache.copying import Copying, family, integrity, remove
from offline_cache.database import APPLICATION, KEY, Db, connect, damaged, not_saved, translated, unreadable
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.keys import KeyPort
from offline_cache.migrations import MIGRATIONS, Migration
from offline_cache.rotation import CURRENT, into_place, settle
from offline_cache.sealing import suite_other
from offline_cache.suite import INTL
from offline_cache.suite import suite as suite_of

KEY_NAME = CURRENT


@dataclass(frozen=True)
class Identity:
    """Whose store it is. Written at creation; a mix is refused.

    :param epoch: the history that the centre expects from this terminal, from 1; the newest one in an old store.
    :param suite: name of the suite that its chains and envelopes are made with; the centre's choice at enrolment.
    """

    environment: str
    terminal: str
    epoch: int = 1
    suite: str = INTL.name

    @property
    def origin(self) -> Origin:
        """:raises StoreError: ``SUITE_UNKNOWN``."""
        return Origin(self.environment, self.terminal, suite_of(self.suite))


def data_key(path: Path, keys: KeyPort) -> bytes:
    """The key of the store that is there.

    :raises StoreError: ``STORE_MISSING``; ``KEY_GONE`` (nothing is made in its place); faults of the key port.
    """
    if not path.exists():
        raise StoreError(StoreFault.STORE_MISSING)
    settle(path, keys)
    return kept_key(keys)


def kept_key(keys: KeyPort) -> bytes:
    """The key of a store, as the port has it.

    :raises StoreError: ``KEY_GONE``; faults of the key port.
    """
    key = keys.get(KEY_NAME)
    if key is None or len(key) != KEY:
        raise StoreError(StoreFault.KEY_GONE)
    return key


def make(path: Path, keys: KeyPort, identity: Identity, now: datetime, *, again: int | None = None) -> None:
    """Make the file beside its place and move it there when it is whole.

    A key that is kept already is used, never replaced: another store might need it. Where copies lie and their key is
    gone, no other is made: with the recovery file beside them the centre can still read them, and a new one would take
    its place.

    :param again: this terminal had a store in this life of the log, which was wiped. Nobody here knows how far its log
        went, so the new one is as an older copy of it: it takes nothing in until the centre has agreed to a new life.
    :raises StoreError: ``STORE_EXISTS``; ``KEY_GONE``; faults of the key port, of the disk.
    """
    if path.exists():
        raise StoreError(StoreFault.STORE_EXISTS)
    origin, draft = identity.origin, path.with_suffix(".new")
    try:
        remove(draft)
        free_names(path)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
    key = kept_key(keys) if copies_of(path) else keys.get(KEY_NAME)
    if key is None:
        key = INTL.random(KEY)
        keys.put(KEY_NAME, key)
    connection = connect(draft, key, create=True)
    try:
        db = Db(connection, origin)
        connection.pragma("application_id", APPLICATION)
        _migrate(connection, db, 0, MIGRATIONS)
        with connection:
            _sign(db, identity, now, again=again)
    except apsw.Error as error:
        raise translated(error, writing=True) from None
    finally:
        connection.close(True)
    into_place(draft, path)


def _sign(db: Db, identity: Identity, now: datetime, *, again: int | None) -> None:
    at = int(now.timestamp() * 1000)
    owner = {"environment": identity.environment, "terminal": identity.terminal, "suite": identity.suite}
    for name, value in owner.items():
        db.execute("INSERT INTO meta VALUES (?, ?)", (name, value.encode()))
    db.execute("INSERT INTO epoch VALUES (?, ?)", (identity.epoch, at))
    append(db, at, "store-created", None, {"epoch": identity.epoch})
    if again is not None:
        forks.note_older(db, at, again)


def owner(db: Db) -> Identity:
    """Whose the open file is.

    :raises StoreError: ``STORE_DAMAGED`` when it is no store of ours.
    """
    try:
        meta = {str(name): bytes(value).decode() for name, value in db.rows("SELECT name, value FROM meta")}
        epoch = db.value("SELECT max(epoch) FROM epoch")
        return Identity(meta["environment"], meta["terminal"], int(epoch), meta["suite"])
    except apsw.Error as error:
        raise translated(error, writing=False) from None
    except (KeyError, ValueError, TypeError) as error:
        raise damaged(f"owner: {type(error).__name__}") from None


def check_owner(db: Db, environment: str, terminal: str | None, suite: str | None = None) -> Identity:
    """The same, and that it is who opens it.

    :raises StoreError: ``STORE_FOREIGN``; ``SUITE_OTHER``; ``STORE_DAMAGED``.
    """
    identity = owner(db)
    if identity.environment != environment or terminal not in {None, identity.terminal}:
        raise StoreError(StoreFault.STORE_FOREIGN, f"{identity.environment} {identity.terminal}"[:60])
    if suite not in {None, identity.suite}:
        raise suite_other(f"the store is {identity.suite[:20]}, the enrolment {suite}")
    return identity


# --- forms ------------------------------------------------------------------------------------------------------------


def bring_up(path: Path, key: bytes, now: datetime, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring an older form to this program's: on a copy, verified, swapped in one step.

    The old file stays beside as ``.before`` until the new one has been opened once.

    :raises StoreError: ``STORE_NEWER``, ``MIGRATION_FAILED`` (the old file is untouched), and those of opening.
    """
    before = path.with_suffix(".before")
    connection = connect(path, key)
    try:
        if connection.pragma("application_id") != APPLICATION:
            raise damaged("not a store of this program")
        form = int(connection.pragma("user_version"))
        if form > len(migrations):
            raise StoreError(StoreFault.STORE_NEWER, f"form {form}, known {len(migrations)}")
        if form == len(migrations):
            before.unlink(missing_ok=True)
            return
        draft = path.with_suffix(".next")
        _copy(connection, draft, key, form, migrations)
    except apsw.Error as error:
        raise translated(error, writing=False) from None
    finally:
        connection.close(True)
    _swap(path, draft, before)


def _copy(source: apsw.Connection, draft: Path, key: bytes, form: int, migrations: Sequence[Migration]) -> None:
    try:
        with Copying(draft, key) as copy:
            while not copy.step(source, 256):
                pass
        target = connect(draft, key)
        try:
            db = Db(target, Origin("", ""))
            before = _digest(db)
            _migrate(target, db, form, migrations)
            trouble = integrity(target) or ("" if _digest(db) == before else "bytes of operations or journal changed")
        finally:
            target.close(True)
        if trouble:
            raise _unmigrated(trouble)
    except (apsw.Error, StoreError) as error:
        remove(draft)
        raise _unmigrated(str(getattr(error, "detail", type(error).__name__))) from None


def _unmigrated(detail: str) -> StoreError:
    return StoreError(StoreFault.MIGRATION_FAILED, detail)


def _migrate(connection: apsw.Connection, db: Db, form: int, migrations: Sequence[Migration]) -> None:
    for number in range(form, len(migrations)):
        with connection:
            migrations[number](db)
            connection.pragma("user_version", number + 1)


def _digest(db: Db) -> list[tuple[Any, ...]]:
    """What no migration may change, in a form that is small: the bytes themselves are hashed."""
    operations = [
        (*row[:-1], INTL.digest(row[-1]))
        for row in db.rows(
            "SELECT position, epoch, seq, op_id, kind, schema, subject, subj_seq, refers_to, recorded_at, sealed_hash,"
            " head, summary, sealed FROM operation ORDER BY position"
        )
    ]
    return operations + list(db.rows("SELECT n, at, what, op_id, fields, head FROM journal ORDER BY n"))


# --- files ------------------------------------------------------------------------------------------------------------


def _swap(path: Path, draft: Path, before: Path) -> None:
    if any(one.exists() for one in family(path)[1:]):
        raise unreadable("the log of the old file is still there")
    with suppress(OSError):
        before.unlink(missing_ok=True)
    try:
        os.link(path, before)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
    into_place(draft, path)
