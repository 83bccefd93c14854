"""A new key, a backup and its way back, a wipe: whole at every step, whatever interrupts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_cache import rotation
from offline_cache.backup import Owner, back_up, restore
from offline_cache.database import connect
from offline_cache.errors import StoreError, StoreFault
from offline_cache.escrow import TO, Escrow, open_recovery, recovery_file
from offline_cache.journal import Journal
from offline_cache.keys import FileKeys
from offline_cache.operations import Agreement
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.recovery import write_recovery
from offline_cache.rotation import CURRENT, NEXT, rotate
from offline_cache.salvage import salvage
from offline_cache.sealing import key_id
from tests.offline_cache.support import CHOSEN, IDENTITY, Wall, create, draft, fault_of, keys, place, reopen

NOW = Wall().now
OWNER = Owner("sandbox")
COPIES = ("fork-1", "replaced-1")
pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


class CutKeys(FileKeys):
    """Power goes before or after one of the calls."""

    def __init__(self, folder: Path, at: int, after: bool) -> None:
        super().__init__(folder / "keys", "sandbox")
        self.at, self.after, self.count = at, after, 0

    def _step(self, work: Callable[[], None]) -> None:
        self.count += 1
        if self.count == self.at and not self.after:
            raise KeyboardInterrupt
        work()
        if self.count == self.at:
            raise KeyboardInterrupt

    def put(self, name: str, secret: bytes) -> None:
        self._step(lambda: FileKeys.put(self, name, secret))

    def delete(self, name: str) -> None:
        self._step(lambda: FileKeys.delete(self, name))


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A store, the copy that was laid aside when its first life ended, and one that a restore once replaced."""
    with create(tmp_path) as store:
        Outbox(store).record(draft(), draft())
        for name in COPIES:
            store.lay_aside(name)
    return tmp_path


def _whole(folder: Path) -> int:
    """How many operations there are, when everything verifies and nothing of a rotation is left."""
    with reopen(folder) as store:
        assert verify(store, folder / "look").trouble == ""
        assert keys(folder).get(NEXT) is None
        assert not list(folder.glob("*rekeyed*"))
        key = keys(folder).get(CURRENT)
        assert key is not None
        for name in COPIES:
            aside = connect(folder / f"store.{name}", key)  # each stays readable, whatever became of the key
            assert aside.execute("SELECT count(*) FROM operation").fetchone() == (2,)
            aside.close()
        Outbox(store).record(draft())
        return len(Outbox(store).listed())


