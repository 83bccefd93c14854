"""The disk of a machine whose keys are gone: the centre reads the store and every copy that lies beside it, also right
after a new data key, and whatever interrupted that.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from offline_cache import forks, rotation
from offline_cache.database import connect
from offline_cache.errors import StoreFault
from offline_cache.operations import Operation
from offline_cache.rotation import keys_of, rotate
from offline_cache.tip import NAME
from terminal.medium import SalvagedRun
from terminal.membership import key_port
from terminal.sandbox.disks import entries_of, read_all
from terminal.sandbox.errors import SandboxError
from terminal.settings import store_path
from tests.terminal.test_wiped import CLOCK, Desk, backup, desk

__all__ = ["backup", "desk"]
pytestmark = pytest.mark.expects_log


def dead(desk: Desk, folder: Path) -> Path:
    """The data folder from now on, without any key."""
    desk.records.close()
    place = store_path(desk.settings).parent.parent
    disk = folder / "disk"
    shutil.copytree(
        place, disk, ignore=lambda _, names: [one for one in names if one == "keys" or one.endswith(".key")]
    )
    assert not list(disk.rglob("*.key"))
    return disk


def fates(desk: Desk, disk: Path) -> tuple[int, int, int]:
    """How many were taken in, how many were there, how many are new cases."""
    told = desk.centre.control.hand_in(disk, disk=True)
    return told["taken"], told["there"], told["cases"]


def effects(desk: Desk, *operations: Operation) -> list[int]:
    counted = desk.centre.control.effects()
    return [counted.get(one.op_id.hex().upper(), 0) for one in operations]


def reasons(desk: Desk) -> list[str]:
    return [told.split()[-1] for told in desk.centre.control.salvaged().values() if desk.number in told]


@pytest.mark.parametrize("store", ["there", "gone", "noise", "before"])
def test_what_only_a_copy_has_is_taken_in(desk: Desk, backup: Path, tmp_path: Path, store: str) -> None:
    first = desk.takes_in()
    second = desk.takes_in(after=first)
    desk.put_back(backup)
    disk = dead(desk, tmp_path)
    file = disk / "store" / "terminal.db"
    if store == "gone":
        file.unlink()
    elif store == "before":  # a power cut while its form was brought up
        file.with_suffix(".replaced-1").rename(file.with_suffix(".before"))
    elif store == "noise":
        file.write_bytes(b"\x5a" * file.stat().st_size)
    assert fates(desk, disk) == (2, 0, 0)
    assert fates(desk, disk) == (0, 2, 0)
    assert effects(desk, first, second) == [1, 1]


def test_what_store_and_copy_both_have_is_only_compared(desk: Desk, tmp_path: Path) -> None:
    first = desk.takes_in()
    assert desk.records.sync.once(20).clear
    second = desk.takes_in(after=first)
    desk.records.store.lay_aside("fork-1")
    third = desk.takes_in(after=second)
    path = store_path(desk.settings)
    shutil.copy(path.with_suffix(".fork-1"), path.with_suffix(".before"))
    assert fates(desk, dead(desk, tmp_path)) == (2, 1, 0)
    assert effects(desk, first, second, third) == [1, 1, 1]
    assert reasons(desk) == []


def test_what_does_not_attach_goes_to_people(desk: Desk, backup: Path, tmp_path: Path) -> None:
    lost = desk.takes_in()
    desk.put_back(backup)
    desk.records.outbox.note_fork(forks.OLDER)
    desk.begins(2)
    here = desk.takes_in()
    disk = dead(desk, tmp_path)
    assert fates(desk, disk) == (1, 0, 1)
    assert fates(desk, disk) == (0, 1, 0)
    assert effects(desk, here, lost) == [1, 0]
    assert reasons(desk) == ["life-closed"]


@pytest.mark.parametrize("store", ["there", "gone"])
def test_what_was_set_aside_in_any_of_them_people_decide(desk: Desk, backup: Path, tmp_path: Path, store: str) -> None:
    first = desk.takes_in()
    second = desk.takes_in(after=first)
    desk.records.store.lay_aside("fork-2")  # where it waits
    desk.records.outbox.park(second.op_id, "by-hand", "1001")
    if store == "gone":
        desk.put_back(backup)
    disk = dead(desk, tmp_path)
    if store == "gone":
        (disk / "store" / "terminal.db").unlink()
    taken, _, cases = fates(desk, disk)
    assert (taken, cases) == (1, 1)
    assert effects(desk, first, second) == [1, 0]
    assert reasons(desk) == ["maybe-set-aside"]
    for case in list(desk.centre.control.salvaged()):
        desk.centre.control.accept(case)
    assert effects(desk, first, second) == [1, 1]


def test_what_the_store_sends_counts_although_a_copy_has_it_set_aside(desk: Desk, tmp_path: Path) -> None:
    first = desk.takes_in()
    desk.records.outbox.park(first.op_id, "by-hand", "1001")
    desk.records.store.lay_aside("fork-1")
    desk.records.outbox.retry(first.op_id, "again", "1001")
    assert fates(desk, dead(desk, tmp_path)) == (1, 0, 0)
    assert effects(desk, first) == [1]


def test_a_body_that_the_store_has_no_more_is_a_case_with_that_of_a_copy(desk: Desk, tmp_path: Path) -> None:
    first = desk.takes_in()
    desk.records.store.lay_aside("fork-1")
    desk.records.close()
    altered(desk, "DROP TRIGGER operation_stays", "UPDATE operation SET sealed = x'00'")
    assert fates(desk, dead(desk, tmp_path))[2] == 1
    assert (effects(desk, first), reasons(desk)) == ([0], ["maybe-set-aside"])
    for case in list(desk.centre.control.salvaged()):
        desk.centre.control.accept(case)
    assert effects(desk, first) == [1]


def altered(desk: Desk, *statements: str, file: Path | None = None) -> None:
    """Rows of the closed store, or of a copy, that its disk lost."""
    connection = connect(file or store_path(desk.settings), keys_of(key_port(desk.settings))[0])
    connection.pragma("foreign_keys", 0)
    for statement in statements:
        connection.execute(statement)
    connection.close(True)


def test_a_gap_in_the_store_is_filled_by_a_copy(desk: Desk, tmp_path: Path) -> None:
    made = [desk.takes_in()]
    made += [desk.takes_in(after=made[-1])]
    made += [desk.takes_in(after=made[-1])]
    desk.records.store.lay_aside("fork-1")
    desk.records.close()
    altered(desk, "DROP TRIGGER operation_remains", "DELETE FROM operation WHERE seq = 2")
    assert fates(desk, dead(desk, tmp_path)) == (3, 0, 0)
    assert effects(desk, *made) == [1, 1, 1]
    assert reasons(desk) == []


def parted_behind(
    desk: Desk, folder: Path, common: int, *, then: int, other: int
) -> tuple[list[Operation], list[Operation]]:
    """An image of the file was put back past every mark, and went on; what it had become lies beside the true store."""
    path = store_path(desk.settings)
    made = [desk.takes_in()]
    for _ in range(common - 1):
        made += [desk.takes_in(after=made[-1])]
    desk.records.close()
    shutil.copy(path, folder / "image")
    desk.open()
    for _ in range(then):
        made += [desk.takes_in(after=made[-1])]
    desk.records.close()
    shutil.copy(path, folder / "store")
    shutil.copy(folder / "image", path)
    key_port(desk.settings).delete(NAME)
    desk.open()
    parted = [desk.takes_in(after=made[common - 1]) for _ in range(other)]
    assert (parted[0].epoch, parted[0].seq) == (made[common].epoch, made[common].seq)
    desk.records.close()
    path.rename(path.with_suffix(".replaced-1"))
    shutil.copy(folder / "store", path)
    return made, parted


def test_a_long_store_is_not_cut_into_by_a_copy_that_parted(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever runs the two come in."""
    made, _ = parted_behind(desk, tmp_path, 2, then=2, other=1)
    path, origin = store_path(desk.settings), desk.records.identity.origin
    copy, keys = path.with_suffix(".replaced-1"), keys_of(key_port(desk.settings))
    altered(desk, "DROP TRIGGER operation_remains", "DELETE FROM operation WHERE seq = 1", file=copy)
    monkeypatch.setattr("offline_cache.salvage.MOST", 2)
    read, _ = read_all([path, copy], keys, [origin], {})
    assert [[one.from_seq for one in file.runs] for file in read.values()] == [[1, 3], [2]]
    runs = [entry.salvaged for entry in entries_of(read, origin) if isinstance(entry, SalvagedRun)]
    came = [bytes.fromhex(one.op_id) for run in runs for one in run.operations]
    assert came[:4] == [one.op_id for one in made]


