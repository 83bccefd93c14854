"""What a restore replaces stays: each under a name of its own, re-keyed with the store, and kept from a wipe. No place
of the log is given a second time behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache import aside, backup, epochs, forks, rows, tip
from offline_cache.backup import Owner, Restored, back_up, restore
from offline_cache.blob_rows import Blobs
from offline_cache.chain import GENESIS
from offline_cache.copying import family, remove
from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import Housekeeper, Rules, measure
from offline_cache.journal import Entry, Journal
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.rotation import keys_of, rotate
from offline_cache.salvage import salvage
from offline_cache.wiping import refuse_unsent, wipe
from tests.offline_cache.outbox_contract import grant, next_batch
from tests.offline_cache.support import CHOSEN, Wall, create, draft, fault_of, keys, place, reopen
from tests.offline_cache.test_blobs import photo, received
from tests.offline_cache.test_tip import run

NOW = Wall().now
PAGE = 4096


def put_back(folder: Path, copy: str = "medium.db", *, leave: bool = False) -> Restored:
    return restore(folder / copy, place(folder), keys(folder), Owner("sandbox"), now=NOW, leave_unsent=leave)


def record(folder: Path) -> bytes:
    with run(folder) as store:
        return Outbox(store).record(draft())[0].op_id


def operations(folder: Path) -> set[bytes]:
    with reopen(folder) as store:
        return {one.op_id for one in Outbox(store).listed()}


def unsent_aside(folder: Path) -> dict[str, int | None]:
    with reopen(folder) as store:
        return {one.path.name: one.unsent for one in aside.listed(store, keys_of(keys(folder)))}


def readable(folder: Path, name: str) -> set[bytes]:
    """The operations of a copy of which everything can be read."""
    found = salvage(folder / name, keys_of(keys(folder)), CHOSEN.origin, folder)
    return {one.op_id for each in found.runs for one in each.operations if one.sealed is not None}


def noticed(folder: Path) -> StoreFault | None:
    with run(folder) as store:
        fork = Outbox(store).fork()
        return fork.fault if fork else None


def note_salvaged(folder: Path, name: str) -> None:
    with reopen(folder) as store:
        Journal(store).write(Entry("exported", {"what": aside.SALVAGE, "of": name, "count": 1, "operator": "1001"}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one operation, and a copy of it on a medium."""
    create(tmp_path).close()
    record(tmp_path)
    with run(tmp_path) as store:
        back_up(store, tmp_path / "medium.db")
    return tmp_path


@pytest.fixture
def left(folder: Path) -> bytes:
    """An operation that stands in the store alone."""
    return record(folder)


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_a_restore_tells_first_what_it_would_leave_behind(folder: Path, left: bytes) -> None:
    record(folder)
    with pytest.raises(StoreError) as refused:
        put_back(folder)
    assert (refused.value.fault, refused.value.values) == (StoreFault.RESTORE_REFUSED, {"count": 2})
    assert left in operations(folder)
    assert not aside.copies_of(place(folder))
    assert noticed(folder) is None
    record(folder)  # nothing has changed


def test_however_often_it_is_restored_what_was_there_stays(folder: Path, left: bytes) -> None:
    assert put_back(folder, leave=True).unsent == 1
    assert put_back(folder).unsent == 0  # it has what the copy has
    assert put_back(folder).aside == folder / "store.replaced-3"
    assert left not in operations(folder)
    names = [one.name for one in aside.copies_of(place(folder))]
    assert names == ["store.replaced-1", "store.replaced-2", "store.replaced-3"]
    assert [left in readable(folder, name) for name in names] == [True, False, False]
    assert list(unsent_aside(folder).values()) == [1, 0, 0]
    (folder / names[2]).unlink()
    assert put_back(folder).aside == folder / "store.replaced-4"  # no name is given twice
    for name in (*names[:2], "store.replaced-4"):
        (folder / name).unlink()
    assert put_back(folder).aside == folder / "store.replaced-5"  # nor when nothing of them is left


