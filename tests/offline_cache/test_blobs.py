"""Photos beside operations: recorded with them, sent when their turn comes, wanted again, let go of with them."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache import exported
from offline_cache.blob_limits import LARGEST, MOST_BLOBS, PIECE, WAITS
from offline_cache.blob_rows import NOTHING, Blobs, Load, Word
from offline_cache.blobs import SealedBlob, open_blob, seal
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import free_bodies
from offline_cache.journal import Journal
from offline_cache.mirror import Document, Mirror
from offline_cache.operations import Draft, Operation, Outcome, State, Taken, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.sealing import key_id
from offline_cache.store import Store
from offline_cache.wiping import refuse_unsent
from tests.offline_cache.outbox_contract import next_batch
from tests.offline_cache.support import CHOSEN, Wall, create, draft, fault_of, keys, reopen

WORD = Word("2026-11-23T09:00:00Z", b"signature", "ack-1")
pytestmark = pytest.mark.usefixtures("both_suites")


def public() -> bytes:
    """The centre's key."""
    return CHOSEN.suite.sealing_public_key(CHOSEN.sealing)


def sealed(content: bytes, key: bytes | None = None) -> SealedBlob:
    return seal(content, "sandbox", "379999000001", public() if key is None else key, CHOSEN.suite)


def photo(pieces: int = 1) -> SealedBlob:
    """Sealed bytes; what is inside does not matter here."""
    content = tuple(os.urandom(64) for _ in range(pieces))
    return SealedBlob((pieces - 1) * PIECE + 1, content, CHOSEN.suite)


def with_photos(*photos: SealedBlob, **more: object) -> Draft:
    return replace(draft(**more), blobs=photos)  # type: ignore[arg-type]


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, wall: Wall) -> Iterator[Store]:
    with create(tmp_path, wall) as made:
        yield made


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


@pytest.fixture
def blobs(store: Store) -> Blobs:
    return Blobs(store)


def acknowledge(outbox: Outbox, time: str = "2026-11-23T09:00:00Z") -> None:
    batch = next_batch(outbox)
    outbox.acknowledged(
        batch.to_seq, batch.head, b"s", time, whole={one.op_id for one in batch.operations if one.sealed is not None}
    )


def received(outbox: Outbox, *photos: SealedBlob) -> Operation:
    (operation,) = outbox.record(with_photos(*photos))
    acknowledge(outbox)
    return outbox.find(operation.op_id)


