"""The other queues of ``./run bench queue``, each as it is made to be used.

Only a backlog is not made as it would be by use: its rows, as the library itself would have written them, go in with
one statement for many, since a million of them with a sync each would take an hour.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROW = 1024
"""Bytes."""


def rows(count: int) -> Iterator[bytes]:
    return (os.urandom(ROW) for _ in range(count))


def _bulk(file: Path, sql: str, values: Iterator[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.executemany(sql, values)


class RawSqlite:
    """The library of Python, in the clear: WAL, synchronous FULL, a partial index on what waits."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "rows.db", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (n INTEGER PRIMARY KEY, body BLOB,"
            " state INTEGER DEFAULT 0); CREATE INDEX waits ON row (n) WHERE state = 0;"
        )

    def fill(self, count: int) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO row (body) VALUES (?)", ((row,) for row in rows(count)))
        self._db.execute("COMMIT")

    def enqueue(self, row: bytes) -> None:
        self._db.execute("INSERT INTO row (body) VALUES (?)", (row,))

    def ack(self) -> None:
        n, _ = self._db.execute("SELECT n, body FROM row WHERE state = 0 ORDER BY n LIMIT 1").fetchone()
        self._db.execute("UPDATE row SET state = 1 WHERE n = ?", (n,))

    def close(self) -> None:
        self._db.close()


class PersistQueue:
    """persist-queue: its acknowledged queue over SQLite, as shipped."""

    def __init__(self, folder: Path) -> None:
        import persistqueue  # noqa: PLC0415 - of the extra "bench"

        self._folder, self._kind = folder, persistqueue.SQLiteAckQueue
        self._queue = self._kind(str(folder), auto_commit=True)

    def fill(self, count: int) -> None:
        table, packed = self._queue._table_name, self._queue._serializer.dumps  # as it writes itself
        self._queue.close()
        sql = f"INSERT INTO {table} (data, timestamp, status) VALUES (?, ?, 0)"  # noqa: S608
        _bulk(self._folder / "data.db", sql, ((packed(row), time.time()) for row in rows(count)))
        self._queue = self._kind(str(self._folder), auto_commit=True)

    def enqueue(self, row: bytes) -> None:
        self._queue.put(row)

    def ack(self) -> None:
        self._queue.ack(self._queue.get(block=False))

    def close(self) -> None:
        self._queue.close()


class LiteQueue:
    """litequeue, as shipped."""

    def __init__(self, folder: Path) -> None:
        import litequeue  # type: ignore[import-untyped] # noqa: PLC0415

        self._queue = litequeue.LiteQueue(folder / "rows.db")

    def fill(self, count: int) -> None:
        with self._queue.transaction("IMMEDIATE"):
            for row in rows(count):
                self._queue.put(row.hex()[:ROW])

    def enqueue(self, row: bytes) -> None:
        self._queue.put(row.hex()[:ROW])

    def ack(self) -> None:
        self._queue.done(self._queue.pop().message_id)

    def close(self) -> None:
        self._queue.close()


class Huey:
    """huey's storage over SQLite with its fsync on. It has no acknowledgement: taking is deleting."""

    def __init__(self, folder: Path) -> None:
        from huey.storage import SqliteStorage  # type: ignore[import-untyped] # noqa: PLC0415

        self._file = folder / "rows.db"
        self._queue = SqliteStorage("bench", str(self._file), fsync=True)

    def fill(self, count: int) -> None:
        sql = "INSERT INTO task (queue, data, priority) VALUES ('bench', ?, 0)"
        _bulk(self._file, sql, ((row,) for row in rows(count)))

    def enqueue(self, row: bytes) -> None:
        self._queue.enqueue(row)

    def ack(self) -> None:
        self._queue.dequeue()

    def close(self) -> None:
        self._queue.close()
