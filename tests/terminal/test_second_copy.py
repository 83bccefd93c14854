"""The second copy of what waits: on another medium, in time, enough for the centre to have everything."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from offline_cache import copied
from offline_cache.backup import Owner, back_up, restore
from offline_cache.caps import OfflineTime
from offline_cache.errors import StoreError, StoreFault
from terminal import bootstrap, second_copy
from terminal.backroom import BackRoom
from terminal.clock import SystemClock
from terminal.errors import TerminalError, TerminalFault
from terminal.health import check_second_copy
from terminal.membership import join, key_port
from terminal.records import Records
from terminal.sandbox.child import SandboxCentre
from terminal.second_copy import EVERY, MANY, SecondCopy, check, file_of
from terminal.settings import Settings, store_path
from tests.support.waiting import wait_until
from tests.terminal.own import joined
from tests.terminal.test_queue_acts import taken_in

PHONE = "13912345678"
Happens = Callable[[Path], None] | None


class Watch(SystemClock):
    """The machine's clock, moved on by hand; the one that only grows stands still."""

    def __init__(self) -> None:
        self.ahead, self.passed = timedelta(), 0.0

    def now(self) -> datetime:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return self.passed


@pytest.fixture
def stick() -> Iterator[Path]:
    """A folder on another disk than the tests' own."""
    folder = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="ssc-stick-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path, stick: Path) -> Settings:
    return joined(centre, tmp_path / "data", sync_splay=0.0, second_copy=str(stick))


@pytest.fixture
def records(settings: Settings, watch: Watch, stick: Path) -> Iterator[Records]:
    staff = bootstrap.Staff(settings, watch, lambda: join(settings, watch))
    yield staff.room.open()
    staff.room.close()


def fault(records: Records, settings: Settings) -> TerminalFault:
    with pytest.raises(TerminalError) as caught:
        check(records, settings)
    return caught.value.fault


def test_what_waits_is_on_the_medium_in_time_and_the_centre_takes_it_in(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch, stick: Path
) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    file = file_of(settings, records)
    assert (file.parent, store_path(settings).stat().st_dev != stick.stat().st_dev) == (stick, True)
    watch.passed += EVERY
    copying.look()
    assert list(stick.iterdir()) == []  # nothing to copy
    assert "Nothing" in check(records, settings).en
    first = taken_in(records, PHONE)
    watch.passed += 1
    copying.look()
    written = file.stat().st_mtime_ns
    assert "Copied" in check(records, settings).en
    second = taken_in(records, "13612345678", after=first)
    watch.passed += EVERY - 1
    copying.look()
    assert file.stat().st_mtime_ns == written  # not yet due
    watch.passed += 1
    copying.look()
    assert file.stat().st_mtime_ns > written
    last = second
    for number in range(MANY):
        last = taken_in(records, f"139123456{number:02d}", after=last)
    copying.look()  # many: at once
    everything = [one.op_id.hex().upper() for one in records.outbox.listed()]
    assert PHONE.encode() not in file.read_bytes()
    assert centre.control.take_in(file) == len(everything) == MANY + 2
    assert records.sync.once(30).error is None  # the machine was not lost after all
    effects = centre.control.effects()
    assert [effects.get(op_id) for op_id in everything] == [1] * len(everything)
    copying.look()
    assert "Copied" in check(records, settings).en


def test_a_medium_that_is_not_there_is_told_and_nothing_is_lost(
    records: Records, settings: Settings, watch: Watch, stick: Path, tmp_path: Path
) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    taken_in(records, PHONE)
    stick.rmdir()
    watch.passed += EVERY
    copying.look()
    assert fault(records, settings) is TerminalFault.SECOND_COPY
    own_disk = structs.replace(settings, second_copy=str(tmp_path))
    SecondCopy(records, own_disk, watch.monotonic).look()
    assert fault(records, own_disk) is TerminalFault.SECOND_COPY  # the folder of a medium that is not mounted
    assert not list(tmp_path.glob("*.medium"))
    stick.mkdir()
    assert "To be copied" in check(records, settings).en  # just taken in: there is time
    watch.ahead = timedelta(minutes=11)
    assert fault(records, settings) is TerminalFault.SECOND_COPY
    copying.look()
    assert "Copied" in check(records, settings).en
    assert len(records.outbox.listed()) == 1


def test_a_clock_that_was_set_back_does_not_hide_that_a_copy_is_late(
    records: Records, settings: Settings, watch: Watch
) -> None:
    counted = OfflineTime(records.store, watch.monotonic)
    taken_in(records, PHONE)
    assert "To be copied" in check(records, settings).en
    watch.passed += 900
    counted.tick()
    watch.ahead = timedelta(days=-1)
    assert fault(records, settings) is TerminalFault.SECOND_COPY


def test_without_a_medium_the_health_page_says_so(settings: Settings, records: Records, watch: Watch) -> None:
    plain = structs.replace(settings, second_copy="")
    staff = bootstrap.Staff(settings, watch, lambda: join(settings, watch))
    staff.room.records = records
    assert check_second_copy(staff.room, plain).en == "None set up"


def test_the_program_keeps_it_while_it_runs(
    settings: Settings, watch: Watch, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_copy, "LOOK", 0.01)
    room = BackRoom(settings, watch, lambda: join(settings, watch))
    records = room.open()
    records.sync.stop()
    taken_in(records, PHONE)
    watch.passed += EVERY
    wait_until(lambda: list(stick.iterdir()) != [])
    room.close()
    assert [file.name for file in stick.iterdir()] == [f"ssc-sandbox-{records.identity.terminal}-1.medium"]


def opened(settings: Settings, watch: Watch) -> tuple[BackRoom, Records]:
    """A program that starts, and sends nothing by itself."""
    room = BackRoom(settings, watch, lambda: join(settings, watch))
    records = room.open()
    records.sync.stop()
    return room, records