# --- sealing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_what_is_sealed_opens_for_the_centre_alone_and_in_its_place(size: int) -> None:
    content = os.urandom(size)
    blob, ring = sealed(content), {key_id(public(), CHOSEN.suite): CHOSEN.sealing}
    assert blob.good
    assert len(blob.pieces) == -(-size // PIECE)
    assert open_blob(size, blob.pieces, "sandbox", "379999000001", ring) == content
    others = [
        lambda: open_blob(size, blob.pieces, "sandbox", "379999000002", ring),
        lambda: open_blob(
            size, blob.pieces, "sandbox", "379999000001", dict.fromkeys(ring, CHOSEN.suite.new_sealing_key())
        ),
        lambda: open_blob(size + 1, blob.pieces, "sandbox", "379999000001", ring),
        lambda: open_blob(size, (*blob.pieces, blob.pieces[0]), "sandbox", "379999000001", ring),
        lambda: open_blob(size, (b"x", *blob.pieces[1:]), "sandbox", "379999000001", ring),
    ]
    if len(blob.pieces) == 2:
        others.append(lambda: open_blob(size, blob.pieces[::-1], "sandbox", "379999000001", ring))
    for other in others:
        assert fault_of(other) is StoreFault.SEALED_UNREADABLE


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_nothing_and_too_much_are_no_photo(size: int) -> None:
    assert fault_of(lambda: sealed(bytes(size))) is StoreFault.SEALED_UNREADABLE
    assert fault_of(lambda: sealed(b"x", b"no key")) is StoreFault.SEALED_UNREADABLE


# --- recording --------------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[SealedBlob, ...]] = {
    "nothing": (SealedBlob(0, ()),),
    "another size": (SealedBlob(PIECE + 1, (b"one",)),),
    "an empty piece": (SealedBlob(1, (b"",)),),
    "a piece too large": (SealedBlob(1, (bytes(PIECE + 2000),)),),
    "too many": tuple(SealedBlob(1, (b"%d" % n,)) for n in range(MOST_BLOBS + 1)),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_photo_is_refused_and_leaves_nothing(outbox: Outbox, blobs: Blobs, name: str) -> None:
    assert fault_of(lambda: outbox.record(draft(), with_photos(*BAD[name]))) is StoreFault.ENTRY_REFUSED
    assert outbox.listed() == []
    assert blobs.load() == NOTHING


def test_operation_and_photos_are_recorded_together_or_not_at_all(
    outbox: Outbox, blobs: Blobs, store: Store, tmp_path: Path, wall: Wall
) -> None:
    one = photo(3)
    assert fault_of(lambda: outbox.record(with_photos(one), draft(refers_to=bytes(16)))) is StoreFault.OPERATION_UNKNOWN
    assert blobs.load() == NOTHING
    outbox.record(with_photos(one, photo()))
    assert blobs.load() == Load(2, one.size + 1)
    store.close()
    with reopen(tmp_path, wall) as again:
        acknowledge(Outbox(again))
        waiting = Blobs(again).waiting()
        assert waiting is not None
        assert (waiting.digest, waiting.size, list(waiting.hashes)) == (one.digest, one.size, one.hashes)
        assert [Blobs(again).piece(one.digest, index) for index in range(3)] == list(one.pieces)
        assert verify(again).trouble == ""


def test_a_correction_brings_its_photos_too(outbox: Outbox, blobs: Blobs) -> None:
    old = received(outbox)
    outbox.outcome(Outcome(old.op_id, Verdict.REJECTED, "a-reason"))
    outbox.resolve(old.op_id, with_photos(photo(), refers_to=old.op_id), "corrected")
    assert blobs.load().count == 1


def test_photos_keep_within_the_signed_limit(outbox: Outbox, store: Store) -> None:
    limits = b'{"max_days":14,"max_operations":100,"max_blob_megabytes":1}'
    Mirror(store).replace([Document("caps", 1, 0, limits, b"s", "content-1")])
    outbox.record(with_photos(photo(4)))
    assert fault_of(lambda: outbox.record(with_photos(photo(2)))) is StoreFault.OFFLINE_LIMIT
    first = received(outbox)
    outbox.record(with_photos(photo(2), refers_to=first.op_id))  # what corrects something always goes
    outbox.record(draft())


def test_a_photo_that_would_eat_the_room_of_acknowledgements_is_refused(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10 * PIECE, 9 * PIECE, PIECE))
    assert fault_of(lambda: outbox.record(with_photos(photo(2)))) is StoreFault.DISK_FULL
    outbox.record(draft())  # an operation alone finds room still


# --- on the way -------------------------------------------------------------------------------------------------------


def test_a_photo_goes_when_the_centre_has_its_operation_and_no_other(outbox: Outbox, blobs: Blobs) -> None:
    first, second = photo(), photo()
    (parked,) = outbox.record(with_photos(photo()))
    outbox.park(parked.op_id, "by-hand", "1001")
    one, two = outbox.record(with_photos(first), with_photos(second, subject=b"other"))
    assert blobs.waiting() is None
    acknowledge(outbox)
    waiting = blobs.waiting()
    assert waiting is not None
    assert waiting.digest == first.digest
    assert blobs.waiting({first.digest, second.digest}) is None
    passed = blobs.waiting({first.digest})
    assert passed is not None
    assert passed.digest == second.digest
    blobs.arrived(first.digest, WORD)
    assert blobs.waiting() == passed
    outbox.outcome(Outcome(two.op_id, Verdict.REJECTED, "a-reason"))  # nobody needs it any more
    assert blobs.waiting() is None
    assert outbox.outcome(Outcome(one.op_id, Verdict.APPLIED)).value == "moved"
    assert blobs.load() == NOTHING


def test_a_centre_that_waits_for_photos_again_gets_them_again(outbox: Outbox, blobs: Blobs, store: Store) -> None:
    one = photo()
    operation = received(outbox, one)
    blobs.arrived(one.digest, WORD)
    blobs.arrived(one.digest, WORD)  # said twice is said once
    outbox.outcome(Outcome(operation.op_id, Verdict.HELD, "waits-for-earlier"))
    assert blobs.waiting() is None
    outbox.outcome(Outcome(operation.op_id, Verdict.APPLIED))
    outbox.outcome(Outcome(operation.op_id, Verdict.HELD, WAITS))  # restored from a backup
    assert outbox.find(operation.op_id).state is State.HELD
    assert blobs.waiting() is not None
    blobs.arrived(one.digest, WORD)
    outbox.outcome(Outcome(operation.op_id, Verdict.HELD, WAITS))  # the same word again, and it counts again
    assert blobs.waiting() is not None
    assert verify(store).trouble == ""


