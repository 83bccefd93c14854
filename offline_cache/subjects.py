"""Operations by whom they concern."""

from __future__ import annotations

from offline_cache import rows
from offline_cache.database import Db
from offline_cache.operations import Operation


def last_of(db: Db, subject: bytes) -> Operation | None:
    """See :meth:`offline_cache.outbox.Outbox.last_of`."""
    row = db.row(f"{rows.OPERATION} WHERE o.subject = ? ORDER BY o.subj_seq DESC LIMIT 1", (subject,))
    return rows.operation_of(row) if row else None
