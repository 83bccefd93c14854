"""Operations by whom they concern."""

from __future__ import annotations

from offline_cache import rows
from offline_cache.database import Db
from offline_cache.moves import WAITING_FOR_PEOPLE
from offline_cache.operations import Operation


def last_of(db: Db, subject: bytes) -> Operation | None:
    """See :meth:`offline_cache.outbox.Outbox.last_of`."""
    row = db.row(f"{rows.OPERATION} WHERE o.subject = ? ORDER BY o.subj_seq DESC LIMIT 1", (subject,))
    return rows.operation_of(row) if row else None


def open_of(db: Db, subject: bytes, kind: str) -> Operation | None:
    """See :meth:`offline_cache.outbox.Outbox.open_of`."""
    last = last_of(db, subject)
    waits = last is not None and last.state in WAITING_FOR_PEOPLE and last.resolved_by is None and last.kind == kind
    return last if waits else None