def test_a_new_key_opens_the_store_and_the_old_one_does_not(filled: Path) -> None:
    old = keys(filled).get(CURRENT)
    rotate(place(filled), keys(filled), NOW, "1001")
    new = keys(filled).get(CURRENT)
    assert new != old
    assert old is not None
    assert fault_of(lambda: connect(place(filled), old)) is StoreFault.KEY_OTHER
    assert _whole(filled) == 3
    with reopen(filled) as store:
        assert [line.what for line in Journal(store).lines()][-2:] == ["key-rotated", "recorded"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_power_may_go_at_every_step_of_the_keys(filled: Path, at: int, after: bool) -> None:
    cut = CutKeys(filled, at, after)
    with pytest.raises(KeyboardInterrupt):
        rotate(place(filled), cut, NOW)
    assert _whole(filled) == 3
    rotate(place(filled), keys(filled), NOW)
    assert _whole(filled) == 4


@pytest.mark.parametrize("step", ["_copy", "_sign", "into_place"])
@pytest.mark.parametrize("after", [False, True])
def test_power_may_go_at_every_step_of_the_files(
    filled: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    monkeypatch.setattr(rotation, step, _cut(getattr(rotation, step), 1, after))
    with pytest.raises(KeyboardInterrupt):
        rotate(place(filled), keys(filled), NOW)
    monkeypatch.undo()
    assert _whole(filled) == 3


def test_a_store_that_is_open_gets_no_new_key(filled: Path) -> None:
    with reopen(filled):
        assert fault_of(lambda: rotate(place(filled), keys(filled), NOW)) is StoreFault.STORE_HELD


def test_the_centre_can_open_the_disk_of_a_dead_machine(filled: Path) -> None:
    public = CHOSEN.suite.sealing_public_key(CHOSEN.sealing)
    ring = {key_id(public, CHOSEN.suite): CHOSEN.sealing}
    with reopen(filled) as store:
        assert write_recovery(store, place(filled), keys(filled), public)
        assert not write_recovery(store, place(filled), keys(filled), public)
        store.do(lambda db: db.execute("DELETE FROM kept WHERE name = ?", (TO,)))  # written before rotations knew of it
        assert write_recovery(store, place(filled), keys(filled), public)
    rotate(place(filled), keys(filled), NOW)
    envelope = recovery_file(place(filled)).read_bytes()  # of the new key, before any other start
    key = keys(filled).get(CURRENT)
    assert key is not None
    assert key not in envelope
    shutil.rmtree(filled / "keys")  # the chip is dead
    (found,) = open_recovery(envelope, "sandbox", IDENTITY.terminal, ring)
    assert found == key
    connection = connect(place(filled), found)
    assert connection.execute("SELECT count(*) FROM operation WHERE length(sealed) > 0").fetchall() == [(2,)]
    connection.close()
    other = lambda: open_recovery(envelope, "sandbox", "379999000002", ring)  # noqa: E731
    assert fault_of(other) is StoreFault.SEALED_UNREADABLE


def _opened(folder: Path, public: bytes) -> dict[str, int]:
    """What the centre finds of the store, and of its copies, with the recovery file alone."""
    ring = {key_id(public, CHOSEN.suite): CHOSEN.sealing}
    found = open_recovery(recovery_file(place(folder)).read_bytes(), "sandbox", IDENTITY.terminal, ring)
    disk = folder / "disk"
    shutil.rmtree(disk, ignore_errors=True)
    disk.mkdir()
    files = [place(folder), *(place(folder).with_name(f"store.{name}") for name in COPIES)]
    shutil.copytree(folder, disk, dirs_exist_ok=True, ignore=shutil.ignore_patterns("disk", "keys", "store.lock"))
    return {one.name: salvage(disk / one.name, found, CHOSEN.origin, disk).operations for one in files}


STEPS = [("keys", 1), ("keys", 2), ("keys", 3), ("escrow", 1), ("escrow", 2)]
STEPS += [("_copied", 1), ("_copied", 2), ("_copy", 3), ("_sign", 1), ("_finish_copies", 1)]
STEPS += [("into_place", 1), ("into_place", 2), ("into_place", 3)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("what", "at"), STEPS)
def test_wherever_power_and_keys_go_the_recovery_file_opens_what_stands_there(
    filled: Path, monkeypatch: pytest.MonkeyPatch, what: str, at: int, after: bool
) -> None:
    public = CHOSEN.suite.sealing_public_key(CHOSEN.sealing)
    with reopen(filled) as store:
        write_recovery(store, place(filled), keys(filled), public)
    whole = dict.fromkeys(("store.db", *(f"store.{name}" for name in COPIES)), 2)
    port = CutKeys(filled, at if what == "keys" else 0, after)
    with monkeypatch.context() as patch:
        if what == "escrow":
            patch.setattr(Escrow, "write", _cut(Escrow.write, at, after))
        elif what != "keys":
            patch.setattr(rotation, what, _cut(getattr(rotation, what), at, after))
        with pytest.raises(KeyboardInterrupt):
            rotate(place(filled), port, NOW)
    assert _opened(filled, public) == whole
    with reopen(filled) as store:  # what was begun is ended, or taken back
        assert _opened(filled, public) == whole
        write_recovery(store, place(filled), keys(filled), public)
    assert _opened(filled, public) == whole
    rotate(place(filled), keys(filled), NOW)
    assert _opened(filled, public) == whole


def _cut(plain: Callable[..., object], at: int, after: bool) -> Callable[..., object]:
    """Power goes before or after one of the calls."""
    calls = []

    def cut(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == at and not after:
            raise KeyboardInterrupt
        given = plain(*arguments)
        if len(calls) == at:
            raise KeyboardInterrupt
        return given

    return cut


def test_without_a_recovery_file_that_can_be_written_no_rotation_begins(filled: Path) -> None:
    public = CHOSEN.suite.sealing_public_key(CHOSEN.sealing)
    with reopen(filled) as store:
        write_recovery(store, place(filled), keys(filled), public)
    before, old = place(filled).read_bytes(), keys(filled).get(CURRENT)
    recovery_file(place(filled)).unlink()
    recovery_file(place(filled)).mkdir()
    assert fault_of(lambda: rotate(place(filled), keys(filled), NOW)) is StoreFault.NOT_SAVED
    assert (place(filled).read_bytes(), keys(filled).get(CURRENT)) == (before, old)
    recovery_file(place(filled)).rmdir()
    assert _whole(filled) == 3


# --- backup -----------------------------------------------------------------------------------------------------------


def test_a_backup_comes_back_and_the_centre_notices_that_it_is_older(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "medium.db"
    with reopen(filled) as store:
        report = back_up(store, copy, "1001")
        assert (report.operations, report.trouble) == (2, "")
        outbox = Outbox(store)
        outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
        busy = lambda: restore(copy, place(filled), keys(filled), OWNER, now=NOW)  # noqa: E731
        assert fault_of(busy) is StoreFault.STORE_HELD
    done = restore(copy, place(filled), keys(filled), OWNER, now=NOW, operator="1001")
    assert (done.operations, done.unsent, done.older) == (2, 0, True)
    assert done.aside == place(filled).with_name("store.replaced-2")
    assert done.aside.exists()
    with reopen(filled) as store:
        outbox = Outbox(store)
        assert len(outbox.listed()) == 2
        assert verify(store).good
        assert outbox.check_against(batch.to_seq, batch.head) is Agreement.WE_ARE_OLDER
        ahead = lambda: outbox.acknowledged(batch.to_seq, batch.head, b"s", "t")  # noqa: E731
        assert fault_of(ahead) is StoreFault.STORE_BEHIND
        assert [line.what for line in Journal(store).lines()][-1] == "restored"


def test_a_backup_that_does_not_verify_changes_nothing(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "medium.db"
    with reopen(filled) as store:
        back_up(store, copy)
        store.do(lambda db: db.execute("DROP TRIGGER operation_stays"))
        store.do(lambda db: db.execute("UPDATE operation SET summary = x'a0' WHERE seq = 1"))
        assert fault_of(lambda: back_up(store, copy)) is StoreFault.BACKUP_INVALID
    bad = tmp_path / "bad.db"
    shutil.copy(place(filled), bad)
    before = place(filled).read_bytes()
    back = lambda: restore(bad, place(filled), keys(filled), OWNER, now=NOW)  # noqa: E731
    assert fault_of(back) is StoreFault.BACKUP_INVALID
    broken = bytearray(copy.read_bytes())
    broken[3 * 4096 + 9] ^= 1
    bad.write_bytes(broken)
    with pytest.raises(StoreError):
        restore(bad, place(filled), keys(filled), OWNER, now=NOW)
    assert place(filled).read_bytes() == before
    assert not (filled / "restoring").exists()
    foreign = lambda: restore(copy, place(filled), keys(filled), Owner("sandbox", "379999000002"), now=NOW)  # noqa: E731
    assert fault_of(foreign) is StoreFault.STORE_FOREIGN
