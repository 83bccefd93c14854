"""A wipe does not eat work, whatever number somebody types: the journal tells what stands on a medium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from offline_cache import exported, tip
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry, Journal
from offline_cache.keys import FileKeys
from offline_cache.operations import Operation, Outcome, Verdict
from offline_cache.outbox import Outbox
from offline_cache.rotation import CURRENT, NEXT
from offline_cache.store import Store
from offline_cache.wiping import refuse_unsent, wipe
from tests.offline_cache.outbox_contract import grant, next_batch
from tests.offline_cache.support import SMALL, create, draft, fault_of, keys, place, reopen

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with two operations that wait."""
    with create(tmp_path) as store:
        Outbox(store).record(draft(), draft())
    return tmp_path


def export(store: Store, epoch: int = 1) -> int:
    """What ``store export`` leaves in the journal: the same order of things as in :mod:`terminal.medium`."""
    outbox = Outbox(store)
    batch = next_batch(outbox)
    last = outbox.tip()[1]
    count = last - batch.from_seq + 1
    Journal(store).write(exported.line(count, epoch, batch.from_seq, last, "1001"))
    return last


def acknowledge(store: Store) -> None:
    batch = next_batch(Outbox(store))
    Outbox(store).acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")


def refusal(folder: Path, store: Store, number: int = 0) -> StoreFault | None:
    """Why it is not wiped; ``None`` when it is."""
    try:
        refuse_unsent(store, keys(folder), number)
    except StoreError as error:
        return error.fault
    return None


def test_what_waits_keeps_a_wipe_away_until_the_centre_or_a_medium_has_it(folder: Path) -> None:
    with reopen(folder) as store:
        assert refusal(folder, store) is StoreFault.WIPE_REFUSED
        last = export(store)
        assert refusal(folder, store, last) is None
        assert refusal(folder, store) is StoreFault.WIPE_REFUSED  # nobody said that the medium is at hand
        acknowledge(store)
        assert refusal(folder, store) is None  # the centre has it


@pytest.mark.parametrize("number", [1, 3, 99, 1 << 40, -1])
def test_no_number_is_believed_that_no_export_said(folder: Path, number: int) -> None:
    with reopen(folder) as store:
        assert export(store) == 2
        with pytest.raises(StoreError) as refused:
            refuse_unsent(store, keys(folder), number)
        assert (refused.value.fault, refused.value.values) == (StoreFault.EXPORT_UNKNOWN, {"last": number})


def test_other_exports_are_no_medium(folder: Path) -> None:
    with reopen(folder) as store:
        for what in ("operations", "journal", "salvage"):
            Journal(store).write(Entry("exported", {"what": what, "count": 2, "epoch": 1, "last": 2}))
        assert refusal(folder, store, 2) is StoreFault.EXPORT_UNKNOWN


def test_what_came_after_the_medium_is_not_on_it(folder: Path) -> None:
    with reopen(folder) as store:
        export(store)
        Outbox(store).record(draft())
        assert refusal(folder, store, 2) is StoreFault.WIPE_REFUSED
        assert refusal(folder, store, export(store)) is None


def park(store: Store, one: Operation) -> None:
    Outbox(store).park(one.op_id, "by-hand", "1001")


def put_back(store: Store, one: Operation) -> None:
    park(store, one)
    Outbox(store).retry(one.op_id, "by-hand", "1001")


def emptied(store: Store, one: Operation) -> None:
    """An older copy does not know that it was set aside once; the centre does."""
    Outbox(store).outcome(Outcome(one.op_id, Verdict.EMPTY))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (park, StoreFault.WIPE_PARKED),
        (put_back, StoreFault.WIPE_REFUSED),
        (emptied, StoreFault.WIPE_REFUSED),
    ],
)
def test_what_has_changed_since_is_told(
    folder: Path, change: Callable[[Store, Operation], None], fault: StoreFault
) -> None:
    with reopen(folder) as store:
        export(store)
        change(store, Outbox(store).listed()[0])
        assert refusal(folder, store, 2) is fault
        if fault is StoreFault.WIPE_REFUSED:
            assert refusal(folder, store, export(store)) is None


