"""A whole copy of an open store, made a few pages at a time, under the same key."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import apsw

from offline_cache.database import connect, translated


def family(path: Path) -> tuple[Path, ...]:
    """The file and what the library puts beside it while it is open."""
    return (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))


def remove(path: Path) -> None:
    """The file and everything beside it."""
    for one in family(path):
        one.unlink(missing_ok=True)


def integrity(connection: apsw.Connection) -> str:
    """What the library finds wrong in the insides of a file; empty when nothing is."""
    if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        return "integrity"
    if connection.execute("PRAGMA foreign_key_check").fetchall():
        return "references"
    return ""


class Copying:
    """:meth:`step` until it says true. The copy is closed at the end of the ``with``, and taken away if it failed."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        remove(path)
        self._copy = connect(path, key, create=True)
        self._backup: apsw.Backup | None = None

    def step(self, source: apsw.Connection, pages: int) -> bool:
        """Copy some pages more. On the thread of ``source``.

        :raises apsw.Error: of either side.
        """
        if self._backup is None:
            self._backup = self._copy.backup("main", source, "main")
        return self._backup.step(pages)

    def __enter__(self) -> Copying:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self._backup is not None:
                self._backup.close(True)
        finally:
            with suppress(apsw.Error):
                self._copy.close(True)
            if kind is not None:
                remove(self._path)


def examine(path: Path, key: bytes, *, keep: bool = False) -> str:
    """Look at the insides of a copy and take it away, unless it is to be kept. Gives what is wrong, or nothing.

    :raises StoreError: when it cannot even be read.
    """
    try:
        connection = connect(path, key)
        try:
            return integrity(connection)
        except apsw.Error as error:
            raise translated(error, writing=False) from None
        finally:
            connection.close(True)
    finally:
        if not keep:
            remove(path)
