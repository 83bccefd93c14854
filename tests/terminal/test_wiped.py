"""A terminal after its store was wiped, or put back to an older copy: no life of its log is given a second time, and a
wipe that is cut off is ended, or has not begun.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.backup import Owner, back_up, restore
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import KeyPort
from offline_cache.operations import Operation
from offline_cache.tip import NAME
from offline_cache.wiping import wipe
from terminal.clock import SystemClock
from terminal.medium import write_medium
from terminal.membership import join, key_port
from terminal.records import Records, open_records, wipe_store
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings, store_path
from tests.terminal.own import joined
from tests.terminal.test_queue_acts import taken_in

pytestmark = pytest.mark.expects_log
CLOCK = SystemClock()
PHONE = "13912345678"


class Desk:
    """One terminal, opened again and again."""

    def __init__(self, centre: SandboxCentre, folder: Path) -> None:
        self.centre = centre
        self.settings: Settings = joined(centre, folder, sync_splay=0.0)
        self.open()

    def open(self) -> None:
        self.records: Records = open_records(self.settings, CLOCK, join(self.settings, CLOCK))
        self.number = self.records.identity.terminal

    def wiped(self) -> None:
        wipe_store(self.settings, self.records)
        self.open()

    def put_back(self, copy: Path) -> None:
        self.records.close()
        keys, owner = key_port(self.settings), Owner(self.settings.environment, self.number)
        assert restore(copy, store_path(self.settings), keys, owner, now=CLOCK.now, leave_unsent=True).older
        self.open()

    def asks(self) -> None:
        assert not self.records.sync.once(20).clear

    def begins(self, life: int) -> None:
        """The centre's people agree."""
        self.asks()
        assert self.centre.control.agree(self.number) == life
        assert self.records.sync.once(20).clear
        assert self.records.outbox.tip()[0] == life

    def takes_in(self, after: Operation | None = None) -> Operation:
        return taken_in(self.records, PHONE, after=after)

    def halted(self) -> StoreFault:
        with pytest.raises(StoreError) as caught:
            self.takes_in()
        return caught.value.fault


