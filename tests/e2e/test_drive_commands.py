"""A drive by commands alone: taken along with the centre, served and ended without it, given back by the next sync."""

from __future__ import annotations

from pathlib import Path

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import contact_change, lines, own, people

__all__ = ["own"]


def test_a_drive_by_commands(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    farmer = contents(find_person("farmer"))
    roster = tmp_path / "roster.txt"
    by = ("drive", "begin", "village-a", "--cards", str(roster), "--numbers", "2", "--people-stdin")
    assert own.json("sync", "--once").document["clear"]  # the list of operators is here
    roster.write_text("no card\n", "utf-8")
    wrong = own.json(*by, stdin=people())
    assert (wrong.fault, wrong.code) == ("T166", 2)
    assert own.json("drive", "begin", "村").fault == "T123"
    roster.write_text(f"# village\n{farmer.card_id.hex()}\n", "utf-8")
    assert own.json(*by[:-1]).fault == "T113"  # nobody has signed in
    centre.control.fault("down")
    assert own.json(*by, stdin=people()).fault in {"N101", "N122"}
    centre.control.clear()
    begun = own.json(*by, stdin=people())
    assert begun.code == 0, begun.out + begun.err
    assert begun.document == {
        **{"drive": "village-a", "lent": 1, "kept": 0, "elsewhere": [], "numbers": 2},
        "roster": 1,
    }

    centre.control.fault("down")
    pcscd.insert(0, farmer)
    done = contact_change(own)
    assert done.code == 0, done.out + done.err
    listed = own.json("drive", "roster", "village-a", "--people-stdin", stdin=people())
    holder = find_person("farmer")
    masked = {"name": f"{holder.name[0]}*", "number": f"{holder.number[:3]}***********{holder.number[-4:]}"}
    assert listed.document["persons"] == [{"card": farmer.card_id.hex().upper(), **masked}]
    assert holder.name not in listed.out
    (stands,) = own.json("drive", "status").document
    assert (stands["drive"], stands["persons"], stands["past"], stands["numbers"]) == ("village-a", 1, 0, 1)
    assert own.json("drive", "end", "village-b", "--people-stdin", stdin=people()).fault == "T167"
    ended = own.json("drive", "end", "village-a", "--people-stdin", stdin=people())
    assert (ended.document["persons"], ended.document["numbers"]) == (1, 1)
    assert own.json("drive", "roster", "village-a", "--people-stdin", stdin=people()).fault == "T168"
    assert "没有进行中的批次" in own.run("drive", "status").out

    centre.control.clear()
    assert own.json("sync", "--once").document["clear"]
    assert [line["words"] for line in lines(own)] == ["已办结"] * 2
    effects = centre.control.effects()
    assert [effects[key] for key in (done.document["operation"], ended.document["operation"])] == [1, 1]
    assert own.json("journal", "verify").document["valid"]
