"""A changed byte, a page put back to its older self, an older copy of the whole file: each is noticed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Agreement, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify, verify_tail, verify_whole
from offline_cache.store import DISTRUSTED, Store
from tests.offline_cache.support import create, draft, fault_of, place, reopen

PAGE = 4096
NOTICED = {StoreFault.STORE_DAMAGED, StoreFault.KEY_OTHER, StoreFault.CHAIN_BROKEN, StoreFault.STORE_UNREADABLE}

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


def fill(store: Store, count: int = 12) -> None:
    """Operations in most states."""
    outbox = Outbox(store)
    for number in range(count):
        outbox.record(draft(b"holder-%d" % (number % 3), size=700))
    batch = outbox.batch(count // 2)
    assert batch is not None
    outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
    for sent, verdict in zip(batch.operations, [Verdict.APPLIED, Verdict.REJECTED, Verdict.CONFLICT], strict=False):
        outbox.outcome(Outcome(sent.op_id, verdict, "a-reason"))


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with a closed store that has something in it."""
    folder = tmp_path / "filled"
    folder.mkdir()
    with create(folder) as store:
        fill(store)
    return folder


def noticed(folder: Path) -> bool:
    """Whether opening and proving the store says that something is wrong."""
    (folder / f"store.{DISTRUSTED}").unlink(missing_ok=True)
    try:
        with reopen(folder) as store:
            return store.stopped is not None or not verify_whole(store).good
    except StoreError as error:
        return error.fault in NOTICED


def test_a_sound_store_proves_itself(filled: Path) -> None:
    with reopen(filled) as store:
        report = verify(store)
    assert (report.good, report.operations, report.trouble) == (True, 12, "")
    assert report.lines > 12
    with reopen(filled) as store:
        tail = verify_tail(store)
    assert (tail.good, tail.operations) == (True, 6)
    assert 0 < tail.lines < report.lines


def test_every_changed_byte_is_noticed(filled: Path) -> None:
    path = place(filled)
    whole = path.read_bytes()
    chosen = random.Random(20261123)  # noqa: S311
    pages = len(whole) // PAGE
    # One byte somewhere in every page, and the edges of the file.
    offsets = [page * PAGE + chosen.randrange(PAGE) for page in range(pages)] + [0, 16, len(whole) - 1]
    missed = []
    for offset in offsets:
        changed = bytearray(whole)
        changed[offset] ^= 1 << chosen.randrange(8)
        path.write_bytes(changed)
        if not noticed(filled):
            missed.append(offset)
    assert missed == []


def test_a_damaged_store_is_written_no_more_but_still_read(filled: Path) -> None:
    path = place(filled)
    whole = path.read_bytes()
    stopped = 0
    for page in range(1, len(whole) // PAGE):
        changed = bytearray(whole)
        changed[page * PAGE + 50] ^= 1
        path.write_bytes(changed)
        try:
            store = reopen(filled)
        except StoreError as error:
            assert error.fault in NOTICED
            continue
        with store:
            if store.stopped is None:
                continue
            stopped += 1
            outbox = Outbox(store)
            assert fault_of(lambda: outbox.record(draft())) is store.stopped.fault  # noqa: B023
    assert stopped > 0
    path.write_bytes(whole)
    assert not noticed(filled)


def _pages_that_differ(old: bytes, new: bytes) -> Iterator[int]:
    for page in range(min(len(old), len(new)) // PAGE):
        if old[page * PAGE : (page + 1) * PAGE] != new[page * PAGE : (page + 1) * PAGE]:
            yield page


def test_a_page_put_back_to_its_older_self_is_noticed(filled: Path) -> None:
    path = place(filled)
    old = path.read_bytes()
    with reopen(filled) as store:
        outbox = Outbox(store)
        for _ in range(3):
            outbox.record(draft(size=700))
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")
        outbox.outcome(Outcome(batch.operations[-1].op_id, Verdict.REJECTED, "late"))
    new = path.read_bytes()
    pages = list(_pages_that_differ(old, new))
    assert len(pages) > 5
    missed = []
    for page in pages:
        mixed = bytearray(new)
        mixed[page * PAGE : (page + 1) * PAGE] = old[page * PAGE : (page + 1) * PAGE]
        path.write_bytes(mixed)
        if not noticed(filled) and _says(filled) != _says_of(filled, new):
            missed.append(page)
    assert missed == []


def _says(folder: Path) -> object:
    with reopen(folder) as store:
        return Outbox(store).listed(), Outbox(store).work_list(), Outbox(store).counts()


def _says_of(folder: Path, content: bytes) -> object:
    place(folder).write_bytes(content)
    return _says(folder)


def test_an_older_copy_of_the_file_is_noticed_at_the_first_word_of_the_centre(filled: Path, tmp_path: Path) -> None:
    shutil.copy(place(filled), tmp_path / "copy")
    with reopen(filled) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")
    shutil.copy(tmp_path / "copy", place(filled))
    with reopen(filled) as store:
        assert verify(store).good  # by itself an older copy is sound: only the centre can tell
        outbox = Outbox(store)
        assert outbox.check_against(batch.to_seq, batch.head) is Agreement.WE_ARE_OLDER
        ahead = lambda: outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")  # noqa: E731
        assert fault_of(ahead) is StoreFault.STORE_BEHIND
        (other,) = outbox.record(draft())
        assert other.seq == batch.to_seq
        assert outbox.check_against(batch.to_seq, batch.head) is Agreement.FORKED
        assert fault_of(ahead) is StoreFault.HISTORY_FORKED
        assert outbox.find(other.op_id).state is State.PENDING


def test_what_the_proof_says_tells_where(filled: Path) -> None:
    # The cipher would notice a stranger's change; this is one by somebody who has the key.
    with reopen(filled) as store:
        store.do(lambda db: db.execute("UPDATE progress SET state = 'applied' WHERE state = 'rejected'"))
        assert verify(store).trouble == "operation 2: its state is not the one in the journal"
    with reopen(filled) as store:
        store.do(lambda db: db.execute("UPDATE progress SET state = 'rejected' WHERE position = 2"))
        assert verify(store).good
        for table in ("operation", "journal", "progress"):
            sql = f"DELETE FROM {table}"  # noqa: S608
            assert fault_of(partial(store.do, partial(_execute, sql))) is StoreFault.STORE_DAMAGED
        assert verify(store).good


def _execute(sql: str, db: Db) -> int:
    return db.execute(sql)


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ("UPDATE operation SET sealed = x'00' WHERE seq = 10", "operation 10: other bytes"),
        ("UPDATE operation SET kind = 'other' WHERE seq = 10", "operation 10: other head"),
        ("UPDATE operation SET seq = 99 WHERE seq = 10", "operation 10 is missing"),
        ("UPDATE operation SET summary = x'a0' WHERE seq = 10", "operation 10: not as it stands in the journal"),
        ("UPDATE operation SET subj_seq = 99 WHERE seq = 10", "operation 10: not as it stands in the journal"),
        ("UPDATE journal SET fields = x'a0' WHERE n = 3", "journal line 3"),
        ("DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)", "operation 3: its state is not the one"),
        ("UPDATE anchor SET head = zeroblob(32)", "operation 6: not the one that was acknowledged"),
    ],
)
def test_a_change_by_somebody_with_the_key_is_found(filled: Path, change: str, trouble: str) -> None:
    drop = ("operation_stays", "journal_stays", "journal_remains")
    with reopen(filled) as store:
        store.do(lambda db: [db.execute(f"DROP TRIGGER {name}") for name in drop])
        store.do(lambda db: db.execute(change))
        assert verify(store).trouble.startswith(trouble)


