"""Photos that a centre lost when it was put back to a backup: by its mark, before it asks for any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import exported
from offline_cache.backup import Owner, back_up, restore
from offline_cache.blob_limits import WAITS
from offline_cache.blob_rows import Blobs
from offline_cache.blobs import SealedBlob
from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import free_bodies
from offline_cache.journal import Journal
from offline_cache.operations import Operation, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from offline_cache.wiping import refuse_unsent
from tests.offline_cache.outbox_contract import grant
from tests.offline_cache.support import create, draft, keys, place, reopen
from tests.offline_cache.test_blobs import WORD, acknowledge, photo, received
from tests.offline_cache.test_tip import run

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")
EARLY, LATER = "2026-11-23T10:00:00Z", "2027-03-01T09:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create(tmp_path) as made:
        yield made


def done(store: Store, verdict: Verdict = Verdict.APPLIED, *, heard: bool = True) -> SealedBlob:
    """A photo that the centre has with its operation, and what it said. :param heard: also of the photo."""
    one = photo()
    operation = received(Outbox(store), one)
    if heard:
        Blobs(store).arrived(one.digest, WORD)
    Outbox(store).outcome(Outcome(operation.op_id, verdict))
    return one


def grow_old(outbox: Outbox) -> None:
    """By the centre's signed times."""
    for time in (EARLY, LATER):
        outbox.record(draft())
        acknowledge(outbox, time)


def gone_by_the_rule(store: Store) -> Operation:
    """One whose body, and photo, retention has let go of."""
    done(store)
    (operation,) = Outbox(store).listed()
    grow_old(Outbox(store))
    assert free_bodies(store, 30) == 1
    return operation


def missed(store: Store) -> list[bytes]:
    return [one.digest for one in Blobs(store).not_there()]


def on_the_way(store: Store) -> bytes | None:
    waiting = Blobs(store).waiting()
    return waiting.digest if waiting else None


def export(store: Store, last: int) -> None:
    Journal(store).write(exported.line(last, 1, 1, last, "1001"))


def may_wipe(store: Store, folder: Path, medium: int = 0) -> bool:
    try:
        refuse_unsent(store, keys(folder), medium)
    except StoreError as error:
        assert error.fault is StoreFault.WIPE_REFUSED
        return False
    return True


def test_what_a_centre_lost_with_an_operation_is_missed_until_it_has_said_that_it_has_it(
    store: Store, tmp_path: Path
) -> None:
    outbox = Outbox(store)
    kept = done(store)
    lost = [done(store), done(store, Verdict.REJECTED), done(store, heard=False), done(store)]
    names = [one.digest for one in lost]
    assert missed(store) == []
    export(store, 5)
    outbox.note_behind(1, 1)
    assert kept.digest not in missed(store)
    assert missed(store) == names
    assert on_the_way(store) is None  # nothing there would name them
    assert not may_wipe(store, tmp_path, 5)  # the medium is older
    export(store, 5)
    assert may_wipe(store, tmp_path, 5)
    outbox.note_behind(1, 3)
    for one in names[:2]:
        assert on_the_way(store) == one
        Blobs(store).arrived(one, WORD)
    assert on_the_way(store) is None
    assert missed(store) == names[2:]
    outbox.note_behind(1, 1)  # put back once more
    assert missed(store) == names
    outbox.note_behind(1, None)
    for one in names:
        assert on_the_way(store) == one
        Blobs(store).arrived(one, WORD)
    assert missed(store) == []
    assert verify(store).trouble == ""


def test_a_mark_that_stays_where_it_was_is_another_fall_as_well(store: Store) -> None:
    """Of a photo the centre had said that it has it before its operation was there."""
    one = done(store)
    Outbox(store).note_behind(1, 0)
    Blobs(store).arrived(one.digest, WORD)
    Outbox(store).note_behind(1, 0)
    assert missed(store) == [one.digest]


def test_retention_lets_nothing_go_that_the_centre_is_known_to_have_lost(store: Store) -> None:
    outbox = Outbox(store)
    done(store)
    done(store)
    grow_old(outbox)
    outbox.note_behind(1, 1)
    assert free_bodies(store, 30) == 1
    (one,) = missed(store)
    outbox.note_behind(1, None)  # its operation is there again, and not the photo
    assert free_bodies(store, 30) == 0
    assert Blobs(store).piece(one, 0)
    Blobs(store).arrived(one, WORD)
    assert free_bodies(store, 30) == 1
    assert verify(store).trouble == ""


