"""Every row that can still be read from a damaged file, page by page, whatever else is broken in it.

The cipher works on each page by itself, and one leaf page of a table is a table to the library. So a copy of the file
gets a first page of our own, on which one table without types stands, and that table is led to each page in turn. Rows
of all tables come out together, unproven: what they are, and whether they are true, :mod:`offline_cache.salvage` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import apsw

from offline_cache.copying import family, remove
from offline_cache.database import Value, bare, connect
from offline_cache.errors import StoreError

PAGE = 4096
COLUMNS = 14
"""Of the widest table that is looked for; where a row has less the others are ``None``."""

UNREAD = ""
"""Stands for a last column that could not be read, though the rest of the row could. No column of ours may be it."""

_NAMES = ", ".join(f"c{number}" for number in range(COLUMNS))
_HEAD, _LAST = _NAMES.rsplit(", ", 1)

_HASTY = (("writable_schema", "ON"), ("journal_mode", "OFF"), ("synchronous", "OFF"))

Leaf = tuple[Value, ...]
"""The row's number, then its columns."""


def copy_readable(source: Path, target: Path) -> None:
    """Copy a file with its log; a sector that the disk does not give any more is zeros in the copy.

    :raises OSError: the source cannot be opened at all, or the target refuses.
    """
    for one, copy in zip(family(source)[:2], family(target)[:2], strict=True):
        if one.exists():
            with one.open("rb", buffering=0) as old, copy.open("wb") as new:
                size = old.seek(0, 2)
                for at in range(0, size, PAGE):
                    piece = b""
                    with suppress(OSError):
                        old.seek(at)
                        piece = old.read(PAGE)
                    new.write(piece.ljust(min(PAGE, size - at), b"\0"))


def leaves(copy: Path, key: bytes) -> Iterator[Leaf]:
    """The rows of all tables; many of them more than once. ``copy`` and its log are used up.

    :raises StoreError: ``LIBRARY_UNFIT``.
    """
    pages = lead_all(copy, key)
    reader = _Reader(copy, key)
    try:
        for page in range(2, pages + 1):
            yield from reader.rows(page)
    finally:
        reader.close()


def lead_all(copy: Path, key: bytes) -> int:
    """Take the log of a copy in, and put a first page of our own before all others. Gives how many pages there are.

    :raises StoreError: ``LIBRARY_UNFIT``.
    """
    _take_log_in(copy, key)
    pages = -(-copy.stat().st_size // PAGE)
    _lead(copy, key, pages, "DELETE")
    return pages


def _take_log_in(copy: Path, key: bytes) -> None:
    """What was committed and stands in the log alone goes into its pages."""
    if not family(copy)[1].exists():
        return
    with suppress(StoreError, apsw.Error):
        connect(copy, key).close(True)
        return
    # The first page is gone: one of our own, of the same kind of file, lets the library find the log.
    _lead(copy, key, -(-copy.stat().st_size // PAGE), "WAL")
    with suppress(apsw.Error):
        connection = bare(copy, key)
        with suppress(apsw.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close(True)


def _lead(copy: Path, key: bytes, pages: int, mode: str) -> None:
    """Put a first page of our own into the copy, with one table on it; the file gets as many pages as it says."""
    maker = copy.with_name("first-page.db")
    remove(maker)
    connection = bare(maker, key)
    try:
        for step in (f"PRAGMA journal_mode={mode}", f"CREATE TABLE leaf ({_NAMES})", "CREATE TABLE filler (c)"):
            connection.execute(step).fetchall()
        connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (pages * PAGE,))
        connection.execute("PRAGMA writable_schema=ON").fetchall()
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'filler'")
    finally:
        connection.close(True)
    first = maker.read_bytes()
    with copy.open("r+b") as file:
        file.write(first[:PAGE])
        file.truncate(max(len(first), copy.stat().st_size))
    remove(maker)
    if mode == "DELETE":
        family(copy)[1].unlink(missing_ok=True)


class _Reader:
    """Leads the table to a page. A page that does not read makes the connection useless: then a new one is opened."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection: apsw.Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            with suppress(apsw.Error):
                self._connection.close(True)
        self._connection = None

    def rows(self, page: int) -> Iterator[Leaf]:
        """What can be read from there."""
        numbers = self._asked(page, "SELECT rowid FROM leaf")
        if not numbers:
            return
        found = self._asked(page, f"SELECT rowid, {_NAMES} FROM leaf")  # noqa: S608 - our words
        yield from found
        for (number,) in numbers[len(found) :]:
            row = self._asked(page, f"SELECT rowid, {_HEAD} FROM leaf WHERE rowid = ?", number)  # noqa: S608
            last = self._asked(page, f"SELECT {_LAST} FROM leaf WHERE rowid = ?", number)  # noqa: S608
            yield from ((*head, last[0][0] if last else UNREAD) for head in row)

    def _asked(self, page: int, sql: str, *values: Value) -> list[Leaf]:
        """As many rows as come before the first that does not."""
        found: list[Leaf] = []
        try:
            if self._connection is None:
                self._connection = bare(self._path, self._key)
                for name, value in _HASTY:
                    self._connection.pragma(name, value)
            self._connection.execute("UPDATE sqlite_schema SET rootpage = ?", (page,))
            self._connection.pragma("writable_schema", "RESET")
            self._connection.pragma("writable_schema", "ON")
            found.extend(self._connection.execute(sql, values))
        except apsw.Error:
            self.close()
        return found
