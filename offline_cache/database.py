"""One connection to one ciphered file: how it is opened, what must be true of it, and what its errors mean.

The only module, with :mod:`offline_cache.store` and the migrations, that speaks to apsw.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import apsw

from offline_cache.chain import Origin
from offline_cache.errors import StoreError, StoreFault

APPLICATION = 0x53534354  # "SSCT"
KEY = 32
OLDEST_SQLITE = (3, 51, 3)
"""Before it, two writers of a write-ahead log can lose a commit ("WAL-reset")."""
OLDEST_CIPHERS = (2, 2, 0)
_PAGES_IN_LOG = 1000
_CACHE = 32 * 1024
"""KiB of deciphered pages at most. Where a number or a subject stands in its index is anywhere, and every page that is
read anew is deciphered anew: the usual 2 MiB hold the indexes of a few thousand operations."""

Value: TypeAlias = int | str | bytes | None
Row: TypeAlias = tuple[Any, ...]

_PRAGMAS: tuple[tuple[str, str | int, str | int], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", 1, 1),
    ("trusted_schema", 0, 0),
    ("cell_size_check", 1, 1),
    ("mmap_size", 0, 0),
    ("temp_store", "MEMORY", 2),
    ("secure_delete", 1, 1),
    ("cache_size", -_CACHE, -_CACHE),
    ("wal_autocheckpoint", _PAGES_IN_LOG, _PAGES_IN_LOG),
)


class Db:
    """The connection inside a unit of work. Statements and values apart, always."""

    def __init__(self, connection: apsw.Connection, origin: Origin) -> None:
        self._connection = connection
        self.origin = origin

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement. Gives how many rows it changed."""
        self._connection.execute(sql, values)
        return self._connection.changes()

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Row]:
        return iter(self._connection.execute(sql, values))

    def row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row, or ``None``."""
        found: Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, values: Sequence[Value] = ()) -> Any:  # noqa: ANN401 - what the column holds
        """The first column of the first row, or ``None``."""
        row = self.row(sql, values)
        return row[0] if row else None


def check_library() -> None:
    """Whether the library that was loaded is the one this design was made for.

    :raises StoreError: ``LIBRARY_UNFIT``.
    """
    found = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if found < OLDEST_SQLITE:
        raise unfit(f"SQLite {found}")
    ciphers = re.search(r"(\d+)\.(\d+)\.(\d+)", getattr(apsw, "mc_version", ""))
    if ciphers is None or tuple(int(part) for part in ciphers.groups()) < OLDEST_CIPHERS:
        raise unfit("no ciphers, or too old")


def connect(path: Path, key: bytes, *, create: bool = False, vfs: str | None = None) -> apsw.Connection:
    """Open the file with its key and every setting in force.

    :param vfs: another way to the disk, for tests that make it fail.

    :raises StoreError: see :func:`translated`; ``LIBRARY_UNFIT`` when a setting did not take.
    """
    check_library()
    _prepare(path, create)
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    try:
        connection = apsw.Connection(str(path), flags=flags, vfs=vfs)
    except apsw.Error as error:
        raise translated(error, writing=create) from None
    try:
        _unlock(connection, key)
        _plan_once(connection)
        for name, wanted, expected in _PRAGMAS:
            _set(connection, name, wanted, expected)
        connection.execute("BEGIN IMMEDIATE; COMMIT")  # takes the lock and keeps it
    except apsw.Error as error:
        connection.close(True)
        raise translated(error, writing=False) from None
    except BaseException:
        connection.close(True)
        raise
    return connection


def bare(path: Path, key: bytes) -> apsw.Connection:
    """Open a scratch file with its key alone, for :mod:`offline_cache.salvage_pages`: nothing that it holds is trusted,
    and nothing that is written to it need last.

    :raises apsw.Error: the key does not fit, or the first page is damaged.
    """
    connection = apsw.Connection(str(path))
    try:
        _unlock(connection, key)
        for name, wanted in (("trusted_schema", 0), ("cell_size_check", 1), ("mmap_size", 0)):
            connection.pragma(name, wanted)
    except BaseException:
        connection.close(True)
        raise
    return connection


def _prepare(path: Path, create: bool) -> None:
    """A new file is its owner's alone from its first moment, and the log takes after it; an empty one is no store."""
    try:
        if create:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        elif path.stat().st_size == 0:
            raise damaged("empty file")
    except OSError as error:
        raise full(error.strerror or "") if error.errno == errno.ENOSPC else unreadable(error.strerror or "") from error


def _unlock(connection: apsw.Connection, key: bytes) -> None:
    if len(key) != KEY:
        raise unfit("key size")
    _set(connection, "cipher", "chacha20", "chacha20")
    connection.pragma("key", f"raw:{key.hex()}")
    _set(connection, "locking_mode", "EXCLUSIVE", "exclusive")  # before the first read, so that no memory is shared
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the key fits, or says so here


def _plan_once(connection: apsw.Connection) -> None:
    """No value is looked at for a better plan: else a third of all statements is prepared anew at each use."""
    if not connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1):
        raise unfit("stable plans")


def _set(connection: apsw.Connection, name: str, wanted: str | int, expected: str | int) -> None:
    connection.pragma(name, wanted)
    if connection.pragma(name) != expected:
        raise unfit(name)


def unfit(detail: str) -> StoreError:
    """The library, or a setting of it, is not what must be."""
    return StoreError(StoreFault.LIBRARY_UNFIT, detail)


def damaged(detail: str, **values: int) -> StoreError:
    """What is in the file is not what was written.

    :param values: ``page`` and ``pages``, where the place is known.
    """
    return StoreError(StoreFault.STORE_DAMAGED, detail, **values)


def unreadable(detail: str) -> StoreError:
    """The disk or its rights keep us out."""
    return StoreError(StoreFault.STORE_UNREADABLE, detail)


def full(detail: str = "") -> StoreError:
    """No room; what was asked for is not saved."""
    return StoreError(StoreFault.DISK_FULL, detail)


def not_saved(detail: str) -> StoreError:
    """The disk refused; what was asked for is not saved."""
    return StoreError(StoreFault.NOT_SAVED, detail)


def translated(error: apsw.Error, *, writing: bool) -> StoreError:
    """The fault that an error of the library means. The library's own words may name data and are left out."""
    detail = f"{type(error).__name__} {getattr(error, 'extendedresult', '')}".strip()
    if isinstance(error, apsw.FullError):
        return full(detail)
    if isinstance(error, apsw.NotADBError):
        return StoreError(StoreFault.KEY_OTHER, detail)
    if isinstance(error, apsw.CorruptError | apsw.ConstraintError | apsw.MismatchError):
        return damaged(detail)
    return not_saved(detail) if writing else unreadable(detail)
