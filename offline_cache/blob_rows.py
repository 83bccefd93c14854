"""The blobs of the store: kept with their operation, sent piece by piece, let go of with its body.

A blob has no state beside its operation's but one: whether the centre's signed word that it has the whole of it is
here. That word ends when the centre, restored from a backup, says again that an operation waits for its blobs
(:func:`wanted`), or is known to have lost the operation (:func:`lost`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_cache import rows
from offline_cache.blob_limits import WAITS
from offline_cache.blobs import DIGEST, SealedBlob
from offline_cache.database import Db
from offline_cache.journal import append
from offline_cache.sending import broken, fell_back

if TYPE_CHECKING:
    from offline_cache.store import Store

_ON_THE_WAY = (
    "p.resolved_by IS NULL AND p.freed_at IS NULL AND (p.state IN ('received', 'held', 'conflict')"
    " OR (b.signature IS NOT NULL AND p.state IN ('applied', 'rejected')))"
)
"""Blobs go once the centre has their operation, so that it has none that nothing names; not those of an operation that
was set aside, refused or done, which nobody needs. But where it has lost what it had (:func:`lost`: there is a
signature, empty where none was ever heard), its verdict may be gone as well, and it is asked."""

_WORDLESS = "blob b INDEXED BY blob_waiting CROSS JOIN progress p USING (position)"
"""In the order of the index: a million operations may wait or be done, of which few have a blob that is not there."""

_NOT_THERE = f"b.whole_at IS NULL AND ({_ON_THE_WAY} OR (p.state = 'pending' AND p.freed_at IS NULL))"

_WITHDRAWN = "whole_at IS NULL AND signature IS NOT NULL"

LOST = f"EXISTS (SELECT 1 FROM blob WHERE blob.position = progress.position AND {_WITHDRAWN})"  # noqa: S608 - our words
"""Of an operation: a centre is known to have lost a blob of it."""

_PIECES_AT_ONCE = 16


@dataclass(frozen=True)
class Waiting:
    """A blob that the centre has not, as far as is known here.

    :param size: bytes of the content; :param hashes: digests of the sealed pieces, in order.
    """

    digest: bytes
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class Word:
    """The centre's signed word that it has a whole blob. The caller has verified the signature."""

    time: str
    signature: bytes
    key_id: str


@dataclass(frozen=True)
class Load:
    """:param count: blobs that the centre has not; :param size: bytes of their contents."""

    count: int
    size: int


NOTHING = Load(0, 0)


