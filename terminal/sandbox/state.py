"""What the sandbox centre remembers over a restart: codes, terminals, visits, the operation log. One SQLite file.

Codes and tokens are kept as hashes, as a real centre would.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal.sandbox import certificates, older

_SCHEMA = """
CREATE TABLE IF NOT EXISTS code (hash TEXT PRIMARY KEY, expires INTEGER NOT NULL, ordinal INTEGER UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS renewal (hash TEXT PRIMARY KEY, terminal TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS terminal (
    serial TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
-- Every one that was ever issued: since when a newer one took its place, and since when it is revoked; "met": it is
-- not remembered that it was issued, since when we know of it.
CREATE TABLE IF NOT EXISTS certificate (
    serial TEXT PRIMARY KEY, number TEXT NOT NULL, superseded INTEGER, revoked INTEGER, met INTEGER) STRICT;
-- Reported lost: "after" this place in the inbox nothing of it takes effect by itself.
CREATE TABLE IF NOT EXISTS loss (terminal TEXT PRIMARY KEY, after INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS visit (
    visit TEXT PRIMARY KEY, terminal TEXT NOT NULL, card_id TEXT NOT NULL, operator TEXT,
    nonce TEXT NOT NULL, opened INTEGER NOT NULL, spent INTEGER NOT NULL DEFAULT 0,
    token TEXT UNIQUE, expires INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS hsm_use (
    n INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, card_id TEXT NOT NULL, terminal TEXT NOT NULL,
    key_address TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS mark (
    terminal TEXT, epoch INTEGER, hwm INTEGER NOT NULL, head TEXT NOT NULL, journal TEXT NOT NULL,
    PRIMARY KEY (terminal, epoch)) STRICT;
-- Given to the history that ended in life "after" at "seq" with "head", and to no other: to the first "asker" that
-- fetches it; "begun": by whoever has it.
CREATE TABLE IF NOT EXISTS life (
    terminal TEXT PRIMARY KEY, epoch INTEGER NOT NULL, after INTEGER NOT NULL, time TEXT NOT NULL,
    seq INTEGER, head TEXT, begun INTEGER NOT NULL DEFAULT 0, asker TEXT) STRICT;
CREATE TABLE IF NOT EXISTS fork (
    terminal TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, head TEXT NOT NULL,
    known INTEGER NOT NULL DEFAULT 1) STRICT;
-- What was carried over from an earlier life stands under its old identity, with "seq" minus the id of its carrier.
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    op_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, schema INTEGER NOT NULL, sealed BLOB, sealed_hash TEXT NOT NULL,
    head TEXT NOT NULL, state TEXT NOT NULL, subject TEXT, refers_to TEXT, settled_by TEXT,
    UNIQUE (terminal, epoch, seq)) STRICT;
CREATE INDEX IF NOT EXISTS inbox_new ON inbox (id) WHERE state = 'new';
CREATE INDEX IF NOT EXISTS inbox_subject ON inbox (terminal, subject);
CREATE TABLE IF NOT EXISTS effect (
    n INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS contact (card_id TEXT PRIMARY KEY, phone TEXT NOT NULL, op_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS address (
    card_id TEXT PRIMARY KEY, region TEXT NOT NULL, text TEXT NOT NULL, op_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
    n INTEGER PRIMARY KEY AUTOINCREMENT, terminal TEXT NOT NULL, op_id TEXT NOT NULL, outcome TEXT NOT NULL,
    reason TEXT, file TEXT, time INTEGER NOT NULL, chain TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS issued (purpose TEXT PRIMARY KEY, last INTEGER NOT NULL, token INTEGER NOT NULL) STRICT;
-- "returned_from": the first number that went back; "number_used": the operation that brought each number first.
CREATE TABLE IF NOT EXISTS block_given (
    block TEXT PRIMARY KEY, purpose TEXT NOT NULL, terminal TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, returned_from INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS number_used (
    purpose TEXT NOT NULL, number INTEGER NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (purpose, number)) STRICT;
-- Every lease that was ever given; "returned_by": place in the inbox of the operation that gave it back.
CREATE TABLE IF NOT EXISTS lease_given (
    card_id TEXT NOT NULL, token INTEGER NOT NULL UNIQUE, terminal TEXT NOT NULL, drive TEXT NOT NULL,
    until INTEGER NOT NULL, returned_by INTEGER, PRIMARY KEY (card_id, token)) STRICT;
CREATE TABLE IF NOT EXISTS reference (name TEXT PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blob (
    terminal TEXT NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, pieces INTEGER NOT NULL,
    PRIMARY KEY (terminal, blob)) STRICT;
CREATE TABLE IF NOT EXISTS blob_piece (
    terminal TEXT NOT NULL, blob TEXT NOT NULL, n INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (terminal, blob, n)) STRICT;
CREATE TABLE IF NOT EXISTS blob_wanted (
    terminal TEXT NOT NULL, blob TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (terminal, blob, op_id)) STRICT;
-- Each time that this was put back from a backup; cursors of before count no longer.
CREATE TABLE IF NOT EXISTS restoration (n INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS alarm (
    n INTEGER PRIMARY KEY AUTOINCREMENT, terminal TEXT NOT NULL, what TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
"""

_VISIT_KEPT_SECONDS = 2 * 24 * 3600


@dataclass(frozen=True)
class StoredVisit:
    """One visit.

    :param terminal: serial of the certificate it was opened with.
    :param operator: who serves, as the terminal says.
    :param spent: whether an answer to the nonce was handed in, right or wrong.
    :param expires: end of the token.
    """

    visit: str
    terminal: str
    card_id: str
    operator: str | None
    nonce: bytes
    opened: datetime
    spent: bool = False
    expires: datetime | None = None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class State:
    """Used by all worker threads of the server; one statement or transaction at a time."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")  # an acknowledgement is behind the disk's own
        self._make_up()

    def _make_up(self) -> None:
        """What an older folder, or a backup of one, has not."""
        with self._lock:
            self._db.executescript(f"{_SCHEMA}{older.SALVAGED};")
        with self.transaction() as db:
            older.bring_up(db)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; one at a time."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def backup(self, path: Path) -> None:
        """A copy of everything, as it is now."""
        with self._lock, sqlite3.connect(path) as copy:
            self._db.backup(copy)
        copy.close()

    def restore(self, path: Path) -> bool:
        """Be again what the copy is; ``False`` when there is none."""
        if not path.exists():
            return False
        with self._lock, sqlite3.connect(path) as copy:
            copy.backup(self._db)
        copy.close()
        self._make_up()
        with self.transaction() as db:
            db.execute("INSERT INTO restoration (token) VALUES (?)", (secrets.token_hex(16),))
            # Whether a machine began it since the backup nobody here knows: it is given to none again.
            db.execute("UPDATE life SET begun = 1")
        return True

    # --- codes and terminals ---

    def add_code(self, code: str, expires: datetime, renews: str | None = None) -> None:
        with self.transaction() as db:
            db.execute("INSERT INTO code (hash, expires) VALUES (?, ?)", (_hash(code), int(expires.timestamp())))
            if renews is not None:
                db.execute("INSERT INTO renewal (hash, terminal) VALUES (?, ?)", (_hash(code), renews))

    def code_is_good(self, code: str, now: datetime, renews: str | None) -> bool:
        """Whether a code could be spent now: for a new terminal, or for the one that it ``renews``."""
        query = (
            "SELECT 1 FROM code LEFT JOIN renewal USING (hash) "
            "WHERE hash = ? AND ordinal IS NULL AND expires > ? AND terminal IS ?"
        )
        with self._lock:
            return self._db.execute(query, (_hash(code), int(now.timestamp()), renews)).fetchone() is not None

    def spend_code(self, code: str, now: datetime, region: str, draw: Callable[[], int]) -> str | None:
        """Use a code up and give the number of its terminal: the one that it renews, or a new one of ``region``.

        ``None`` when there is no such code, or it was used, or it has run out.

        :param draw: see :func:`terminal.sandbox.certificates.new_number`.
        """
        query = (
            "SELECT terminal FROM code LEFT JOIN renewal USING (hash) "
            "WHERE hash = ? AND ordinal IS NULL AND expires > ?"
        )
        with self.transaction() as db:
            row = db.execute(query, (_hash(code), int(now.timestamp()))).fetchone()
            if row is None:
                return None
            number = row[0]
            if number is None:
                number = certificates.new_number(db, region, draw)
                ordinal = int(number.removeprefix(region))
            else:  # no new terminal's: beyond all that there can be
                sql = "SELECT max(coalesce(max(ordinal), 0) + 1, ?) FROM code"
                (ordinal,) = db.execute(sql, (certificates.ORDINALS,)).fetchone()
            db.execute("UPDATE code SET ordinal = ? WHERE hash = ?", (ordinal, _hash(code)))
            return str(number)

    def is_terminal(self, number: str) -> bool:
        """See :func:`terminal.sandbox.certificates.is_known`."""
        with self.transaction() as db:
            return certificates.is_known(db, number)

    def terminal_number(self, serial: str) -> str | None:
        """Number of the terminal with this certificate; ``None`` when unknown here or revoked."""
        with self._lock:
            row = self._db.execute("SELECT number FROM terminal WHERE serial = ? AND revoked = 0", (serial,)).fetchone()
        return None if row is None else str(row[0])

    # --- visits ---

    def add_visit(self, visit: StoredVisit) -> None:
        """Remember an opened visit, and forget those of the day before yesterday."""
        opened = int(visit.opened.timestamp())
        with self.transaction() as db:
            db.execute("DELETE FROM visit WHERE opened < ?", (opened - _VISIT_KEPT_SECONDS,))
            db.execute(
                "INSERT INTO visit (visit, terminal, card_id, operator, nonce, opened) VALUES (?, ?, ?, ?, ?, ?)",
                (visit.visit, visit.terminal, visit.card_id, visit.operator, visit.nonce.hex(), opened),
            )

    def spend_nonce(self, visit: str, terminal: str) -> StoredVisit | None:
        """The visit as it was before, with its nonce now spent: a second call finds ``spent`` true."""
        with self.transaction() as db:
            found = self._visit(db, "visit = ? AND terminal = ?", (visit, terminal))
            db.execute("UPDATE visit SET spent = 1 WHERE visit = ? AND terminal = ?", (visit, terminal))
            return found

    def grant(self, visit: str, token: str, expires: datetime) -> None:
        with self.transaction() as db:
            db.execute(
                "UPDATE visit SET token = ?, expires = ? WHERE visit = ?",
                (_hash(token), int(expires.timestamp()), visit),
            )

    def visit_of_token(self, token: str, terminal: str) -> StoredVisit | None:
        """The proven visit of this token and terminal, run out or not."""
        with self._lock:
            return self._visit(self._db, "token = ? AND terminal = ?", (_hash(token), terminal))

    def note_hsm_use(self, operation: str, visit: StoredVisit, key_address: str, moment: datetime) -> bool:
        """Write down which operation a key was used for. ``False`` where it is another card's or terminal's."""
        with self.transaction() as db:
            other = db.execute(
                "SELECT 1 FROM hsm_use WHERE operation = ? AND (card_id <> ? OR terminal <> ?)",
                (operation, visit.card_id, visit.terminal),
            ).fetchone()
            if other is None:
                db.execute(
                    "INSERT INTO hsm_use (operation, card_id, terminal, key_address, time) VALUES (?, ?, ?, ?, ?)",
                    (operation, visit.card_id, visit.terminal, key_address, int(moment.timestamp())),
                )
            return other is None

    def hsm_uses(self, operation: str) -> list[str]:
        """Addresses of the keys that were used for one operation, in order."""
        with self._lock:
            rows = self._db.execute("SELECT key_address FROM hsm_use WHERE operation = ? ORDER BY n", (operation,))
            return [address for (address,) in rows]

    @staticmethod
    def _visit(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> StoredVisit | None:
        query = f"SELECT visit, terminal, card_id, operator, nonce, opened, spent, expires FROM visit WHERE {where}"  # noqa: S608
        row = db.execute(query, values).fetchone()
        if row is None:
            return None
        visit, terminal, card_id, operator, nonce, opened, spent, expires = row
        return StoredVisit(
            visit=visit,
            terminal=terminal,
            card_id=card_id,
            operator=operator,
            nonce=bytes.fromhex(nonce),
            opened=_moment(opened),
            spent=bool(spent),
            expires=None if expires is None else _moment(expires),
        )
