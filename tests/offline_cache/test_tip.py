"""An older copy of the file is known at its next opening (I14), and only that: not a restore by which nothing is left
behind, not a new store, not a crash."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offline_cache.backup import Owner, back_up, restore
from offline_cache.errors import StoreFault
from offline_cache.journal import Journal
from offline_cache.keys import KeyPort
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from offline_cache.tip import NAME, TipKeeper
from offline_cache.wiping import wipe
from tests.offline_cache.outbox_contract import grant
from tests.offline_cache.support import IDENTITY, Wall, create, draft, fault_of, place, reopen
from tests.offline_cache.support import keys as keys_of
from tests.offline_cache.test_journal import signed_in

FILE = place(Path()).name


@contextmanager
def run(folder: Path, *, keep: bool = True) -> Iterator[Store]:
    """One run of a program. :param keep: not when it is killed."""
    with reopen(folder) as store:
        tip = TipKeeper(store, keys_of(folder))
        tip.look()
        yield store
        if keep:
            tip.keep()


def fork(store: Store) -> StoreFault | None:
    noticed = Outbox(store).fork()
    return noticed.fault if noticed else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path).close()
    with run(tmp_path) as store:
        Outbox(store).record(draft())
    return tmp_path


def image(folder: Path) -> bytes:
    assert not (folder / f"{FILE}-wal").exists()  # closed: the file alone is the store
    return (folder / FILE).read_bytes()


def test_an_older_copy_takes_nothing_in_from_its_opening_on(folder: Path) -> None:
    older = image(folder)
    with run(folder) as store:
        Outbox(store).record(draft())
    (folder / FILE).write_bytes(older)
    for _ in range(2):
        with run(folder) as store:
            assert fork(store) is StoreFault.STORE_OLDER
            assert fault_of(lambda: Outbox(store).record(draft())) is StoreFault.STORE_OLDER
            assert len(Outbox(store).listed()) == 1
            assert verify(store).good
    (line,) = [one for one in _lines(folder) if one == "fork-noticed"]
    assert line


def test_another_history_of_the_same_length_is_one_too(folder: Path) -> None:
    older = image(folder)
    with run(folder) as store:
        Outbox(store).record(draft())
    (folder / FILE).write_bytes(older)
    with reopen(folder) as store:  # by a program that knows of no tip
        Outbox(store).record(draft(), draft())
    with run(folder) as store:
        assert fork(store) is StoreFault.STORE_OLDER


def test_a_run_that_was_killed_is_ahead_of_its_tip_and_goes_on(folder: Path) -> None:
    with run(folder, keep=False) as store:
        Outbox(store).record(draft())
    with run(folder) as store:
        assert fork(store) is None
        Outbox(store).record(draft())


def test_a_restore_that_leaves_no_operation_behind_is_none(folder: Path) -> None:
    """Of the journal the copy has less, on purpose."""
    with run(folder) as store:
        back_up(store, folder / "copy")
    keys = keys_of(folder)
    restore(folder / "copy", folder / FILE, keys, Owner(IDENTITY.environment, IDENTITY.terminal))
    with run(folder) as store:
        assert fork(store) is None
        Outbox(store).record(draft())
    assert keys.get(NAME) is not None


def test_a_new_store_is_not_taken_for_an_older_one(folder: Path) -> None:
    keys = keys_of(folder)
    kept = keys.get(NAME)
    wipe(folder / FILE, keys)
    assert keys.get(NAME) is None
    assert kept is not None
    keys.put(NAME, kept)
    later = Wall()
    later.move(days=1)
    create(folder, later).close()
    with run(folder) as store:
        assert fork(store) is None
        Outbox(store).record(draft())


def test_a_tip_is_written_when_something_happened_and_not_otherwise(folder: Path) -> None:
    class Counting:
        def __init__(self, real: KeyPort) -> None:
            self.real, self.puts = real, 0

        def get(self, name: str) -> bytes | None:
            return self.real.get(name)

        def put(self, name: str, secret: bytes) -> None:
            self.puts += 1
            self.real.put(name, secret)

        def delete(self, name: str) -> None:
            self.real.delete(name)

    keys = Counting(keys_of(folder))
    with reopen(folder) as store:
        tip = TipKeeper(store, keys)
        tip.keep()
        assert keys.puts == 0  # a security chip takes a second
        Outbox(store).record(draft())
        tip.keep()
        tip.keep()
        assert keys.puts == 1
    keys.put(NAME, b"rubbish")
    with reopen(folder) as store:
        assert fault_of(lambda: TipKeeper(store, keys)) is StoreFault.KEY_UNREADABLE


def _lines(folder: Path) -> list[str]:
    with reopen(folder) as store:
        return [line.what for line in Journal(store).lines()]


def test_a_copy_made_by_hand_of_all_files_is_found_too(folder: Path, tmp_path: Path) -> None:
    """With its log beside it, as a copy of a running program has."""
    aside = tmp_path / "aside"
    with run(folder) as store:
        Outbox(store).record(draft())
        aside.mkdir()
        for one in folder.glob(f"{FILE}*"):
            shutil.copy(one, aside / one.name)
        Outbox(store).record(draft())
    for one in folder.glob(f"{FILE}*"):
        one.unlink()
    for one in aside.iterdir():
        shutil.copy(one, folder / one.name)
    with run(folder) as store:
        assert fork(store) is StoreFault.STORE_OLDER


# --- what a proof of the file alone does not see ----------------------------------------------------------------------


def cut(folder: Path, lines: int) -> int:
    """Somebody with the key takes the last lines away. Gives how many are left."""
    with reopen(folder) as store:
        n = Journal(store).tip()[0]
        store.do(lambda db: db.execute("DROP TRIGGER journal_remains"))
        store.do(lambda db: db.execute("DELETE FROM journal WHERE n > ?", (n - lines,)))
    return n - lines


def missing(folder: Path) -> tuple[int | str, int | str] | None:
    """First and last line that the mark misses, as a person is told who asks."""
    with run(folder) as store:
        assert verify(store).good  # by itself it is sound
        error = TipKeeper(store, keys_of(folder)).missing()
    if error is None:
        return None
    assert error.fault is StoreFault.JOURNAL_CUT
    return error.values["first"], error.values["last"]


def written(folder: Path, *operators: str) -> int:
    """Lines that belong to no operation. Gives the last one's number."""
    with run(folder) as store:
        Journal(store).write(*(signed_in(one) for one in operators))
        return Journal(store).tip()[0]


