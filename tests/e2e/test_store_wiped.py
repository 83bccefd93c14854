"""What stands on a medium alone, and the terminal after a wipe: no number a second time, no file written over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import contact_change, own, people
from tests.e2e.test_store_commands import by, number_of

__all__ = ["own"]


def test_after_a_wipe_nothing_is_taken_in_before_the_new_life(
    own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    assert own.json("sync", "--once").code == 0
    centre.control.fault("down")
    exported = [contact_change(own, f"1391234567{digit}").document for digit in "12"]
    medium = tmp_path / "medium.ssc"
    assert by(own, "export", str(medium)).document == {"exported": 2, "last": 2}
    assert by(own, "wipe", "--yes", "--exported", "2").document["wiped"]
    # The first number of the log is on a slip in somebody's hand.
    for _ in range(2):
        assert contact_change(own, "13912345673").fault == "S158"
    centre.control.clear()
    assert not own.json("sync", "--once").document["clear"]
    assert contact_change(own, "13912345673").fault == "S158"
    there = str(Path(centre.ready.authority).parent)
    taken = own.json("sandbox", "take-in", str(medium), "--dir", there).document
    assert (taken["last"], taken["twice"]) == (2, 0)
    assert not own.json("sync", "--once").document["clear"]  # it asks again: what it has parted from has grown
    number = number_of(own)
    assert f"{number} fork" in centre.control.alarms()
    assert centre.control.agree(number) == 2
    assert own.json("sync", "--once").document["clear"]
    later = contact_change(own, "13912345673").document
    assert later["number"] not in {one["number"] for one in exported}
    assert own.json("sync", "--once").document["clear"]
    effects = centre.control.effects()
    assert [effects[one["operation"]] for one in (*exported, later)] == [1, 1, 1]
    # And once more, out of the second life. What the centre would ask for, put back to a backup, is told first.
    asked = by(own, "wipe")
    assert (asked.code, asked.document["wiped"], asked.document["bodies"]) == (2, False, 1)
    keeps = date.fromisoformat(asked.document["kept_until"]) - datetime.now(UTC).date()
    assert timedelta(days=29) <= keeps <= timedelta(days=31)
    spoken = own.run("store", "wipe", "--people-stdin", stdin=people()).out
    assert asked.document["kept_until"] in spoken
    assert "--yes" in spoken
    assert contact_change(own, "13912345674").code == 0  # nothing is wiped
    assert own.json("sync", "--once").document["clear"]
    assert by(own, "wipe", "--yes").document["wiped"]
    assert contact_change(own, "13912345674").fault == "S158"
    assert not own.json("sync", "--once").document["clear"]
    assert centre.control.agree(number) == 3
    assert own.json("sync", "--once").document["clear"]
    last = contact_change(own, "13912345674").document
    assert own.json("sync", "--once").document["clear"]
    assert len({one["number"] for one in (*exported, later, last)}) == 4
    assert centre.control.effects()[last["operation"]] == 1


def test_no_command_writes_over_a_file(own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    """Two machines and one stick; and a name that is the store's own."""
    pcscd.insert(0, contents(find_person("farmer")))
    operation = contact_change(own, "13912345671").document["operation"]
    others = tmp_path / "others.pdf"
    others.write_bytes(b"the only copy of another terminal's work")
    nowhere = tmp_path / "link"
    nowhere.symlink_to(tmp_path / "gone")
    (store,) = own.data.rglob("terminal.db")
    (identity,) = own.data.rglob("identity.json")
    before = {file: file.read_bytes() for file in (others, store, identity)}
    commands = (
        ("store", "export"),
        ("store", "backup"),
        ("store", "salvage"),
        ("queue", "export"),
        ("journal", "export"),
    )
    for command in commands:
        for file in (*before, nowhere):
            said = own.json(*command, str(file), "--people-stdin", stdin=people())
            assert (said.code, "已经存在" in said.out + said.err) == (2, True), (command, file, said.out)
    slip = own.json("queue", "print", operation, "--slip", str(others), "--people-stdin", stdin=people())
    assert (slip.code, "已经存在" in slip.out + slip.err) == (2, True), slip.out
    assert {file: file.read_bytes() for file in before} == before
    assert not (tmp_path / "gone").exists()
    assert by(own, "export", str(tmp_path / "new.ssc")).document == {"exported": 1, "last": 1}
