"""Proof that the blobs of the store are what was recorded: their names from their pieces, and all of them there."""

from __future__ import annotations

from offline_cache.blob_rows import split
from offline_cache.blobs import fits, name_of
from offline_cache.database import Db
from offline_cache.sending import broken

SLICE = 4
"""Blobs in one unit of work: 32 MiB at most."""

Place = tuple[int, int]
"""Position of the operation, and number of the blob there."""

BEGINNING: Place = (0, -1)


def check_some(db: Db, after: Place) -> Place | None:
    """Prove a slice of the blobs behind ``after``. Gives how far; ``None`` at the end.

    :raises StoreError: ``CHAIN_BROKEN``.
    """
    found = list(
        db.rows(
            "SELECT b.position, b.n, b.digest, b.size, b.hashes, p.freed_at IS NOT NULL"
            " FROM blob b JOIN progress p USING (position) WHERE (b.position, b.n) > (?, ?)"
            " ORDER BY b.position, b.n LIMIT ?",
            (*after, SLICE),
        )
    )
    for position, n, digest, size, packed, freed in found:
        hashes = split(packed)
        if not fits(size, len(hashes)) or name_of(size, hashes, db.origin.suite) != digest:
            raise broken(f"blob {n} of operation {position}: not the one that its name says")
        pieces: dict[int, bytes] = dict(db.rows("SELECT n, sealed FROM blob_piece WHERE digest = ?", (digest,)))
        for index, expected in enumerate(hashes):
            piece = pieces.pop(index, None)
            if (piece is None and not freed) or (piece is not None and db.origin.suite.digest(piece) != expected):
                raise broken(f"blob {n} of operation {position}: piece {index} is missing or has other bytes")
        if pieces:
            raise broken(f"blob {n} of operation {position}: more pieces than it has")
    return (found[-1][0], found[-1][1]) if found else None