class Blobs:
    """The blobs of one store, for the sender. Every method waits for its turn."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, passed: Collection[bytes] = ()) -> Waiting | None:
        """The oldest blob that is to go now, of those whose digest is not in ``passed``."""
        return self._store.do(lambda db: _waiting(db, passed), write=False)

    def piece(self, digest: bytes, index: int) -> bytes:
        """A sealed piece, as it was recorded.

        :raises StoreError: ``CHAIN_BROKEN`` when it is not what was recorded.
        """
        return self._store.do(lambda db: _piece(db, digest, index), write=False)

    def arrived(self, digest: bytes, word: Word) -> None:
        """The centre has the whole of it."""
        at = int(self._store.now().timestamp() * 1000)
        self._store.do(lambda db: _arrived(db, at, digest, word))

    def doubt(self) -> None:
        """What the centre holds for its blobs is asked about anew, its word of the whole or not: it may have been
        restored since it gave that word, and waits for what it had. Whatever is there costs one question."""
        at = int(self._store.now().timestamp() * 1000)
        self._store.do(lambda db: _doubt(db, at))

    def not_there(self) -> list[Waiting]:
        """All that the centre has not, also of operations that it has not, and what it lost: for a medium."""
        return self._store.do(_not_there, write=False)

    def known(self, digest: bytes) -> bool:
        """Whether this store has that blob, or the centre has it since: a row stays when its pieces are let go of."""
        sql = "SELECT 1 FROM blob WHERE digest = ?"
        return self._store.do(lambda db: db.value(sql, (digest,)) is not None, write=False)

    def load(self) -> Load:
        """What the centre has not yet, its operations that wait themselves included."""
        return self._store.do(load, write=False)


# --- inside a unit of work --------------------------------------------------------------------------------------------


def keep(db: Db, at: int, position: int, op_id: bytes, blobs: tuple[SealedBlob, ...]) -> None:
    """Record the blobs of an operation, in its own transaction."""
    for n, blob in enumerate(blobs):
        hashes, digest = b"".join(blob.hashes), blob.digest
        db.execute(
            "INSERT INTO blob (digest, position, n, size, hashes) VALUES (?, ?, ?, ?, ?)",
            (digest, position, n, blob.size, hashes),
        )
        for index, piece in enumerate(blob.pieces):
            db.execute("INSERT INTO blob_piece (digest, n, sealed) VALUES (?, ?, ?)", (digest, index, piece))
        append(db, at, "blob-kept", op_id, {"blob": digest.hex(), "size": blob.size})


def load(db: Db) -> Load:
    """See :meth:`Blobs.load`."""
    row = db.row(f"SELECT count(*), total(b.size) FROM {_WORDLESS} WHERE {_NOT_THERE}")  # noqa: S608 - our words
    return Load(row[0], int(row[1])) if row else NOTHING


def _doubt(db: Db, at: int) -> None:
    sql = "SELECT position FROM progress WHERE state = 'held' AND reason = ?"
    for (position,) in list(db.rows(sql, (WAITS,))):
        wanted(db, at, position)


def wanted(db: Db, at: int, position: int) -> None:
    """The centre waits for the blobs of this operation: whatever it said of them before counts no longer."""
    op_id = db.value("SELECT op_id FROM operation WHERE position = ?", (position,))
    for (digest,) in list(
        db.rows("SELECT digest FROM blob WHERE position = ? AND whole_at IS NOT NULL ORDER BY n", (position,))
    ):
        db.execute("UPDATE blob SET whole_at = NULL WHERE digest = ?", (digest,))
        append(db, at, "blob-wanted", op_id, {"blob": digest.hex()})


_INSIDE = "UNION SELECT original FROM carried JOIN gone ON carrier = gone.position"
"""An operation that carries another over from an earlier life stands for it."""


def lost(db: Db, at: int, epoch: int, hwm: int) -> None:
    """A centre that was put back has no operation of this life behind ``hwm`` any more, and of their blobs as little:
    whatever it said of those counts no longer.
    """
    known = rows.anchor(db, epoch)
    behind = "SELECT position FROM operation WHERE epoch = ? AND seq > ? AND seq <= ?"
    withdraw(db, at, _blobs_of(db, behind, epoch, hwm, known.hwm if known else 0))


def lost_with(db: Db, at: int, position: int) -> None:
    """The same of one operation."""
    withdraw(db, at, _blobs_of(db, "SELECT ?", position))


def _blobs_of(db: Db, positions: str, *values: int) -> list[bytes]:
    found = db.rows(
        f"WITH RECURSIVE gone(position) AS ({positions} {_INSIDE})"  # noqa: S608 - our words
        " SELECT b.digest FROM gone CROSS JOIN blob b USING (position) ORDER BY b.position, b.n",
        values,
    )
    return [row[0] for row in found]


def withdraw(db: Db, at: int, digests: Iterable[bytes]) -> None:
    """The centre has lost these blobs, as far as they are here, and may have what became of their operations."""
    sql = (
        "SELECT op_id FROM blob b JOIN progress p USING (position) JOIN operation USING (position) WHERE b.digest = ?"
        " AND p.freed_at IS NULL"
        " AND (b.whole_at IS NOT NULL OR (b.signature IS NULL AND p.state IN ('applied', 'rejected')))"
    )
    for digest in digests:
        op_id = db.value(sql, (digest,))
        if op_id is not None:
            db.execute(
                "UPDATE blob SET whole_at = NULL, signature = coalesce(signature, x'') WHERE digest = ?", (digest,)
            )
            append(db, at, "blob-wanted", op_id, {"blob": digest.hex()})


def withdrawn(db: Db) -> list[bytes]:
    """Blobs that a centre is known to have lost."""
    return [row[0] for row in db.rows(f"SELECT digest FROM blob INDEXED BY blob_waiting WHERE {_WITHDRAWN}")]  # noqa: S608


def free_some(db: Db) -> int:
    """Let go of some pieces whose operation's body was let go of. Gives how many."""
    found = list(
        db.rows(
            "SELECT e.id FROM blob_piece e JOIN blob USING (digest) JOIN progress p USING (position)"
            " WHERE p.freed_at IS NOT NULL LIMIT ?",
            (_PIECES_AT_ONCE,),
        )
    )
    for (piece,) in found:
        db.execute("DELETE FROM blob_piece WHERE id = ?", (piece,))
    return len(found)


