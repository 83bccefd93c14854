"""Persons whom the centre has lent to this terminal for a field drive, each under a fencing token.

    lease   "ssc-lease-1"  [environment, terminal, drive, subject, token, until]

What is recorded about a lent person carries the token, so that the centre can tell what comes late: it makes a case of
an operation whose person was lent to another terminal since (docs/sync.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offline_cache import mirror, seen
from offline_cache.canonical import framed
from offline_cache.chain import Origin
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append

if TYPE_CHECKING:
    from offline_cache.store import Store


@dataclass(frozen=True)
class Lease:
    """:param subject: the person, as everywhere in the store; :param until: milliseconds since 1970."""

    subject: bytes
    drive: str
    token: int
    until: int
    signature: bytes = field(repr=False)
    key_id: str = ""

    def statement(self, origin: Origin) -> bytes:
        """What the centre signs."""
        words = [self.drive, self.subject, self.token, self.until]
        return framed("ssc-lease-1", [origin.environment, origin.terminal, *words])


@dataclass(frozen=True)
class EndDrive:
    """In :meth:`offline_cache.outbox.Outbox.record`: the leases of this drive end with the operation that says so.

    :param token: the highest that it names: a lease that was taken since stays.
    """

    drive: str
    token: int


class Leases:
    """The leases of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lend(self, leases: Sequence[Lease], public: bytes) -> None:
        """Take leases in, all or none. A newer token of the same person takes the older one's place.

        :param public: the centre's ``content`` key.
        :raises StoreError: ``RESERVE_INVALID``.
        """
        at = self._at()

        def work(db: Db) -> None:
            for lease in leases:
                _lend(db, at, lease, public)
            for drive, token in sorted({(lease.drive, lease.token) for lease in leases}):
                append(db, at, "lease-taken", None, {"drive": drive, "token": token, "count": len(leases)})

        self._store.do(work)

    def find(self, subject: bytes) -> Lease | None:
        """The lease that holds now; ``None`` for a person who is not lent, or not any more."""
        at = self._at()
        return self._store.do(lambda db: _live(db, subject, seen.latest(db, at)), write=False)

    def subjects(self, drive: str) -> list[bytes]:
        """Everybody whose lease for this drive holds now, in order."""
        at = self._at()
        sql = "SELECT subject FROM lease WHERE drive = ? AND ended_at IS NULL AND until > ? ORDER BY subject"
        return self._store.do(lambda db: [row[0] for row in db.rows(sql, (drive, seen.latest(db, at)))], write=False)

    def fence(self, subject: bytes) -> int | None:
        """The token that an operation about this person carries; ``None`` for one who is not lent. It is carried past
        the lease's end too, until the drive is ended here: only then the centre can tell whose turn it was.
        """
        sql = "SELECT token FROM lease WHERE subject = ? AND ended_at IS NULL"
        found: int | None = self._store.do(lambda db: db.value(sql, (subject,)), write=False)
        return found

    def _at(self) -> int:
        return int(self._store.now().timestamp() * 1000)


def end(db: Db, at: int, one: EndDrive) -> None:
    """Inside the unit of work that records the operation which says so."""
    count = db.execute(
        "UPDATE lease SET ended_at = ? WHERE drive = ? AND token <= ? AND ended_at IS NULL", (at, one.drive, one.token)
    )
    if count:
        append(db, at, "lease-ended", None, {"drive": one.drive, "token": one.token, "count": count})
    mirror.drop(db, at, mirror.ROSTER + one.drive)


def invalid(detail: str) -> StoreError:
    """Not issued by the centre, or not for us."""
    return StoreError(StoreFault.RESERVE_INVALID, detail)


def _lend(db: Db, at: int, new: Lease, public: bytes) -> None:
    """It bears no earlier time than numbers of its drive that went before, whatever the clock on the wall says:
    :meth:`offline_cache.reserved.Reserve.counts` goes by the order."""
    body = new.statement(db.origin)
    if not db.origin.suite.verify(public, body, new.signature):
        raise invalid("lease: the signature does not hold")
    row = db.row("SELECT token, body FROM lease WHERE subject = ?", (new.subject,))
    if row is not None and (new.token < row[0] or (new.token == row[0] and body != row[1])):
        raise invalid("lease: older than the one that is here")
    db.execute(
        "INSERT INTO lease (subject, drive, token, until, body, signature, key_id, taken_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, max(?, (SELECT coalesce(max(returned_at), 0) FROM block WHERE purpose = ?)))"
        " ON CONFLICT (subject) DO UPDATE SET drive = excluded.drive, token = excluded.token, until = excluded.until,"
        " body = excluded.body, signature = excluded.signature, key_id = excluded.key_id, taken_at = excluded.taken_at,"
        " ended_at = iif(token < excluded.token, NULL, ended_at)",
        (new.subject, new.drive, new.token, new.until, body, new.signature, new.key_id, at, new.drive),
    )


def _live(db: Db, subject: bytes, time: int) -> Lease | None:
    row = db.row(
        "SELECT subject, drive, token, until, signature, key_id FROM lease"
        " WHERE subject = ? AND ended_at IS NULL AND until > ?",
        (subject, time),
    )
    return None if row is None else Lease(*row)
