"""Proof that the store is what was written: the chains anew, byte by byte, and everything against the journal.

The cipher notices a changed byte, but not a page that was put back to its older self; the chains and the cross-check
do. Whether the whole file is an older copy only the centre can tell: :meth:`offline_cache.outbox.Outbox.check_against`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from offline_cache import blob_proof, rows
from offline_cache.chain import GENESIS, journal_head
from offline_cache.copying import remove
from offline_cache.database import Db, damaged
from offline_cache.errors import StoreError
from offline_cache.journal import line_of, tip
from offline_cache.operations import Sent
from offline_cache.recording import local_digest
from offline_cache.replay import Replay
from offline_cache.sending import Place, broken, verified

if TYPE_CHECKING:
    from offline_cache.store import Store

SLICE = 500
"""Rows in one unit of work, so that nobody waits long behind a proof."""


TAIL = 200
"""Operations, and lines of the journal, that are looked at again at every start."""


@dataclass(frozen=True)
class Report:
    """:param trouble: where and what is wrong, in technical words; empty when everything verifies.
    :param fault: the same as a fault: a file that is damaged is not a chain that does not verify.
    """

    operations: int
    lines: int
    trouble: str = ""
    fault: StoreError | None = field(default=None, compare=False)

    @property
    def good(self) -> bool:
        return not self.trouble


@dataclass
class _Walk:
    """How far a proof has come."""

    place: Place
    operations: int = 0
    n: int = 0
    head: bytes = GENESIS
    blobs: blob_proof.Place | None = blob_proof.BEGINNING
    replay: Replay | None = field(default_factory=Replay)


def verify(store: Store, copy: Path | None = None) -> Report:
    """Prove the whole store, in slices between other work.

    :param copy: where a copy may be made for a while, to look at every page and every index too; without it what is
        said and what is shown is proved, but not the file's insides.
    :raises StoreError: ``STORE_DAMAGED``, ``STORE_UNREADABLE``: a page does not even decipher.
    """
    walk = _Walk(store.do(lambda db: Place(_next_epoch(db, -1) or 0, 1, GENESIS), write=False))
    fault: StoreError | None = None
    try:
        for step in (_operations, _journal, _blobs, _together):
            while store.do(partial(step, walk=walk), write=False):
                pass
        if copy is not None:
            trouble = store.examine_copy(copy)
            fault = damaged(trouble) if trouble else None
    except StoreError as error:
        if error.fault not in _PROOF:
            raise
        fault = error
    return Report(walk.operations, walk.n, fault.detail if fault else "", fault)


def verify_whole(store: Store) -> Report:
    """Prove the store and every page of its file: for the end of the day, ``journal verify`` and ``doctor --deep``.

    A copy stands beside the store for a while. A page that does not decipher is trouble like any other here.

    :raises StoreError: what keeps it from being proved: ``DISK_FULL``, ``NOT_SAVED``, ``STORE_UNREADABLE``.
    """
    copy = store.beside("examined")
    try:
        report = verify(store, copy)
    except StoreError as error:
        if error.fault not in _DAMAGE:
            raise
        report = Report(0, 0, error.detail, error)
    finally:
        remove(copy)
    if report.good:
        store.trust()
    else:
        store.distrust(report.trouble)
    return report


_PROOF = frozenset({broken("").fault})
_DAMAGE = frozenset({damaged("").fault})


def verify_tail(store: Store) -> Report:
    """Prove only what lies behind the last acknowledgement: quick, and done at every start.

    :raises StoreError: as for :func:`verify`.
    """
    try:
        return store.do(check_tail, write=False)
    except StoreError as error:
        if error.fault not in _PROOF:
            raise
        return Report(0, 0, error.detail, error)


def check_tail(db: Db) -> Report:
    """The end of what is not acknowledged yet, which is what an interrupted write could have touched: at most
    :data:`TAIL` operations and lines, so that a start takes no longer the more waits. Before a batch is sent all of it
    is verified, and the whole store once a day.

    :raises StoreError: ``CHAIN_BROKEN``.
    """
    epoch = rows.epoch_of(db)
    known = rows.anchor(db, epoch)
    after = known.hwm if known else 0
    head = rows.head_at(db, epoch, after)
    if head is None or (known is not None and head != known.head):
        raise broken(f"operation {after}: not the one that was acknowledged")
    first = max(after, rows.tip(db, epoch)[0] - TAIL)
    head = rows.head_at(db, epoch, first)
    if head is None:
        raise broken(f"operation {first} is missing")
    place = Place(epoch, first + 1, head)
    operations = sum(1 for _ in _links(db, place, -1))
    start = max(0, tip(db)[0] - TAIL)
    row = db.row("SELECT n, head FROM journal WHERE n > ? AND what = 'received' ORDER BY n DESC LIMIT 1", (start,))
    row = row or db.row("SELECT n, head FROM journal WHERE n = ?", (start,)) or (0, GENESIS)
    walk = _Walk(place, n=row[0], head=row[1], replay=None)
    while _lines(db, walk, SLICE):
        pass
    return Report(operations, walk.n - row[0])


# --- operations -------------------------------------------------------------------------------------------------------


def _next_epoch(db: Db, after: int) -> int | None:
    found: int | None = db.value("SELECT min(epoch) FROM epoch WHERE epoch > ?", (after,))
    return found


def _links(db: Db, place: Place, most: int) -> Iterator[tuple[Place, str, bool]]:
    """Walk the chain from ``place``. Gives the next place, the digest of what the chain does not cover, and whether the
    body was let go of."""
    found = db.rows(
        "SELECT seq, op_id, kind, schema, sealed_hash, sealed, head, subject, subj_seq, refers_to, recorded_at,"
        " summary, coalesce((SELECT value FROM progress WHERE progress.position = operation.position), 0)"
        " FROM operation WHERE epoch = ? AND seq >= ? ORDER BY seq LIMIT ?",
        (place.epoch, place.seq, most),
    )
    for seq, op_id, kind, schema, sealed_hash, sealed, head, *local in found:
        sent = Sent(seq, op_id, kind, schema, None, sealed_hash)
        place = Place(place.epoch, place.seq + 1, verified(db.origin, place, sent, sealed, head))
        yield place, local_digest(db.origin.suite, *local), not sealed


def _operations(db: Db, walk: _Walk) -> bool:
    """One slice of operations. False at the end of the last epoch."""
    before = walk.operations
    for place, local, gone in _links(db, walk.place, SLICE):
        walk.place = place
        walk.operations += 1
        if walk.replay is not None:
            walk.replay.expect(place.epoch, place.seq - 1, local, gone=gone)
    if walk.operations > before:
        return True
    epoch = _next_epoch(db, walk.place.epoch)
    if epoch is None:
        return False
    walk.place = Place(epoch, 1, GENESIS)
    return True


def _anchors(db: Db) -> None:
    for epoch, hwm, head, n, line in db.rows("SELECT epoch, hwm, head, journal_n, journal_head FROM anchor"):
        if rows.head_at(db, epoch, hwm) != head:
            raise broken(f"operation {hwm}: not the one that was acknowledged")
        if n is not None and n > 0 and db.value("SELECT head FROM journal WHERE n = ?", (n,)) != line:
            raise broken(f"journal line {n}: not the one that went up with operation {hwm}")


# --- journal ----------------------------------------------------------------------------------------------------------


def _lines(db: Db, walk: _Walk, most: int) -> bool:
    found = db.rows(
        "SELECT n, at, what, op_id, fields, head FROM journal WHERE n > ? ORDER BY n LIMIT ?", (walk.n, most)
    )
    before = walk.n
    for line in map(line_of, found):
        head = journal_head(
            db.origin,
            walk.head,
            n=walk.n + 1,
            at=line.at,
            what=line.what,
            op_id=line.op_id,
            fields=dict(line.fields),
        )
        if line.n != walk.n + 1 or line.head != head:
            raise broken(f"journal line {walk.n + 1}")
        walk.n, walk.head = line.n, head
        if walk.replay is not None:
            walk.replay.take(line)
    return walk.n > before


def _journal(db: Db, walk: _Walk) -> bool:
    """One slice of lines, after the operations that came in meanwhile. False at the end."""
    while _operations(db, walk):
        pass
    return _lines(db, walk, SLICE)


def _blobs(db: Db, walk: _Walk) -> bool:
    """One slice of blobs. False at the end."""
    if walk.blobs is not None:
        walk.blobs = blob_proof.check_some(db, walk.blobs)
    return walk.blobs is not None


def _together(db: Db, walk: _Walk) -> bool:
    """Everything that was said against everything that stands, in one unit, with what came in meanwhile."""
    while _journal(db, walk):
        pass
    _anchors(db)
    if walk.replay is not None:
        walk.replay.compare(db)
    return False
