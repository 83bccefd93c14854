"""A disk that fills or fails at any of its calls: what was confirmed stays, what was not is truly not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End, Ending, Intents
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.room import MB, Level, Limits
from offline_cache.store import Store
from tests.offline_cache.disk import VFS, Disk, failing_disk
from tests.offline_cache.judge import REFUSED, Said, Say, faults_of
from tests.offline_cache.support import SMALL, create, draft, fault_of, place, reopen

ROOT = Path(__file__).parents[2]
STRIDE = 1 if "SSC_PROOF" in os.environ else 8


@pytest.fixture
def disk() -> Iterator[Disk]:
    with failing_disk() as disk:
        yield disk


def _session(folder: Path, say: Say) -> None:
    """Record and acknowledge; say what was begun and what was confirmed."""
    with reopen(folder, vfs=VFS) as store:
        outbox = Outbox(store)
        for turn in range(3):
            one = draft(size=600)
            say("begun", one.op_id.hex())
            outbox.record(one)
            say("recorded", one.op_id.hex())
            if turn == 1:
                batch = outbox.batch()
                assert batch is not None
                outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")
                say("acknowledged", str(batch.to_seq))


def _calls(folder: Path, disk: Disk) -> int:
    copy = folder.with_name("measure")
    shutil.copytree(folder, copy)
    disk.count = 0
    _session(copy, Said().take)
    return disk.count


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("failures", [1, 1 << 30])
@pytest.mark.parametrize("lands", [False, True])
def test_every_call_to_the_disk_may_fail(tmp_path: Path, disk: Disk, full: bool, failures: int, lands: bool) -> None:
    template = tmp_path / "template"
    template.mkdir()
    create(template).close()
    calls = _calls(template, disk)
    assert calls > 20
    # Each of the eight ways to fail takes its own eighth of the calls, so that every call fails once; under
    # ``./run prove`` every call fails in every way.
    first = (full + 2 * (failures == 1) + 4 * lands) % STRIDE
    for at in range(1 + first, calls + 1, STRIDE):
        folder = tmp_path / f"at-{at}"
        shutil.copytree(template, folder)
        told = Said()
        disk.count, disk.fail_at, disk.failures, disk.full, disk.lands = 0, at, failures, full, lands
        fault: StoreFault | None = None
        try:
            _session(folder, told.take)
        except StoreError as error:
            fault = error.fault
        disk.fail_at = None
        if fault in REFUSED and failures == 1:
            told.denied = told.begun - set(told.recorded)
        with reopen(folder) as store:
            assert faults_of(store, told) == [], f"call {at}"
        shutil.rmtree(folder)


def test_a_commit_that_landed_although_the_disk_failed_is_confirmed(tmp_path: Path, disk: Disk) -> None:
    """The sync fails but the data is there: after opening anew that is seen, and nobody does it twice."""
    create(tmp_path).close()
    log = place(tmp_path).with_name(place(tmp_path).name + "-wal")
    with reopen(tmp_path, vfs=VFS) as store:
        outbox = Outbox(store)
        told: list[StoreFault | None] = []
        for failures in range(1, 8):
            outbox.record(draft())
            assert log.stat().st_size > 0
            before = len(outbox.listed())
            disk.lands, disk.bad_syncs = True, failures
            told.append(_fault(outbox))
            disk.bad_syncs = 0
            if told[-1] is None:  # it is in the main file, and synced there: a torn log cannot take it away again
                assert log.stat().st_size == 0
            there = len(outbox.listed()) - before
            assert there == {None: 1, StoreFault.NOT_SAVED: 0}.get(told[-1], there)
            outbox.record(draft())  # and the store goes on
        assert verify(store).good
        at_last = outbox.listed()
    with reopen(tmp_path) as store:
        assert Outbox(store).listed() == at_last  # and nothing rises again at the next start
    assert None in told
    assert set(told) <= {None, StoreFault.NOT_SAVED, StoreFault.SAVE_UNKNOWN}


def _fault(outbox: Outbox) -> StoreFault | None:
    try:
        outbox.record(draft())
    except StoreError as error:
        return error.fault
    return None


def test_a_full_disk_refuses_new_work_and_lets_acknowledgements_through(tmp_path: Path, disk: Disk) -> None:
    create(tmp_path).close()
    with reopen(tmp_path, vfs=VFS) as store:
        outbox = Outbox(store)
        for _ in range(5):
            outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        assert (tmp_path / "store.ballast").stat().st_size == SMALL.ballast
        disk.full, disk.failures, disk.fail_at = True, 1, disk.count + 1
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.DISK_FULL
        assert outbox.acknowledged(batch.to_seq, batch.head, b"s", "t") == 5
        assert outbox.counts().count[State.RECEIVED] == 5
        outbox.record(draft())  # there is room again, and the ballast is made again first
        assert (tmp_path / "store.ballast").stat().st_size == SMALL.ballast


def test_one_sync_a_record_and_one_an_acknowledgement(tmp_path: Path, disk: Disk) -> None:
    """On the slow disk of a kiosk syncs are all that counts (5 in a hundred more are for the log's own turns)."""
    create(tmp_path).close()
    with reopen(tmp_path, vfs=VFS) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        begun = disk.syncs
        for _ in range(200):
            outbox.record(draft(size=1024))
        assert disk.syncs - begun <= 210
        begun = disk.syncs
        for _ in range(20):
            batch = outbox.batch(10)
            assert batch is not None
            outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")
        assert disk.syncs - begun <= 23


# --- a real small disk ------------------------------------------------------------------------------------------------

_FILL = """
import sys
from pathlib import Path
from offline_cache.errors import StoreError
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.room import Limits
from tests.offline_cache.support import create, draft, place, reopen
folder = Path(sys.argv[1])
limits = Limits(warn=0, stop=0, ballast=5 << 20)
confirmed, refused = [], []
with create(folder, limits=limits) as store:
    outbox = Outbox(store)
    while len(refused) < 20:
        one = draft(size=20_000)
        try:
            outbox.record(one)
            confirmed.append(one.op_id)
        except StoreError as error:
            refused.append(error.fault.name)
    assert set(refused) == {"DISK_FULL"}, refused
    assert not (folder / "store.ballast").exists()
    moved = 0
    while (batch := outbox.batch(10)) is not None:
        moved += outbox.acknowledged(batch.to_seq, batch.head, b"signature", "t")
    assert moved == len(confirmed), (moved, len(confirmed))
    assert verify(store).good
with reopen(folder, limits=limits) as store:
    assert [one.op_id for one in Outbox(store).listed(most=10_000)] == confirmed
    assert Outbox(store).counts().count[State.RECEIVED] == len(confirmed)
print("drained", len(confirmed))
"""


def test_a_small_disk_that_is_really_full_drains(tmp_path: Path) -> None:
    """In a name space of its own with a disk of 16 MB."""
    script = 'mount -t tmpfs -o size=16m none "$1" && shift && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", str(tmp_path), sys.executable, "-c", _FILL, str(tmp_path)]
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine lets nobody have a disk of their own; the failing VFS stands in for it")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[1]) > 100


def test_the_levels_of_room(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with create(tmp_path) as store:
        assert store.room().level is Level.AMPLE
    low = replace(SMALL, warn=free * 2)
    with reopen(tmp_path, limits=low) as store:
        assert store.room().level is Level.WARN
    lower = Limits(warn=free * 2, stop=free * 2, ballast=MB)
    with reopen(tmp_path, limits=lower) as store:
        assert store.room().level is Level.STOP
        begun = draft(kind="card-pin-change.begun")
        write = lambda: Outbox(store).record(begun, intents=[Begin(begun.op_id, b"card")])  # noqa: E731
        assert fault_of(write) is StoreFault.DISK_LOW
        Outbox(store).record(draft())  # what needs one row still goes


def test_the_end_of_a_card_write_finds_room_in_the_reserve(tmp_path: Path, disk: Disk) -> None:
    """The card is written by then; "not saved, do it again" would be untrue."""
    create(tmp_path).close()
    with reopen(tmp_path, vfs=VFS) as store:
        outbox = Outbox(store)
        begun = draft(kind="card-pin-change.begun")
        outbox.record(begun, intents=[Begin(begun.op_id, b"card")])
        done = draft(kind="card-pin-change.done", refers_to=begun.op_id)
        disk.full, disk.failures, disk.fail_at = True, 1, disk.count + 1
        outbox.record(done, intents=[End(begun.op_id, done.op_id, Ending.DONE, b"9000")])
        assert Intents(store).doubtful() == []
        disk.fail_at = None
    with reopen(tmp_path) as store:
        assert outbox_ids(store) == [begun.op_id, done.op_id]


def outbox_ids(store: Store) -> list[bytes]:
    return [one.op_id for one in Outbox(store).listed()]
