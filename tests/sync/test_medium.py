"""A machine that will not come back: what it exported is taken in by the centre, once, whoever carries it."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreFault
from terminal.medium import read_medium, write_medium
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.people import Population
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from tests.offline_cache.support import fault_of
from tests.sync.support import Terminal, contact_change
from tests.sync.test_blobs import CONTENT, name, record


@pytest.fixture
def medium(terminal: Terminal, population: Population, tmp_path: Path) -> Path:
    """Three operations of a terminal that has sent none of them."""
    for person in population.people[40:43]:
        terminal.record(contact_change(person))
    file = tmp_path / "stick" / "terminal.ssc"
    file.parent.mkdir()
    assert write_medium(terminal.outbox, Blobs(terminal.store), terminal.member.identity, file) == (3, 1, 3)
    return file


def test_the_centre_takes_a_medium_in_once_and_the_terminal_may_send_all_the_same(
    terminal: Terminal, medium: Path, centre: SandboxCentre
) -> None:
    ids = [one.op_id.hex().upper() for one in terminal.outbox.listed()]
    assert centre.control.take_in(medium) == 3
    assert centre.control.take_in(medium) == 3
    assert {op_id: centre.control.effects().get(op_id) for op_id in ids} == dict.fromkeys(ids, 1)
    sender = courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert sender.send(None, 100, 1 << 19).kind is Kind.RECEIVED  # the machine was not dead after all
    assert {op_id: centre.control.effects().get(op_id) for op_id in ids} == dict.fromkeys(ids, 1)
    assert write_medium(terminal.outbox, Blobs(terminal.store), terminal.member.identity, medium, new=False) == (
        0,
        0,
        0,
    )


def test_nobody_reads_a_body_on_the_way(medium: Path, population: Population) -> None:
    content = medium.read_bytes()
    assert b"13800000000" not in content
    assert all(person.name.encode() not in content for person in population.people[40:43])


HEADER = {"form", "environment"}


@pytest.mark.parametrize("where", ["form", "environment", "certificate", "sealed", "head_signature", "cut", "other"])
def test_a_medium_that_was_touched_is_not_taken(medium: Path, centre: SandboxCentre, where: str) -> None:
    content = medium.read_bytes()
    if where == "cut":
        content = content[: len(content) // 2]
    elif where == "other":
        content = b"rubbish\n"
    else:
        # Of the first line the tip is for the terminal alone: the centre does not look at it.
        line, into = (0, 6) if where in HEADER else (content.index(b"\n"), 66)
        at = content.index(b'"' + where.encode() + b'":"', line * (where != "certificate")) + len(where) + into
        content = content[:at] + (b"A" if content[at : at + 1] != b"A" else b"B") + content[at + 1 :]
    medium.write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        centre.control.take_in(medium)
    assert caught.value.fault is SandboxFault.CONTROL_REFUSED
    if where in {"other", "form"}:
        assert fault_of(lambda: read_medium(medium)) is StoreFault.EXPORT_INVALID


def test_photos_come_along_and_what_had_arrived_before_takes_effect_no_second_time(
    terminal: Terminal, population: Population, centre: SandboxCentre, tmp_path: Path
) -> None:
    """A machine that died in the middle: some had arrived, some had arrived and it never heard, some had not."""
    people = population.people[230:234]
    photos = [terminal.sealer.blob(CONTENT), terminal.sealer.blob(b"a signature")]
    before = record(terminal, people[0])
    assert terminal.driver().once().clear
    unheard = record(terminal, people[1], photos[0])
    centre.control.fault("lost", route="operations", times=1)
    sender = courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert sender.send(None, 100, 1 << 18).kind is Kind.UNKNOWN
    later = record(terminal, people[2], photos[1])
    file = tmp_path / "terminal.ssc"
    assert write_medium(terminal.outbox, Blobs(terminal.store), terminal.member.identity, file) == (2, 2, 3)
    assert CONTENT[:1000] not in file.read_bytes()
    for _ in range(2):
        assert centre.control.take_in(file) == 3
    effects = centre.control.effects()
    assert [effects.get(one.op_id.hex().upper()) for one in (before, unheard, later)] == [1, 1, 1]
    assert {name(one) for one in photos} <= centre.control.blobs().keys()
