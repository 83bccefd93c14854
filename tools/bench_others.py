"""The other queues of ``./run bench queue``, each as it is made to be used."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

ROW = 1024
"""Bytes."""


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
        self._db.executemany("INSERT INTO row (body) VALUES (?)", ((os.urandom(ROW),) for _ in range(count)))
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

        self._queue = persistqueue.SQLiteAckQueue(str(folder), auto_commit=True)

    def fill(self, count: int) -> None:
        for _ in range(count):
            self._queue.put(os.urandom(ROW))

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
        for _ in range(count):
            self._queue.put(os.urandom(ROW).hex()[:ROW])

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

        self._queue = SqliteStorage("bench", str(folder / "rows.db"), fsync=True)

    def fill(self, count: int) -> None:
        for _ in range(count):
            self._queue.enqueue(os.urandom(ROW))

    def enqueue(self, row: bytes) -> None:
        self._queue.enqueue(row)

    def ack(self) -> None:
        self._queue.dequeue()

    def close(self) -> None:
        self._queue.close()
