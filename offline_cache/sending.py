"""What goes to the centre next, byte for byte as it was committed."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache import journal, rows
from offline_cache.chain import Origin, operation_head
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.kept import keep
from offline_cache.operations import Batch, Sent, State


@dataclass(frozen=True)
class Place:
    """Where in a chain the next operation must be: its number, and the head before it."""

    epoch: int
    seq: int
    previous: bytes


def broken(detail: str) -> StoreError:
    """A chain that does not verify."""
    return StoreError(StoreFault.CHAIN_BROKEN, detail)


def batch(db: Db, max_ops: int, max_bytes: int, after: int | None) -> Batch | None:
    """See :meth:`offline_cache.outbox.Outbox.batch`."""
    epoch = rows.epoch_of(db)
    known = rows.anchor(db, epoch)
    hwm = known.hwm if known else 0
    back = first_waiting(db, epoch) if after is None else None
    filling = back is not None and back <= hwm
    if after is None:
        after = back - 1 if back is not None and filling else hwm
    previous = rows.head_at(db, epoch, after)
    if previous is None:
        raise broken(f"no operation {after}")
    if known is not None and rows.head_at(db, epoch, known.hwm) != known.head:
        raise broken(f"operation {known.hwm}: not the one that was acknowledged")
    found = db.rows(
        "SELECT o.seq, o.op_id, o.kind, o.schema, o.sealed, o.sealed_hash, o.head, p.state"
        " FROM operation o JOIN progress p USING (position) WHERE o.epoch = ? AND o.seq > ? ORDER BY o.seq LIMIT ?",
        (epoch, after, max_ops),
    )
    taken: list[Sent] = []
    size, head = 0, previous
    for seq, op_id, kind, schema, sealed, sealed_hash, stored, state in found:
        if filling and seq <= hwm and state != State.PENDING.value:
            break  # at or below the mark only what waits once more goes
        whole = state != State.PARKED.value
        if whole and not sealed:
            raise StoreError(StoreFault.BODY_GONE, f"operation {seq}")
        size += len(sealed) if whole else 0
        if taken and size > max_bytes:
            break
        sent = Sent(seq, op_id, kind, schema, sealed if whole else None, sealed_hash)
        head = verified(db.origin, Place(epoch, after + len(taken) + 1, head), sent, sealed, stored)
        taken.append(sent)
    if not taken:
        return None
    n, journal_head = journal.tip(db)
    return Batch(epoch, after + 1, previous, tuple(taken), head, n, journal_head)


def first_waiting(db: Db, epoch: int) -> int | None:
    """Number of the first operation of this life that waits."""
    # In the order of the index, or the whole life would be looked through and sorted for its first. What waits of an
    # earlier life stands before this life's first operation.
    found: int | None = db.value(
        "SELECT seq FROM progress INDEXED BY progress_pending CROSS JOIN operation USING (position)"
        " WHERE state = 'pending' AND epoch = ?1"
        " AND progress.position >= (SELECT position FROM operation WHERE epoch = ?1 AND seq = 1)"
        " ORDER BY progress.position LIMIT 1",
        (epoch,),
    )
    return found


def waits(db: Db, hwm: int) -> bool:
    """See :meth:`offline_cache.outbox.Outbox.waits`."""
    epoch = rows.epoch_of(db)
    return rows.tip(db, epoch)[0] > hwm or first_waiting(db, epoch) is not None


_REVERSAL = "newest-reversal"


def note_reversal(db: Db, position: int) -> None:
    """Remember the newest reversal, so that nobody has to look for one among a million that wait."""
    keep(db, _REVERSAL, position.to_bytes(8))


def reversal_waits(db: Db) -> bool:
    """See :meth:`offline_cache.outbox.Outbox.reversal_waits`."""
    noted = db.value("SELECT value FROM kept WHERE name = ?", (_REVERSAL,))
    return noted is not None and bool(
        db.value("SELECT 1 FROM progress WHERE position = ? AND state = 'pending'", (int.from_bytes(noted),))
    )


def verified(origin: Origin, place: Place, sent: Sent, sealed: bytes, stored: bytes) -> bytes:
    """The head after one operation, computed from its bytes.

    :param stored: the head that stands with it.

    :raises StoreError: ``CHAIN_BROKEN`` when number, bytes or head are not what was committed.
    """
    if sent.seq != place.seq:
        raise broken(f"operation {place.seq} is missing")
    if (
        sealed and origin.suite.digest(sealed) != sent.sealed_hash
    ):  # a body that was let go of: see the replay of the journal
        raise broken(f"operation {sent.seq}: other bytes")
    head = operation_head(
        origin,
        place.previous,
        epoch=place.epoch,
        seq=sent.seq,
        op_id=sent.op_id,
        kind=sent.kind,
        schema=sent.schema,
        sealed_hash=sent.sealed_hash,
    )
    if head != stored:
        raise broken(f"operation {sent.seq}: other head")
    return head