def test_what_is_set_aside_stands_on_no_medium_with_its_body(folder: Path) -> None:
    with reopen(folder) as store:
        outbox = Outbox(store)
        first = outbox.listed()[0]
        park(store, first)
        last = export(store)
        with pytest.raises(StoreError) as refused:
            refuse_unsent(store, keys(folder), last)
        assert (refused.value.fault, refused.value.values) == (StoreFault.WIPE_PARKED, {"count": 1})
        acknowledge(store)  # its empty place
        assert refusal(folder, store) is StoreFault.WIPE_PARKED
        outbox.resolve(first.op_id, draft(refers_to=first.op_id), "corrected")
        assert refusal(folder, store) is StoreFault.WIPE_REFUSED  # what is right now waits
        assert refusal(folder, store, export(store)) is None


def test_of_what_went_before_the_first_that_waited_nothing_is_on_it(folder: Path) -> None:
    with reopen(folder) as store:
        outbox = Outbox(store)
        first, _ = outbox.listed()
        acknowledge(store)
        outbox.record(draft())
        assert export(store) == 3
        assert refusal(folder, store, 3) is None
        park_late = Outcome(first.op_id, Verdict.EMPTY)  # the centre, restored, has its place alone
        outbox.outcome(park_late)
        assert refusal(folder, store, 3) is StoreFault.WIPE_REFUSED


def test_a_medium_of_an_earlier_life_is_none_of_this_one(folder: Path) -> None:
    with reopen(folder) as store:
        export(store)
        outbox = Outbox(store)
        assert len(outbox.begin_epoch(grant(2), {})) == 2
        assert refusal(folder, store, 2) is StoreFault.EXPORT_UNKNOWN
        assert refusal(folder, store, export(store, 2)) is None  # what carries them over stands on it


def test_what_waits_in_an_earlier_life_and_is_carried_by_nothing_is_on_no_medium(folder: Path) -> None:
    """No program leaves such a one; if it is there all the same, its number is not one of this life."""
    with reopen(folder) as store:
        Outbox(store).begin_epoch(grant(2), {})
        number = export(store, 2)
        store.do(lambda db: db.execute("DROP TRIGGER carried_remains"))
        store.do(lambda db: db.execute("DELETE FROM carried"))
        assert refusal(folder, store, number) is StoreFault.WIPE_REFUSED


def test_a_wipe_takes_all_of_it_away(folder: Path) -> None:
    wipe(place(folder), keys(folder))
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith("store.")) == ["store.lock"]
    assert keys(folder).get(CURRENT) is None
    assert fault_of(lambda: reopen(folder)) is StoreFault.STORE_MISSING
    create(folder, limits=SMALL).close()


@pytest.mark.parametrize("stuck", ["store.before", "store.ballast", "store.db-wal"])
def test_a_wipe_that_comes_to_a_halt_at_a_file_leaves_noise(folder: Path, stuck: str) -> None:
    place(folder).with_name(stuck).unlink(missing_ok=True)
    place(folder).with_name(stuck).mkdir()  # no file, so it is not taken away like one
    assert fault_of(lambda: wipe(place(folder), keys(folder))) is StoreFault.NOT_SAVED
    assert [keys(folder).get(name) for name in (CURRENT, NEXT, tip.NAME)] == [None] * 3


class Stubborn(FileKeys):
    """A keeper that does not let go of the store's key."""

    def delete(self, name: str) -> None:
        if name == CURRENT:
            raise StoreError(StoreFault.KEY_UNWRITABLE, "delete")
        super().delete(name)


def test_a_wipe_that_cannot_forget_the_key_takes_no_file_away(folder: Path) -> None:
    there = sorted(path.name for path in folder.iterdir())
    keeper = Stubborn(folder / "keys", "sandbox")
    assert fault_of(lambda: wipe(place(folder), keeper)) is StoreFault.KEY_UNWRITABLE
    assert sorted(path.name for path in folder.iterdir()) == there
    with reopen(folder) as store:
        assert len(Outbox(store).listed()) == 2
