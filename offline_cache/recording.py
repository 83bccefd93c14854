"""Taking operations in: all of a unit of work, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_cache import blob_rows, caps, reserved, rows, sending
from offline_cache import intents as card_intents
from offline_cache.blob_limits import MOST_BLOBS
from offline_cache.blobs import SEAL as BLOB_SEAL
from offline_cache.canonical import encode
from offline_cache.chain import GENESIS, operation_head
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End
from offline_cache.journal import LONGEST, Entry, append, refused
from offline_cache.leases import EndDrive
from offline_cache.operations import ENDS, LARGEST_VALUE, OP_ID, REVERSALS, Draft, Operation, State
from offline_cache.sealing import other_suite, suite_other
from offline_cache.suite import Suite

LARGEST_SEALED = 64 * 1024
"""Bytes of one sealed body, as the contract of the central API has it; photos are :mod:`offline_cache.blobs`."""
_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}(\.(begun|done|undone|spoiled))?\Z")
_MOST_FIELDS = 24
_PLACE = (
    "SELECT (SELECT 1 FROM operation WHERE op_id = ?), (SELECT max(epoch) FROM epoch),"
    " (SELECT max(subj_seq) FROM operation WHERE subject = ?), position, epoch, seq, head"
    " FROM (SELECT 1) LEFT JOIN (SELECT position, epoch, seq, head FROM operation ORDER BY position DESC LIMIT 1)"
)
"""One question for all that an operation's place depends on: every statement costs the operator's time."""


def check(drafts: Sequence[Draft], intents: Sequence[Begin | End]) -> None:
    """:raises StoreError: ``ENTRY_REFUSED``, before anything is touched."""
    for draft in drafts:
        problem = _problem(draft)
        if problem:
            raise refused(problem)
    if len({draft.op_id for draft in drafts}) != len(drafts):
        raise refused("the same number twice")
    if not drafts and not intents:
        raise refused("nothing to record")
    card_intents.check(drafts, intents)


def _problem(draft: Draft) -> str:
    fine = {
        "op_id": len(draft.op_id) == OP_ID,
        "kind": bool(_KIND.match(draft.kind)),
        "schema": 0 < draft.schema < 1 << 16,
        "subject": 0 < len(draft.subject) <= 64,
        "sealed": 0 < len(draft.sealed) <= LARGEST_SEALED,
        "refers_to": draft.refers_to is None or len(draft.refers_to) == OP_ID,
        "blobs": len(draft.blobs) <= MOST_BLOBS and all(blob.good for blob in draft.blobs),
        "value": 0 <= draft.value <= (0 if draft.kind.endswith(ENDS) else LARGEST_VALUE),
        "summary": len(draft.summary) <= _MOST_FIELDS
        and all(len(name) <= 40 for name in draft.summary)
        and all(isinstance(value, int) or len(value) <= LONGEST for value in draft.summary.values()),
    }
    return next((name for name, good in fine.items() if not good), "")


def record(  # noqa: PLR0917 - one unit of work
    db: Db,
    at: int,
    drafts: Sequence[Draft],
    journal: Sequence[Entry],
    intents: Sequence[Begin | End],
    reserve: Sequence[reserved.Use | reserved.GiveBack | EndDrive] = (),
) -> list[Operation]:
    """The unit of work itself."""
    operations = [_insert(db, at, draft) for draft in drafts]
    card_intents.apply(db, at, intents)
    reserved.apply(db, at, reserve)
    for entry in journal:
        append(db, at, entry.what, entry.op_id, entry.fields)
    return operations


def taken_in(  # noqa: PLR0917 - one unit of work
    db: Db,
    at: int,
    drafts: Sequence[Draft],
    journal: Sequence[Entry],
    intents: Sequence[Begin | End],
    reserve: Sequence[reserved.Use | reserved.GiveBack | EndDrive] = (),
) -> list[Operation]:
    """A unit of work that people brought: within what the centre allows off-line. What gives back takes nothing in, and
    may be why somebody comes back from where the limit was reached.
    """
    if not any(isinstance(one, reserved.GiveBack | EndDrive) for one in reserve):
        caps.check(db, at, drafts)
    return record(db, at, drafts, journal, intents, reserve)


def _check_suite(suite: Suite, draft: Draft) -> None:
    pieces = [piece for blob in draft.blobs for piece in blob.pieces]
    other = other_suite(suite, [draft.sealed]) or other_suite(suite, pieces, BLOB_SEAL)
    if other is None and any(blob.suite.name != suite.name for blob in draft.blobs):
        other = suite_other(f"a blob of another suite than {suite.name}")
    if other is not None:
        raise other


def _insert(db: Db, at: int, draft: Draft) -> Operation:
    _check_suite(db.origin.suite, draft)
    used, epoch, newest_of_subject, newest, *link = db.row(_PLACE, (draft.op_id, draft.subject)) or ()
    if used:
        raise refused("this number is used already")
    if draft.refers_to is not None:
        rows.find(db, draft.refers_to)
    if draft.epoch not in (None, epoch):
        raise StoreError(StoreFault.EPOCH_CHANGED, f"sealed for {draft.epoch}, now {epoch}")
    last, previous = link[1:] if link[0] == epoch else (0, GENESIS)  # a new life begins anew
    position, subj_seq = (newest or 0) + 1, (newest_of_subject or 0) + 1
    sealed_hash, seq = db.origin.suite.digest(draft.sealed), last + 1
    head = operation_head(
        db.origin,
        previous,
        epoch=epoch,
        seq=seq,
        op_id=draft.op_id,
        kind=draft.kind,
        schema=draft.schema,
        sealed_hash=sealed_hash,
    )
    summary = encode(dict(draft.summary))
    db.execute(
        "INSERT INTO operation (position, epoch, seq, op_id, kind, schema, subject, subj_seq, refers_to, recorded_at,"
        " sealed_hash, head, summary, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(position, epoch, seq, draft.op_id, draft.kind, draft.schema, draft.subject, subj_seq, draft.refers_to),
            *(at, sealed_hash, head, summary, draft.sealed),
        ),
    )
    db.execute(
        "INSERT INTO progress (position, state, since, value) VALUES (?, ?, ?, ?)",
        (position, State.PENDING.value, at, draft.value),
    )
    local = local_digest(db.origin.suite, draft.subject, subj_seq, draft.refers_to, at, summary, draft.value)
    append(db, at, "recorded", draft.op_id, {"seq": seq, "kind": draft.kind, "local": local})
    if draft.kind.endswith(REVERSALS):
        sending.note_reversal(db, position)
    if draft.blobs:
        blob_rows.keep(db, at, position, draft.op_id, draft.blobs)
    return Operation(
        position, epoch, seq, draft.op_id, draft.kind, draft.schema, draft.subject, subj_seq, draft.refers_to,
        draft.sealed, sealed_hash, head, at, dict(draft.summary), State.PENDING, at, value=draft.value,
    )  # fmt: skip


def local_digest(  # noqa: PLR0917 - in the order of their columns
    suite: Suite, subject: bytes, subj_seq: int, refers_to: bytes | None, at: int, summary: bytes, value: int
) -> str:
    """What the operation chain does not cover, so that the journal does: hex of the digest. Money is named where there
    is some, so that lines from before form 7 hold."""
    money = [value] if value else []
    return suite.digest(encode([subject, subj_seq, refers_to, at, summary, *money])).hex()


def all_there(db: Db, ids: Sequence[bytes]) -> bool:
    """Whether a unit of work with these operations has become durable."""
    return all(db.value("SELECT 1 FROM operation WHERE op_id = ?", (op_id,)) for op_id in ids)
