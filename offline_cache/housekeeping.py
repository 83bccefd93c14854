"""What the store does by itself when nobody needs it: let bodies go, prove itself, look at the disk, and say so.

The one rule of retention: a body stays until it was applied, two acknowledgements cover it and it is older than
``body_keep_days``; and as long as a centre that was put back is known to have lost it, or its photo. Age is told by the
centre's signed times alone, never by the clock on the wall. Chains, summaries and the journal stay for ever (the law
asks for 6 months of logs); ``secure_delete`` writes zeros over what goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from offline_cache import blob_rows, caps, mirror, sending
from offline_cache.aside import copies_of, size_of
from offline_cache.database import Db
from offline_cache.journal import append
from offline_cache.proof import Report, verify
from offline_cache.replay import ANCHORS
from offline_cache.room import Level, Room
from offline_cache.store import Store

SLICE = 200
"""Bodies in one unit of work."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Rules:
    """By which the house is kept; see :func:`rules_of`.

    :param body_keep_days: see above.
    :param prove_hours: between two proofs of the whole store.
    :param quota: bytes that the store's file and the copies beside it may have before somebody is told.
    """

    body_keep_days: int = caps.KEEP_DAYS
    prove_hours: int = 24
    quota: int = 2 << 30


def rules_of(store: Store) -> Rules:
    """How long bodies stay is the centre's word (``body_keep_days`` of ``caps``); the defaults stand until it has said
    so. Where its word cannot be read no body goes. Waits for its turn."""
    limits = caps.standing_of(store).caps
    return Rules() if limits is None else Rules(body_keep_days=limits.keep_days)


@dataclass(frozen=True)
class Sizes:
    """Bytes. :param free: of the file, kept for what comes. :param copies: the copies beside it."""

    file: int
    free: int
    bodies: int
    copies: int = 0

    @property
    def all(self) -> int:
        """What the store takes of the disk."""
        return self.file + self.copies


@dataclass(frozen=True)
class Notice:
    """Something that a person should hear of.

    :param what: ``room-low``, ``room-out``, ``quota``, ``trouble``.
    """

    what: str
    detail: str = ""


@dataclass(frozen=True)
class Done:
    """What one round did."""

    freed: int
    proved: Report | None
    room: Room
    notices: tuple[Notice, ...]


class Housekeeper:
    """Call :meth:`round` from a worker every few minutes."""

    def __init__(self, store: Store, rules: Callable[[], Rules] = Rules) -> None:
        self._store, self._rules = store, rules

    def round(self, *, prove: bool | None = None) -> Done:
        """Everything that is due.

        :param prove: whether or not it is due.
        :raises StoreError: ``STORE_DAMAGED`` and the others of a store that does not work.
        """
        rules = self._rules()
        freed = 0 if self._store.stopped else free_bodies(self._store, rules.body_keep_days)
        if not self._store.stopped:
            self._store.do(lambda db: mirror.drop_past(db, self._at()))
        due = self._due(rules) if prove is None else prove
        proved = self._prove() if due else None
        room, sizes = self._store.room(), measure(self._store)
        return Done(freed, proved, room, tuple(_notices(rules, room, sizes, proved)))

    def _due(self, rules: Rules) -> bool:
        last = self._store.do(lambda db: db.value("SELECT at FROM chore WHERE name = 'proved'"), write=False)
        now = self._at()
        # A clock that was set back must not keep the proof away.
        return last is None or not 0 <= now - last < rules.prove_hours * 3_600_000

    def _prove(self) -> Report:
        report = verify(self._store)
        if not report.good:
            self._store.distrust(report.trouble)
        at = self._at()

        def work(db: Db) -> None:
            db.execute(
                "INSERT INTO chore (name, at, position, note) VALUES ('proved', ?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET at = excluded.at, position = excluded.position, note = excluded.note",
                (at, report.lines, report.trouble),
            )
            fields: dict[str, str | int | bool] = {
                "operations": report.operations,
                "lines": report.lines,
                "trouble": report.trouble[:200],
            }
            append(db, at, "proved", None, fields)

        if self._store.stopped is None:
            self._store.do(work)
        return report

    def _at(self) -> int:
        return int(self._store.now().timestamp() * 1000)


def look(store: Store, rules: Rules | None = None) -> tuple[Notice, ...]:
    """What a person should hear of now, without doing anything; a store that is damaged says so by itself."""
    return tuple(_notices(rules or Rules(), store.room(), measure(store), None))