def test_nothing_is_sent_behind_a_head_that_was_not_acknowledged(filled: Path) -> None:
    with reopen(filled) as store:
        store.do(lambda db: db.execute("UPDATE anchor SET head = zeroblob(32)"))
        with pytest.raises(StoreError) as caught:
            Outbox(store).batch()
        assert caught.value.fault is StoreFault.CHAIN_BROKEN
        assert caught.value.detail == "operation 6: not the one that was acknowledged"


def test_a_broken_tail_is_found_at_the_next_start(filled: Path) -> None:
    with reopen(filled) as store:
        store.do(lambda db: db.execute("DROP TRIGGER operation_stays"))
        store.do(lambda db: db.execute("UPDATE operation SET sealed = x'00' WHERE seq = 12"))
        assert fault_of(Outbox(store).batch) is StoreFault.CHAIN_BROKEN
        assert verify_tail(store).trouble == "operation 12: other bytes"
    with reopen(filled) as store:
        assert store.stopped is not None
        assert store.stopped.fault is StoreFault.CHAIN_BROKEN
        assert fault_of(lambda: Outbox(store).record(draft())) is StoreFault.CHAIN_BROKEN
        assert len(Outbox(store).listed()) == 12


def test_damage_that_a_proof_found_is_remembered_until_a_proof_holds(filled: Path) -> None:
    """Some pages are looked at by a proof alone: the next process must not record into that file."""
    path = place(filled)
    whole = path.read_bytes()
    assert _found_by_a_proof_alone(filled, whole)
    with reopen(filled) as store:
        assert store.stopped is not None
        assert fault_of(lambda: Outbox(store).record(draft())) in NOTICED
    path.write_bytes(whole)
    with reopen(filled) as store:
        assert store.stopped is not None
        assert verify_whole(store).good
    with reopen(filled) as store:
        Outbox(store).record(draft())


def _found_by_a_proof_alone(folder: Path, whole: bytes) -> bool:
    """Leave a page damaged that opening does not see, after a proof has seen it."""
    for page in range(1, len(whole) // PAGE):
        changed = bytearray(whole)
        changed[page * PAGE + 50] ^= 1
        place(folder).write_bytes(changed)
        try:
            with reopen(folder) as store:
                if store.stopped is None and not verify_whole(store).good:
                    return True
        except StoreError:
            continue
    return False


def test_counts_that_are_not_those_of_the_operations_are_noticed(filled: Path) -> None:
    with reopen(filled) as store:
        store.do(lambda db: db.execute("UPDATE tally SET count = count + 1 WHERE state = 'pending'"))
        assert verify(store).trouble == "the counts of states are not those of the journal"


def test_sums_of_money_that_are_not_those_of_the_operations_are_noticed(filled: Path) -> None:
    with reopen(filled) as store:
        store.do(lambda db: db.execute("UPDATE tally SET value = value + 1 WHERE state = 'pending'"))
        assert verify(store).trouble == "the sums of money are not those of the operations"


@pytest.mark.parametrize("value", [0, 499, 501])
def test_money_that_was_changed_is_noticed(filled: Path, value: int) -> None:
    """Also with the sum changed along with it: the journal has what was taken in."""
    with reopen(filled) as store:
        (one,) = Outbox(store).record(draft(value=500))
        change = "UPDATE progress SET value = ? WHERE position = ?"
        assert fault_of(lambda: store.do(lambda db: db.execute(change, (value, one.position)))) is (
            StoreFault.STORE_DAMAGED  # the file itself
        )
        store.do(lambda db: db.execute("DROP TRIGGER progress_value_stays"))
        store.do(lambda db: db.execute(change, (value, one.position)))
        store.do(lambda db: db.execute("UPDATE tally SET value = value + ? WHERE state = 'pending'", (value - 500,)))
        assert verify(store).trouble == f"operation {one.seq}: not as it stands in the journal"
