"""How long and how much this terminal may take in without the centre: limits that the centre signed.

Time off-line is the largest of three: what the clock on the wall says has passed since the centre was last heard, what
the monotonic clock has counted, kept every minute and added up over restarts, and what the lines of the journal say.
So a clock that is set back stretches nothing; one that is set forward can only end the time earlier.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from offline_cache import blob_rows
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.operations import LARGEST_VALUE, Draft

if TYPE_CHECKING:
    from offline_cache.store import Store

DOCUMENT = "caps"
"""Name of the reference document: JSON with the fields of :data:`FIELDS`, whole numbers."""

BLOBS = 1024
"""Megabytes of photos that may wait where the centre says nothing of it."""

KEEP_DAYS = 30
"""For which a body stays where the centre says nothing of it, see :mod:`offline_cache.housekeeping`."""

_DAY = 24 * 3600 * 1000
_MINUTE = 60 * 1000
_LARGEST = 10**6
_SUSPECT = 2 * _MINUTE
"""How far the clock on the wall may be behind what it has said before."""


@dataclass(frozen=True)
class Caps:
    """:param days: off-line at most; :param operations: that wait for the centre at most; :param blobs: megabytes of
    photos that do; :param value: fen that they move together at most. :param keep_days: for which a body stays."""

    days: int
    operations: int
    blobs: int = BLOBS
    value: int = 0
    keep_days: int = KEEP_DAYS


@dataclass(frozen=True)
class Field:
    """One field of the document. :param default: where the centre says nothing; ``None`` where it has to."""

    name: str
    least: int = 1
    largest: int = _LARGEST
    default: int | None = None

    def of(self, found: dict[str, object]) -> int | None:
        """What the document says; ``None`` for what is no such number."""
        number = found.get(self.name, self.default)
        return number if type(number) is int and self.least <= number <= self.largest else None


FIELDS = (
    Field("max_days"),
    Field("max_operations"),
    Field("max_blob_megabytes", default=BLOBS),
    # A centre that says nothing of money lets none be moved without it.
    Field("max_value", least=0, largest=LARGEST_VALUE, default=0),
    Field("body_keep_days", default=KEEP_DAYS),
)
"""In the order of :class:`Caps`."""

NONE_LEFT = Caps(0, 0, 0, 0, _LARGEST)
"""Where limits are here that cannot be read: nothing new is taken in, and no body goes, before the centre has said them
anew."""


@dataclass(frozen=True)
class Standing:
    """:param offline: milliseconds since the centre was last heard; :param waiting: operations that it has not;
    :param value: fen that those move together."""

    caps: Caps | None
    offline: int
    waiting: int
    value: int = 0

    @property
    def left(self) -> int | None:
        """Milliseconds for which new work may still be taken in without the centre; ``None`` where it set no limit."""
        return None if self.caps is None else max(0, self.caps.days * _DAY - self.offline)

    @property
    def value_left(self) -> int | None:
        """Fen that new work may still move before the centre has what waits; ``None`` where it set no limit."""
        return None if self.caps is None else max(0, self.caps.value - self.value)

    @property
    def frozen(self) -> bool:
        """Whether nothing new may be taken in before the centre was heard."""
        caps = self.caps
        return caps is not None and (self.offline > caps.days * _DAY or self.waiting >= caps.operations)


def parsed(body: bytes) -> Caps | None:
    """The limits of a document; ``None`` when it is none of this form."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    numbers = [number for one in FIELDS if (number := one.of(found)) is not None]
    return Caps(*numbers) if len(numbers) == len(FIELDS) else None


_PROVEN = "clock-proven"
"""Line of the journal: the centre was heard, and lines before bear times that have not come. They tell time no more."""

_TOLD = (
    "(SELECT max(at) FROM journal WHERE n > (SELECT max(n) - 100 FROM journal)"  # noqa: S608 - our own word
    f" AND n >= coalesce((SELECT max(n) FROM journal WHERE what = '{_PROVEN}'"
    " AND n > (SELECT max(n) - 100 FROM journal)), 0))"
)

_KNOWN = (
    "SELECT (SELECT body FROM mirror WHERE name = ?), (SELECT heard_at FROM offline), (SELECT counted FROM offline),"  # noqa: S608
    " (SELECT at FROM journal ORDER BY n LIMIT 1),"
    f" {_TOLD},"
    " (SELECT count FROM tally WHERE state = 'pending'), (SELECT value FROM tally WHERE state = 'pending')"
)


@dataclass(frozen=True)
class _Known:
    """What the store knows of the time and of the limits: one question, since it is asked before every operation.

    :param heard: wall time at which the centre was last heard; :param counted: monotonic milliseconds since.
    :param began: of the first line of the journal; :param told: the latest of its last hundred, from that on by which
        the clock was proven.
    """

    body: bytes | None
    heard: int | None
    counted: int | None
    began: int | None
    told: int | None
    waiting: int
    value: int

    def standing(self, at: int) -> Standing:
        heard = self.heard or self.began or at
        offline = max(at - heard, self.counted or 0, (self.told or at) - heard, 0)
        limits = None if self.body is None else parsed(self.body) or NONE_LEFT
        return Standing(limits, offline, self.waiting, self.value)

    def behind(self, at: int) -> int:
        late = max(self.told or at, self.heard or at) - at
        return late if late > _SUSPECT else 0


def _known(db: Db) -> _Known:
    return _Known(*(db.row(_KNOWN, (DOCUMENT,)) or ()))


