"""Small things that must outlive the process: the cursor of a feed, and values by name (pinned keys and the like)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from offline_cache.database import Db
from offline_cache.journal import refused

if TYPE_CHECKING:
    from offline_cache.store import Store

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}\Z")
LARGEST = 1 << 16


def set_cursor(db: Db, feed: str, value: str, at: int) -> None:
    """Move a feed's cursor inside a unit of work, together with what came before it."""
    if not _NAME.match(feed) or len(value) > 200:
        raise refused("cursor")
    db.execute(
        "INSERT INTO cursor (feed, value, at) VALUES (?, ?, ?)"
        " ON CONFLICT (feed) DO UPDATE SET value = excluded.value, at = excluded.at",
        (feed, value, at),
    )


def keep(db: Db, name: str, value: bytes) -> None:
    """:meth:`Kept.put` inside a unit of work."""
    if not _NAME.match(name) or len(value) > LARGEST:
        raise refused("kept")
    db.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))


class Kept:
    """Values by name, enciphered with the rest of the file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self, feed: str) -> str | None:
        """Where a feed was read up to; ``None`` before the first time."""

        def work(db: Db) -> str | None:
            found: str | None = db.value("SELECT value FROM cursor WHERE feed = ?", (feed,))
            return found

        return self._store.do(work, write=False)

    def get(self, name: str) -> bytes | None:
        def work(db: Db) -> bytes | None:
            found: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (name,))
            return found

        return self._store.do(work, write=False)

    def put(self, name: str, value: bytes) -> None:
        """Keep a value in place of an older one. 64 KiB at most.

        :raises StoreError: ``ENTRY_REFUSED``.
        """
        self._store.do(lambda db: keep(db, name, value))