def test_where_a_copy_that_parted_fills_a_gap_the_store_goes_on_from_there(desk: Desk, tmp_path: Path) -> None:
    """Of its other places nothing takes those of the store."""
    made, (parted,) = parted_behind(desk, tmp_path, 1, then=2, other=1)
    altered(desk, "DROP TRIGGER operation_remains", "DELETE FROM operation WHERE seq = 1")
    disk = dead(desk, tmp_path)
    assert fates(desk, disk) == (3, 0, 1)
    assert (effects(desk, *made, parted), reasons(desk)) == ([1, 1, 1, 0], ["other-history"])
    for case in list(desk.centre.control.salvaged()):
        desk.centre.control.accept(case)
    assert effects(desk, *made, parted) == [1, 1, 1, 1]


def test_right_after_a_new_key_the_disk_is_no_noise(desk: Desk, backup: Path, tmp_path: Path) -> None:
    first = desk.takes_in()
    second = desk.takes_in(after=first)
    desk.put_back(backup)  # the two are in a copy, which is re-keyed too
    desk.records.close()
    rotate(store_path(desk.settings), key_port(desk.settings), CLOCK.now, "1001")
    assert fates(desk, dead(desk, tmp_path)) == (2, 0, 0)
    assert effects(desk, first, second) == [1, 1]


