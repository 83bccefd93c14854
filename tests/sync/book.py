"""What else a simulated terminal keeps: its journal, limits and reserved numbers, under a clock that anybody may set
and on a disk that may be full. Tables and rules are the real ones, in memory; a commit is durable, as the real one is.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import apsw

from offline_cache import acknowledging, caps, journal, recording, rows, sending
from offline_cache.chain import Origin
from offline_cache.database import Db, Row, full
from offline_cache.errors import StoreError, StoreFault
from offline_cache.migrations import MIGRATIONS
from offline_cache.operations import Draft
from offline_cache.reserved import Block, Number, Reserve, Use
from offline_cache.suite import INTL

SCALE = 288
"""Seconds of a terminal for each of the world: five minutes of a storm are a day."""
DAYS = 1
"""Off-line at most."""
VALUE = 2_000
"""Fen that may wait at most."""
MOST = 5
"""Operations that may."""
PURPOSE = "drive-1"
NUMBERS = 400
BALLAST = 256
"""Pages."""

_BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
_LIMITS = {"max_days": DAYS, "max_operations": MOST, "max_value": VALUE}

T = TypeVar("T")


@functools.cache
def _empty() -> bytes:
    connection = apsw.Connection(":memory:")
    connection.pragma("page_size", 512)  # small ones, so that a full disk is met soon
    db = Db(connection, Origin("sandbox", ""))
    for up in MIGRATIONS:
        up(db)
    db.execute("INSERT INTO epoch VALUES (1, 0)")
    db.execute("INSERT INTO mirror VALUES ('caps', 1, 1, NULL, 'k', x'00', ?)", (json.dumps(_LIMITS).encode(),))
    return connection.serialize("main")


_SIGNING = INTL.new_signing_key()


@functools.cache
def _block(terminal: str) -> Block:
    plain = Block("block-1", PURPOSE, 1, NUMBERS, 1, 1 << 50, b"")
    signature = INTL.sign(_SIGNING, plain.statement(Origin("sandbox", terminal)))
    return Block("block-1", PURPOSE, 1, NUMBERS, 1, 1 << 50, signature)


class Outside:
    """Time and keys of one machine: what an older copy of its file does not put back.

    :ivar ahead: by how much the clock on the wall is wrong.
    :ivar ballast: whether the reserve is there; :ivar limited: whether the disk is full.
    :ivar used: which operation had which number, whatever the file forgot since.
    """

    def __init__(self, world_now: Callable[[], float]) -> None:
        self.world_now = world_now
        self.ahead = timedelta()
        self.kept: dict[str, bytes] = {}
        self.ballast = True
        self.limited = False
        self.heard_at: float | None = 0.0  # by the world's time; unknown to an older copy
        self.used: dict[int, bytes] = {}

    def now(self) -> datetime:
        return _BEGAN + timedelta(seconds=self.monotonic()) + self.ahead

    def monotonic(self) -> float:
        return self.world_now() * SCALE

    # --- a key port ---

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self.kept[name] = value


class Book:
    """The tables of one terminal; the part of the store that its units of work need."""

    def __init__(self, terminal: str, outside: Outside, image: bytes | None = None) -> None:
        self.terminal, self.outside = terminal, outside
        self._image = image or _empty()
        self._open: apsw.Connection | None = None
        self._reserve: Reserve | None = None
        self._offline: caps.OfflineTime | None = None

    def copy(self) -> Book:
        image = self._image if self._open is None else self._open.serialize("main")
        return Book(self.terminal, self.outside, image)

    @property
    def _connection(self) -> apsw.Connection:
        if self._open is None:
            self._open = apsw.Connection(":memory:")
            self._open.deserialize("main", self._image)
            self._limit()
        return self._open

    def now(self) -> datetime:
        return self.outside.now()

    def do(self, work: Callable[[Db], T], **_how: object) -> T:
        """As the real store: all of it or nothing; where the disk is full, the reserve is let go of."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = work(Db(connection, Origin("sandbox", self.terminal)))
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, apsw.FullError):
                self.outside.ballast = False
                connection.pragma("max_page_count", connection.pragma("page_count") + BALLAST)
                raise full() from None
            raise
        return found

    # --- the machine ---

    def begin(self) -> None:
        """The program starts on it; on a full disk at the second try, when the reserve was let go of."""
        try:
            self._begin()
        except StoreError as error:
            assert error.fault is StoreFault.DISK_FULL, error
            self._begin()

    def _begin(self) -> None:
        self._reserve, self._offline = None, None
        store: Any = self
        self._offline = caps.OfflineTime(store, self.outside.monotonic)
        keys: Any = self.outside
        self._reserve = Reserve(store, keys)
        if self.do(lambda db: db.value("SELECT 1 FROM block")) is None:
            origin_key = INTL.public_key(_SIGNING)
            self._reserve.take(_block(self.terminal), origin_key)

    def minutes_pass(self) -> None:
        """What is counted once a minute."""
        assert self._offline is not None
        self._offline.tick()

    def fill_disk(self, pages: int) -> None:
        """So many pages are left."""
        self.outside.limited = True
        self._limit(pages)

    def free_disk(self) -> None:
        self.outside.limited, self.outside.ballast = False, True
        self._limit()

    def roll_back_journal(self, lines: int) -> None:
        """Somebody puts older pages of the journal back, and nothing else."""

        def work(db: Db) -> None:
            db.execute("DROP TRIGGER IF EXISTS journal_remains")
            db.execute("DELETE FROM journal WHERE n > (SELECT max(n) FROM journal) - ?", (lines,))

        self.do(work)

    def _limit(self, pages: int = 0) -> None:
        connection = self._connection
        most = connection.pragma("page_count") + pages if self.outside.limited else 1 << 30
        connection.pragma("max_page_count", most + (0 if self.outside.ballast else BALLAST))

    # --- work ---

    def number(self) -> Number | None:
        """The next one; ``None`` where none is left."""
        assert self._reserve is not None
        try:
            return self._reserve.next(PURPOSE)
        except StoreError as error:
            assert error.fault is StoreFault.NUMBERS_OUT
            return None

    def take_in(
        self, op_id: bytes, sealed: bytes, takes_back: bytes | None, *, value: int, number: Number | None
    ) -> None:
        """:raises StoreError: nothing of it is recorded."""
        if not self.outside.ballast:
            raise full("the reserve is in use")
        at = int(self.now().timestamp() * 1000)
        subject = sealed.split()[1]
        draft = Draft(op_id, "business", 1, subject, sealed, {}, refers_to=takes_back, value=value)
        use = [Use(number, op_id)] if number else []
        self.do(lambda db: recording.taken_in(db, at, [draft], (), (), use))

    def heard(self, waiting: Collection[bytes], life: int) -> None:
        """The centre's word was proven: what still waits is said; the rest waits no longer."""
        at = int(self.now().timestamp() * 1000)
        self.outside.heard_at = self.outside.world_now()

        def work(db: Db) -> None:
            caps.heard(db, at)
            moved = [
                position
                for position, op_id in db.rows(
                    "SELECT position, op_id FROM progress JOIN operation USING (position) WHERE state = 'pending'"
                )
                if op_id not in waiting
            ]
            for position in moved:
                db.execute("UPDATE progress SET state = 'received', since = ? WHERE position = ?", (at, position))
            if moved:
                journal.append(db, at, "received", None, {"epoch": life, "hwm": len(moved)})

        self.do(work)

    def begin_life(self, life: int) -> None:
        at = int(self.now().timestamp() * 1000)

        def work(db: Db) -> None:
            db.execute("INSERT INTO epoch VALUES (?, ?)", (life, at))
            journal.append(db, at, "epoch-begun", None, {"epoch": life, "after": life - 1})

        self.do(work)

    # --- looking ---

    def tip(self) -> tuple[int, bytes]:
        return self.do(journal.tip)

    def check_journal(self, head: bytes) -> int:
        return self.do(lambda db: acknowledging.check_journal(db, head))

    def knows(self, head: bytes) -> bool:
        return head == bytes(32) or self.do(lambda db: db.value("SELECT 1 FROM journal WHERE head = ?", (head,))) == 1

    def standing(self) -> Row:
        """How much there is: operations, lines of the journal, numbers used, the next number; what waits, its value."""
        sql = (
            "SELECT (SELECT count(*) FROM operation), (SELECT count(*) FROM journal), (SELECT count(*) FROM numbered),"
            " (SELECT next FROM block), (SELECT count(*) FROM progress WHERE state = 'pending'),"
            " (SELECT coalesce(sum(value), 0) FROM progress WHERE state = 'pending')"
        )
        return self.do(lambda db: db.row(sql)) or ()

    def check_taken(self, before: Row, op_id: bytes, number: Number | None) -> None:
        """What must hold after something was taken in."""
        *_, waiting, value = self.standing()
        assert waiting <= MOST, f"taken in beyond the limit of operations: {waiting} wait"
        assert value <= VALUE, f"taken in beyond the limit of money: {value} fen wait"
        heard = self.outside.heard_at
        late = 0.0 if heard is None else (self.outside.world_now() - heard) * SCALE
        assert late <= DAYS * 86400 + 60, f"taken in {late:.0f} s after the centre was heard"
        assert self.standing()[0] == before[0] + 1, "recorded, and not there"
        if number is not None:
            assert self.outside.used.setdefault(number.number, op_id) == op_id, f"number {number.number} used twice"

    def check_refused(self, before: Row) -> None:
        """What must hold after something was refused."""
        assert self.standing() == before, "refused, and half of it recorded"

    def in_order(self) -> list[bytes]:
        """Everything that was recorded, life by life, as it would be sent."""

        def work(db: Db) -> list[bytes]:
            found = [row[0] for row in db.rows("SELECT op_id FROM operation ORDER BY epoch, seq")]
            batch = sending.batch(db, 1000, 1 << 30, 0)
            last = [] if batch is None else [sent.op_id for sent in batch.operations]
            here = rows.tip(db, rows.epoch_of(db))[0]
            assert last == found[len(found) - here :], "a batch in another order than that of the commits"
            return found

        return self.do(work)
