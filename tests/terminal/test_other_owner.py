"""A machine that was enrolled anew under another number, with copies of the old one's store beside its own: their work
is the old terminal's, takes effect under its number alone, and is not wiped with what is ours.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache import aside
from offline_cache.aside import copies_of
from offline_cache.backup import Owner, back_up, restore
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry
from offline_cache.operations import Operation
from offline_cache.rotation import CURRENT, keys_of, rotate
from offline_cache.salvage import salvage
from offline_cache.tip import NAME
from offline_cache.wiping import refuse_unsent
from terminal.centre.enrolment import enrol
from terminal.membership import key_port
from terminal.sandbox.errors import SandboxError
from terminal.settings import prepare_data, store_path
from tests.terminal.test_dead_disks import altered, dead, effects
from tests.terminal.test_wiped import CLOCK, Desk, backup, desk

__all__ = ["backup", "desk"]
pytestmark = pytest.mark.expects_log
PAGE = 4096
STRAY = (
    "DROP TRIGGER operation_remains",
    "DROP TRIGGER journal_remains",
    "DELETE FROM operation WHERE seq = 1 AND EXISTS (SELECT 1 FROM operation WHERE seq = 2)",
    "DELETE FROM journal",
    "DELETE FROM meta",
)
"""What is left of a store stands by itself."""


def enrolled_anew(desk: Desk) -> None:
    """The store's file is gone; its copies lie there."""
    desk.records.close()
    for file in store_path(desk.settings).parent.glob("terminal.db*"):
        file.unlink()
    old = desk.number
    enrol(
        prepare_data(desk.settings),
        desk.centre.url,
        desk.centre.control.new_code(),
        desk.centre.authority,
        environment="sandbox",
        keys=key_port(desk.settings),
        now=CLOCK.now,
        replace=True,
    )
    desk.open()
    assert desk.number != old


@pytest.fixture
def left(desk: Desk) -> Operation:
    """What the old terminal took in, and a copy alone has."""
    operation = desk.takes_in()
    desk.records.store.lay_aside("fork-1")
    enrolled_anew(desk)
    return operation


def copy_of(desk: Desk) -> Path:
    (copy,) = copies_of(store_path(desk.settings))
    return copy


def spoil(copy: Path, *pages: int) -> None:
    content = bytearray(copy.read_bytes())
    for page in pages:
        content[page * PAGE + 60] ^= 1
    copy.write_bytes(content)


def said(desk: Desk, case: str) -> tuple[str, str]:
    """Whose it is, and why."""
    words = desk.centre.control.salvaged()[case].split()
    return words[0], words[-1]


@pytest.mark.parametrize("first_page", ["there", "spoilt"])
def test_it_is_not_signed_as_ours(desk: Desk, left: Operation, tmp_path: Path, first_page: str) -> None:
    """Nor where the file does not open any more: the chains in it are of another number."""
    if first_page == "spoilt":
        spoil(copy_of(desk), 0)
    with pytest.raises(StoreError) as refused:
        salvage(copy_of(desk), keys_of(key_port(desk.settings)), desk.records.identity.origin, tmp_path)
    assert refused.value.fault is StoreFault.COPY_FOREIGN


def test_it_is_told_and_not_wiped_whatever_the_journal_says(desk: Desk, left: Operation) -> None:
    told = Entry("exported", {"what": aside.SALVAGE, "of": copy_of(desk).name, "count": 1, "operator": "1001"})
    desk.records.journal.write(told)
    (copy,) = aside.listed(desk.records.store, keys_of(key_port(desk.settings)))
    assert (copy.salvaged, copy.owes, copy.foreign not in {"", desk.number}) == (False, True, True)
    with pytest.raises(StoreError) as refused:
        refuse_unsent(desk.records.store, desk.records.keys)
    assert refused.value.fault is StoreFault.COPY_FOREIGN
    assert refused.value.values == {"copies": str(copy.path), "terminal": copy.foreign}


@pytest.mark.parametrize("first_page", ["there", "spoilt"])
@pytest.mark.parametrize("papers", ["there", "gone"])
def test_the_centre_takes_each_file_of_a_disk_under_the_number_of_its_own(
    desk: Desk, left: Operation, tmp_path: Path, first_page: str, papers: str
) -> None:
    here = desk.takes_in()
    (told,) = aside.listed(desk.records.store, keys_of(key_port(desk.settings)))
    if first_page == "spoilt":
        spoil(copy_of(desk), 0)
    disk = dead(desk, tmp_path)
    if papers == "gone":
        for paper in disk.glob("terminal-*-cert.pem"):
            if paper.name != desk.records.identity.certificate_file.name:
                paper.unlink()
    before = set(desk.centre.control.salvaged())
    for again in (False, True):
        found = desk.centre.control.hand_in(disk, disk=True)
        assert (found["taken"], found["cases"]) == ((0, 0) if again else (2, 0) if papers == "there" else (1, 1))
    cases = set(desk.centre.control.salvaged()) - before
    assert [said(desk, case) for case in cases] == (
        [] if papers == "there" else [(told.foreign, "certificate-unknown")]
    )
    for case in cases:
        desk.centre.control.accept(case)
    assert effects(desk, left, here) == [1, 1]


