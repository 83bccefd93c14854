"""A simulated PSAM on disk: its counter is never set back, nothing else is taken for one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardio.keysource import IRK, Algorithm
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.inspection import inspected_psam
from cardio.simulator.kept import StateError
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import KEYS, PsamContents
from cardio.simulator.psam_saved import KeptPsam, from_json, load, save, to_json
from tests.simulator.psam_hand import DF01, PURCHASE, SX1

OTHER = replace(
    PsamContents(terminal="330102000001", region="330102").at_level(IRK, 1), algorithms=frozenset({Algorithm.TDES})
)


@pytest.mark.parametrize("contents", [PsamContents(), OTHER], ids=["usual", "other"])
def test_a_saved_psam_is_the_same_psam(contents: PsamContents, tmp_path: Path) -> None:
    psam, path = SimulatedPsam(contents, t0=False), tmp_path / "psam.json"
    psam.age(70, 8)
    save(psam, path)
    again = load(path)
    assert (again.contents, again.t0, again.commands, again.purchases) == (contents, False, 70, 8)
    assert inspected_psam(again) == inspected_psam(psam)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert TOY_ROOT.hex() not in path.read_text().lower()


def test_no_number_is_given_twice(tmp_path: Path) -> None:
    """The file knows of it before the answer goes out, and is not written for what leaves nothing."""
    path = tmp_path / "psam.json"
    kept = KeptPsam(SimulatedPsam(t0=False), path)
    for number in range(3):
        kept.power_on()
        for command in (SX1, DF01):
            kept.process(bytes.fromhex(command))
        before = path.stat().st_mtime_ns
        kept.process(bytes.fromhex("00B0990004"))
        assert path.stat().st_mtime_ns == before
        assert kept.process(bytes.fromhex(PURCHASE))[:4] == number.to_bytes(4)
        assert load(path).purchases == number + 1
        kept = KeptPsam(load(path), path)


def damaged(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(to_json(SimulatedPsam())))
    change(plain)
    return plain


@pytest.mark.parametrize(
    "plain",
    [
        {},
        damaged(lambda plain: plain.update(format="simulated-card")),
        damaged(lambda plain: plain.update(version=2)),
        damaged(lambda plain: plain.pop("purchases")),
        damaged(lambda plain: plain.update(purchases=-1)),
        damaged(lambda plain: plain.update(purchases=1 << 32)),
        damaged(lambda plain: plain.update(commands="many")),
        damaged(lambda plain: plain["psam"].update(serial="00")),
        damaged(lambda plain: plain["psam"].update(terminal="37999900000X")),
        damaged(lambda plain: plain["psam"].update(region="3799")),
        damaged(lambda plain: plain["psam"].update(region=379999)),
        damaged(lambda plain: plain["psam"].update(algorithms=["AES"])),
        damaged(lambda plain: plain["psam"].update(keys=[["67", "08", True]])),
        damaged(lambda plain: plain["psam"].update(keys=[[0x167, 8, True]])),
        damaged(lambda plain: plain.update(psam=[])),
    ],
)
def test_what_is_no_saved_psam(plain: dict[str, Any]) -> None:
    with pytest.raises(StateError):
        from_json(plain)


def test_people_can_look_into_it() -> None:
    psam = SimulatedPsam()
    psam.age(3, 0x0102)
    shown = inspected_psam(psam)
    assert (shown["commands"], shown["purchases"], shown["files"]["0019"]) == (3, 0x0102, "00000102")
    assert [key["name"] for key in shown["keys"]] == [key.name for key in KEYS]
    assert {"name": "DTK", "use": "2C", "id": "4C", "levels": 1} in shown["keys"]
    assert [fid for fid, content in shown["files"].items() if content is None] == ["0011", "0012", "0013"]
    assert json.loads(json.dumps(shown)) == shown
    moved = inspected_psam(SimulatedPsam(OTHER))["keys"]
    assert {"name": "IRK", "use": "27", "id": "08", "levels": 1} in moved
