"""The administrator's commands on the store: each a process of its own, one after another on the same store."""

from __future__ import annotations

import json
from pathlib import Path

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import contact_change, own, people

__all__ = ["own"]


def test_a_store_is_copied_rekeyed_exported_restored_and_wiped(
    own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd
) -> None:
    folder = own.data
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    assert own.json("store", "status").document["level"] in {"ample", "warn"}
    assert own.json("store", "rotate-key").document == {"rotated": True}
    assert own.json("store", "backup", str(folder / "backup.db")).document["operations"] == 1
    assert own.json("store", "wipe", "--yes").document["fault"]["code"] == "S146"
    medium = folder / "medium.ssc"
    assert own.json("store", "export", str(medium)).document == {"exported": 1, "last": 1}
    assert own.json("store", "restore", str(folder / "backup.db")).document["operations"] == 1
    audit = folder / "audit.jsonl"
    assert own.json("journal", "export", "--redacted", "--people-stdin", str(audit), stdin=people()).code == 0
    lines = [json.loads(line) for line in audit.read_text("utf-8").splitlines()]
    assert {"key-rotated", "backed-up", "restored"} & {line["what"] for line in lines} == {"key-rotated", "restored"}
    assert {(line["fields"].get("operator") or "P")[0] for line in lines} == {"P"}
    assert list(Path(folder).rglob("terminal.recovery"))
    assert own.json("store", "wipe", "--yes", "--exported", "1").document == {"wiped": True}
    assert not list(Path(folder).rglob("terminal.db"))
    there = str(Path(centre.ready.authority).parent)
    taken = own.json("sandbox", "take-in", str(medium), "--dir", there).document
    assert (taken["last"], taken["twice"]) == (1, 0)
    assert centre.control.take_in(medium) == 1
    assert set(centre.control.effects().values()) == {1}