def standing(db: Db, at: int) -> Standing:
    """How this terminal stands at wall time ``at``."""
    return _known(db).standing(at)


def latest(db: Db, at: int) -> int:
    """Milliseconds since 1970 that it is at least, whatever the clock on the wall was set to meanwhile."""
    known = _known(db)
    return max(at, known.told or at, (known.heard or at) + (known.counted or 0))


def behind(db: Db, at: int) -> int:
    """Milliseconds by which wall time ``at`` is behind what was written or heard before; 0 within two minutes.

    Order and limits do not depend on it; but what is recorded now bears a wrong time, and somebody should know.
    """
    return _known(db).behind(at)


def require_clock(store: Store) -> None:
    """:raises StoreError: ``CLOCK_BEHIND`` with the ``minutes``. For the pages that tell it; nothing is refused."""
    at = int(store.now().timestamp() * 1000)
    late = store.do(lambda db: behind(db, at), write=False)
    if late:
        raise StoreError(StoreFault.CLOCK_BEHIND, f"{late} ms", minutes=late // _MINUTE)


def check(db: Db, at: int, drafts: Sequence[Draft]) -> None:
    """Refuse new business beyond the limits. What ends, corrects or withdraws something is never refused. Under a clock
    that was set back, leave a line in the journal beside what is recorded.

    :raises StoreError: ``OFFLINE_LIMIT``, ``VALUE_LIMIT``.
    """
    known = _known(db)
    if any(draft.refers_to is None for draft in drafts):
        now = known.standing(at)
        size = sum(blob.size for draft in drafts for blob in draft.blobs)
        room = (now.caps.blobs if now.caps else BLOBS) << 20
        if now.frozen or (size and blob_rows.load(db).size + size > room):
            raise limit_reached(now)
        value = sum(draft.value for draft in drafts)
        if value and now.value_left is not None and value > now.value_left:
            raise value_reached(now)
    late = known.behind(at)
    if late:
        append(db, at, "clock-suspect", None, {"behind": late // 1000})


def limit_reached(now: Standing) -> StoreError:
    """Nothing new is taken in before the centre was heard."""
    return StoreError(StoreFault.OFFLINE_LIMIT, f"{now.offline // 1000} s off-line, {now.waiting} waiting")


def value_reached(now: Standing) -> StoreError:
    """No more money is moved before the centre was heard; everything else goes on."""
    left = now.value_left or 0
    return StoreError(StoreFault.VALUE_LIMIT, f"{now.value} fen waiting", left=f"{left // 100}.{left % 100:02d}")


def heard(db: Db, at: int) -> None:
    """The centre's own word came, and it was of now: the count begins anew. Nothing is written within a minute.

    So the clock on the wall is right, and a line of the journal from the future was written under one that was not:
    once there is one, a line says that, or the time off-line would be counted from it though the centre is heard.
    """
    told = db.value(f"SELECT {_TOLD}")
    if told is not None and told > at + _SUSPECT:
        append(db, at, _PROVEN, None, {"ahead": (told - at) // 1000})
    known = db.row("SELECT heard_at, counted FROM offline")
    if known is not None and abs(at - known[0]) < _MINUTE and known[1] < _MINUTE:
        return
    db.execute(
        "INSERT INTO offline (one, heard_at, counted) VALUES (1, ?, 0)"
        " ON CONFLICT (one) DO UPDATE SET heard_at = excluded.heard_at, counted = 0",
        (at,),
    )


def last_heard(store: Store) -> datetime | None:
    """When the centre's own word was last proven, to the minute, by this process or an earlier one; ``None`` where it
    never was: then the time is counted from the first line of the journal. Waits for its turn.
    """
    sql = "SELECT heard_at FROM offline WHERE heard_at IS NOT (SELECT at FROM journal ORDER BY n LIMIT 1)"
    at: int | None = store.do(lambda db: db.value(sql), write=False)
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC)


def distrust(store: Store) -> None:
    """The limits here are not what the centre signed: nothing new is taken in until it has said them anew."""
    at = int(store.now().timestamp() * 1000)

    def work(db: Db) -> None:
        if db.execute("UPDATE mirror SET body = x'', version = 0, as_of = 0 WHERE name = ?", (DOCUMENT,)):
            append(db, at, "reference-dropped", None, {"document": DOCUMENT})

    store.do(work)


def standing_of(store: Store) -> Standing:
    """How this terminal stands now. Waits for its turn."""
    at = int(store.now().timestamp() * 1000)
    return store.do(lambda db: standing(db, at), write=False)


class OfflineTime:
    """Counts the time since the centre was last heard. :param monotonic: seconds that nobody can set."""

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._monotonic = monotonic
        self._last = monotonic()

    def tick(self) -> None:
        """Keep what has passed since the last time, once a minute. Call it more often."""
        now = self._monotonic()
        if now - self._last < _MINUTE / 1000:
            return
        passed, self._last = int((now - self._last) * 1000), now
        at = int(self._store.now().timestamp() * 1000)
        sql = (
            "INSERT INTO offline (one, heard_at, counted) VALUES (1, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET counted = counted + excluded.counted"
        )

        def work(db: Db) -> None:
            began = db.value("SELECT at FROM journal ORDER BY n LIMIT 1") or at
            db.execute(sql, (began, passed))

        self._store.do(work)

    def standing(self) -> Standing:
        """How this terminal stands now."""
        return standing_of(self._store)
