"""What people do with a terminal's copies, media, keys and certificates, in any order, against a real store and a real
centre: what was confirmed, photos included, takes effect once, or its every copy was destroyed; no number of a paper is
given twice; what the centre has not stands on the stick that is in the machine.

The promise is kept by the whole (store, commands' parts, media, the centre's counter), so nothing here is a model but
the list of who was promised what (:mod:`tests.sync.hands`). At the end everything that lies about is handed in. That
the machine sees what goes wrong is shown by programs that are wrong on purpose (:mod:`tests.sync.wrong_hands`).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from terminal.centre.contract import ApplicationState
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.support import report
from tests.support.disks import other_disk
from tests.support.machines import play
from tests.sync.hands import HandsMachine
from tests.sync.wrong_hands import WRONG, trouble

pytestmark = pytest.mark.expects_log

PROFILE = os.environ.get("SSC_PROOF", "")
PARTS, EACH, STEPS = {"quick": (1, 20, 25), "full": (8, 60, 40)}.get(PROFILE, (1, 4, 25))
HAPPENED = [
    "taken_in",
    "photos",
    "sent_over_a_thin_link",
    "another_joined",
    "joined_under_another_number",
    "centre_restored_to_before_the_terminal",
    "refused_while_halted",
    "sent",
    "took_effect",
    "new_lives",
    "new_certificates",
    "exported",
    "media_handed_in",
    "restored",
    "restored_over_nothing",
    "older_by_a_restore",
]
"""What each full part must have seen to happen, not only drawn: what comes often enough that chance does not leave it
out of a part; the report tells of everything."""


@pytest.fixture(autouse=True)
def _with_the_centre(centre: SandboxCentre, population: Population) -> None:
    """And counts anew."""
    HandsMachine.centre = centre
    HandsMachine.people = [one for one in population.people if one.card.state is not ApplicationState.CANCELLED]
    HandsMachine.tally = Counter()


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_people_do_what_was_confirmed_takes_effect_once(part: int) -> None:
    play(HandsMachine, "hands", part, PARTS, EACH, steps=STEPS, tally=HandsMachine.tally)
    assert PROFILE != "full" or [what for what in HAPPENED if not HandsMachine.tally[what]] == []


@pytest.mark.proof
@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_the_machine_catches_wrong_hands(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And lets the right ones do the same."""
    program, part = WRONG[wrong], wrong.replace(" ", "-")
    if program.stick and other_disk(Path(tempfile.gettempdir())) is None:
        report.note("wrong-hands", part, len(WRONG), without_a_second_disk=1)
        if os.environ.get("CI") == "true":
            pytest.fail("no second disk here")
        pytest.skip("no second disk here")
    assert trouble(HandsMachine, program.steps) == ""
    program.patch(monkeypatch)
    said = trouble(HandsMachine, program.steps)
    report.note("wrong-hands", part, len(WRONG), caught=int(program.seen in said))
    assert program.seen in said
