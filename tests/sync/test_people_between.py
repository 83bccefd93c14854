"""A person parks, puts back and takes back while requests are under way, at the real sandbox centre."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offline_cache.operations import State
from offline_cache.proof import verify
from terminal.centre import client
from terminal.centre.signing import Reply
from terminal.centre.transport import Call, exchange
from terminal.model.operations import PASSED
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import card_id_of
from tests.sync.support import Terminal, contact_change, hex_id


def during_the_first_batch(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something after the centre has done what a batch asks, and before its answer is heard."""
    left = [act]

    def watched(call: Call, context: object, *, deadline: float, limit: int) -> Reply:
        reply = exchange(call, context, deadline=deadline, limit=limit)  # type: ignore[arg-type]
        if left and call.method == "POST":
            left.pop()()
        return reply

    monkeypatch.setattr(client, "exchange", watched)


@pytest.mark.parametrize("answer", ["heard", "lost"])
def test_parked_too_late(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    operation = terminal.record(contact_change(population.people[110]))
    if answer == "lost":
        centre.control.fault("lost", route="operations", times=3)
        terminal.driver().once(0.5)
        terminal.outbox.park(operation.op_id, "by-hand", "0001")
        centre.control.clear()
    else:
        during_the_first_batch(monkeypatch, lambda: terminal.outbox.park(operation.op_id, "by-hand", "0001"))
    assert terminal.driver().once().clear
    assert terminal.outbox.find(operation.op_id).state is State.APPLIED
    assert centre.control.effects()[hex_id(operation)] == 1
    assert verify(terminal.store).good


@pytest.mark.parametrize("answer", ["heard", "lost"])
def test_put_back_after_its_tombstone_went(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    person = population.people[111]
    operation = terminal.record(contact_change(person))
    later = terminal.record(contact_change(person, "13900000000", after=hex_id(operation)))
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    if answer == "lost":
        centre.control.fault("lost", route="operations", times=3)
        terminal.driver().once(0.5)
        terminal.outbox.retry(operation.op_id, "by-hand", "0001")
        centre.control.clear()
    else:
        during_the_first_batch(monkeypatch, lambda: terminal.outbox.retry(operation.op_id, "by-hand", "0001"))
    assert terminal.driver().once().clear
    assert [one.state for one in terminal.outbox.listed()] == [State.APPLIED] * 2
    effects = centre.control.effects()
    assert [effects[hex_id(one)] for one in (operation, later)] == [1, 1]
    assert centre.control.contact(card_id_of(person))["op_id"] == hex_id(later)
    assert verify(terminal.store).good


def test_taken_back_after_it_took_effect_is_refused_and_told(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.people[112]
    operation = terminal.record(contact_change(person))
    centre.control.fault("lost", route="operations", times=3)
    terminal.driver().once(0.5)
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    withdrawal = terminal.take_back(operation, person)
    next_one = terminal.record(contact_change(person, "13900000000"))
    centre.control.clear()
    assert terminal.driver().once().clear  # nobody has to do anything about the refused one
    first = terminal.outbox.find(operation.op_id)
    assert (first.state, first.resolved_by) == (State.APPLIED, None)
    refused = terminal.outbox.find(withdrawal.op_id)
    assert (refused.state, refused.reason) == (State.REJECTED, "already-applied")
    assert terminal.outbox.find(next_one.op_id).state is State.APPLIED  # a refused withdrawal holds nobody
    assert verify(terminal.store).good


def test_taken_back_in_time_it_never_takes_effect(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.people[113]
    operation = terminal.record(contact_change(person))
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    terminal.take_back(operation, person)
    assert terminal.driver().once().clear
    assert [one.state for one in terminal.outbox.listed()] == [State.PARKED, State.APPLIED]
    assert hex_id(operation) not in centre.control.effects()


def test_a_refused_correction_is_corrected_once_more(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Each takes the place of the one before, also when that one was meant to settle a third; what waits goes on."""
    person = population.people[114]
    subject = card_id_of(person).encode("ascii")
    wrong = terminal.record(contact_change(person, "1"))
    behind = terminal.record(contact_change(person, "13900000000", after=hex_id(wrong)))
    terminal.driver().once()
    for phone in ("2", "3", "13700000000"):
        after = terminal.outbox.comes_after(subject, settles=wrong.op_id, passed=PASSED)
        assert after is None  # what waits behind the refused one is not waited for
        body = contact_change(person, phone, refers_to=hex_id(wrong))
        draft = terminal.draft(body, refers_to=wrong.op_id)
        wrong = terminal.outbox.resolve(wrong.op_id, draft, "corrected", operator="0001")
        terminal.driver().once()
    states = [one.state for one in terminal.outbox.listed()]
    assert states == [State.REJECTED, State.APPLIED, State.REJECTED, State.REJECTED, State.APPLIED]
    assert terminal.outbox.work_list() == []
    assert centre.control.contact(card_id_of(person))["op_id"] == hex_id(behind)
    assert verify(terminal.store).good


def test_a_refused_correction_is_taken_back_with_what_it_was_to_correct(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.people[115]
    wrong = terminal.record(contact_change(person, "1"))
    terminal.driver().once()
    draft = terminal.draft(contact_change(person, "2", refers_to=hex_id(wrong)), refers_to=wrong.op_id)
    second = terminal.outbox.resolve(wrong.op_id, draft, "corrected", operator="0001")
    terminal.driver().once()
    terminal.take_back(second, person)
    later = terminal.record(contact_change(person, "13600000000"))
    assert terminal.driver().once().clear
    assert terminal.outbox.find(later.op_id).state is State.APPLIED
    assert hex_id(wrong) not in centre.control.effects()
