"""Taking in photos and signatures, piece by piece, and letting the operation go on that waits for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from offline_cache.blob_limits import LARGEST_SEALED
from offline_cache.blobs import SEAL, fits, name_of, open_blob
from offline_cache.errors import StoreError
from offline_cache.sealing import other_suite
from offline_cache.suite import Suite
from terminal.centre import chain
from terminal.centre.contract import BlobPiece, BlobStanding, ProblemType
from terminal.sandbox.authority import Authority
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal, require_own


class BlobRoom:
    """:param now: the centre's time."""

    def __init__(self, authority: Authority, state: State, environment: str, now: Callable[[], datetime]) -> None:
        self._authority, self._state, self._environment, self._now = authority, state, environment, now

    def standing(self, terminal: Terminal, number: str, blob: str) -> BlobStanding:
        """Which pieces are here."""
        require_own(terminal, number)
        with self._state.transaction() as db:
            have = _have(db, number, blob)
            return self._said(number, blob, have, whole=_is_whole(db, number, blob))

    def take(self, terminal: Terminal, number: str, blob: str, index: int, piece: BlobPiece) -> BlobStanding:
        """Take a piece in; the same again changes nothing. The last one lets the operations go on that wait for it."""
        require_own(terminal, number)
        sealed = _checked(self._authority.suite, blob, index, piece)
        with self._state.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO blob (terminal, blob, size, pieces) VALUES (?, ?, ?, ?)",
                (number, blob, piece.size, len(piece.hashes)),
            )
            db.execute(
                "INSERT OR IGNORE INTO blob_piece (terminal, blob, n, sealed) VALUES (?, ?, ?, ?)",
                (number, blob, index, sealed),
            )
            whole = _is_whole(db, number, blob)
            if whole:
                _look_again(db, number, blob)
            return self._said(number, blob, _have(db, number, blob), whole=whole)

    def _said(self, number: str, blob: str, have: list[int], *, whole: bool) -> BlobStanding:
        plain = BlobStanding(
            terminal=number,
            blob=blob,
            have=have,
            whole=whole,
            time=chain.ack_time(self._now()),
            key_id=self._authority.key_id("ack"),
            signature=None,
        )
        if not whole:
            return plain
        return chain.acknowledge_blob(self._environment, plain, self._authority.keys["ack"], self._authority.suite)


def missing(db: sqlite3.Connection, terminal: str, op_id: str, blobs: Iterable[str]) -> bool:
    """Whether an operation has to wait for one of its blobs; remembered until it is there."""
    found = False
    for blob in blobs:
        if not _is_whole(db, terminal, blob):
            found = True
            row = (terminal, blob, op_id)
            db.execute("INSERT OR IGNORE INTO blob_wanted (terminal, blob, op_id) VALUES (?, ?, ?)", row)
    return found


def content(
    db: sqlite3.Connection, environment: str, terminal: str, blob: str, keys: Mapping[bytes, bytes]
) -> bytes | None:
    """What is in a whole blob; ``None`` when it does not open."""
    (size,) = db.execute("SELECT size FROM blob WHERE terminal = ? AND blob = ?", (terminal, blob)).fetchone()
    rows = db.execute("SELECT sealed FROM blob_piece WHERE terminal = ? AND blob = ? ORDER BY n", (terminal, blob))
    try:
        return open_blob(size, [sealed for (sealed,) in rows], environment, terminal, keys)
    except StoreError:
        return None


def all_contents(db: sqlite3.Connection, environment: str, keys: Mapping[bytes, bytes]) -> dict[str, str]:
    """SHA-256 of what is in each whole blob, by its name: for tests and demonstrations."""
    found = {}
    for terminal, blob in db.execute("SELECT terminal, blob FROM blob ORDER BY terminal, blob").fetchall():
        inside = content(db, environment, terminal, blob, keys) if _is_whole(db, terminal, blob) else None
        if inside is not None:
            found[blob] = sha256(inside).hexdigest()
    return found


def _checked(suite: Suite, blob: str, index: int, piece: BlobPiece) -> bytes:
    """The sealed piece, once everything about it agrees with the name of the blob."""
    hashes = [bytes.fromhex(one) for one in piece.hashes]
    try:
        sealed = chain.from_text(piece.sealed)
    except ValueError:
        raise RefusedError(ProblemType.BAD_REQUEST, "base64url") from None
    if other_suite(suite, [sealed], SEAL) is not None:
        raise RefusedError(ProblemType.SUITE_OTHER, "piece")
    if not fits(piece.size, len(hashes)) or name_of(piece.size, hashes, suite) != bytes.fromhex(blob):
        raise RefusedError(ProblemType.BAD_REQUEST, "blob")
    if index >= len(hashes) or len(sealed) > LARGEST_SEALED or suite.digest(sealed) != hashes[index]:
        raise RefusedError(ProblemType.BAD_REQUEST, "piece")
    return sealed


def _have(db: sqlite3.Connection, number: str, blob: str) -> list[int]:
    rows = db.execute("SELECT n FROM blob_piece WHERE terminal = ? AND blob = ? ORDER BY n", (number, blob))
    return [n for (n,) in rows]


def _is_whole(db: sqlite3.Connection, number: str, blob: str) -> bool:
    row = db.execute("SELECT pieces FROM blob WHERE terminal = ? AND blob = ?", (number, blob)).fetchone()
    return row is not None and len(_have(db, number, blob)) == row[0]


def _look_again(db: sqlite3.Connection, number: str, blob: str) -> None:
    db.execute(
        "UPDATE inbox SET state = 'new' WHERE state = 'held' AND op_id IN"
        " (SELECT op_id FROM blob_wanted WHERE terminal = ? AND blob = ?)",
        (number, blob),
    )
    db.execute("DELETE FROM blob_wanted WHERE terminal = ? AND blob = ?", (number, blob))