def test_what_a_person_had_set_aside_is_work_too(folder: Path) -> None:
    """The copy would send it."""
    with run(folder) as store:
        (one,) = Outbox(store).listed()
        Outbox(store).park(one.op_id, "by-hand", "1001")
    with pytest.raises(StoreError) as refused:
        put_back(folder)
    assert refused.value.values == {"count": 1}
    done = put_back(folder, leave=True)
    assert (done.unsent, done.older) == (1, False)
    assert unsent_aside(folder) == {"store.replaced-1": 0}  # the operation itself stands in the store


def test_a_photo_that_the_centre_has_not_is_work_too(folder: Path) -> None:
    with run(folder) as store:
        one = photo()
        received(Outbox(store), one)
        assert Blobs(store).waiting() is not None
    with pytest.raises(StoreError) as refused:
        put_back(folder)
    assert refused.value.values == {"count": 1}
    put_back(folder, leave=True)
    assert unsent_aside(folder) == {"store.replaced-1": 1}


def test_what_was_carried_over_counts_once(folder: Path, left: bytes) -> None:
    with run(folder) as store:
        assert len(Outbox(store).begin_epoch(grant(2), {})) == 2
    with pytest.raises(StoreError) as refused:
        put_back(folder)
    assert refused.value.values == {"count": 1}  # the other one waits in the copy as well


def test_power_goes_between_the_store_and_its_successor(
    folder: Path, left: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "into_place", cut)
    with pytest.raises(KeyboardInterrupt):
        put_back(folder, leave=True)
    monkeypatch.undo()
    assert fault_of(lambda: reopen(folder)) is StoreFault.STORE_MISSING
    done = put_back(folder)
    assert (done.aside, done.unsent, done.older) == (None, None, True)
    assert left in readable(folder, "store.replaced-1")


def test_the_log_of_a_store_goes_with_it(folder: Path) -> None:
    """Committed and not carried over yet, as where the program was killed and the file does not open any more."""
    kept = place(folder).read_bytes()
    with run(folder) as store:
        (one,) = Outbox(store).record(draft())
        log = family(place(folder))[1].read_bytes()
    place(folder).write_bytes(kept)
    family(place(folder))[1].write_bytes(log)
    copy = aside.put_aside(place(folder), 1)
    assert copy is not None
    assert [file.exists() for file in (*family(place(folder)), *family(copy)[:2])] == [False] * 3 + [True] * 2
    assert aside.put_aside(place(folder), 2) is None
    assert one.op_id in readable(folder, copy.name)


# --- no place is given twice ------------------------------------------------------------------------------------------


def test_what_leaves_operations_behind_takes_nothing_in_before_its_new_life(folder: Path, left: bytes) -> None:
    done = put_back(folder, leave=True)
    assert done.older
    with run(folder) as store:
        outbox = Outbox(store)
        assert fault_of(lambda: outbox.record(draft())) is StoreFault.STORE_OLDER
        assert [line.what for line in Journal(store).lines()][-2:] == ["fork-noticed", "restored"]
        outbox.begin_epoch(grant(2), {1: 1})
        (one,) = outbox.record(draft())
        assert (one.epoch, one.seq) == (2, 2)  # behind what it carries over
        assert verify(store).good
    assert noticed(folder) is None
    assert put_back(folder, leave=True).older  # another life has begun since


def test_what_the_centre_has_is_left_behind_without_a_word_and_its_places_are_not_given_again(folder: Path) -> None:
    with run(folder) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
    done = put_back(folder)
    assert (done.unsent, done.older) == (0, True)
    assert noticed(folder) is StoreFault.STORE_OLDER


