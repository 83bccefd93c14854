"""The sandbox's reference data: what its people last said, each time under a higher number; the snapshot of it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from offline_cache.mirror import ROSTER
from terminal import reference
from terminal.centre import documents, snapshots
from terminal.centre.contract import SignedDocument, Snapshot
from terminal.sandbox import staff
from terminal.sandbox.authority import Authority
from terminal.sandbox.state import State

CAPS = b'{"max_days":14,"max_operations":20000,"max_blob_megabytes":1024,"max_value":5000000,"body_keep_days":30}'
LIFE = timedelta(days=30)


class Publishing:
    """:param now: the centre's time. :param hotline: of the city."""

    def __init__(
        self, authority: Authority, state: State, environment: str, now: Callable[[], datetime], hotline: str
    ) -> None:
        self._authority, self._state, self._environment, self._now = authority, state, environment, now
        self._first = {
            staff.DOCUMENT: (staff.VERSION, staff.body()),
            "caps": (3, CAPS),
            reference.WATCH_LIST: (1, reference.encoded(reference.WatchList(frozenset()))),
            reference.CATALOGUE: (1, reference.encoded(reference.Catalogue(frozenset()))),
            reference.CONFIGURATION: (1, reference.encoded(reference.CityRules(hotline))),
        }

    def publish(self, name: str, body: bytes) -> int:
        """People here say something else from now on. Gives its number."""
        with self._state.transaction() as db:
            version, _ = self._latest(
                name, db.execute("SELECT version, body FROM reference WHERE name = ?", (name,)).fetchone()
            )
            db.execute(
                "INSERT OR REPLACE INTO reference (name, version, body) VALUES (?, ?, ?)", (name, version + 1, body)
            )
        return version + 1

    def document(self, name: str) -> SignedDocument:
        with self._state.transaction() as db:
            row = db.execute("SELECT version, body FROM reference WHERE name = ?", (name,)).fetchone()
        return self._signed(name, *self._latest(name, row))

    def _signed(self, name: str, version: int, body: bytes) -> SignedDocument:
        return documents.signed(
            self._environment,
            name,
            version,
            body,
            as_of=self._now().replace(microsecond=0),
            key_id=self._authority.signing_key_id,
            private=self._authority.signing_key,
            using=self._authority.suite,
        )

    def roster(self, terminal: str, drive: str, body: bytes) -> SignedDocument:
        """The roster of a terminal's drive: the same bytes the same number, others a higher one, from the clock, so
        that a centre from a backup gives no number twice."""
        moment = self._now().replace(microsecond=0)
        # Who is on it is not written down a second time.
        key, digest = f"{terminal}/{drive}", self._authority.suite.digest(body)
        with self._state.transaction() as db:
            row = db.execute("SELECT version, body FROM reference WHERE name = ?", (key,)).fetchone()
            version, known = row or (0, None)
            if digest != known:
                version = max(version + 1, int(moment.timestamp()) * 1000)
                sql = "INSERT OR REPLACE INTO reference (name, version, body) VALUES (?, ?, ?)"
                db.execute(sql, (key, version, digest))
        return self._signed(ROSTER + drive, version, body)

    def snapshot(self) -> Snapshot:
        """Everything, of this moment."""
        moment = self._now().replace(microsecond=0)
        version = self._number(int(moment.timestamp()))
        found = [self.document(name) for name in self._first]
        plain = snapshots.made(version, moment, LIFE, found, self._authority.signing_key_id)
        return snapshots.signed(self._environment, plain, self._authority.signing_key, self._authority.suite)

    def _number(self, second: int) -> int:
        """One second and one state of the documents, one snapshot: a change within a second makes another number."""
        with self._state.transaction() as db:
            (changes,) = db.execute("SELECT total(version) FROM reference").fetchone()
        return second * 1000 + int(changes) % 1000

    def _latest(self, name: str, row: tuple[int, bytes] | None) -> tuple[int, bytes]:
        return self._first[name] if row is None else row