def test_a_centre_that_has_a_tombstone_is_asked_for_the_photo(outbox: Outbox, blobs: Blobs, store: Store) -> None:
    one = photo()
    operation = received(outbox, one)
    blobs.arrived(one.digest, WORD)
    assert outbox.outcome(Outcome(operation.op_id, Verdict.EMPTY)) is Taken.MOVED
    assert [each.digest for each in blobs.not_there()] == [one.digest]
    assert verify(store).trouble == ""


def test_a_wipe_does_not_eat_a_photo(outbox: Outbox, blobs: Blobs, store: Store, tmp_path: Path) -> None:
    port = keys(tmp_path)
    one = photo()
    operation = received(outbox, one)
    assert fault_of(lambda: refuse_unsent(store, port)) is StoreFault.WIPE_REFUSED
    Journal(store).write(exported.line(0, 1, 0, 1, "1001"))
    refuse_unsent(store, port, 1)  # on a medium
    blobs.arrived(one.digest, WORD)
    refuse_unsent(store, port)
    outbox.outcome(Outcome(operation.op_id, Verdict.HELD, WAITS))  # asked for again: now it is on none
    assert fault_of(lambda: refuse_unsent(store, port, 1)) is StoreFault.WIPE_REFUSED
    Journal(store).write(exported.line(0, 1, 0, 1, "1001"))
    refuse_unsent(store, port, 1)
    received(outbox, photo())  # nor is what came later
    Journal(store).write(exported.line(0, 1, 0, 2, "1001"))
    refuse_unsent(store, port, 2)
    assert fault_of(lambda: refuse_unsent(store, port, 1)) is StoreFault.WIPE_REFUSED


# --- damage -----------------------------------------------------------------------------------------------------------


def _delete_piece(db: Db) -> None:
    db.execute("DROP TRIGGER blob_piece_remains")
    db.execute("DELETE FROM blob_piece WHERE n = 1")


def _change_piece(db: Db) -> None:
    db.execute("DROP TRIGGER blob_piece_stays")
    db.execute("UPDATE blob_piece SET sealed = x'00' WHERE n = 1")


def _add_piece(db: Db) -> None:
    db.execute("INSERT INTO blob_piece (digest, n, sealed) SELECT digest, 9, x'00' FROM blob")


def _change_name(db: Db) -> None:
    db.execute("DROP TRIGGER blob_stays")
    db.execute("UPDATE blob SET size = size - 1")


def _forget(db: Db) -> None:
    for trigger in ("blob_remains", "blob_piece_remains"):
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute("DELETE FROM blob_piece")
    db.execute("DELETE FROM blob")


def _pretend(db: Db) -> None:
    db.execute("UPDATE blob SET whole_at = 1")


DAMAGES = [_delete_piece, _change_piece, _add_piece, _change_name, _forget, _pretend]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__.strip("_"))
def test_the_proof_finds_every_damage(outbox: Outbox, store: Store, damage: Callable[[Db], None]) -> None:
    received(outbox, photo(2))
    assert verify(store).trouble == ""
    store.do(damage)
    assert "blob" in verify(store).trouble


def test_other_bytes_are_never_sent(outbox: Outbox, blobs: Blobs, store: Store) -> None:
    one = photo(2)
    received(outbox, one)
    store.do(_change_piece)
    assert fault_of(lambda: blobs.piece(one.digest, 1)) is StoreFault.CHAIN_BROKEN
    assert fault_of(lambda: blobs.piece(bytes(32), 0)) is StoreFault.CHAIN_BROKEN


# --- retention --------------------------------------------------------------------------------------------------------


def test_photos_go_with_the_body_of_their_operation_and_not_before(outbox: Outbox, store: Store) -> None:
    kept, gone = photo(20), photo(20)
    first = received(outbox, gone)
    outbox.outcome(Outcome(first.op_id, Verdict.APPLIED))
    later = received(outbox, kept)
    with pytest.raises(StoreError):
        store.do(lambda db: db.execute("DELETE FROM blob_piece"))
    assert free_bodies(store, 30) == 0
    outbox.record(draft())
    acknowledge(outbox, "2027-01-23T09:00:00Z")
    assert free_bodies(store, 30) == 1
    assert store.do(lambda db: db.value("SELECT count(*) FROM blob_piece"), write=False) == 20
    assert Blobs(store).piece(kept.digest, 3) == kept.pieces[3]
    assert outbox.find(later.op_id).sealed
    assert verify(store).trouble == ""
