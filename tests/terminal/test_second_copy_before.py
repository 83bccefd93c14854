"""What lies on the stick before the second copy is written: an older store is known by it, and nothing there is lost,
nor stops the program.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from offline_cache.backup import Owner, back_up, restore
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from terminal.errors import TerminalFault
from terminal.medium import write_medium
from terminal.membership import join, key_port
from terminal.records import Records, open_records
from terminal.sandbox.child import SandboxCentre
from terminal.second_copy import EVERY, SecondCopy, file_of
from terminal.settings import Settings, store_path
from tests.terminal.own import joined, renewed
from tests.terminal.test_queue_acts import taken_in
from tests.terminal.test_second_copy import PHONE, Watch, fault, opened, records, settings, stick, watch

__all__ = ["records", "settings", "stick", "watch"]

Happens = Callable[[Path], None] | None
Late = Callable[[SecondCopy], None] | None


def imaged(settings: Settings, beside: Path) -> Path:
    """The whole disk, store and keys."""
    return Path(shutil.copytree(settings.data_dir, beside / "image"))


def put_back(settings: Settings, image: Path) -> None:
    """The whole disk, store and keys, as it was."""
    shutil.rmtree(settings.data_dir)
    shutil.copytree(image, settings.data_dir)


@pytest.mark.expects_log
def test_an_image_of_the_whole_disk_is_known_by_what_stands_on_the_medium(
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path, tmp_path: Path
) -> None:
    """Nothing on the disk tells that it is an older one, and the centre cannot be asked."""
    room, records = opened(settings, watch)
    number = records.identity.terminal
    room.close()
    image = imaged(settings, tmp_path)
    room, records = opened(settings, watch)
    lost = [taken_in(records, PHONE)]
    lost.append(taken_in(records, "13612345678", after=lost[0]))
    SecondCopy(records, settings, watch.monotonic).write()
    (file,) = stick.iterdir()
    written = file.read_bytes()
    room.close()
    put_back(settings, image)
    room, records = opened(settings, watch)
    with pytest.raises(StoreError) as caught:
        taken_in(records, "13712345678")  # it would have the number of the first
    assert caught.value.fault is StoreFault.STORE_OLDER
    assert centre.control.take_in(file) == 2
    for _ in range(2):
        assert not records.sync.once(30).clear
    assert centre.control.agree(number) == 2
    assert records.sync.once(30).clear
    room.close()
    room, records = opened(settings, watch)  # what parted in the life before is settled
    taken_in(records, "13712345678")
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    assert file.read_bytes() == written
    effects = centre.control.effects()
    assert [effects[one.op_id.hex().upper()] for one in lost] == [1, 1]


def test_a_medium_that_comes_late_is_not_written_over_by_an_older_store(
    settings: Settings, watch: Watch, stick: Path, tmp_path: Path
) -> None:
    room, records = opened(settings, watch)
    room.close()
    image, away = imaged(settings, tmp_path), stick.with_name(stick.name + "-away")
    room, records = opened(settings, watch)
    taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    put_back(settings, image)
    stick.rename(away)
    room, records = opened(settings, watch)
    taken_in(records, "13612345678")  # nobody can know
    away.rename(stick)
    (file,) = stick.iterdir()
    written = file.read_bytes()
    watch.passed += EVERY
    copying = SecondCopy(records, settings, watch.monotonic)
    watch.passed += EVERY
    copying.look()
    assert [one.read_bytes() for one in stick.iterdir()] == [written]
    with pytest.raises(StoreError) as caught:
        taken_in(records, "13712345678")
    assert caught.value.fault is StoreFault.STORE_OLDER
    room.close()


@pytest.mark.parametrize("what", ["noise", "another terminal's", "nobody's signature", "a link to nowhere"])
def test_what_is_not_ours_is_put_aside(
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path, tmp_path: Path, *, what: str
) -> None:
    room, records = opened(settings, watch)
    file = file_of(settings, records)
    taken_in(records, PHONE)
    if what == "a link to nowhere":
        file.symlink_to(tmp_path / "gone")
    elif what == "noise":
        file.write_bytes(b"the photos of a wedding")
    else:
        other = joined(centre, tmp_path / "other", sync_splay=0.0)
        beside, others = opened(other, watch)
        for digit in range(3):
            taken_in(others, f"1391234567{digit}")
        write_medium(others.outbox, Blobs(others.store), others.identity, file)
        beside.close()
        if what == "nobody's signature":  # it says that it is ours, and goes further than our log
            ours = records.identity
            text = file.read_text("ascii").replace(others.identity.terminal, ours.terminal)
            theirs, paper = (
                one.certificate_file.read_text("ascii").replace("\n", "\\n") for one in (others.identity, ours)
            )
            file.write_text(text.replace(theirs, paper), "ascii")
    before = None if file.is_symlink() else file.read_bytes()
    SecondCopy(records, settings, watch.monotonic).write()
    taken_in(records, "13612345678")  # and it goes on
    room.close()
    kept = file.with_name(f"{file.stem}.kept-1{file.suffix}")
    assert set(stick.iterdir()) == {file, kept}
    assert kept.is_symlink() if before is None else kept.read_bytes() == before
    assert centre.control.take_in(file) == 1


def spoilt(file: Path) -> None:
    with file.open("ab") as more:
        more.write(bytes(512))


def cut_short(file: Path) -> None:
    """Behind the first whole batch."""
    header, batch, *_ = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(header + batch + batch[:100])


@pytest.mark.expects_log
@pytest.mark.parametrize("happens", [None, spoilt, cut_short])
@pytest.mark.parametrize("since", [False, True])
def test_one_whole_line_under_a_certificate_of_ours_tells_of_an_older_image(
    centre: SandboxCentre,
    settings: Settings,
    watch: Watch,
    stick: Path,
    tmp_path: Path,
    *,
    happens: Happens,
    since: bool,
) -> None:
    room, records = opened(settings, watch)
    number = records.identity.terminal
    room.close()
    image = imaged(settings, tmp_path)
    if since:  # the image does not know of it
        renewed(centre, settings, number)
    room, records = opened(settings, watch)
    taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    (file,) = stick.iterdir()
    if happens is not None:
        happens(file)
    written = file.read_bytes()
    put_back(settings, image)
    room, records = opened(settings, watch)
    with pytest.raises(StoreError) as caught:
        taken_in(records, "13612345678")
    assert caught.value.fault is StoreFault.STORE_OLDER
    room.close()
    assert [one.read_bytes() for one in stick.iterdir()] == [written]


@pytest.mark.expects_log
@pytest.mark.parametrize("recorded", [True, False], ids=["with work", "that has only begun"])
def test_a_medium_of_a_later_life_tells_of_it(  # noqa: PLR0917 - each by its name
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path, tmp_path: Path, recorded: bool
) -> None:
    """Photos of the life before may be all that stands there."""
    room, records = opened(settings, watch)
    number, place = records.identity.terminal, tmp_path / "backup"
    back_up(records.store, place)
    room.close()
    image = imaged(settings, tmp_path)
    path, owner = store_path(settings), Owner(settings.environment, number)
    path.unlink()
    restore(place, path, key_port(settings), owner, now=watch.now)
    room, records = opened(settings, watch)
    records.sync.once(30)
    assert centre.control.agree(number) == 2
    records.sync.once(30)
    if recorded:
        taken_in(records, PHONE)
    assert records.outbox.tip()[:2] == (2, int(recorded))
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    put_back(settings, image)
    room, records = opened(settings, watch)
    assert records.outbox.fork() is not None
    assert records.outbox.latest_life() == 2
    room.close()


def fifo(file: Path) -> None:
    os.mkfifo(file)


def endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


def huge(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(8 << 30)


def one_line(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(64 << 20)


@pytest.mark.parametrize("put", [fifo, endless, huge, one_line])
def test_nothing_that_lies_on_the_medium_stops_the_program(
    settings: Settings, watch: Watch, stick: Path, put: Callable[[Path], None]
) -> None:
    room, records = opened(settings, watch)
    file = file_of(settings, records)
    room.close()
    put(file)
    room, records = opened(settings, watch)
    taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    assert {one.name for one in stick.iterdir()} == {file.name, f"{file.stem}.kept-1{file.suffix}"}


@pytest.fixture
def spoilt_sector(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """A file that is there and cannot be read."""
    bad = set[str]()
    plain: Callable[..., IO[Any]] = Path.open

    def opens(file: Path, *how: Any, **more: Any) -> IO[Any]:  # noqa: ANN401 - whatever Path.open takes
        if file.name in bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return plain(file, *how, **more)

    monkeypatch.setattr(Path, "open", opens)
    return lambda file: bad.add(file.name)


@pytest.mark.expects_log
def test_a_file_that_cannot_be_read_keeps_nobody_from_the_others(
    settings: Settings, watch: Watch, stick: Path, tmp_path: Path, spoilt_sector: Callable[[Path], None]
) -> None:
    room, records = opened(settings, watch)
    room.close()
    image = imaged(settings, tmp_path)
    room, records = opened(settings, watch)
    first = taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    file = file_of(settings, records)
    bad = file.with_name(f"{file.stem}.kept-1{file.suffix}")
    bad.write_bytes(b"x")
    spoilt_sector(bad)
    room.close()
    room, records = opened(settings, watch)
    before = file.stat().st_size
    taken_in(records, "13612345678", after=first)
    SecondCopy(records, settings, watch.monotonic).look()
    assert file.stat().st_size > before
    room.close()
    put_back(settings, image)
    room, records = opened(settings, watch)
    assert records.outbox.fork() is not None
    room.close()


def test_a_copy_of_ours_that_cannot_be_read_is_put_aside_once(
    records: Records,
    settings: Settings,
    watch: Watch,
    stick: Path,
    *,
    spoilt_sector: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a medium that is broken, where what is written cannot be read back either, they do not become many."""
    first = taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    file = file_of(settings, records)
    written = file.read_bytes()
    spoilt_sector(file)
    taken_in(records, "13612345678", after=first)
    copying = SecondCopy(records, settings, watch.monotonic)  # the next start
    for _ in range(3):
        copying.look()
    kept = file.with_name(f"{file.stem}.kept-1{file.suffix}")
    assert {one.name for one in stick.iterdir()} == {file.name, kept.name}
    assert kept.read_bytes() == written
    assert file.stat().st_size > len(written)

    def refuses(_file: Path, _other: Path) -> Path:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "rename", refuses)
    watch.ahead = timedelta(minutes=11)
    SecondCopy(records, settings, watch.monotonic).look()
    assert fault(records, settings) is TerminalFault.SECOND_COPY