def _notices(rules: Rules, room: Room, sizes: Sizes, proved: Report | None) -> list[Notice]:
    low = {Level.WARN: "room-low", Level.STOP: "room-low", Level.FULL: "room-out"}.get(room.level)
    found = [Notice(low, f"{room.free >> 20} MB")] if low else []
    found += [Notice("quota", f"{sizes.all >> 20} MB")] if sizes.all > rules.quota else []
    found += [Notice("trouble", proved.trouble)] if proved and not proved.good else []
    return found


def measure(store: Store) -> Sizes:
    """How large the store is."""

    def work(db: Db) -> Sizes:
        page: int = db.value("PRAGMA page_size")
        file, free = db.value("PRAGMA page_count") * page, db.value("PRAGMA freelist_count") * page
        bodies: int = db.value("SELECT total(length(sealed)) FROM operation")
        return Sizes(file, free, int(bodies), sum(map(size_of, copies_of(store.path))))

    return store.do(work, write=False)


@dataclass(frozen=True)
class Kept:
    """What the centre has acknowledged and is still here, for the day on which it is put back to a backup and asks.

    :param bodies: how many.
    :param until: the newest of them would be let go of no sooner, by the centre's time; ``None`` where nothing tells.
    """

    bodies: int
    until: datetime | None


def still_kept(store: Store) -> Kept:
    """What a wipe takes away that retention would not yet. Waits for its turn."""
    keep = rules_of(store).body_keep_days

    def look(db: Db) -> Kept:
        bodies: int = db.value(
            "SELECT count(*) FROM operation JOIN progress USING (position)"
            " WHERE length(sealed) > 0 AND state NOT IN ('pending', 'parked')"
        )
        times = [moment for (time,) in db.rows("SELECT time FROM anchor") if (moment := _moment(time)) is not None]
        known = times and keep < caps.NONE_LEFT.keep_days
        return Kept(bodies, max(times) + timedelta(days=keep) if known else None)

    return store.do(look, write=False)


def free_bodies(store: Store, keep_days: int) -> int:
    """Let go of every body that the rule lets go, and of its blobs. Gives how many bodies.

    :raises StoreError: those of :meth:`offline_cache.store.Store.do`.
    """
    freed = 0
    while count := store.do(lambda db: _free_some(db, int(store.now().timestamp() * 1000), keep_days)):
        freed += count
    while store.do(blob_rows.free_some):
        pass
    return freed


def _free_some(db: Db, at: int, keep_days: int) -> int:
    marks = _marks(db, timedelta(days=keep_days))
    found: list[int] = []
    for epoch, hwm in marks.items():
        found += [
            row[0]
            for row in db.rows(
                "SELECT position FROM progress INDEXED BY progress_freeable CROSS JOIN operation USING (position)"  # noqa: S608 - our words
                " WHERE state = 'applied' AND freed_at IS NULL AND epoch = ? AND seq <= ?"
                f" AND NOT {blob_rows.LOST} ORDER BY position LIMIT ?",
                (epoch, sending.centre_has(db, epoch, hwm), SLICE - len(found)),
            )
        ]
    for position in found:
        db.execute("UPDATE operation SET sealed = x'' WHERE position = ?", (position,))
        db.execute("UPDATE progress SET freed_at = ? WHERE position = ?", (at, position))
    if found:
        append(db, at, "bodies-freed", None, {"count": len(found)})
    return len(found)


def _marks(db: Db, keep: timedelta) -> dict[int, int]:
    """For each epoch, up to where bodies may go: two acknowledgements, the second of which is old enough."""
    heard: dict[int, list[tuple[int, datetime]]] = {}
    for epoch, hwm, time in db.rows("SELECT epoch, hwm, time FROM anchor ORDER BY epoch, hwm"):
        moment = _moment(time)
        if moment is not None:
            heard.setdefault(epoch, []).append((hwm, moment))
    latest = max((moment for anchors in heard.values() for _, moment in anchors), default=None)
    marks = {}
    for epoch, anchors in heard.items():
        for index in range(len(anchors) - ANCHORS, -1, -1):
            if latest is not None and latest - anchors[index + ANCHORS - 1][1] >= keep:
                marks[epoch] = anchors[index][0]
                break
    return marks


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
