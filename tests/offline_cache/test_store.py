"""One file, one process, one owner: who may open it, with what, and what must be true of it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest

from offline_cache import database
from offline_cache.birth import KEY_NAME, Identity
from offline_cache.errors import StoreError, StoreFault
from offline_cache.migrations import MIGRATIONS
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.support import IDENTITY, SMALL, create, draft, fault_of, keys, place, reopen


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        recorded = Outbox(store).record(draft())
        assert store.identity == IDENTITY
    with reopen(tmp_path) as store:
        assert store.identity == IDENTITY
        assert Outbox(store).listed() == recorded


def test_every_setting_is_in_force(tmp_path: Path) -> None:
    expected = {
        "cipher": "chacha20", "journal_mode": "wal", "synchronous": 2, "locking_mode": "exclusive", "foreign_keys": 1,
        "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0, "temp_store": 2, "secure_delete": 1,
        "application_id": database.APPLICATION, "user_version": len(MIGRATIONS),
    }  # fmt: skip
    with create(tmp_path) as store:
        found = store.do(lambda db: {name: db.value(f"PRAGMA {name}") for name in expected}, write=False)
        strict = store.do(lambda db: list(db.rows("PRAGMA table_list")), write=False)
        assert not (tmp_path / "store.db-shm").exists()  # no memory is shared with another process
    assert found == expected
    assert [row[1] for row in strict if not row[5] and not row[1].startswith("sqlite_")] == []


def test_the_library_is_new_enough_and_has_ciphers() -> None:
    database.check_library()
    assert tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) >= (3, 51, 3)


def test_an_older_library_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    assert fault_of(lambda: create(tmp_path)) is StoreFault.LIBRARY_UNFIT
    monkeypatch.undo()
    monkeypatch.delattr(apsw, "mc_version")
    assert fault_of(lambda: create(tmp_path)) is StoreFault.LIBRARY_UNFIT
    assert not place(tmp_path).exists()


def test_a_store_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    create(tmp_path).close()
    before = place(tmp_path).read_bytes()
    assert fault_of(lambda: create(tmp_path)) is StoreFault.STORE_EXISTS
    assert place(tmp_path).read_bytes() == before


def test_no_store_is_made_by_opening(tmp_path: Path) -> None:
    assert fault_of(lambda: reopen(tmp_path)) is StoreFault.STORE_MISSING
    assert not place(tmp_path).exists()


def test_without_its_key_nothing_is_opened_and_nothing_made(tmp_path: Path) -> None:
    create(tmp_path).close()
    before = place(tmp_path).read_bytes()
    keys(tmp_path).delete(KEY_NAME)
    assert fault_of(lambda: reopen(tmp_path)) is StoreFault.KEY_GONE
    assert fault_of(lambda: create(tmp_path)) is StoreFault.STORE_EXISTS
    assert keys(tmp_path).get(KEY_NAME) is None
    assert place(tmp_path).read_bytes() == before


@pytest.mark.parametrize(("key", "fault"), [(bytes(32), StoreFault.KEY_OTHER), (b"short", StoreFault.KEY_GONE)])
def test_another_key_does_not_open_it(tmp_path: Path, key: bytes, fault: StoreFault) -> None:
    create(tmp_path).close()
    before = place(tmp_path).read_bytes()
    keys(tmp_path).put(KEY_NAME, key)
    assert fault_of(lambda: reopen(tmp_path)) is fault
    assert place(tmp_path).read_bytes() == before


def test_a_key_is_kept_for_the_next_store(tmp_path: Path) -> None:
    create(tmp_path).close()
    key = keys(tmp_path).get(KEY_NAME)
    place(tmp_path).unlink()
    create(tmp_path).close()
    assert keys(tmp_path).get(KEY_NAME) == key


def test_an_interrupted_creation_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "store.new").write_bytes(b"half a store")
    (tmp_path / "store.new-wal").write_bytes(b"half a log")
    create(tmp_path).close()
    reopen(tmp_path).close()


def test_environment_and_terminal_are_not_mixed(tmp_path: Path) -> None:
    create(tmp_path).close()
    path, port = place(tmp_path), keys(tmp_path)
    other = lambda: Store.open(path, port, environment="production")  # noqa: E731
    assert fault_of(other) is StoreFault.STORE_FOREIGN
    other = lambda: Store.open(path, port, environment="sandbox", terminal="379999000002")  # noqa: E731
    assert fault_of(other) is StoreFault.STORE_FOREIGN
    Store.open(path, port, environment="sandbox", terminal=IDENTITY.terminal, limits=SMALL).close()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    create(tmp_path).close()
    for content in (b"", b"SQLite format 3\0" + bytes(5000), bytes(8192)):
        place(tmp_path).write_bytes(content)
        assert fault_of(lambda: reopen(tmp_path)) in {StoreFault.KEY_OTHER, StoreFault.STORE_DAMAGED}
        assert place(tmp_path).read_bytes() == content


# --- one process ------------------------------------------------------------------------------------------------------

_SECOND = """
import sys
from pathlib import Path
from offline_cache.errors import StoreError
from offline_cache.migrations import MIGRATIONS
from tests.offline_cache.support import reopen
try:
    reopen(Path(sys.argv[1])).close()
