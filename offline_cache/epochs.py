"""A new life of the log after a fork: begun by the centre's signed word, with everything that the centre never took in.

Two histories under one number (a copy of the machine, an older copy of its store) cannot be made one again, and
nothing is ever renumbered to hide it. The centre closes the old life and gives a new number. What it has not taken in
is recorded once more, as operations of kind :data:`KIND` whose envelope holds the old one with its old identity:

    envelope   canonical CBOR of ["ssc-carry-1", epoch, op_id, kind, schema, sealed_hash, sealed or null]

The seal inside stays bound to the old identity, so nobody need open it, and the centre keeps it under that identity:
however often it is carried, it takes effect once. ``null`` stands for a body that is not to go: it was parked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offline_cache import blob_rows, journal, recording, rows
from offline_cache.canonical import NotCanonicalError, decode, encode
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.operations import OP_ID, Draft, Operation, State, new_op_id

KIND = "carried-over"
SCHEMA = 1
TAG = "ssc-carry-1"

SUBJECT = b"carried-over"
"""Order by person is the carried ones' own; the carriers are nobody's."""

OVERHEAD = 4096
"""Bytes by which an envelope that carries may be larger than another: some 110 for each life it came through."""


@dataclass(frozen=True)
class Grant:
    """The centre's word that a new life of the log begins. The caller has verified the signature.

    :param after: the life that the terminal was in; it is closed.
    """

    epoch: int
    after: int
    time: str
    signature: bytes
    key_id: str


@dataclass(frozen=True)
class Carried:
    """What an envelope carries. ``sealed`` is ``None`` for one whose body does not go."""

    epoch: int
    op_id: bytes
    kind: str
    schema: int
    sealed_hash: bytes
    sealed: bytes | None


def envelope(one: Carried) -> bytes:
    return encode([TAG, one.epoch, one.op_id, one.kind, one.schema, one.sealed_hash, one.sealed])


def unpacked(data: bytes) -> Carried | None:
    """What an envelope carries; ``None`` when it is none that carries."""
    try:
        found = decode(data)
    except NotCanonicalError:
        return None
    match found:
        case [str(tag), int(epoch), bytes(op_id), str(kind), int(schema), bytes(sealed_hash), sealed] if tag == TAG:
            fine = len(op_id) == OP_ID and len(sealed_hash) == 32 and (sealed is None or isinstance(sealed, bytes))
            return Carried(epoch, op_id, kind, schema, sealed_hash, sealed) if fine else None  # type: ignore[arg-type]
        case _:
            return None


def lives(db: Db) -> list[tuple[int, int]]:
    """Every life of this log and how many operations it has, oldest first."""
    known = [int(row[0]) for row in db.rows("SELECT epoch FROM epoch ORDER BY epoch")]
    return [(epoch, rows.tip(db, epoch)[0]) for epoch in known]


def tip(db: Db) -> tuple[int, int, bytes, bytes]:
    """See :meth:`offline_cache.outbox.Outbox.tip`."""
    epoch = rows.epoch_of(db)
    return epoch, *rows.tip(db, epoch), journal.tip(db)[1]


def begin(db: Db, at: int, grant: Grant, taken: Mapping[int, int]) -> list[Operation]:
    """See :meth:`offline_cache.outbox.Outbox.begin_epoch`."""
    before = rows.epoch_of(db)
    if grant.epoch <= before:
        raise StoreError(StoreFault.EPOCH_OLD, f"{before} to {grant.epoch}")
    left = [one for epoch, _ in lives(db) for one in _missing(db, epoch, taken.get(epoch, 0))]
    left.sort(key=lambda one: _innermost(db, one.position))
    db.execute("INSERT INTO epoch VALUES (?, ?)", (grant.epoch, at))
    db.execute(
        "INSERT INTO epoch_grant VALUES (?, ?, ?, ?, ?)",
        (grant.epoch, grant.after, grant.time, grant.signature, grant.key_id),
    )
    append(db, at, "epoch-begun", None, {"epoch": grant.epoch, "after": before})
    for one in left:  # what it once said of their photos it does not know any more
        blob_rows.lost_with(db, at, one.position)
    return [_carry(db, at, one) for one in left]


def _missing(db: Db, epoch: int, after: int) -> list[Operation]:
    """Of one life what stands above ``after`` or waits once more, for a body where a tombstone is, and is in no carrier
    yet; one that is goes on inside it, if need be.
    """
    carried = "SELECT 1 FROM carried WHERE original = o.position"
    left = f"o.epoch = ? AND (o.seq > ? OR p.state = 'pending') AND NOT EXISTS ({carried})"
    found = db.rows(f"{rows.OPERATION} WHERE {left}", (epoch, after))
    return [rows.operation_of(row) for row in found]


def _innermost(db: Db, position: int) -> int:
    """Where it was recorded at first. One that was carried before goes by that: behind newer work of its holder it
    would wait at the centre for what waits for it.
    """
    while (inside := original_of(db, position)) is not None:
        position = inside
    return position


def _carry(db: Db, at: int, one: Operation) -> Operation:
    whole = one.state is not State.PARKED and one.sealed
    inside = Carried(one.epoch, one.op_id, one.kind, one.schema, one.sealed_hash, one.sealed if whole else None)
    summary: dict[str, str | int] = {
        "title": "接续上报",
        "title_en": "Carried over",
        "of_epoch": one.epoch,
        "of_seq": one.seq,
    }
    # What waits under its own number is counted there; what had arrived, and is lost, waits as its carrier.
    value = one.value if whole and one.state is not State.PENDING else 0
    draft = Draft(new_op_id(), KIND, SCHEMA, SUBJECT, envelope(inside), summary, value=value)
    (carrier,) = recording.record(db, at, [draft], (), ())
    db.execute("INSERT INTO carried (carrier, original) VALUES (?, ?)", (carrier.position, one.position))
    append(db, at, "carried", one.op_id, {"by": carrier.op_id.hex()})
    return carrier


def original_of(db: Db, carrier: int) -> int | None:
    """Position of the operation that this one carries."""
    found: int | None = db.value("SELECT original FROM carried WHERE carrier = ?", (carrier,))
    return found


def is_carried(db: Db, position: int) -> bool:
    """Whether another operation carries this one: then what becomes of it is not decided here any more."""
    return db.value("SELECT 1 FROM carried WHERE original = ?", (position,)) is not None