@pytest.mark.parametrize("step", ["_sign", "into_place", "_finish_copies"])
@pytest.mark.parametrize("after", [False, True])
def test_where_a_new_key_was_cut_off_the_disk_is_no_noise(  # noqa: PLR0917 - fixtures
    desk: Desk, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    first = desk.takes_in()
    second = desk.takes_in(after=first)
    desk.put_back(backup)
    desk.records.close()
    plain = getattr(rotation, step)

    def cut(*arguments: object) -> None:
        if after:
            plain(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotation, step, cut)
        with pytest.raises(KeyboardInterrupt):
            rotate(store_path(desk.settings), key_port(desk.settings), CLOCK.now, "1001")
    assert fates(desk, dead(desk, tmp_path)) == (2, 0, 0)
    assert effects(desk, first, second) == [1, 1]


def test_a_folder_without_any_store_is_refused(desk: Desk, tmp_path: Path) -> None:
    disk = dead(desk, tmp_path)
    (disk / "store" / "terminal.db").unlink()
    with pytest.raises(SandboxError):
        fates(desk, disk)


def test_where_a_file_cannot_be_read_the_counter_says_so_behind_the_others(desk: Desk, tmp_path: Path) -> None:
    first = desk.takes_in()
    disk = dead(desk, tmp_path)
    copy = disk / "store" / "terminal.replaced-9"
    copy.symlink_to("/proc/self/mem")  # opens, and has no end
    with pytest.raises(SandboxError):
        fates(desk, disk)
    assert effects(desk, first) == [1]
    copy.unlink()
    assert fates(desk, disk) == (0, 1, 0)


def test_a_file_that_gives_nothing_keeps_no_other_away_and_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.takes_in()
    desk.records.close()
    path, origin = store_path(desk.settings), desk.records.identity.origin
    found, fault = read_all([tmp_path / "gone", path], keys_of(key_port(desk.settings)), [origin], {})
    assert {name: one.operations for name, one in found.items()} == {"terminal.db": 1}
    assert fault is not None
    assert fault.fault is StoreFault.STORE_UNREADABLE
