"""Limits of off-line work, judged by the time off-line and never by the clock on the wall alone (I10)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from offline_cache.caps import Caps, OfflineTime, Standing, last_heard, latest, parsed, require_clock
from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End, Ending
from offline_cache.journal import Journal
from offline_cache.mirror import Document, Mirror
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.model.outbox_words import time_left
from tests.offline_cache.support import Wall, create, draft, fault_of, reopen

DAY = 86_400.0


class Monotonic:
    """Seconds that nobody sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limited(store: Store, body: bytes, version: int) -> None:
    """The centre says something else from now on."""
    Mirror(store).replace([Document("caps", version, version, body, b"signature", "content-1")])


def limit(store: Store, days: int = 3, operations: int = 5) -> None:
    limited(store, b'{"max_days":%d,"max_operations":%d}' % (days, operations), 1)


def acknowledge(outbox: Outbox) -> None:
    batch = outbox.batch()
    assert batch is not None
    outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z", key_id="ack-1")


def live(wall: Wall, monotonic: Monotonic, offline: OfflineTime, *, seconds: float, wall_too: bool = True) -> None:
    """Time goes on, minute by minute, with the wall clock or without it."""
    step = 3600.0
    for _ in range(int(seconds // step)):
        monotonic.now += step
        if wall_too:
            wall.move(seconds=step)
        offline.tick()


@pytest.mark.parametrize("body", [b"{}", b"x", b'{"max_days":1e9,"max_operations":5}', b""])
def test_limits_that_cannot_be_read_let_nothing_new_in(tmp_path: Path, body: bytes) -> None:
    """Nobody takes such in (:func:`terminal.reference.require_readable`); an older store may have them."""
    with create(tmp_path, Wall()) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        Mirror(store).replace([Document("caps", 1, 1, body, b"signature", "content-1")])
        with pytest.raises(StoreError) as caught:
            outbox.record(draft())
        assert caught.value.fault is StoreFault.OFFLINE_LIMIT
        assert [one.position for one in outbox.listed()] == [1]
        limit_again = Document("caps", 2, 2, b'{"max_days":3,"max_operations":5}', b"signature", "content-1")
        Mirror(store).replace([limit_again])
        outbox.record(draft())


def test_without_limits_nothing_is_refused(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        wall.move(days=1000)
        outbox.record(draft())


@pytest.mark.parametrize("wall_too", [True, False], ids=["clock goes", "clock stands"])
def test_days_without_the_centre_end_the_taking_in(tmp_path: Path, wall_too: bool) -> None:
    wall, monotonic = Wall(), Monotonic()
    with create(tmp_path, wall) as store:
        limit(store)
        outbox, offline = Outbox(store), OfflineTime(store, monotonic)
        outbox.record(draft())
        live(wall, monotonic, offline, seconds=2.9 * DAY, wall_too=wall_too)
        outbox.record(draft())
        live(wall, monotonic, offline, seconds=0.2 * DAY, wall_too=wall_too)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT
        assert len(outbox.listed()) == 2
        # The centre's word begins the count anew; nothing else does.
        acknowledge(outbox)
        outbox.record(draft())


@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(days=-1), timedelta(days=3650)])
def test_setting_the_clock_stretches_nothing(tmp_path: Path, jump: timedelta) -> None:
    """Ten years back and forth: it can only end sooner."""
    wall, monotonic = Wall(), Monotonic()
    with create(tmp_path, wall) as store:
        limit(store)
        outbox, offline = Outbox(store), OfflineTime(store, monotonic)
        outbox.record(draft())
        live(wall, monotonic, offline, seconds=2 * DAY)
        wall.time += jump
        live(wall, monotonic, offline, seconds=1.1 * DAY)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT


def test_what_was_counted_outlives_the_program(tmp_path: Path) -> None:
    """Started anew each day, with the clock put back each time."""
    wall, monotonic = Wall(), Monotonic()
    with create(tmp_path, wall) as store:
        limit(store)
        Outbox(store).record(draft())
    for _ in range(4):
        with reopen(tmp_path, wall) as store:
            live(wall, monotonic, OfflineTime(store, monotonic), seconds=0.8 * DAY)
        wall.move(days=-1)
    with reopen(tmp_path, wall) as store:
        assert OfflineTime(store, monotonic).standing().frozen
        assert fault_of(lambda: Outbox(store).record(draft())) is StoreFault.OFFLINE_LIMIT


def test_the_journal_tells_time_too(tmp_path: Path) -> None:
    """The machine was off, the clock went on, was put back: a line that was written in between gives it away."""
    wall = Wall()
    with create(tmp_path, wall) as store:
        limit(store)
        outbox = Outbox(store)
        outbox.record(draft())
        acknowledge(outbox)
        wall.move(days=2)
        outbox.record(draft())
        wall.move(days=2)
        Mirror(store).replace([Document("catalogue", 1, 1, b"{}", b"signature", "content-1")])  # a line of the journal
        wall.move(days=-3)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT


def test_a_clock_that_was_ahead_and_is_right_again_ends_nothing_once_the_centre_is_heard(tmp_path: Path) -> None:
    """One wrong date must not close the counter for weeks: the centre's signed word proves the clock."""
    wall = Wall()
    with create(tmp_path, wall) as store:
        limit(store)
        outbox = Outbox(store)
        outbox.record(draft())
        wall.move(days=400)
        Mirror(store).replace([Document("catalogue", 1, 1, b"{}", b"signature", "content-1")])
        wall.move(days=-400)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT
        assert fault_of(lambda: require_clock(store)) is StoreFault.CLOCK_BEHIND
        acknowledge(outbox)
        outbox.record(draft())
        require_clock(store)
        acknowledge(outbox)
        assert [line.what for line in Journal(store).lines()].count("clock-proven") == 1
        now = int(wall.now().timestamp() * 1000)
        assert store.do(lambda db: latest(db, now), write=False) == now
        wall.move(days=2)  # and the time off-line goes on counting from there
        Mirror(store).replace([Document("catalogue", 2, 2, b"{}", b"signature", "content-1")])
        wall.move(days=2)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT


def test_so_many_may_wait_and_no_more_but_ends_are_never_refused(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        limit(store, operations=3)
        outbox = Outbox(store)
        (old,) = outbox.record(draft())
        begun = draft(kind="card-pin-change.begun")
        outbox.record(begun, intents=[Begin(begun.op_id, b"card")])
        outbox.record(draft())
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.OFFLINE_LIMIT
        late = draft(kind="card-pin-change.begun")
        refused = fault_of(lambda: outbox.record(late, intents=[Begin(late.op_id, b"other")]))
        assert refused is StoreFault.OFFLINE_LIMIT
        done = draft(kind="card-pin-change.done", refers_to=begun.op_id)
        outbox.record(done, intents=[End(begun.op_id, done.op_id, Ending.DONE, proof=b"9000")])
        outbox.record(draft(refers_to=old.op_id))
        acknowledge(outbox)
        outbox.record(draft())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"max_days":0,"max_operations":5}',
        b'{"max_days":true,"max_operations":5}',
        b'{"max_days":1.5,"max_operations":5}',
        b'{"max_days":"3","max_operations":5}',
        b'{"max_days":3}',
        b'{"max_days":3,"max_operations":5,"body_keep_days":0}',
        b'{"max_days":3,"max_operations":5,"body_keep_days":null}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_limit(body: bytes) -> None:
    assert parsed(body) is None
    assert parsed(b'{"max_days":3,"max_operations":5,"more":1}') == Caps(3, 5)


def test_a_clock_set_back_loses_nothing_and_leaves_its_line(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        require_clock(store)
        wall.move(days=-400)
        assert fault_of(lambda: require_clock(store)) is StoreFault.CLOCK_BEHIND
        late = draft()
        outbox.record(late)
        assert [one.op_id for one in outbox.listed()][-1] == late.op_id
        lines = [line for line in Journal(store).lines() if line.what == "clock-suspect"]
        assert [line.fields["behind"] for line in lines] == [400 * 86_400]
        wall.move(days=400)
        require_clock(store)
        outbox.record(draft())
        assert sum(line.what == "clock-suspect" for line in Journal(store).lines()) == 1


# --- what is said of it ---


@pytest.mark.parametrize(
    ("caps", "offline", "waiting", "said"),
    [
        (None, 10**12, 10**6, "中心没有规定"),
        (Caps(14, 100), 0, 0, "14 天 0 小时"),
        (Caps(14, 100), 25 * 3600 * 1000 + 1, 99, "12 天 22 小时"),
        (Caps(14, 100), 14 * 24 * 3600 * 1000 + 1, 0, "已到上限，请先上传"),
        (Caps(14, 100), 0, 100, "已到上限，请先上传"),
    ],
)
def test_the_time_that_is_left_is_said_by_one_function(
    caps: Caps | None, offline: int, waiting: int, said: str
) -> None:
    assert time_left(Standing(caps, offline, waiting)).zh == said


def test_when_the_centre_was_last_heard_outlives_the_process(tmp_path: Path) -> None:
    wall, monotonic = Wall(), Monotonic()
    with create(tmp_path, wall) as store:
        assert last_heard(store) is None
        live(wall, monotonic, OfflineTime(store, monotonic), seconds=7200)
        assert last_heard(store) is None  # counted from the first line of the journal, and never heard
        Outbox(store).record(draft())
        acknowledge(Outbox(store))
        then = wall.now()
    wall.move(days=2)
    with reopen(tmp_path, wall) as store:
        assert last_heard(store) == then
