"""A fork, or an older copy of this store, once noticed: remembered until a new life of the log begins.

Two histories under one number cannot be made one again, and an older copy would give numbers of papers away twice. So
nothing new is taken in from the moment at which it is known, also by the next process.
"""

from __future__ import annotations

from offline_cache import rows
from offline_cache.canonical import NotCanonicalError, decode, encode
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.sending import broken

_NAME = "fork"


def note(db: Db, at: int, fault: StoreFault) -> None:
    """Remember it and write it into the journal, once for each life."""
    if noticed(db) is not None:
        return
    epoch = rows.epoch_of(db)
    known = rows.anchor(db, epoch)
    db.execute(
        "INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, encode([epoch, fault.value])),
    )
    append(db, at, "fork-noticed", None, {"epoch": epoch, "hwm": known.hwm if known else 0})


def noticed(db: Db) -> StoreError | None:
    """Why this life of the log goes no further; ``None`` where nothing was noticed in it."""
    packed: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (_NAME,))
    if packed is None:
        return None
    try:
        match decode(packed):
            case [int(epoch), str(code)]:
                fault = StoreFault(code)
                return StoreError(fault, f"noticed in epoch {epoch}") if epoch == rows.epoch_of(db) else None
    except (NotCanonicalError, ValueError):
        pass
    raise broken("what was noticed cannot be read")


def refuse(db: Db) -> None:
    """:raises StoreError: ``HISTORY_FORKED``, ``STORE_BEHIND``."""
    error = noticed(db)
    if error is not None:
        raise error