@pytest.mark.parametrize("copies_gone", [False, True])
def test_a_second_restore_is_an_older_copy_too(folder: Path, left: bytes, copies_gone: bool) -> None:
    """By what stands beside it; and, where somebody has taken that away, by the mark in the key port."""
    put_back(folder, leave=True)
    if copies_gone:
        for one in aside.copies_of(place(folder)):
            one.unlink()
    assert noticed(folder) is StoreFault.STORE_OLDER
    assert put_back(folder).older
    assert noticed(folder) is StoreFault.STORE_OLDER


def test_a_mark_that_lags_lets_no_place_be_given_twice(folder: Path) -> None:
    """The copies beside the store tell what the mark, written now and then, does not."""
    with run(folder, keep=False) as store:
        back_up(store, folder / "later.db")
        Outbox(store).record(draft())
    for _ in range(2):
        assert put_back(folder, "later.db", leave=True).older
        with reopen(folder) as store:
            assert store.do(lambda db: tip.reached(db, keys(folder)), write=False)


def test_what_was_replaced_in_an_earlier_life_halts_no_later_one(folder: Path, left: bytes) -> None:
    put_back(folder, leave=True)
    with run(folder) as store:
        Outbox(store).begin_epoch(grant(2), {1: 1})
        back_up(store, folder / "later.db")
    assert not put_back(folder, "later.db").older
    record(folder)


def test_a_copy_put_over_it_by_hand_is_found_by_the_mark(folder: Path, left: bytes) -> None:
    put_back(folder, leave=True)
    place(folder).write_bytes((folder / "medium.db").read_bytes())
    assert noticed(folder) is StoreFault.STORE_OLDER


def test_what_was_replaced_by_mistake_is_put_back_and_goes_on(folder: Path, left: bytes) -> None:
    put_back(folder, leave=True)
    done = put_back(folder, "store.replaced-1")
    assert (done.unsent, done.older) == (0, False)
    assert left in operations(folder)
    assert noticed(folder) is None
    record(folder)


def test_a_fork_that_was_noticed_is_not_forgotten_by_a_restore(folder: Path) -> None:
    with run(folder) as store:
        Outbox(store).note_fork(StoreFault.HISTORY_FORKED)
    assert put_back(folder).older


def test_of_what_a_proof_has_found_wrong_nobody_knows_how_far_it_went(folder: Path) -> None:
    with reopen(folder) as store:
        store.distrust("operation 1: head")
    done = put_back(folder)
    assert (done.unsent, done.older) == (0, True)
    assert not place(folder).with_suffix(".distrusted").exists()


