"""What goes to the centre next, byte for byte as it was committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from offline_cache import journal, rows
from offline_cache.chain import Origin, operation_head
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
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
    hwm = _mark(db, epoch)
    back = first_waiting(db, epoch) if after is None else None
    filling = back is not None and back <= hwm
    if after is None:
        after = back - 1 if back is not None and filling else hwm
    # At or below the mark only what waits once more goes.
    return _run(
        db, after, (max_ops, max_bytes), lambda seq, state, _body: not filling or seq > hwm or state is State.PENDING
    )


def for_medium(db: Db, max_ops: int, max_bytes: int, after: int) -> Batch | None:
    """See :meth:`offline_cache.outbox.Outbox.for_medium`."""
    epoch = rows.epoch_of(db)
    hwm = _mark(db, epoch)
    there = centre_has(db, epoch, hwm)

    def goes(seq: int, state: State, body: bool) -> bool:
        return seq > hwm or state is State.PENDING or (seq > there and (body or state is State.PARKED))

    first = first_waiting(db, epoch, after)
    if first is None or first > there:
        found = db.value(
            "SELECT seq FROM operation JOIN progress USING (position) WHERE epoch = ? AND seq > ?"
            " AND (seq > ? OR state IN ('pending', 'parked') OR length(sealed) > 0) ORDER BY seq LIMIT 1",
            (epoch, max(after, there), hwm),
        )
        first = None if found is None else int(found)
    return None if first is None else _run(db, first - 1, (max_ops, max_bytes), goes)


def _mark(db: Db, epoch: int) -> int:
    """Up to which operation this life was acknowledged."""
    known = rows.anchor(db, epoch)
    if known is not None and rows.head_at(db, epoch, known.hwm) != known.head:
        raise broken(f"operation {known.hwm}: not the one that was acknowledged")
    return known.hwm if known else 0


def _run(db: Db, after: int, most: tuple[int, int], goes: Callable[[int, State, bool], bool]) -> Batch | None:
    """From behind one number up to the first that does not go.

    :param most: operations, and bytes of sealed bodies together; one that is larger goes alone.
    :param goes: whether one does, by its number, its state, and whether its body is here.
    """
    epoch, (max_ops, max_bytes) = rows.epoch_of(db), most
    previous = rows.head_at(db, epoch, after)
    if previous is None:
        raise broken(f"no operation {after}")
    found = db.rows(
        "SELECT o.seq, o.op_id, o.kind, o.schema, o.sealed, o.sealed_hash, o.head, p.state"
        " FROM operation o JOIN progress p USING (position) WHERE o.epoch = ? AND o.seq > ? ORDER BY o.seq LIMIT ?",
        (epoch, after, max_ops),
    )
    taken: list[Sent] = []
    size, head = 0, previous
    for seq, op_id, kind, schema, sealed, sealed_hash, stored, state in found:
        if not goes(seq, State(state), bool(sealed)):
            break
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


def first_waiting(db: Db, epoch: int, after: int = 0) -> int | None:
    """Number of the first operation of this life, behind ``after``, that waits."""
    # In the order of the index, or the whole life would be looked through and sorted for its first. What waits of an
    # earlier life stands before this life's first operation.
    found: int | None = db.value(
        "SELECT seq FROM progress INDEXED BY progress_pending CROSS JOIN operation USING (position)"
        " WHERE state = 'pending' AND epoch = ?1"
        " AND progress.position >= (SELECT position FROM operation WHERE epoch = ?1 AND seq = ?2)"
        " ORDER BY progress.position LIMIT 1",
        (epoch, after + 1),
    )
    return found


def waits(db: Db, hwm: int) -> bool:
    """See :meth:`offline_cache.outbox.Outbox.waits`."""
    epoch = rows.epoch_of(db)
    return rows.tip(db, epoch)[0] > hwm or first_waiting(db, epoch) is not None


_BEHIND = "centre-behind"


def note_behind(db: Db, at: int, epoch: int, hwm: int | None) -> None:
    """Write down how far the centre has this life; ``None``: as far as it had."""
    before = _behind(db)
    if hwm is None:
        if before is not None:
            keep(db, _BEHIND, b"")
        return
    if before is None or before.epoch != epoch or before.hwm > hwm:
        append(db, at, "centre-behind", None, {"epoch": epoch, "hwm": hwm})
        line = journal.tip(db)[0]
    elif before.hwm < hwm:
        line = before.line
    else:
        return
    keep(db, _BEHIND, f"{epoch} {hwm} {line}".encode("ascii"))


def centre_has(db: Db, epoch: int, hwm: int) -> int:
    """Up to which operation of this life the centre has all, as far as is known here.

    :param hwm: of its furthest acknowledgement.
    """
    behind = _behind(db)
    return hwm if behind is None or behind.epoch != epoch else min(hwm, behind.hwm)


class Behind(NamedTuple):
    """:param hwm: the last operation of a life that the centre has; :param line: of the journal, that tells of it."""

    epoch: int
    hwm: int
    line: int


LOST = "state NOT IN ('pending', 'parked') AND length(sealed) > 0"
"""Of what stands above that mark: it had arrived, and its body is here."""


def fell_back(db: Db) -> Behind | None:
    """Where the centre was put back, that operations of this life are missing there again."""
    behind = _behind(db)
    return behind if behind is not None and behind.epoch == rows.epoch_of(db) else None


def _behind(db: Db) -> Behind | None:
    noted = db.value("SELECT value FROM kept WHERE name = ?", (_BEHIND,))
    return Behind(*map(int, noted.decode("ascii").split(" "))) if noted else None


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