@pytest.mark.parametrize("word", [Outcome(bytes(16), Verdict.HELD, WAITS), Outcome(bytes(16), Verdict.EMPTY)])
def test_a_centre_that_asks_for_a_body_that_went_by_the_rule_does_not_make_the_store_a_damaged_one(
    store: Store, word: Outcome
) -> None:
    """It was put back to a backup that is older than bodies are kept."""
    outbox = Outbox(store)
    operation = gone_by_the_rule(store)
    outbox.outcome(Outcome(operation.op_id, word.verdict, word.reason))
    assert outbox.find(operation.op_id).state in {State.HELD, State.PARKED}
    assert verify(store).trouble == ""


def test_a_new_life_carries_what_is_missed(store: Store, tmp_path: Path) -> None:
    outbox = Outbox(store)
    lost, never_told = done(store), done(store)
    outbox.note_behind(1, 1)
    outbox.begin_epoch(grant(2), {1: 0})
    assert missed(store) == [lost.digest, never_told.digest]
    acknowledge(outbox)
    assert on_the_way(store) == lost.digest
    assert not may_wipe(store, tmp_path)
    for one in (lost, never_told):
        Blobs(store).arrived(one.digest, WORD)
    assert missed(store) == []
    outbox.note_behind(2, 0)  # with the carriers it loses what is in them
    assert missed(store) == [lost.digest, never_told.digest]
    assert verify(store).trouble == ""


def test_a_tombstone_in_place_of_what_carries_an_operation_stands_for_its_photo(store: Store) -> None:
    outbox = Outbox(store)
    one = done(store)
    (carrier,) = outbox.begin_epoch(grant(2), {1: 0})
    acknowledge(outbox)
    Blobs(store).arrived(one.digest, WORD)
    outbox.outcome(Outcome(carrier.op_id, Verdict.EMPTY))
    assert missed(store) == [one.digest]
    assert verify(store).trouble == ""


def test_a_photo_whose_body_has_gone_stands_on_no_medium(store: Store) -> None:
    """Its operation is to go once more: what is not here stops nothing else."""
    outbox = Outbox(store)
    operation = gone_by_the_rule(store)
    outbox.outcome(Outcome(operation.op_id, Verdict.EMPTY))
    outbox.retry(operation.op_id, "again", "1001")
    assert outbox.find(operation.op_id).state is State.PENDING
    assert missed(store) == []


def test_what_takes_effect_after_all_brings_its_lost_photo_back(store: Store, tmp_path: Path) -> None:
    outbox = Outbox(store)
    one = done(store, Verdict.REJECTED)
    (refused,) = outbox.listed()
    outbox.resolve(refused.op_id, draft(refers_to=refused.op_id), "withdrawn")
    acknowledge(outbox)
    outbox.note_behind(1, 0)
    assert missed(store) == []  # nobody needs it
    export(store, 2)
    assert may_wipe(store, tmp_path, 2)
    outbox.outcome(Outcome(refused.op_id, Verdict.APPLIED))
    assert missed(store) == [one.digest]
    assert not may_wipe(store, tmp_path, 2)
    assert verify(store).trouble == ""


def test_an_older_copy_that_was_put_back_by_hand_is_not_all_that_is_asked(tmp_path: Path) -> None:
    """The copy beside it knows what the centre had lost."""
    owner = Owner("sandbox")
    with create(tmp_path) as store:
        one = done(store)
        for name in ("by-hand.db", "before.db"):
            back_up(store, tmp_path / name)
        Outbox(store).note_behind(1, 0)
    restore(tmp_path / "before.db", place(tmp_path), keys(tmp_path), owner)
    with run(tmp_path) as store:
        Outbox(store).record(draft())
    (tmp_path / "by-hand.db").replace(place(tmp_path))
    with run(tmp_path) as store:
        assert missed(store) == []
    restore(tmp_path / "before.db", place(tmp_path), keys(tmp_path), owner, leave_unsent=True)
    with reopen(tmp_path) as store:
        assert missed(store) == [one.digest]


@pytest.mark.parametrize("there_again", [False, True])
def test_what_is_missed_is_known_through_a_restore(tmp_path: Path, there_again: bool) -> None:
    """The copy was made before the centre was put back. What a copy further back had lost is not asked for anew."""
    owner = Owner("sandbox")
    with create(tmp_path) as store:
        one = done(store)
        back_up(store, tmp_path / "before.db")
        Outbox(store).note_behind(1, 0)
        if there_again:
            Outbox(store).note_behind(1, None)
    restore(tmp_path / "before.db", place(tmp_path), keys(tmp_path), owner)
    with reopen(tmp_path) as store:
        assert missed(store) == [one.digest]
        assert not may_wipe(store, tmp_path)
        assert verify(store).trouble == ""
        Outbox(store).note_behind(1, None)
        Blobs(store).arrived(one.digest, WORD)
    restore(tmp_path / "before.db", place(tmp_path), keys(tmp_path), owner)
    with reopen(tmp_path) as store:
        assert missed(store) == []
        assert may_wipe(store, tmp_path)