def test_whatever_page_of_it_is_damaged_it_is_kept_and_named(folder: Path, left: bytes) -> None:
    whole, told = place(folder).read_bytes(), []
    for page in range(len(whole) // PAGE):
        spoiled = bytearray(whole)
        spoiled[page * PAGE + 60] ^= 1
        place(folder).write_bytes(spoiled)
        done = put_back(folder, leave=True)
        assert done.older
        assert done.aside is not None
        assert done.aside.read_bytes() == bytes(spoiled)
        assert list(unsent_aside(folder).values()) == [done.unsent]
        told.append(done.unsent)
        done.aside.unlink()
    assert told[0] is None  # the first page gone, it does not open at all
    assert set(told) == {None, 1}


def test_a_store_that_is_gone_may_have_gone_further(folder: Path) -> None:
    place(folder).unlink()
    done = put_back(folder)
    assert (done.aside, done.unsent, done.older) == (None, None, True)
    tip.forget(keys(folder))
    assert noticed(folder) is StoreFault.STORE_OLDER  # it says so itself


# --- key, wipe, room --------------------------------------------------------------------------------------------------


def test_a_new_key_opens_what_was_replaced_too(folder: Path, left: bytes) -> None:
    put_back(folder, leave=True)
    for _ in range(2):
        rotate(place(folder), keys(folder), NOW)
        assert left in readable(folder, "store.replaced-1")
        assert unsent_aside(folder) == {"store.replaced-1": 1}


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_damaged_copy_keeps_its_key_until_it_stands_on_a_medium(folder: Path, left: bytes, page: int) -> None:
    put_back(folder, leave=True)
    copy = folder / "store.replaced-1"
    spoiled = bytearray(copy.read_bytes())
    spoiled[page * PAGE + 60] ^= 1
    copy.write_bytes(spoiled)
    assert fault_of(lambda: rotate(place(folder), keys(folder), NOW)) is StoreFault.COPY_UNSENT
    assert left in readable(folder, copy.name)
    assert not list(folder.glob("*rekeyed*"))
    note_salvaged(folder, copy.name)
    rotate(place(folder), keys(folder), NOW)
    with reopen(folder) as store:
        (told,) = aside.listed(store, keys_of(keys(folder)))
        assert (told.unsent, told.salvaged, told.owes) == (None, True, False)


def test_a_wipe_does_not_eat_what_was_replaced(folder: Path, left: bytes) -> None:
    put_back(folder, leave=True)
    port = keys(folder)
    with reopen(folder) as store:
        with pytest.raises(StoreError) as refused:
            refuse_unsent(store, port)
        assert refused.value.fault is StoreFault.COPY_UNSENT
        assert refused.value.values == {"count": 1, "copies": str(folder / "store.replaced-1")}
    note_salvaged(folder, "store.replaced-1")
    with reopen(folder) as store:
        assert fault_of(lambda: refuse_unsent(store, port)) is StoreFault.WIPE_REFUSED  # its own, which waits
    (folder / "store.replaced-7-wal").touch()
    wipe(place(folder), port)
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith("store.")) == ["store.lock"]


def test_a_wipe_keeps_what_the_centre_may_have_to_ask_for_again(folder: Path, left: bytes) -> None:
    """It acknowledged it, and may be restored to before that."""
    with run(folder) as store:
        outbox = Outbox(store)
        batch = next_batch(outbox)
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
    assert put_back(folder).unsent == 0
    port = keys(folder)
    with reopen(folder) as store:
        (told,) = aside.listed(store, keys_of(port))
        assert (told.unsent, told.alone, told.owes) == (0, 1, False)
        with pytest.raises(StoreError) as refused:
            refuse_unsent(store, port)
        assert (refused.value.fault, refused.value.values["count"]) == (StoreFault.COPY_UNSENT, 1)
    note_salvaged(folder, "store.replaced-1")
    with reopen(folder) as store:
        assert fault_of(lambda: refuse_unsent(store, port)) is StoreFault.WIPE_REFUSED  # its own, which waits again
    assert left in readable(folder, "store.replaced-1")


def test_a_copy_whose_work_the_store_has_keeps_nobody(folder: Path) -> None:
    with reopen(folder) as store:
        store.lay_aside("fork-1")
        Outbox(store).begin_epoch(grant(2), {})
        assert any(one.kind == epochs.KIND for one in Outbox(store).listed())
        (told,) = aside.listed(store, keys_of(keys(folder)))
        assert (told.unsent, told.owes) == (0, False)


