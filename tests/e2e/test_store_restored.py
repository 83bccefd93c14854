"""An older copy of the store is put back, twice: what was confirmed meanwhile is kept, named, re-keyed, kept from a
wipe, and reaches the centre; and no paper bears a number that was given out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import contact_change, own
from tests.e2e.test_store_commands import by, number_of

__all__ = ["own"]

COPIES = "另存副本"


def health(shell: Shell, name: str) -> dict[str, Any] | None:
    checks = shell.json("doctor").document["checks"]
    found: list[dict[str, Any]] = [check for check in checks if check["name"] == name]
    return found[0] if found else None


@pytest.fixture
def copied(own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd) -> Path:
    """A backup of the terminal's store, with one operation that the centre has."""
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    assert own.json("sync", "--once").document["clear"]
    copy = own.data / "backup.db"
    assert by(own, "backup", str(copy)).code == 0
    return copy


def test_what_was_confirmed_since_the_backup_is_never_lost(own: Shell, centre: SandboxCentre, copied: Path) -> None:
    centre.control.fault("down")
    left = contact_change(own, "13912345672").document
    said = by(own, "restore", str(copied))
    assert (said.fault, said.code) == ("S159", 7)
    assert "1 " in said.document["fault"]["message"]
    assert own.json("queue", "list").document["lines"]
    first = by(own, "restore", str(copied), "--leave-unsent").document
    again = by(own, "restore", str(copied)).document  # the same command once more
    assert [(one["unsent"], one["older"], Path(one["aside"]).suffix) for one in (first, again)] == [
        (1, True, ".replaced-1"),
        (0, True, ".replaced-2"),
    ]
    spoken = own.run("store", "status").out
    assert first["aside"] in spoken
    assert again["aside"] in spoken
    told = own.json("store", "status").document["copies"]
    assert [(one["unsent"], one["salvaged"]) for one in told] == [(1, False), (0, False)]
    check = health(own, COPIES)
    assert check is not None
    assert check["fault"]["code"] == "S160"
    assert first["aside"] in check["fault"]["message"]
    assert again["aside"] not in check["fault"]["message"]
    # Nothing that would bear a number that was given out is taken in; nothing is wiped; a new key takes it along.
    assert contact_change(own, "13912345673").fault == "S158"
    assert by(own, "wipe", "--yes").fault == "S160"
    assert by(own, "rotate-key").code == 0
    assert by(own, "wipe", "--yes").fault == "S160"

    medium = own.data / "copy.ssc"
    assert by(own, "salvage", str(medium), "--from", first["aside"]).document["operations"] == 2
    check = health(own, COPIES)
    assert check is not None
    assert check["fault"] is None
    assert [one["salvaged"] for one in own.json("store", "status").document["copies"]] == [True, False]
    centre.control.clear()
    there = str(Path(centre.ready.authority).parent)
    taken = own.json("sandbox", "take-in", str(medium), "--dir", there).document
    assert (taken["last"], taken["twice"], taken["cases"]) == (2, 0, 0)
    assert centre.control.effects()[left["operation"]] == 1

    assert not own.json("sync", "--once").document["clear"]
    number = number_of(own)
    assert f"{number} fork" in centre.control.alarms()
    assert centre.control.agree(number) == 2
    assert own.json("sync", "--once").document["clear"]
    later = contact_change(own, "13912345673").document
    assert later["number"] != left["number"]
    assert own.json("sync", "--once").document["clear"]
    counted = centre.control.effects()
    assert [counted[one["operation"]] for one in (left, later)] == [1, 1]
    assert by(own, "wipe", "--yes").document["wiped"]
    assert [file.name for file in Path(first["aside"]).parent.iterdir()] == ["terminal.lock"]


def test_what_cannot_be_read_is_said_to_be_unknown(own: Shell, copied: Path) -> None:
    (store,) = own.data.rglob("terminal.db")
    store.write_bytes(b"\1" * 4096 + store.read_bytes()[4096:])
    done = by(own, "restore", str(copied))
    assert done.code == 0, done.out
    assert (done.document["unsent"], done.document["older"]) == (None, True)
    check = health(own, COPIES)
    assert check is not None
    assert check["fault"]["code"] == "S160"
    medium = own.data / "copy.ssc"
    aside = done.document["aside"]
    assert by(own, "salvage", str(medium), "--from", aside).document["operations"] == 1
    Path(aside).write_bytes(b"\1" * 4096)  # nothing at all in it: that is a fault, and known from then on
    assert by(own, "salvage", str(own.data / "again.ssc"), "--from", aside).fault == "S113"
    assert by(own, "wipe", "--yes").code == 0


def test_a_copy_of_the_number_before_is_the_centre_s_to_take_in(
    own: Shell, centre: SandboxCentre, copied: Path
) -> None:
    """The store is gone, and the machine was enrolled anew: nothing leads to signing the old number's work as ours."""
    centre.control.fault("down")
    left = contact_change(own, "13912345672").document
    aside = Path(by(own, "restore", str(copied), "--leave-unsent").document["aside"])
    centre.control.clear()
    for file in own.data.rglob("terminal.db*"):
        file.unlink()
    old, joining = number_of(own), ("enrol", "--replace", "--centre", centre.url, "--ca", centre.ready.authority)
    assert own.json(*joining, stdin=centre.control.new_code() + "\n").code == 0
    assert own.json("sync", "--once").code == 0
    check = health(own, COPIES)
    assert check is not None
    assert check["fault"]["code"] == "S165"
    for _ in range(2):
        (told,) = own.json("store", "status").document["copies"]
        assert (told["of"], told["salvaged"]) == (old, False)
        assert old in own.run("store", "status").out
        said = by(own, "salvage", str(own.data / "medium.ssc"), "--from", str(aside))
        assert (said.fault, old in said.document["fault"]["message"]) == ("S165", True)
        assert by(own, "wipe", "--yes").fault == "S165"
    assert not (own.data / "medium.ssc").exists()
    taken = centre.control.hand_in(aside.parent.parent, disk=True)
    assert (taken["taken"], taken["cases"]) == (1, 0)
    assert centre.control.effects()[left["operation"]] == 1
    aside.rename(own.data / "kept-elsewhere")
    assert by(own, "wipe", "--yes").document["wiped"]
