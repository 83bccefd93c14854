"""What the centre lost where it was put back to a backup stands on the medium until it is there again."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from offline_cache.exported import line
from offline_cache.journal import Journal
from offline_cache.operations import Operation
from offline_cache.wiping import refuse_unsent
from terminal.centre.contract import OperationBatch
from terminal.medium import read_medium, write_medium
from terminal.membership import key_port
from terminal.records import Records
from terminal.sandbox.child import SandboxCentre
from terminal.second_copy import EVERY, SecondCopy, check, file_of
from terminal.settings import Settings
from terminal.sync.answers import Kind
from tests.terminal.test_queue_acts import taken_in
from tests.terminal.test_second_copy import PHONE, Watch, records, settings, stick, watch
from tests.terminal.test_second_copy_photos import name, operations_alone, pieces_of, way, with_photo

__all__ = ["records", "settings", "stick", "watch"]


def ids(*operations: Operation) -> set[str]:
    return {one.op_id.hex().upper() for one in operations}


def bodies_on(file: Path) -> set[str]:
    batches = (one for one in read_medium(file)[1] if isinstance(one, OperationBatch))
    return {one.op_id for batch in batches for one in batch.operations if one.sealed}


def behind(records: Records) -> list[int]:
    lines = Journal(records.store).lines(0, 1000)
    return [int(str(line.fields["hwm"])) for line in lines if line.what == "centre-behind"]


def test_what_a_restored_centre_lost_is_copied_until_it_is_there_again(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch, tmp_path: Path
) -> None:
    """Its mark gets through, and then the link is cut, or the machine is lost."""
    first = taken_in(records, PHONE)
    assert records.sync.once(30).clear
    centre.control.backup()
    lost = [taken_in(records, "13612345678", after=first)]
    lost.append(taken_in(records, "13712345678", after=lost[0]))
    assert records.sync.once(30).clear
    copying = SecondCopy(records, settings, watch.monotonic)
    copying.look()
    assert "Nothing to copy" in check(records, settings).en
    centre.control.restore()
    for _ in range(2):
        assert way(records, settings, watch).ask().lost
    assert behind(records) == [1]
    assert "To be copied" in check(records, settings).en
    copying.look()
    file = file_of(settings, records)
    assert bodies_on(file) == ids(*lost)
    written = file.stat().st_mtime_ns
    watch.passed += EVERY
    copying.look()
    assert file.stat().st_mtime_ns == written  # it stands there
    keys, exported = key_port(settings), tmp_path / "exported.medium"
    with pytest.raises(StoreError) as caught:
        refuse_unsent(records.store, keys, 0)
    assert caught.value.fault is StoreFault.WIPE_REFUSED
    assert write_medium(records.outbox, Blobs(records.store), records.identity, exported) == (2, 2, 3)
    records.journal.write(line(2, 1, 2, 3, "1001"))
    refuse_unsent(records.store, keys, 3)
    for one in (file, exported):
        centre.control.take_in(one)
    effects = centre.control.effects()
    assert [effects.get(one.op_id.hex().upper(), 0) for one in (first, *lost)] == [1, 1, 1]
    assert not way(records, settings, watch).ask().lost
    file.unlink()
    copying.look()
    assert not file.exists()
    assert behind(records) == [1]


def test_a_centre_that_is_put_back_twice_is_noticed_twice(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch
) -> None:
    centre.control.backup()
    first = taken_in(records, PHONE)
    assert records.sync.once(30).clear
    copying, marks = SecondCopy(records, settings, watch.monotonic), []
    for _ in range(2):
        centre.control.restore()
        assert way(records, settings, watch).ask().lost
        watch.passed += EVERY
        copying.look()
        marks.append(bodies_on(file_of(settings, records)))
        with pytest.raises(StoreError):  # a medium of the first time does not hold what was lost the second time
            refuse_unsent(records.store, key_port(settings), len(marks) - 1)
        records.journal.write(line(1, 1, 1, 1, "1001"))
        assert operations_alone(records, settings, watch)
        assert records.sync.once(30).clear
        file_of(settings, records).unlink()
    assert marks == [ids(first)] * 2
    assert behind(records) == [0, 0]


def test_a_photo_that_a_restored_centre_lost_with_its_operation_is_copied(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch, tmp_path: Path
) -> None:
    centre.control.backup()
    operation, photo = with_photo(records)
    assert records.sync.once(60).clear
    assert centre.control.effects()[operation.op_id.hex().upper()] == 1
    centre.control.restore()
    assert way(records, settings, watch).ask().lost
    SecondCopy(records, settings, watch.monotonic).look()
    file, exported = file_of(settings, records), tmp_path / "exported.medium"
    write_medium(records.outbox, Blobs(records.store), records.identity, exported)
    for one in (file, exported):
        assert (bodies_on(one), pieces_of(one)) == (ids(operation), {name(photo)})
        centre.control.take_in(one)
    assert centre.control.effects()[operation.op_id.hex().upper()] == 1
    assert name(photo) in centre.control.blobs()


def test_a_photo_of_what_a_restored_centre_has_again_is_copied_before_it_asks(
    centre: SandboxCentre, records: Records, settings: Settings, watch: Watch, tmp_path: Path
) -> None:
    """The operation gets through, and then the link is cut: no word of the centre that it waits for the photo."""
    centre.control.backup()
    operation, photo = with_photo(records)
    assert records.sync.once(60).clear
    centre.control.restore()
    made = way(records, settings, watch)
    assert made.send(1, 100, 1 << 18).kind is Kind.RECEIVED
    assert not made.ask().lost
    SecondCopy(records, settings, watch.monotonic).look()
    file, exported = file_of(settings, records), tmp_path / "exported.medium"
    assert (bodies_on(file), pieces_of(file)) == (set(), {name(photo)})
    with pytest.raises(StoreError) as caught:
        refuse_unsent(records.store, key_port(settings), 0)
    assert caught.value.fault is StoreFault.WIPE_REFUSED
    write_medium(records.outbox, Blobs(records.store), records.identity, exported)
    assert pieces_of(exported) == {name(photo)}
    assert records.sync.once(60).clear
    assert records.sync.status().photos.count == 0
    assert name(photo) in centre.control.blobs()
    assert centre.control.effects()[operation.op_id.hex().upper()] == 1
    refuse_unsent(records.store, key_port(settings), 0)