@pytest.mark.expects_log
def test_an_older_copy_of_the_store_does_not_write_over_what_the_medium_has(
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path, tmp_path: Path
) -> None:
    """The file on the stick is all that is left of what was taken in after the backup."""
    room, records = opened(settings, watch)
    backup = tmp_path / "backup"
    back_up(records.store, backup)
    copying = SecondCopy(records, settings, watch.monotonic)
    lost = [taken_in(records, f"1391234567{digit}") for digit in range(3)]
    copying.write()
    (first,) = stick.iterdir()
    written = first.read_bytes()
    number = records.identity.terminal
    room.close()
    path, owner = store_path(settings), Owner(settings.environment, number)
    path.unlink()
    assert restore(backup, path, key_port(settings), owner, now=watch.now).older
    room, records = opened(settings, watch)
    watch.passed += EVERY
    copying = SecondCopy(records, settings, watch.monotonic)
    copying.look()
    with pytest.raises(StoreError) as caught:
        copying.write()
    assert caught.value.fault is StoreFault.STORE_OLDER
    assert [file.read_bytes() for file in stick.iterdir()] == [written]
    assert not records.sync.once(30).clear
    assert centre.control.agree(number) == 2
    assert records.sync.once(30).clear
    new = taken_in(records, "13612345678")
    copying = SecondCopy(records, settings, watch.monotonic)
    copying.write()
    room.close()
    assert first.read_bytes() == written
    (second,) = set(stick.iterdir()) - {first}
    assert centre.control.take_in(second) == 1
    assert centre.control.effects()[new.op_id.hex().upper()] == 1
    assert len(lost) == 3


def test_what_is_set_aside_has_no_body_on_the_medium(records: Records, settings: Settings, watch: Watch) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    operation = taken_in(records, PHONE)
    copying.write()
    whole = file_of(settings, records).stat().st_size
    records.outbox.park(operation.op_id, "by-hand", "1001")
    copying.look()
    assert file_of(settings, records).stat().st_size == whole  # not yet due
    watch.passed += EVERY
    copying.look()
    assert file_of(settings, records).stat().st_size < whole - 200
    records.outbox.retry(operation.op_id, "again", "1001")
    watch.passed += EVERY
    copying.look()
    assert abs(file_of(settings, records).stat().st_size - whole) < 20


def test_another_stick_gets_its_copy_too(records: Records, settings: Settings, watch: Watch, stick: Path) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    taken_in(records, PHONE)
    copying.write()
    file = file_of(settings, records)
    file.unlink()
    watch.ahead = timedelta(minutes=11)
    assert fault(records, settings) is TerminalFault.SECOND_COPY
    watch.passed += EVERY
    copying.look()
    assert file.exists()
    assert "Copied" in check(records, settings).en


def test_two_sticks_in_turn_each_get_what_the_other_has(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch
) -> None:
    """The one that is put in has an older copy of ours."""
    copying = SecondCopy(records, settings, watch.monotonic)
    taken_in(records, PHONE)
    copying.write()
    file = file_of(settings, records)
    monday = file.read_bytes()
    assert records.sync.once(30).clear
    file.unlink()
    waits = taken_in(records, "13612345678", person="elder")
    copying.look()  # at once
    assert file.exists()
    file.write_bytes(monday)
    watch.ahead = timedelta(minutes=11)
    assert fault(records, settings) is TerminalFault.SECOND_COPY
    copying.look()
    assert "Copied" in check(records, settings).en
    assert centre.control.take_in(file) == waits.seq
    assert centre.control.effects()[waits.op_id.hex().upper()] == 1


def test_a_stick_that_keeps_another_time_is_known_again(records: Records, settings: Settings, watch: Watch) -> None:
    """FAT keeps two seconds, and another hour where it is mounted otherwise."""
    taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    file = file_of(settings, records)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    watch.ahead, watch.passed = timedelta(hours=1), EVERY
    SecondCopy(records, settings, watch.monotonic).look()  # the next start
    assert file.stat().st_mtime == 1_000_000_000
    assert "Copied" in check(records, settings).en


def test_an_older_copy_loses_the_body_of_what_was_set_aside_since(
    records: Records, settings: Settings, watch: Watch
) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    operation = taken_in(records, PHONE)
    copying.write()
    file = file_of(settings, records)
    older = file.read_bytes()
    file.unlink()
    records.outbox.park(operation.op_id, "by-hand", "1001")
    copying.look()
    assert not file.exists()
    taken_in(records, "13612345678", person="elder")
    copying.look()  # another stick
    records.sync.once(30)
    assert records.sync.status().waiting == 0
    file.write_bytes(older)
    copying.look()
    assert file.stat().st_size < len(older) - 200
    assert "Copied" in check(records, settings).en


def test_what_was_copied_is_not_looked_for_in_the_whole_journal_for_ever(
    records: Records, settings: Settings, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    operation = taken_in(records, PHONE)
    copying.write()
    file = file_of(settings, records)
    written = file.stat().st_mtime_ns
    assert records.sync.once(30).clear
    assert copied.mark(records.store).line > kept_mark(records).line + 2
    monkeypatch.setattr(second_copy, "_LINES", 2)
    watch.passed += EVERY
    copying.look()
    assert kept_mark(records) == copied.mark(records.store)
    assert file.stat().st_mtime_ns == written
    taken_in(records, "13612345678", after=operation)
    watch.passed += EVERY
    copying.look()
    assert file.stat().st_mtime_ns > written


def kept_mark(records: Records) -> copied.Mark:
    """What is kept of the copy that was written last."""
    at, line = json.loads(records.kept.get("second-copy") or b"")["mark"]
    return copied.Mark(at, line)