def test_copies_count_against_the_quota(folder: Path) -> None:
    with reopen(folder) as store:
        alone = measure(store)
        assert alone.copies == 0
    put_back(folder)
    with reopen(folder) as store:
        sizes = measure(store)
        assert sizes.copies == place(folder).with_suffix(".replaced-1").stat().st_size
        rules = Rules(quota=sizes.file + sizes.copies // 2)
        assert [notice.what for notice in Housekeeper(store, lambda: rules).round().notices] == ["quota"]


@pytest.mark.parametrize("by_the_mark_first", [True, False])
def test_what_a_medium_told_beyond_the_mark_is_not_over_with_any_copy(folder: Path, by_the_mark_first: bool) -> None:
    """The mark came back with an image of the whole machine; the medium is not there any more."""
    with run(folder) as store:
        back_up(store, folder / "later.db")
        if by_the_mark_first:
            Outbox(store).note_fork(StoreFault.STORE_OLDER)
        Outbox(store).note_shown(forks.Place(1, Outbox(store).tip()[1] + 1, bytes(32)))
    for copy in ("later.db", str(place(folder).with_suffix(".replaced-1")), "later.db"):
        assert put_back(folder, copy).older
        assert noticed(folder) is StoreFault.STORE_OLDER
    for beside in aside.copies_of(place(folder)):
        remove(beside)
    assert put_back(folder, "later.db").older  # what it replaces tells it alone


def test_what_a_medium_told_within_the_mark_is_over_with_a_copy_that_has_it(folder: Path) -> None:
    """A wrong backup was opened with the stick in, and the right store is put back."""
    with run(folder) as store:
        back_up(store, folder / "later.db")
        epoch, _, _, _ = Outbox(store).tip()
        first = store.do(lambda db: rows.head_at(db, epoch, 1), write=False)
        assert first is not None
        Outbox(store).note_fork(StoreFault.STORE_OLDER)
        Outbox(store).note_shown(forks.Place(epoch, 1, first))
    assert not put_back(folder, "later.db").older
    assert noticed(folder) is None


@pytest.mark.parametrize("shown", [2, 3])
def test_a_life_that_had_only_begun_where_a_medium_was_written_is_one_all_the_same(folder: Path, shown: int) -> None:
    """Another copy of the life that the mark knows is all that there was; of a later one nothing is here."""
    with run(folder) as store:
        back_up(store, folder / "before.db")
        Outbox(store).begin_epoch(grant(2), {})
    with run(folder) as store:
        back_up(store, folder / "later.db")
        Outbox(store).note_fork(StoreFault.STORE_OLDER)
        Outbox(store).note_shown(forks.Place(shown, 0, GENESIS))
    assert put_back(folder, "before.db", leave=True).older
    assert put_back(folder, "later.db").older is (shown == 3)


def test_what_a_medium_told_of_a_life_that_is_over_stops_no_copy_of_a_later_one(folder: Path) -> None:
    """A wrong backup, and then the right store again; a copy of the older life lies beside it."""
    with run(folder) as store:
        Outbox(store).note_shown(forks.Place(1, 99, bytes(32)))
        store.lay_aside("fork-1")
        Outbox(store).begin_epoch(grant(2), {})
    record(folder)
    wrong = put_back(folder, leave=True)
    assert wrong.older
    assert wrong.aside is not None
    assert noticed(folder) is StoreFault.STORE_OLDER
    assert not put_back(folder, wrong.aside.name).older
    assert noticed(folder) is None


@pytest.mark.parametrize("lost_more", [False, True])
def test_what_a_restored_centre_lost_is_known_through_a_restore(folder: Path, left: bytes, lost_more: bool) -> None:
    """The copy has the same log, and was made before the centre told its mark; or when that was lower still."""
    with run(folder) as store:
        outbox = Outbox(store)
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-06-01T01:00:00Z")
        if lost_more:
            outbox.note_behind(1, 0)
        back_up(store, folder / "later.db")
        outbox.note_behind(1, 1)
    assert not put_back(folder, "later.db").older
    with run(folder) as store:
        lost = Outbox(store).for_medium(100, 1 << 20)
        assert lost is not None
        assert [one.op_id for one in lost.operations][lost_more:] == [left]
        assert fault_of(lambda: refuse_unsent(store, keys(folder))) is StoreFault.WIPE_REFUSED


def test_what_the_mark_alone_told_is_over_with_a_copy_that_goes_as_far_as_it(folder: Path) -> None:
    with run(folder) as store:
        back_up(store, folder / "later.db")
        Outbox(store).note_fork(StoreFault.STORE_OLDER)
    assert not put_back(folder, "later.db").older
    assert noticed(folder) is None
