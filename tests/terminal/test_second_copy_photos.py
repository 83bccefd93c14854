"""Photos and the second copy: whatever the centre has not stands on the medium, be its operation there or not."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from offline_cache.blob_limits import LARGEST, LARGEST_SEALED, MOST_PIECES, PIECE
from offline_cache.blobs import SealedBlob
from offline_cache.caps import BLOBS
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Operation, State
from terminal import medium, second_copy_before
from terminal.centre import chain
from terminal.centre.contract import BlobPiece
from terminal.errors import TerminalFault
from terminal.medium import MediumPiece
from terminal.membership import join
from terminal.records import Records, open_records
from terminal.sandbox.child import SandboxCentre
from terminal.second_copy import EVERY, MANY, SecondCopy, check, file_of, look_at_opening
from terminal.settings import Settings, store_path
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from terminal.sync.courier import Courier
from tests.terminal.test_queue_acts import taken_in
from tests.terminal.test_second_copy import PHONE, Watch, fault, opened, records, settings, stick, watch
from tests.terminal.test_second_copy_before import imaged, put_back

__all__ = ["records", "settings", "stick", "watch"]


def with_photo(records: Records, size: int = 5000) -> tuple[Operation, SealedBlob]:
    """A change of telephone with a scan."""
    photo = records.sealer().blob(os.urandom(size))
    return taken_in(records, PHONE, photos=[photo]), photo


def way(records: Records, settings: Settings, watch: Watch) -> Courier:
    """To the centre, step by step."""
    made = courier(records.store, join(settings, watch).client, records.identity)
    made.ask()
    return made


def operations_alone(records: Records, settings: Settings, watch: Watch) -> Courier:
    """A thin link: operations get through, photos do not."""
    made = way(records, settings, watch)
    made.send(None, 100, 1 << 18)
    made.pull()
    return made


def pieces_of(file: Path) -> set[str]:
    """Names of the photos on a medium."""
    return {entry.blob for entry in medium.read_medium(file)[1] if isinstance(entry, MediumPiece)}


def name(photo: SealedBlob) -> str:
    return photo.digest.hex().upper()


def test_a_photo_whose_operation_has_arrived_is_copied_all_the_same(
    centre: SandboxCentre, settings: Settings, watch: Watch, stick: Path
) -> None:
    room, records = opened(settings, watch)
    operation, photo = with_photo(records)
    operations_alone(records, settings, watch)
    status = records.sync.status()
    assert (status.waiting, status.photos.count) == (0, 1)
    assert "To be copied" in check(records, settings).en
    watch.ahead = timedelta(minutes=11)
    assert fault(records, settings) is TerminalFault.SECOND_COPY
    SecondCopy(records, settings, watch.monotonic).look()
    assert "Copied" in check(records, settings).en
    (file,) = stick.iterdir()
    assert pieces_of(file) == {name(photo)}
    room.close()
    shutil.rmtree(store_path(settings).parent)  # the machine is lost
    assert name(photo) not in centre.control.blobs()
    centre.control.take_in(file)
    assert name(photo) in centre.control.blobs()
    assert centre.control.effects()[operation.op_id.hex().upper()] == 1


def test_photos_behind_the_copy_are_counted_and_another_stick_gets_them_all(
    records: Records, settings: Settings, watch: Watch
) -> None:
    copying = SecondCopy(records, settings, watch.monotonic)
    first = with_photo(records)[1]
    copying.write()
    file = file_of(settings, records)
    written = file.stat().st_mtime_ns
    operations_alone(records, settings, watch)
    watch.ahead, watch.passed = timedelta(minutes=11), EVERY
    copying.look()
    assert file.stat().st_mtime_ns == written  # it stands there, and nothing is new
    assert "Copied" in check(records, settings).en
    others = {name(with_photo(records)[1]) for _ in range(MANY)}
    operations_alone(records, settings, watch)
    watch.passed = EVERY
    copying.look()
    assert pieces_of(file) == {name(first), *others}
    file.unlink()
    copying.look()
    assert pieces_of(file) == {name(first), *others}


def test_what_a_restored_centre_asks_for_again_is_copied_again(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch
) -> None:
    """A body where it has a tombstone, and a photo: neither is on the medium, and nothing new is recorded."""
    copying = SecondCopy(records, settings, watch.monotonic)
    emptied = taken_in(records, PHONE, person="child")
    records.outbox.park(emptied.op_id, "by-hand", "1001")
    photographed, photo = with_photo(records)
    operations_alone(records, settings, watch)
    centre.control.backup()
    records.outbox.retry(emptied.op_id, "again", "1001")
    assert records.sync.once(30).clear
    waits = taken_in(records, "13612345678", after=photographed)
    copying.write()
    file = file_of(settings, records)
    assert pieces_of(file) == set()
    centre.control.restore()
    link = way(records, settings, watch)
    assert [link.pull().kind for _ in range(2)] == [Kind.CURSOR_LOST, Kind.CHANGES]
    states = [records.outbox.find(one.op_id).state for one in (emptied, photographed, waits)]
    assert states == [State.PENDING, State.HELD, State.PENDING]
    watch.passed += EVERY
    copying.look()
    assert pieces_of(file) == {name(photo)}
    taken = centre.control.hand_in(file)
    assert (taken["hwm"], taken["cases"]) == (waits.seq, 1)  # a medium fills no tombstone: people see the body
    effects = centre.control.effects()
    assert [effects.get(one.op_id.hex().upper()) for one in (emptied, photographed, waits)] == [None, 1, 1]


@pytest.mark.parametrize("signed", [True, False], ids=["as it is", "somebody took the tip away"])
def test_a_photo_that_this_store_does_not_know_is_not_written_over(
    settings: Settings, watch: Watch, stick: Path, tmp_path: Path, signed: bool
) -> None:
    """By the tip the store knows that it is an older copy: no batch stands there that would tell."""
    room, records = opened(settings, watch)
    room.close()
    image = imaged(settings, tmp_path)
    room, records = opened(settings, watch)
    _, photo = with_photo(records)
    operations_alone(records, settings, watch)
    SecondCopy(records, settings, watch.monotonic).write()
    (file,) = stick.iterdir()
    assert b"head_signature" not in file.read_bytes().partition(b"\n")[2]
    if not signed:
        header, _, rest = file.read_bytes().partition(b"\n")
        said = msgspec.json.decode(header)
        assert said.pop("tip")["seq"] == 1
        file.write_bytes(msgspec.json.encode(said) + b"\n" + rest)
    before = file.read_bytes()
    room.close()
    put_back(settings, image)
    with closing(open_records(settings, watch, join(settings, watch))) as records:
        if signed:
            with pytest.raises(StoreError) as caught:
                taken_in(records, "13712345678")
            assert caught.value.fault is StoreFault.STORE_OLDER
        else:
            taken_in(records, "13712345678")
        SecondCopy(records, settings, watch.monotonic).look()
    if signed:
        assert file.read_bytes() == before
        return
    assert pieces_of(file) == set()
    kept = file.with_name(f"{file.stem}.kept-1{file.suffix}")
    assert kept.read_bytes() == before
    assert pieces_of(kept) == {name(photo)}


@pytest.mark.expects_log
def test_a_copy_with_many_photos_is_ours_at_each_start_and_tells_of_an_older_image(
    settings: Settings, watch: Watch, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_copy_before, "_LARGEST", 20_000)
    room, records = opened(settings, watch)
    room.close()
    image = imaged(settings, tmp_path)
    room, records = opened(settings, watch)
    last, _ = with_photo(records, 40_000)
    SecondCopy(records, settings, watch.monotonic).write()
    room.close()
    for number in range(2):
        room, records = opened(settings, watch)
        last = taken_in(records, f"1361234567{number}", after=last)
        SecondCopy(records, settings, watch.monotonic).look()
        room.close()
    (file,) = stick.iterdir()
    assert file.stat().st_size > 40_000
    put_back(settings, image)
    room, records = opened(settings, watch)
    with pytest.raises(StoreError) as caught:
        taken_in(records, "13712345678")
    assert caught.value.fault is StoreFault.STORE_OLDER
    room.close()


def test_a_file_is_read_as_far_as_anything_that_may_wait() -> None:
    """All photos that the centre allows where it says nothing, each in the longest line that there is."""
    line = MediumPiece(
        "0" * 64,
        MOST_PIECES - 1,
        BlobPiece(
            size=MOST_PIECES * PIECE, hashes=["0" * 64] * MOST_PIECES, sealed=chain.to_text(bytes(LARGEST_SEALED))
        ),
    )
    photos = (BLOBS << 20) // PIECE * len(msgspec.json.encode(line))
    assert 1 << 30 < photos < second_copy_before._LARGEST <= medium.LARGEST


def test_a_copy_is_written_piece_by_piece(records: Records, settings: Settings, watch: Watch) -> None:
    """The photos that may wait are more than the memory of many a machine."""
    for _ in range(3):
        with_photo(records, LARGEST)
    copying = SecondCopy(records, settings, watch.monotonic)
    tracemalloc.start()
    copying.write()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(pieces_of(file_of(settings, records))) == 3
    assert most < LARGEST < file_of(settings, records).stat().st_size / 3


def test_a_start_reads_no_photos(records: Records, settings: Settings, watch: Watch) -> None:
    with_photo(records)
    SecondCopy(records, settings, watch.monotonic).write()
    with file_of(settings, records).open("r+b") as file:
        file.truncate(1 << 30)
    before = read_so_far()
    look_at_opening(records, settings)
    assert read_so_far() - before < 64 << 20


def read_so_far() -> int:
    """Bytes that this process has read in its life."""
    return int(Path("/proc/self/io").read_text("ascii").split()[1])
