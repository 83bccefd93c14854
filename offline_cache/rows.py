"""Reading operations out of their rows."""

from __future__ import annotations

from offline_cache.canonical import NotCanonicalError, Plain, decode
from offline_cache.chain import GENESIS
from offline_cache.database import Db, Row
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import WITHDRAWAL, Anchor, Operation, State

PEOPLE = (
    "p.state IN ('rejected', 'conflict', 'parked')"  # noqa: S608 - made of our own words alone
    " AND p.resolved_by IS NULL AND NOT (p.state = 'rejected' AND EXISTS ("
    "SELECT 1 FROM operation w JOIN operation first ON first.op_id = w.refers_to"
    " JOIN progress f ON f.position = first.position"
    f" WHERE w.position = p.position AND w.kind = '{WITHDRAWAL}' AND f.resolved_by IS NOT w.op_id))"
)
"""Which row ``p`` of ``progress`` waits for a person. A refused withdrawal does not, once what it was to take back
stands by itself: that took effect, or is in the list again, or another one has settled it."""

OPERATION = (
    "SELECT o.position, o.epoch, o.seq, o.op_id, o.kind, o.schema,"  # noqa: S608 - likewise
    " o.subject, o.subj_seq, o.refers_to, o.sealed,"
    " o.sealed_hash, o.head, o.recorded_at, o.summary, p.state, p.since, p.reason, p.resolved_by,"
    f" {PEOPLE}, p.value"
    " FROM operation o JOIN progress p USING (position)"
)


def operation_of(row: Row) -> Operation:
    values = list(row)
    values[13] = summary_of(values[13])
    values[14] = State(values[14])
    values[18] = bool(values[18])
    return Operation(*values)


def summary_of(packed: bytes) -> dict[str, Plain]:
    """A summary; one that does not decode is empty, which the journal's cross-check shows."""
    try:
        found = decode(packed)
    except NotCanonicalError:
        return {}
    return found if isinstance(found, dict) else {}


def find(db: Db, op_id: bytes) -> Operation:
    """:raises StoreError: ``OPERATION_UNKNOWN``."""
    row = db.row(f"{OPERATION} WHERE o.op_id = ?", (op_id,))
    if row is None:
        raise StoreError(StoreFault.OPERATION_UNKNOWN, op_id.hex()[:8])
    return operation_of(row)


def at(db: Db, epoch: int, seq: int) -> Operation | None:
    """The operation at this place of the log."""
    row = db.row(f"{OPERATION} WHERE o.epoch = ? AND o.seq = ?", (epoch, seq))
    return operation_of(row) if row else None


def epoch_of(db: Db) -> int:
    """The epoch that is being written."""
    epoch: int = db.value("SELECT max(epoch) FROM epoch")
    return epoch


def state_at(db: Db, position: int) -> State:
    """Where an operation is."""
    return State(db.value("SELECT state FROM progress WHERE position = ?", (position,)))


def tip(db: Db, epoch: int) -> tuple[int, bytes]:
    """Sequence number and head of the epoch's last operation; 0 and the genesis before the first."""
    row = db.row("SELECT seq, head FROM operation WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch,))
    return (row[0], row[1]) if row else (0, GENESIS)


def head_at(db: Db, epoch: int, seq: int) -> bytes | None:
    """The chain's head after ``seq``, 0 for the beginning; ``None`` when we have no such operation, or no such life."""
    if seq == 0:
        return GENESIS if db.value("SELECT 1 FROM epoch WHERE epoch = ?", (epoch,)) else None
    head: bytes | None = db.value("SELECT head FROM operation WHERE epoch = ? AND seq = ?", (epoch, seq))
    return head


def anchor(db: Db, epoch: int) -> Anchor | None:
    """The furthest acknowledgement of the epoch."""
    row = db.row(
        "SELECT epoch, hwm, head, time, signature, key_id, journal_n, journal_head FROM anchor WHERE epoch = ?"
        " ORDER BY hwm DESC LIMIT 1",
        (epoch,),
    )
    return Anchor(*row) if row else None