@pytest.mark.parametrize("lines", [1, 3])
def test_lines_that_are_missing_at_the_end_are_told_by_their_numbers(folder: Path, lines: int) -> None:
    last = written(folder, "1001", "1002", "1003", "1004")
    assert missing(folder) is None
    left = cut(folder, lines)
    for _ in range(2):  # also when a line has taken the place of the first of them
        assert missing(folder) == (left + 1, last)
    with run(folder) as store:
        assert Journal(store).lines()[left].what == "fork-noticed"
        Outbox(store).begin_epoch(grant(2), {})
    assert missing(folder) is None  # the centre has agreed, and it goes on from here


def test_another_line_in_the_place_of_the_last_is_told(folder: Path) -> None:
    last = written(folder, "1001", "1002")
    cut(folder, 1)
    with reopen(folder) as store:  # by a program that knows of no mark
        Journal(store).write(signed_in("1003"), signed_in("1004"))
    assert missing(folder) == (last, last)


def test_a_fork_of_an_earlier_life_is_not_where_it_begins(folder: Path) -> None:
    with run(folder) as store:
        Outbox(store).note_fork(StoreFault.HISTORY_FORKED)
        Outbox(store).begin_epoch(grant(2), {})
    last = written(folder, "1001", "1002")
    left = cut(folder, 1)
    assert missing(folder) == (left + 1, last)


def test_what_a_restore_takes_back_is_told_likewise(folder: Path) -> None:
    with run(folder) as store:
        report = back_up(store, folder / "copy")
        Outbox(store).record(draft())
        last = Journal(store).tip()[0]
    owner = Owner(IDENTITY.environment, IDENTITY.terminal)
    assert restore(folder / "copy", folder / FILE, keys_of(folder), owner, leave_unsent=True).older
    assert missing(folder) == (report.lines + 1, last)


def test_a_store_that_is_stopped_opens_though_it_is_older(folder: Path) -> None:
    """No line says in it where the missing ones begin; one of an earlier life says something else."""
    with run(folder) as store:
        Outbox(store).note_fork(StoreFault.HISTORY_FORKED)
        Outbox(store).begin_epoch(grant(2), {})
    last = written(folder, "1001")
    cut(folder, 1)
    with reopen(folder) as store:
        store.distrust("journal line 1")
    with run(folder) as store:
        assert store.stopped is not None
        assert fork(store) is None
    assert missing(folder) == (last, last)
