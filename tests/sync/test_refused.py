"""Refused for good, rolled back, or closed: noticed at first contact, remembered over a restart, and with a way out."""

from __future__ import annotations

import shutil

import pytest

from offline_cache.errors import StoreError
from offline_cache.journal import Entry, Journal
from offline_cache.operations import Draft
from offline_cache.proof import verify
from terminal.centre import client
from terminal.centre.routes import IDEMPOTENCY_KEY
from terminal.centre.signing import Reply
from terminal.centre.transport import Call, exchange
from terminal.faults import code_of
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync.answers import Kind
from tests.sync.support import Terminal, contact_change, open_store


def refusal_of(terminal: Terminal) -> str:
    """Why nothing new is taken in; empty while it is."""
    try:
        terminal.outbox.ready()
    except StoreError as error:
        return code_of(error)
    return ""


@pytest.mark.expects_log
def test_a_refused_terminal_takes_in_nothing_more_until_it_has_another_certificate(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    terminal.record(contact_change(population.people[140]))
    centre.control.revoke(terminal.member.identity.terminal)
    assert terminal.driver().once().why is Kind.REFUSED
    for _ in range(2):
        assert refusal_of(terminal) == "S154"
        with pytest.raises(StoreError):
            terminal.record(contact_change(population.people[140], "13900000001"))
        terminal.reopen()  # the next process knows it, too
    assert verify(terminal.store).good
    terminal.driver()  # the same certificate lifts nothing
    assert refusal_of(terminal) == "S154"
    terminal.outbox.lift_refusal("another certificate")
    assert refusal_of(terminal) == ""
    assert len(terminal.outbox.listed()) == 1


@pytest.mark.expects_log
def test_the_centre_that_takes_our_word_again_lifts_it(terminal: Terminal, population: Population) -> None:
    terminal.outbox.note_refusal("N106", "of an hour ago")
    assert refusal_of(terminal) == "S154"
    assert terminal.driver().once().clear
    assert refusal_of(terminal) == ""
    terminal.record(contact_change(population.people[141]))


@pytest.mark.expects_log
def test_a_journal_that_was_rolled_back_is_noticed(terminal: Terminal, population: Population) -> None:
    """No operation is missing: only somebody's sign-in is."""
    person, folder = population.people[142], terminal.path.parent
    terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    terminal.store.close()
    older = folder.parent / "older"
    shutil.copytree(folder, older)
    terminal.store = open_store(terminal.path, terminal.member)
    Journal(terminal.store).write(Entry("signed-in", {"operator": "1001", "role": "operator", "way": "password"}))
    line, _ = Journal(terminal.store).tip()
    operation = terminal.record(contact_change(person, "13900000001"))
    terminal.driver().once()
    assert terminal.outbox.anchored_line() > line  # what went up is kept with the acknowledgement
    assert verify(terminal.store).good
    # The same operation again, byte for byte, in the older store: the log agrees, the journal does not.
    terminal.store.close()
    terminal.store = open_store(older / terminal.path.name, terminal.member)
    again = Draft(
        operation.op_id, operation.kind, operation.schema, operation.subject, operation.sealed, {"what": "test"}
    )
    terminal.outbox.record(again)
    status = terminal.driver().once()
    assert status.why is Kind.FORKED
    assert status.error is not None
    assert code_of(status.error) == "S147"
    assert refusal_of(terminal) == "S147"


@pytest.mark.expects_log
def test_a_second_machine_is_told_that_its_life_is_closed(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Although it has nothing to send: what it would take in goes nowhere."""
    terminal.record(contact_change(population.people[143]))
    assert terminal.driver().once().clear
    terminal.store.close()
    second = terminal.path.parent.parent / "second"
    shutil.copytree(terminal.path.parent, second)
    terminal.store = open_store(terminal.path, terminal.member)
    terminal.record(contact_change(population.people[143], "13900000001"))
    assert terminal.driver().once().clear
    terminal.store.close()
    terminal.store = open_store(second / terminal.path.name, terminal.member)  # the older copy asks, and is agreed to
    terminal.record(contact_change(population.people[143], "13900000002"))
    assert terminal.driver().once().stopped
    assert centre.control.agree(terminal.member.identity.terminal) == 2
    assert terminal.driver().once().clear
    terminal.store.close()
    terminal.store = open_store(terminal.path, terminal.member)  # the other one goes on as if nothing had happened
    status = terminal.driver().once()
    assert status.why in (Kind.FORKED, Kind.PENDING)
    assert refusal_of(terminal) == "S124"
    assert f"{terminal.member.identity.terminal} epoch" in centre.control.alarms()


def test_the_same_operations_have_the_same_key(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []

    def watched(call: Call, context: object, *, deadline: float, limit: int) -> Reply:
        if call.method == "POST":
            keys.append(call.headers[IDEMPOTENCY_KEY])
        return exchange(call, context, deadline=deadline, limit=limit)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "exchange", watched)
    centre.control.fault("lost", route="operations", times=1)
    centre.control.fault("lost", route="high_water_mark", times=1)
    terminal.record(contact_change(population.people[144]))
    terminal.driver().once()
    centre.control.clear()
    terminal.record(contact_change(population.people[144], "13900000001"))
    assert terminal.driver().once().clear
    resent, (other,) = keys[:-1], keys[-1:]
    assert (len(resent) > 1, len(set(resent))) == (True, 1)
    assert other not in resent