def split(hashes: bytes) -> tuple[bytes, ...]:
    """The digests of the pieces out of their row."""
    return tuple(hashes[start : start + DIGEST] for start in range(0, len(hashes), DIGEST))


def _not_there(db: Db) -> list[Waiting]:
    sql = f"SELECT b.digest, b.size, b.hashes FROM {_WORDLESS} WHERE {_NOT_THERE} ORDER BY b.position, b.n"  # noqa: S608 - our words
    return [Waiting(row[0], row[1], split(row[2])) for row in db.rows(sql)]


def of_missing(db: Db) -> list[bytes]:
    """Operations of which the centre misses a photo."""
    joined = f"{_WORDLESS} CROSS JOIN operation USING (position)"
    return [row[0] for row in db.rows(f"SELECT DISTINCT op_id FROM {joined} WHERE {_NOT_THERE}")]  # noqa: S608


def missing_since(db: Db, after: int, most: int) -> list[int]:
    """When the operations of photos that the centre misses were recorded, of those behind a position."""
    found = db.rows(
        f"SELECT recorded_at FROM {_WORDLESS} CROSS JOIN operation USING (position)"  # noqa: S608 - our words
        f" WHERE b.position > ? AND {_NOT_THERE} ORDER BY b.position LIMIT ?",
        (after, most),
    )
    return [row[0] for row in found]


def _waiting(db: Db, passed: Collection[bytes]) -> Waiting | None:
    behind = fell_back(db)
    found = db.rows(
        f"SELECT b.digest, b.size, b.hashes FROM {_WORDLESS} CROSS JOIN operation o USING (position)"  # noqa: S608
        f" WHERE b.whole_at IS NULL AND {_ON_THE_WAY} AND NOT (o.epoch = ? AND o.seq > ?) ORDER BY b.position, b.n",
        (behind.epoch, behind.hwm) if behind else (0, 0),
    )
    return next((Waiting(row[0], row[1], split(row[2])) for row in found if row[0] not in passed), None)


def _piece(db: Db, digest: bytes, index: int) -> bytes:
    row = db.row(
        "SELECT e.sealed, b.hashes FROM blob_piece e JOIN blob b USING (digest) WHERE e.digest = ? AND e.n = ?",
        (digest, index),
    )
    if row is None or db.origin.suite.digest(row[0]) != split(row[1])[index]:
        raise broken(f"blob {digest.hex()[:8]}, piece {index}: other bytes")
    return bytes(row[0])


def _arrived(db: Db, at: int, digest: bytes, word: Word) -> None:
    changed = db.execute(
        "UPDATE blob SET whole_at = ?, time = ?, signature = ?, key_id = ? WHERE digest = ? AND whole_at IS NULL",
        (at, word.time, word.signature, word.key_id, digest),
    )
    if changed:
        op_id = db.value("SELECT op_id FROM blob JOIN operation USING (position) WHERE digest = ?", (digest,))
        append(db, at, "blob-arrived", op_id, {"blob": digest.hex()})