def test_of_what_no_chain_tells_whose_it_is_the_seal_does(desk: Desk, tmp_path: Path) -> None:
    desk.takes_in()
    left = desk.takes_in()
    desk.records.close()
    altered(desk, *STRAY)
    store_path(desk.settings).rename(store_path(desk.settings).with_suffix(".replaced-1"))
    old = desk.number
    enrolled_anew(desk)
    with pytest.raises(StoreError) as refused:  # here nobody can open it
        salvage(copy_of(desk), keys_of(key_port(desk.settings)), desk.records.identity.origin, tmp_path)
    assert (refused.value.fault, refused.value.values["terminal"]) == (StoreFault.COPY_FOREIGN, "?")
    before = set(desk.centre.control.salvaged())
    assert desk.centre.control.hand_in(dead(desk, tmp_path), disk=True)["cases"] == 1
    (case,) = set(desk.centre.control.salvaged()) - before
    assert said(desk, case) == (old, "not-proven")
    desk.centre.control.accept(case)
    assert effects(desk, left) == [1]


def test_a_file_of_which_nothing_tells_whose_it_is_is_told(desk: Desk, tmp_path: Path) -> None:
    operation = desk.takes_in()
    desk.records.store.lay_aside("fork-1")
    desk.records.close()
    altered(desk, *STRAY, "DROP TRIGGER operation_stays", "UPDATE operation SET seq = 2, sealed = x'00'")
    disk = dead(desk, tmp_path)
    with pytest.raises(SandboxError):
        desk.centre.control.hand_in(disk, disk=True)
    assert effects(desk, operation) == [1]  # of the copy


def test_where_the_new_number_never_opened_its_store_the_recovery_file_is_the_old_one_s(
    desk: Desk, tmp_path: Path
) -> None:
    left = desk.takes_in()
    envelope = store_path(desk.settings).with_suffix(".recovery")
    content = envelope.read_bytes()
    desk.records.store.lay_aside("fork-1")
    enrolled_anew(desk)
    envelope.write_bytes(content)
    disk = dead(desk, tmp_path)
    assert desk.centre.control.hand_in(disk, disk=True)["taken"] == 1
    assert effects(desk, left) == [1]


def test_where_the_key_of_the_copies_is_gone_no_other_takes_its_place(desk: Desk, tmp_path: Path) -> None:
    """The recovery file is all that opens them."""
    left = desk.takes_in()
    desk.records.store.lay_aside("fork-1")
    for name in (CURRENT, NAME, "store-made"):
        key_port(desk.settings).delete(name)
    envelope = store_path(desk.settings).with_suffix(".recovery")
    content = envelope.read_bytes()
    with pytest.raises(StoreError) as refused:
        enrolled_anew(desk)
    assert refused.value.fault is StoreFault.KEY_GONE
    assert (envelope.read_bytes(), store_path(desk.settings).exists()) == (content, False)
    assert desk.centre.control.hand_in(dead(desk, tmp_path), disk=True)["taken"] == 1
    assert effects(desk, left) == [1]
    copies_of(store_path(desk.settings))[0].rename(tmp_path / "kept-elsewhere")
    desk.open()
    assert desk.takes_in().seq == 1


def test_a_new_key_takes_it_along(desk: Desk, left: Operation, tmp_path: Path) -> None:
    desk.records.close()
    rotate(store_path(desk.settings), key_port(desk.settings), CLOCK.now, "1001")
    assert desk.centre.control.hand_in(dead(desk, tmp_path), disk=True)["taken"] == 1
    assert effects(desk, left) == [1]


def test_it_does_not_stand_in_the_way_of_our_own(desk: Desk, left: Operation, tmp_path: Path) -> None:
    """Neither of the name of a copy of ours, nor as something that our log once went further than."""
    old = copy_of(desk)
    (told,) = aside.listed(desk.records.store, keys_of(key_port(desk.settings)))
    mine = desk.records.store.lay_aside("fork-1")
    assert mine != old
    listed = {one.path: one.foreign for one in aside.listed(desk.records.store, keys_of(key_port(desk.settings)))}
    assert listed == {old: told.foreign, mine: ""}
    mine.unlink()
    copy = tmp_path / "backup.db"
    back_up(desk.records.store, copy)
    desk.records.close()
    done = restore(
        copy, store_path(desk.settings), key_port(desk.settings), Owner("sandbox", desk.number), now=CLOCK.now
    )
    assert (done.unsent, done.older) == (0, False)
    desk.open()
    assert desk.takes_in().seq == 1