@pytest.fixture
def desk(centre: SandboxCentre, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(centre, tmp_path / "data")
    yield made
    made.records.close()


def wiped(desk: Desk, _backup: Path) -> None:
    desk.wiped()


def restored(desk: Desk, backup: Path) -> None:
    desk.put_back(backup)


def gone(desk: Desk, backup: Path) -> None:
    """Somebody deletes the store; of what it knew only the key port tells."""
    desk.records.store.close()  # as after a power cut: nothing is noted at the end
    for file in store_path(desk.settings).parent.glob("terminal.db*"):
        file.unlink()
    desk.put_back(backup)


@pytest.fixture
def backup(desk: Desk, tmp_path: Path) -> Path:
    """Of the first life, when nothing had been taken in."""
    place = tmp_path / "backup"
    back_up(desk.records.store, place)
    return place


@pytest.mark.parametrize("again", [wiped, restored, gone])
def test_a_life_that_the_centre_has_forgotten_is_not_given_again(
    desk: Desk, backup: Path, again: Callable[[Desk, Path], None]
) -> None:
    desk.takes_in()
    assert desk.records.sync.once(20).clear
    again(desk, backup)
    desk.asks()
    desk.centre.control.backup()
    desk.begins(2)
    desk.takes_in()
    assert desk.records.sync.once(20).clear
    again(desk, backup)
    desk.centre.control.restore()
    assert desk.halted() is StoreFault.STORE_OLDER
    desk.begins(3)
    assert desk.takes_in().epoch == 3


@pytest.mark.parametrize("again", [wiped, restored, gone])
def test_a_life_of_which_the_centre_has_heard_nothing_is_not_given_again(
    desk: Desk, backup: Path, tmp_path: Path, again: Callable[[Desk, Path], None]
) -> None:
    """Its first number is on a paper, and its operation on a medium alone."""
    first = desk.takes_in()
    assert desk.records.sync.once(20).clear
    again(desk, backup)
    desk.begins(2)
    alone = desk.takes_in(after=first)
    medium = tmp_path / "medium"
    write_medium(desk.records.outbox, Blobs(desk.records.store), desk.records.identity, medium)
    again(desk, backup)
    assert desk.halted() is StoreFault.STORE_OLDER
    desk.asks()
    assert desk.halted() is StoreFault.STORE_OLDER
    assert desk.centre.control.take_in(medium) == 1
    desk.begins(3)
    new = desk.takes_in(after=alone)
    assert desk.records.sync.once(20).clear
    assert (alone.epoch, alone.seq, new.epoch) == (2, 1, 3)
    effects = desk.centre.control.effects()
    assert [effects[one.op_id.hex().upper()] for one in (first, alone, new)] == [1, 1, 1]


def test_a_wipe_that_is_cut_off_behind_the_key_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are noise, and another store may be made."""
    desk.takes_in()

    def cut_off(path: Path, keys: KeyPort) -> None:
        content = path.read_bytes()
        wipe(path, keys)
        path.write_bytes(content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("terminal.records.wipe", cut_off)
        wipe_store(desk.settings, desk.records)
    desk.open()
    assert desk.records.outbox.listed() == []
    assert desk.halted() is StoreFault.STORE_OLDER


def test_a_wipe_that_is_cut_off_before_it_has_not_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = desk.takes_in()

    def cut_off(_path: Path, _keys: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("terminal.records.wipe", cut_off)
        wipe_store(desk.settings, desk.records)
    for _ in range(2):
        desk.open()
        assert [one.op_id for one in desk.records.outbox.listed()] == [operation.op_id]
        desk.records.close()
    store_path(desk.settings).unlink()
    with pytest.raises(StoreError) as caught:  # it is no wiped one: a store that was made once is not made again
        desk.open()
    assert caught.value.fault is StoreFault.STORE_MISSING


def test_a_backup_takes_nothing_away_that_lies_there(desk: Desk, tmp_path: Path) -> None:
    beside = tmp_path / "copy.part"
    beside.write_bytes(b"somebody's")
    back_up(desk.records.store, tmp_path / "copy")
    assert beside.read_bytes() == b"somebody's"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy", "copy.part", "data"]


def test_a_store_file_of_an_earlier_life_is_known_at_its_opening(desk: Desk, backup: Path) -> None:
    """Put back by hand, past the restore that would tell."""
    desk.takes_in()
    desk.put_back(backup)
    desk.begins(2)
    path = store_path(desk.settings)
    desk.records.store.close()
    for file in path.parent.glob("terminal.db*"):
        file.unlink()
    shutil.copy(backup, path)
    key_port(desk.settings).delete(NAME)  # also where no mark tells how far it went
    desk.open()
    assert desk.halted() is StoreFault.STORE_OLDER
    assert desk.records.outbox.latest_life() == 2
    desk.begins(3)


def test_a_program_that_opens_the_store_in_between_keeps_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the lock somebody else had it, and took something in."""
    taken: list[Operation] = []
    close = Records.close

    def closed(records: Records) -> None:
        close(records)
        if not taken:
            other = open_records(desk.settings, CLOCK, join(desk.settings, CLOCK))
            taken.append(taken_in(other, PHONE))
            close(other)

    with monkeypatch.context() as patch, pytest.raises(StoreError) as caught:
        patch.setattr(Records, "close", closed)
        wipe_store(desk.settings, desk.records)
    assert caught.value.fault is StoreFault.WIPE_REFUSED
    desk.open()
    assert [one.op_id for one in desk.records.outbox.listed()] == [taken[0].op_id]


def test_a_program_that_has_the_store_open_keeps_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[Records] = []
    close = Records.close

    def closed(records: Records) -> None:
        close(records)
        others.append(open_records(desk.settings, CLOCK, join(desk.settings, CLOCK)))

    with monkeypatch.context() as patch, pytest.raises(StoreError) as caught:
        patch.setattr(Records, "close", closed)
        wipe_store(desk.settings, desk.records)
    assert caught.value.fault is StoreFault.STORE_HELD
    close(others[0])
    desk.open()