def test_what_a_pulled_medium_left_half_written_does_not_fill_it(
    records: Records, settings: Settings, watch: Watch, stick: Path
) -> None:
    file = file_of(settings, records)
    file.with_name(f".{file.name}.4711").write_bytes(b"half")
    others, nothing_of_ours = stick / ".somebody's", file.with_name(f".{file.name}.folder")
    others.write_bytes(b"")
    nothing_of_ours.mkdir()
    taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).look()
    assert set(stick.iterdir()) == {file, others, nothing_of_ours}


@pytest.mark.expects_log
@pytest.mark.parametrize("late", [None, SecondCopy.look, SecondCopy.write])
def test_every_file_of_ours_is_looked_at_also_of_a_later_life_and_one_put_aside(
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path, tmp_path: Path, *, late: Late
) -> None:
    """Both tell that this is an older copy; the latest life of all is remembered."""
    room, records = opened(settings, watch)
    room.close()
    image, away = imaged(settings, tmp_path), stick.with_name(stick.name + "-away")
    room, records = opened(settings, watch)
    number, first = records.identity.terminal, taken_in(records, PHONE)
    SecondCopy(records, settings, watch.monotonic).write()
    (file,) = stick.iterdir()
    file.rename(file.with_name(f"{file.stem}.kept-1{file.suffix}"))
    assert records.sync.once(30).clear
    records.outbox.note_fork(StoreFault.STORE_OLDER)
    records.sync.once(30)
    assert centre.control.agree(number) == 2
    records.sync.once(30)
    taken_in(records, "13612345678", after=first)
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    there = {one: one.read_bytes() for one in stick.iterdir()}
    put_back(settings, image)
    if late:
        stick.rename(away)
    with closing(open_records(settings, watch, join(settings, watch))) as records:
        if late:
            assert records.outbox.fork() is None
            away.rename(stick)
            with suppress(StoreError):  # nothing is due
                late(SecondCopy(records, settings, watch.monotonic))
        assert records.outbox.latest_life() == 2
        with pytest.raises(StoreError) as caught:
            taken_in(records, "13712345678")
        assert caught.value.fault is StoreFault.STORE_OLDER
    assert {one: one.read_bytes() for one in stick.iterdir()} == there
