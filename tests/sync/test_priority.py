"""Reversals: the terminal that has one goes ahead of the others; in its log nothing overtakes, for there is nothing
whose going first would change anything (docs/sync.md).
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from offline_cache.operations import ENDS, WITHDRAWAL, State
from terminal.model.operations import BODIES, CONTACT_CHANGE, DRIVE_RETURN, ESCALATION
from terminal.queue_page import ACTIONS
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.sync.support import Terminal, contact_change, hex_id, new_terminal
from tests.sync.test_blobs import record

DECIDED = {CONTACT_CHANGE, DRIVE_RETURN, WITHDRAWAL, ESCALATION}
"""None of these blocks or reports a loss; a withdrawal comes behind a tombstone or a refusal. A new kind is to be
decided before it stands here: whether it must go ahead of what waits."""

COUNT = 205
_ROUTE = re.compile(r'"(GET|POST|PUT) /v1/(?:terminals/[0-9]{12}/)?([a-z-]+)')


def test_no_kind_blocks_and_what_is_reversed_had_no_effect() -> None:
    kinds = {kind for kind, _ in BODIES}
    writes = {kind for kind in kinds if "." in kind}
    assert kinds - writes == DECIDED
    assert {kind.rpartition(".")[2] for kind in writes} == {"begun", *(end.removeprefix(".") for end in ENDS)}
    assert ACTIONS[State.PENDING] == ("park",)  # what waits is set aside first, and then its body never goes


def test_a_reversal_behind_a_long_queue_goes_up_before_anything_else_is_asked(
    terminal: Terminal, centre: SandboxCentre, population: Population, caplog: pytest.LogCaptureFixture
) -> None:
    people = population.people
    drafts = [terminal.draft(contact_change(people[400])) for _ in range(COUNT)]
    terminal.outbox.record(*drafts)
    record(terminal, people[401], terminal.sealer.blob(b"a signature"))
    aside = terminal.record(contact_change(people[402]))
    terminal.outbox.park(aside.op_id, "by-hand", "0001")
    withdrawal = terminal.take_back(aside, people[402])
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        terminal.driver().once()
    asked = [found[2] for line in caplog.messages if (found := _ROUTE.search(line.replace("%s", "")))]
    assert asked[:4] == ["high-water-mark", "operations", "operations", "operations"]
    assert set(asked[4:]) >= {"changes", "blobs"}
    assert "operations" not in asked[4:]
    effects = centre.control.effects()
    assert [effects.get(hex_id(one), 0) for one in (aside, withdrawal)] == [0, 1]


def test_a_centre_that_cannot_serve_all_makes_way_for_a_reversal(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    other = new_terminal(tmp_path / "other", centre)
    first, second, third = population.people[410:413]
    plain = other.record(contact_change(third))
    aside = terminal.record(contact_change(first))
    terminal.outbox.park(aside.op_id, "by-hand", "0001")
    withdrawal = terminal.take_back(aside, first)
    behind = terminal.record(contact_change(second))
    for route in ("high_water_mark", "operations"):
        centre.control.fault("busy", route=route, retry_after=3600, spares_urgent=True)
    assert [one.driver().once(seconds=1.0).waiting for one in (terminal, other)] == [0, 1]
    effects = centre.control.effects()
    assert [effects.get(hex_id(one), 0) for one in (aside, withdrawal, behind, plain)] == [0, 1, 1, 0]
    terminal.record(contact_change(second))
    assert terminal.driver().once(seconds=1.0).waiting == 1  # it has none any more, and waits like everybody
    centre.control.clear()
    assert other.driver().once().waiting == 0
    other.store.close()
