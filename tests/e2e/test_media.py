"""A medium, and a disk, come to the centre's counter when their terminal has been renewed, lost or found, or is in a
new life of its log. By the command line, each command a process of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Answer, Shell
from tests.e2e.test_queue_commands import contact_change, own
from tests.e2e.test_store_commands import by

__all__ = ["own"]

NOBODY = {"taken": 0, "there": 0, "cases": 0, "waiting": 0}


def number_of(shell: Shell) -> str:
    return str(json.loads((data_of(shell) / "identity.json").read_text("utf-8"))["terminal"])


def data_of(shell: Shell) -> Path:
    return shell.data / "sandbox"


def take_in(shell: Shell, centre: SandboxCentre, place: Path, *options: str) -> Answer:
    there = str(Path(centre.ready.authority).parent)
    return shell.json("sandbox", "take-in", *options, str(place), "--dir", there)


def counts(answer: Answer) -> dict[str, int]:
    """What became of each operation, where nothing is refused and nothing took effect twice."""
    assert (answer.code, answer.document["twice"]) == (0, 0), answer.out
    return {name: answer.document[name] for name in NOBODY if answer.document[name]}


def renew(shell: Shell, centre: SandboxCentre) -> None:
    code = centre.control.new_code(number_of(shell))
    joining = ("enrol", "--replace", "--centre", centre.url, "--ca", centre.ready.authority)
    assert shell.json(*joining, stdin=code + "\n").code == 0


@pytest.fixture
def waiting(own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd) -> str:
    """An operation that the centre has not."""
    pcscd.insert(0, contents(find_person("farmer")))
    assert own.json("sync", "--once").document["clear"]
    centre.control.fault("down")
    return str(contact_change(own).document["operation"])


@pytest.fixture
def medium(own: Shell, centre: SandboxCentre, waiting: str, tmp_path: Path) -> Path:
    assert waiting
    file = tmp_path / "medium.ssc"
    assert by(own, "export", str(file)).document == {"exported": 1, "last": 1}
    centre.control.clear()
    return file


@pytest.mark.parametrize("disk", [False, True])
def test_made_before_the_certificate_was_renewed(  # noqa: PLR0917 - fixtures
    own: Shell, centre: SandboxCentre, waiting: str, medium: Path, tmp_path: Path, disk: bool
) -> None:
    place, options = medium, ("--disk",) * disk
    if disk:
        place = Path(shutil.copytree(data_of(own), tmp_path / "elsewhere"))
    renew(own, centre)
    assert counts(take_in(own, centre, place, *options)) == {"taken": 1}
    assert counts(take_in(own, centre, place, *options)) == {"there": 1}
    assert own.json("sync", "--once").document["clear"]
    assert centre.control.effects()[waiting] == 1
    assert own.json("queue", "list").document["lines"][0]["words"] == "已办结"


def test_of_a_machine_that_was_lost_and_of_one_that_was_found(
    own: Shell, centre: SandboxCentre, waiting: str, medium: Path
) -> None:
    number, disk = number_of(own), data_of(own)
    centre.control.lose(number)
    assert counts(take_in(own, centre, medium)) == {"cases": 1}
    assert counts(take_in(own, centre, disk, "--disk")) == {"waiting": 1}
    there = str(Path(centre.ready.authority).parent)
    again = ("sandbox", "take-in", str(medium), "--dir", there)
    spoken = own.run(*again).out
    assert "本次收下 0 笔，此前已有 0 笔" in spoken
    assert "有 1 笔不能自动办理，转人工处理（本次新立案 0 笔）" in spoken
    assert "a case each, for people (0 of them new)" in own.run("--language", "en", *again).out
    assert waiting not in centre.control.effects()
    assert [told for told in centre.control.salvaged().values() if told.startswith(number)] == [
        f"{number} 1 1 contact-change terminal-lost"
    ]
    centre.control.find(number)
    assert counts(take_in(own, centre, disk, "--disk")) == {"taken": 1}
    assert counts(take_in(own, centre, medium)) == {"there": 1}
    spoken = own.run("--language", "en", *again).out
    assert "0 operations taken in, 1 were here already." in spoken
    assert "for people" not in spoken
    assert centre.control.effects()[waiting] == 1
    assert not [told for told in centre.control.salvaged().values() if told.startswith(number)]


def test_what_somebody_accepted_of_a_lost_machine_counts_once(
    own: Shell, centre: SandboxCentre, waiting: str, medium: Path
) -> None:
    number = number_of(own)
    centre.control.lose(number)
    assert counts(take_in(own, centre, medium)) == {"cases": 1}
    (case,) = (one for one, told in centre.control.salvaged().items() if told.startswith(number))
    centre.control.accept(case)
    assert centre.control.effects()[waiting] == 1
    centre.control.find(number)
    renew(own, centre)
    assert own.json("sync", "--once").document["clear"]
    assert counts(take_in(own, centre, medium)) == {"there": 1}
    assert centre.control.effects()[waiting] == 1


def test_of_a_life_that_was_closed_since(own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd) -> None:
    """The store dies behind its medium, an older copy is put back, and the centre agrees to a new life."""
    number, copy, file = number_of(own), own.data / "copy.db", own.data / "medium.ssc"
    pcscd.insert(0, contents(find_person("farmer")))
    assert own.json("sync", "--once").document["clear"]
    first = contact_change(own).document["operation"]
    assert own.json("sync", "--once").document["clear"]
    assert by(own, "backup", str(copy)).code == 0
    centre.control.fault("down")
    lost = contact_change(own, "13612345678").document["operation"]
    assert by(own, "export", str(file)).document == {"exported": 1, "last": 2}
    for dead in data_of(own).joinpath("store").glob("terminal.db*"):
        dead.unlink()
    centre.control.clear()
    assert by(own, "restore", str(copy)).code == 0
    assert not own.json("sync", "--once").document["clear"]
    assert centre.control.agree(number) == 2
    assert own.json("sync", "--once").document["clear"]
    alarms = len(centre.control.alarms())
    assert counts(take_in(own, centre, file)) == {"cases": 1}
    assert counts(take_in(own, centre, file)) == {"waiting": 1}
    assert centre.control.alarms()[alarms:] == [f"{number} salvaged"]
    ((case, told),) = ((one, told) for one, told in centre.control.salvaged().items() if told.startswith(number))
    assert told == f"{number} 1 2 contact-change life-closed"
    assert lost not in centre.control.effects()
    centre.control.accept(case)
    assert counts(take_in(own, centre, file)) == {"there": 1}
    effects = centre.control.effects()
    assert (effects[first], effects[lost]) == (1, 1)
    assert own.json("sync", "--once").code == 0