except StoreError as error:
    print(error.fault.name, error.values["pid"], error.values["since"])
"""


def test_a_second_process_is_refused_and_told_who_and_since_when(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _SECOND, str(tmp_path)]
    root = Path(__file__).parents[2]
    with create(tmp_path) as store:
        recorded = Outbox(store).record(draft())
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split(maxsplit=2)
        after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        assert said[:2] == ["STORE_HELD", str(os.getpid())]
        assert said[2].startswith("2026-11-23 ")
        assert after == before
        assert Outbox(store).listed() == recorded
    assert subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout == ""


def test_a_second_opening_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with create(tmp_path):
        assert fault_of(lambda: reopen(tmp_path)) is StoreFault.STORE_HELD
        assert fault_of(lambda: create(tmp_path)) is StoreFault.STORE_HELD


def test_the_database_itself_is_locked(tmp_path: Path) -> None:
    with create(tmp_path):
        (tmp_path / "store.lock").unlink()  # somebody tidied up
        with pytest.raises(StoreError) as caught:
            reopen(tmp_path)
        assert caught.value.fault is StoreFault.STORE_UNREADABLE


# --- one thread -------------------------------------------------------------------------------------------------------


def test_work_is_done_on_one_thread_in_order(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        futures = [store.call(lambda _, n=n: (n, threading.get_ident())) for n in range(50)]  # type: ignore[misc]
        done = [future.result() for future in futures]
    assert [n for n, _ in done] == list(range(50))
    assert {thread for _, thread in done} != {threading.get_ident()}
    assert len({thread for _, thread in done}) == 1


def test_what_fails_in_a_unit_leaves_nothing_behind(tmp_path: Path) -> None:
    class OwnError(Exception):
        pass

    def work(db: database.Db) -> None:
        db.execute("INSERT INTO kept VALUES ('half', x'00')")
        raise OwnError

    with create(tmp_path) as store:
        with pytest.raises(OwnError):
            store.do(work)
        assert store.do(lambda db: db.value("SELECT count(*) FROM kept"), write=False) == 0
        assert Outbox(store).record(draft())[0].seq == 1


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = create(tmp_path)
    store.close()
    store.close()
    assert fault_of(lambda: Outbox(store).listed()) is StoreFault.STORE_CLOSED


def test_a_unit_that_waits_for_another_is_a_mistake_in_the_program(tmp_path: Path) -> None:
    with create(tmp_path) as store, pytest.raises(RuntimeError):
        store.do(lambda _: store.do(lambda __: None))


# --- nothing in clear -------------------------------------------------------------------------------------------------


def test_nothing_stands_on_the_disk_in_clear(tmp_path: Path) -> None:
    marker = b"MARKER-8d1f"
    words = marker.decode()
    with create(tmp_path) as store:
        one = draft(subject=marker)
        Outbox(store).record(
            type(one)(one.op_id, one.kind, 1, marker, marker + one.sealed, {"what": words, words: words}), draft()
        )
        during = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    after = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    key = keys(tmp_path).get(KEY_NAME)
    assert key is not None
    for files in (during, after):
        assert "store.db" in files
        assert [name for name, content in files.items() if marker in content] == []
        assert [name for name, content in files.items() if key in content] == [f"{KEY_NAME}.key"]
        assert [name for name, content in files.items() if b"SQLite format" in content] == []
        assert [name for name, content in files.items() if b"CREATE TABLE" in content] == []


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        Outbox(store).record(draft())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_values_show_nothing(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        (operation,) = Outbox(store).record(draft())
        batch = Outbox(store).batch()
    assert "138****5678" not in repr(operation)
    assert repr(operation.sealed) not in repr(operation) + repr(batch)


@pytest.mark.parametrize("bad", [Identity("sandbox", "1", 0)])
def test_identities_are_kept_as_given(tmp_path: Path, bad: Identity) -> None:
    store = Store.create(place(tmp_path), keys(tmp_path), bad, limits=SMALL)
    store.close()
    assert store.identity == bad
