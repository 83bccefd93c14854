"""Bodies go by the one rule and by no other; the store proves itself; people hear in time of a disk that fills."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from offline_cache.database import Db
from offline_cache.errors import StoreFault
from offline_cache.housekeeping import Housekeeper, Kept, Rules, free_bodies, measure, rules_of, still_kept
from offline_cache.journal import Journal, append
from offline_cache.mirror import Document, Mirror
from offline_cache.operations import Outcome, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from tests.offline_cache.support import Wall, create, draft, fault_of, reopen

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, wall: Wall) -> Iterator[Store]:
    with create(tmp_path, wall) as store:
        yield store


def acknowledge(store: Store, wall: Wall, most: int = 2) -> list[bytes]:
    """The centre takes a batch, at the time on the wall, and applies all of it."""
    outbox = Outbox(store)
    batch = outbox.batch(most)
    assert batch is not None
    outbox.acknowledged(batch.to_seq, batch.head, b"signature", wall.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    return [one.op_id for one in batch.operations]


def bodies(store: Store) -> list[bool]:
    return [bool(one.sealed) for one in Outbox(store).listed()]


def test_a_body_goes_when_applied_and_anchored_twice_and_old_and_not_before(store: Store, wall: Wall) -> None:
    outbox = Outbox(store)
    for _ in range(6):
        outbox.record(draft(size=3000))
    first = acknowledge(store, wall)
    assert free_bodies(store, 30) == 0  # not applied
    outbox.outcomes([Outcome(first[0], Verdict.APPLIED), Outcome(first[1], Verdict.REJECTED, "a-reason")])
    wall.move(days=90)
    assert free_bodies(store, 30) == 0  # one acknowledgement
    second = acknowledge(store, wall)
    outbox.outcome(Outcome(second[0], Verdict.APPLIED))
    assert free_bodies(store, 30) == 0  # the second is of this moment
    wall.move(days=4000)
    assert free_bodies(store, 30) == 0  # the clock on the wall says nothing
    wall.move(days=-4000 + 30)
    acknowledge(store, wall)
    assert free_bodies(store, 30) == 1
    assert bodies(store) == [False, True, True, True, True, True]
    assert free_bodies(store, 30) == 0
    assert verify(store).trouble == ""
    assert Journal(store).lines()[-1].fields == {"count": 1}


def runs(store: Store, most: int = 100) -> list[list[int]]:
    """What goes on a medium, by its numbers; a place without its body is less than nothing."""
    outbox, found = Outbox(store), list[list[int]]()
    last = 0
    while (batch := outbox.for_medium(most, 1 << 20, last)) is not None:
        found.append([seq if one.sealed else -seq for seq, one in enumerate(batch.operations, batch.from_seq)])
        last = batch.to_seq
    return found


def test_a_medium_has_what_waits_on_both_sides_of_bodies_that_are_gone(store: Store, wall: Wall) -> None:
    """Also what a centre lost that was put back to a backup, but for what nobody has any more."""
    outbox = Outbox(store)
    parked, *others = [outbox.record(draft())[0].op_id for _ in range(4)]
    outbox.park(parked, "by-hand", "1001")
    acknowledge(store, wall, 4)
    outbox.outcomes([Outcome(one, Verdict.APPLIED) for one in others[:2]])
    outbox.record(draft(), draft())
    wall.move(days=40)
    acknowledge(store, wall, 1)
    wall.move(days=40)
    assert runs(store) == [[6]]
    acknowledge(store, wall, 1)
    assert free_bodies(store, 30) == 2
    assert runs(store) == []
    outbox.record(draft(), draft(), draft())
    outbox.retry(parked, "again", "1001")
    assert runs(store) == [[1], [7, 8, 9]]
    assert runs(store, 2) == [[1], [7, 8], [9]]
    outbox.note_behind(1, 0)
    assert runs(store) == [[1], [4, 5, 6, 7, 8, 9]]
    outbox.park(parked, "by-hand", "1001")
    assert runs(store) == [[-1], [4, 5, 6, 7, 8, 9]]
    outbox.note_behind(1, 5)
    assert runs(store, 2) == [[6, 7], [8, 9]]
    outbox.note_behind(1, 2)
    outbox.note_behind(1, None)
    assert runs(store) == [[7, 8, 9]]
    told = [line.fields["hwm"] for line in Journal(store).lines() if line.what == "centre-behind"]
    assert told == [0, 2]
    assert verify(store).trouble == ""


def test_what_a_wipe_would_take_away_before_its_time_is_counted(store: Store, wall: Wall) -> None:
    outbox = Outbox(store)
    for _ in range(4):
        outbox.record(draft())
    assert still_kept(store) == Kept(0, None)  # what waits is not lost to a wipe
    began = wall.now().replace(microsecond=0)
    outbox.outcomes([Outcome(one, Verdict.APPLIED) for one in acknowledge(store, wall)])
    assert still_kept(store) == Kept(2, began + timedelta(days=30))
    wall.move(days=5)
    acknowledge(store, wall)
    assert still_kept(store) == Kept(4, began + timedelta(days=35))
    outbox.record(draft())
    wall.move(days=30)
    acknowledge(store, wall)
    assert free_bodies(store, 30) == 2
    assert still_kept(store) == Kept(3, began + timedelta(days=65))
    Mirror(store).replace([Document("caps", 1, 1, b"nothing that can be read", b"signature", "content-1")])
    assert still_kept(store) == Kept(3, None)


def test_a_body_that_is_gone_is_never_sent_as_a_tombstone(store: Store, wall: Wall) -> None:
    outbox = Outbox(store)
    for _ in range(3):
        outbox.record(draft())
    outbox.outcome(Outcome(acknowledge(store, wall, 1)[0], Verdict.APPLIED))
    for _ in range(2):
        wall.move(days=40)
        acknowledge(store, wall, 1)
    assert free_bodies(store, 30) == 1
    assert fault_of(lambda: outbox.batch(after=0)) is StoreFault.BODY_GONE
    batch = outbox.batch(after=1)
    assert batch is not None
    assert all(one.sealed for one in batch.operations)


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ("UPDATE operation SET sealed = x'' WHERE seq = 2", "operation 2: its body is gone before its time"),
        ("UPDATE operation SET sealed = x'' WHERE seq = 1", "1 bodies are gone, 0 by the journal"),
    ],
)
def test_a_body_that_somebody_took_away_is_noticed(store: Store, wall: Wall, change: str, trouble: str) -> None:
    outbox = Outbox(store)
    for _ in range(3):
        outbox.record(draft())
    outbox.outcome(Outcome(acknowledge(store, wall, 1)[0], Verdict.APPLIED))
    acknowledge(store, wall, 1)
    early = "UPDATE operation SET sealed = x'' WHERE seq = 3"
    assert fault_of(lambda: store.do(lambda db: db.execute(early))) is StoreFault.STORE_DAMAGED  # the file itself
    other = "UPDATE operation SET sealed = x'', kind = 'other' WHERE seq = 1"
    assert fault_of(lambda: store.do(lambda db: db.execute(other))) is StoreFault.STORE_DAMAGED
    if "seq = 2" in change:
        store.do(lambda db: db.execute("DROP TRIGGER operation_stays"))
    store.do(lambda db: db.execute(change))
    assert verify(store).trouble == trouble


def test_a_body_that_went_after_one_acknowledgement_alone_is_noticed(store: Store, wall: Wall) -> None:
    """Though it was applied, and the journal tells of it: a restored centre would ask for it again."""
    outbox = Outbox(store)
    for _ in range(2):
        outbox.record(draft())
    outbox.outcome(Outcome(acknowledge(store, wall, 1)[0], Verdict.APPLIED))

    def free(db: Db) -> None:
        db.execute("DROP TRIGGER operation_stays")
        db.execute("UPDATE operation SET sealed = x'' WHERE seq = 1")
        append(db, 0, "bodies-freed", None, {"count": 1})

    store.do(free)
    assert verify(store).trouble == "operation 1: its body is gone before its time"
    acknowledge(store, wall, 1)  # the second one covers it as well
    assert verify(store).trouble == ""


def test_what_went_is_not_in_the_file_any_more(tmp_path: Path, wall: Wall) -> None:
    with create(tmp_path, wall) as store:
        outbox = Outbox(store)
        for _ in range(300):
            outbox.record(draft(size=4000))
        taken = [op_id for _ in range(13) for op_id in acknowledge(store, wall, 23)]
        outbox.outcomes([Outcome(op_id, Verdict.APPLIED) for op_id in taken])
        wall.move(days=40)
        acknowledge(store, wall)
        before = measure(store)
        outbox.record(draft())
        wall.move(days=40)
        acknowledge(store, wall)
        done = Housekeeper(store, lambda: Rules(quota=1 << 20)).round()
        assert done.freed == 299
        assert [notice.what for notice in done.notices] == ["quota"]
        after = measure(store)
        assert after.bodies < before.bodies // 100
        assert after.free > before.bodies // 2  # used again by what comes
    with reopen(tmp_path, wall) as store:
        assert store.do(lambda db: db.value("PRAGMA secure_delete"), write=False) == 1
        assert verify(store, tmp_path / "copy").good


def limit(store: Store, version: int, body: bytes) -> None:
    Mirror(store).replace([Document("caps", version, version, body, b"signature", "content-1")])


def test_how_long_a_body_stays_is_the_centre_s_word(store: Store, wall: Wall) -> None:
    outbox, keeper = Outbox(store), Housekeeper(store, lambda: rules_of(store))
    assert rules_of(store) == Rules(30)
    for _ in range(3):
        outbox.record(draft())
    first = acknowledge(store, wall, 1)
    outbox.outcome(Outcome(first[0], Verdict.APPLIED))
    acknowledge(store, wall, 1)
    wall.move(days=45)
    acknowledge(store, wall, 1)
    limit(store, 1, b'{"max_days":3,"max_operations":5,"body_keep_days":60}')
    assert keeper.round(prove=False).freed == 0
    # Words that cannot be read, as an older store may have them, let nothing go.
    limit(store, 2, b'{"max_days":3,"max_operations":5,"body_keep_days":"1"}')
    assert keeper.round(prove=False).freed == 0
    limit(store, 3, b'{"max_days":3,"max_operations":5,"body_keep_days":44}')
    assert keeper.round(prove=False).freed == 1
    assert bodies(store) == [False, True, True]


def test_the_store_proves_itself_once_a_day_whatever_the_clock_does(store: Store, wall: Wall) -> None:
    keeper = Housekeeper(store)
    Outbox(store).record(draft())
    first = keeper.round().proved
    assert first is not None
    assert (first.good, first.operations) == (True, 1)
    assert keeper.round().proved is None
    wall.move(hours=25)
    assert keeper.round().proved is not None
    wall.move(days=-300)
    assert keeper.round().proved is not None
    assert [line.what for line in Journal(store).lines()].count("proved") == 3
    store.do(lambda db: db.execute("UPDATE progress SET state = 'applied'"))
    done = keeper.round(prove=True)
    assert [notice.what for notice in done.notices] == ["trouble"]
    assert done.notices[0].detail == "operation 1: its state is not the one in the journal"


_FILL = """
import sys
from pathlib import Path
from offline_cache.errors import StoreError
from offline_cache.housekeeping import Housekeeper
from offline_cache.outbox import Outbox
from offline_cache.room import Level, Limits
from tests.offline_cache.support import create, draft
folder = Path(sys.argv[1])
size = 16_000
limits = Limits.for_operations(200, size, ballast=5 << 20)
with create(folder, limits=limits) as store:
    outbox, keeper = Outbox(store), Housekeeper(store)
    keeper.round()
    told = refused = None
    for number in range(100_000):
        if told is None and store.room().level is not Level.AMPLE:
            assert [notice.what for notice in keeper.round(prove=False).notices] == ["room-low"]
            told = number
        try:
            outbox.record(draft(size=size))
        except StoreError as error:
            refused = number
            break
print(told, refused)
"""


def test_people_hear_two_hundred_operations_ahead_of_a_full_disk(tmp_path: Path) -> None:
    """I12, on a real disk of 36 MB of its own."""
    script = 'mount -t tmpfs -o size=36m none "$1" && shift && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", str(tmp_path), sys.executable, "-c", _FILL, str(tmp_path)]
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine lets nobody have a disk of their own")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr[-2000:]
    told, refused = map(int, done.stdout.split())
    assert refused - told >= 200
    assert told > 100  # and not all the time
