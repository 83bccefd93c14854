"""A real store, the real client, the sandbox centre in its own process: what is recorded takes effect exactly once."""

from __future__ import annotations

import shutil
import ssl

import pytest
from msgspec import structs

from offline_cache.errors import StoreError
from offline_cache.intents import Begin, End, Ending
from offline_cache.journal import Journal
from offline_cache.operations import Draft, State, new_op_id
from offline_cache.suite import INTL
from terminal.centre import client, transport
from terminal.centre.errors import CentreError
from terminal.centre.signing import Reply
from terminal.centre.transport import Call
from terminal.model.operations import (
    CONTACT_CHANGE,
    PIN_CHANGE_BEGUN,
    PIN_CHANGE_DONE,
    CardWrite,
)
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sync.answers import Kind
from tests.centre.support import card_id_of
from tests.sync.support import PHONE, RECORDED_AT, Terminal, contact_change, hex_id, open_store


def code_of(error: Exception) -> str:
    assert isinstance(error, CentreError | StoreError)
    return str(error.fault.value)


def states(terminal: Terminal) -> list[State]:
    return [operation.state for operation in terminal.outbox.listed(most=1000)]


def effects(centre: SandboxCentre, terminal: Terminal) -> list[int]:
    """How often each operation of this terminal took effect, in order."""
    counted = centre.control.effects()
    return [counted.get(hex_id(operation), 0) for operation in terminal.outbox.listed(most=1000)]


def test_what_is_recorded_takes_effect_once(centre: SandboxCentre, terminal: Terminal, population: Population) -> None:
    person = population.find("farmer")
    operation = terminal.record(contact_change(person))
    status = terminal.driver().once()
    assert status.error is None
    assert status.clear
    assert states(terminal) == [State.APPLIED]
    assert effects(centre, terminal) == [1]
    assert centre.control.contact(card_id_of(person)) == {"phone": PHONE, "op_id": hex_id(operation)}


def test_many_go_in_batches_and_in_order(centre: SandboxCentre, terminal: Terminal, population: Population) -> None:
    people = population.people[20:70]
    for round_ in range(5):
        drafts = [terminal.draft(contact_change(person, f"1380000{round_:04d}")) for person in people]
        terminal.outbox.record(*drafts)
    assert terminal.driver().once().clear
    assert effects(centre, terminal) == [1] * 250
    for person in people:
        assert centre.control.contact(card_id_of(person))["phone"] == "13800000004"


def test_batches_and_outcomes_are_packed(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the real wire: a batch goes up packed, outcomes come down packed, and both are believed."""
    seen: set[tuple[str, str, bool]] = set()
    real = transport.exchange

    def watched(call: Call, context: ssl.SSLContext, *, deadline: float, limit: int) -> Reply:
        reply = real(call, context, deadline=deadline, limit=limit)
        seen.add((call.method, "up", "Content-Encoding" in call.headers))
        seen.add((call.method, "down", "content-encoding" in reply.headers))
        return reply

    monkeypatch.setattr(client, "exchange", watched)
    for person in population.people[100:130]:
        terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    assert ("POST", "up", True) in seen
    assert ("GET", "down", True) in seen
    assert effects(centre, terminal) == [1] * 30


# What goes wrong with the answer, and how often; in each case everything was done at the centre already.
SPOILED = ["bomb", "lost", "cut", "html", "unsigned", "bad-signature", "wrong-schema", "wrong-type", "failed",
           "gateway", "ack-signature"]  # fmt: skip


@pytest.mark.parametrize("kind", SPOILED)
def test_an_answer_spoiled_after_commit_makes_no_second_effect(
    centre: SandboxCentre, terminal: Terminal, population: Population, kind: str
) -> None:
    people = population.people[20:23]
    for person in people:
        terminal.record(contact_change(person))
    centre.control.fault(kind, route="operations", times=2)
    status = terminal.driver().once()
    assert status.clear, code_of(status.error) if status.error else status
    assert states(terminal) == [State.APPLIED] * 3
    assert effects(centre, terminal) == [1] * 3


@pytest.mark.expects_log
@pytest.mark.parametrize("kind", ["ack-signature", "ack-head"])
def test_a_forged_acknowledgement_moves_nothing(
    centre: SandboxCentre, terminal: Terminal, population: Population, kind: str
) -> None:
    terminal.record(contact_change(population.find("farmer")))
    centre.control.fault(kind)
    status = terminal.driver().once()
    assert states(terminal) == [State.PENDING]
    assert status.waiting == 1
    assert not status.clear
    assert terminal.outbox.anchor() is None
    assert status.error is not None
    # Rightly signed for another history it is a fork, and stops the sender; else it just proves nothing.
    assert code_of(status.error) == {"ack-signature": "N127", "ack-head": "S124"}[kind]
    assert status.stopped == (kind == "ack-head")
    centre.control.clear()
    if kind == "ack-head":  # what was noticed is not forgotten: only a new life ends it
        assert terminal.driver().once().stopped
        centre.control.agree(terminal.member.identity.terminal)
    assert terminal.driver().once().clear
    assert effects(centre, terminal)[0] == 1


def test_an_older_acknowledgement_does_not_cover_the_batch(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.find("farmer")
    terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    terminal.record(contact_change(person, "13900000000"))
    centre.control.fault("ack-older", route="operations")
    status = terminal.driver().once()
    assert status.waiting == 1
    assert states(terminal) == [State.APPLIED, State.PENDING]
    centre.control.clear()
    assert terminal.driver().once().clear
    assert effects(centre, terminal) == [1, 1]


def test_a_centre_restored_from_a_backup_gets_everything_again(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    people = population.people[20:26]
    for person in people[:2]:
        terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    centre.control.backup()
    for person in people[2:5]:
        terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    centre.control.restore()
    assert effects(centre, terminal) == [1, 1, 0, 0, 0]
    terminal.record(contact_change(people[5]))
    assert terminal.driver().once().clear
    assert effects(centre, terminal) == [1] * 6
    assert states(terminal) == [State.APPLIED] * 6


def test_a_restored_centre_is_noticed_by_the_feed_alone(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    centre.control.backup()
    terminal.record(contact_change(population.people[30]))
    assert terminal.driver().once().clear
    centre.control.restore()
    assert terminal.driver().once().clear
    assert effects(centre, terminal) == [1]


@pytest.mark.expects_log
def test_an_older_copy_of_the_terminal_is_noticed(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.find("farmer")
    terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    terminal.store.close()
    copy = terminal.path.parent / "copy"
    shutil.copytree(terminal.path.parent, copy, ignore=shutil.ignore_patterns("copy"))
    terminal.store = open_store(terminal.path, terminal.member)
    terminal.record(contact_change(person, "13900000001"))
    assert terminal.driver().once().clear
    newer = effects(centre, terminal)
    terminal.store.close()

    terminal.store = open_store(copy / terminal.path.name, terminal.member)
    status = terminal.driver().once()
    assert status.stopped
    assert status.why is Kind.FORKED
    assert status.error is not None
    assert code_of(status.error) == "S125"
    # Nothing new is taken in, so that no number of a paper is given twice; the next process knows it, too.
    for _ in range(2):
        with pytest.raises(StoreError) as refused:
            terminal.record(contact_change(person, "13900000002"))
        assert code_of(refused.value) == "S125"
        with pytest.raises(StoreError):
            terminal.outbox.ready()
        terminal.store.close()
        terminal.store = open_store(copy / terminal.path.name, terminal.member)
    status = terminal.driver().once()
    assert status.stopped
    assert status.error is not None
    assert code_of(status.error) == "S125"
    said = [line.what for line in Journal(terminal.store).lines()]
    assert said.count("fork-noticed") == 1
    assert "sync-stopped" in said
    assert newer == [1, 1]
    assert centre.control.contact(card_id_of(person))["phone"] == "13900000001"


def test_a_refused_operation_holds_its_own_holder_alone(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    ill, well = population.people[40], population.people[41]
    refused = terminal.record(contact_change(ill, "not a number"))
    later = terminal.record(contact_change(ill))
    other = terminal.record(contact_change(well))
    status = terminal.driver().once()
    assert status.people == 1
    assert states(terminal) == [State.REJECTED, State.HELD, State.APPLIED]
    # A person settles it: what waited behind it goes on, after it.
    body = contact_change(ill, "13700000000", refers_to=hex_id(refused))
    draft = terminal.draft(body, refers_to=refused.op_id)
    terminal.outbox.resolve(refused.op_id, draft, "corrected", operator="0001")
    assert terminal.driver().once().clear
    assert states(terminal) == [State.REJECTED, State.APPLIED, State.APPLIED, State.APPLIED]
    assert effects(centre, terminal) == [0, 1, 1, 1]
    assert centre.control.contact(card_id_of(ill))["op_id"] == hex_id(later)
    assert centre.control.contact(card_id_of(well))["op_id"] == hex_id(other)


@pytest.mark.parametrize(("kind", "reason"), [("no-such-kind", "kind-unknown"), ("contact-change", "reviewer-missing")])
def test_what_the_centre_cannot_do_is_an_outcome_and_never_stops_the_log(
    centre: SandboxCentre, terminal: Terminal, population: Population, kind: str, reason: str
) -> None:
    operation = terminal.record(contact_change(population.people[50], reviewer="0001"), kind)
    terminal.record(contact_change(population.people[51]))
    terminal.driver().once()
    assert states(terminal) == [State.REJECTED, State.APPLIED]
    assert terminal.outbox.history(operation.op_id)[-1].reason == reason


@pytest.mark.expects_log
def test_a_poison_operation_is_parked_and_the_others_go_on(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    for index in range(7):
        if index == 3:
            # Not an envelope at all: no centre could do anything with it.
            draft = Draft(new_op_id(), CONTACT_CHANGE, 1, b"poison", INTL.random(100), {"what": "test"})
            terminal.outbox.record(draft)
        else:
            terminal.record(contact_change(population.people[60 + index]))
    status = terminal.driver().once()
    assert status.people == 1
    expected = [State.APPLIED] * 7
    expected[3] = State.PARKED
    assert states(terminal) == expected
    assert effects(centre, terminal) == [1, 1, 1, 0, 1, 1, 1]


@pytest.mark.expects_log
def test_a_revoked_terminal_stops_and_keeps_everything(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    terminal.record(contact_change(population.find("farmer")))
    centre.control.revoke(terminal.member.identity.terminal)
    status = terminal.driver().once()
    assert status.stopped
    assert status.error is not None
    assert code_of(status.error) == "N106"
    assert states(terminal) == [State.PENDING]


def test_a_clock_that_is_wrong_is_said_and_heals(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    terminal.record(contact_change(population.find("farmer")))
    centre.control.fault("clock", seconds=86400)
    status = terminal.driver().once()
    assert status.error is not None
    assert code_of(status.error) == "N107"
    assert states(terminal) == [State.PENDING]
    centre.control.clear()
    assert terminal.driver().once().clear


def changed_in_the_chip(terminal: Terminal, person: Person, after: str | None = None) -> None:
    """A PIN change from its beginning to its end, recorded behind ``after``."""
    start = CardWrite(
        card_id=card_id_of(person), operator="0001", recorded_at=RECORDED_AT, authenticated=True, after=after
    )
    begun = terminal.draft(start, PIN_CHANGE_BEGUN)
    terminal.outbox.record(begun, intents=[Begin(begun.op_id, b"card")])
    end = structs.replace(start, proof="9000", refers_to=begun.op_id.hex().upper(), after=None)
    done = terminal.draft(end, PIN_CHANGE_DONE, refers_to=begun.op_id)
    terminal.outbox.record(done, intents=[End(begun.op_id, done.op_id, Ending.DONE, proof=b"9000")])


def test_a_card_write_arrives_with_its_beginning_and_its_end(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    changed_in_the_chip(terminal, population.people[70])
    assert terminal.driver().once().clear
    assert states(terminal) == [State.APPLIED, State.APPLIED]
    assert effects(centre, terminal) == [1, 1]


def test_a_card_write_behind_what_a_person_set_aside_waits_with_its_end(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """The end takes no place of the beginning: both happened in the chip, and both are true once the way is free."""
    person = population.people[72]
    parked = terminal.record(contact_change(person))
    terminal.outbox.park(parked.op_id, "by-hand", "0001")
    assert terminal.driver().once().error is None
    changed_in_the_chip(terminal, person, after=hex_id(parked))
    terminal.driver().once()
    assert states(terminal) == [State.PARKED, State.HELD, State.HELD]
    terminal.take_back(parked, person)
    assert terminal.driver().once().clear
    assert states(terminal)[1:] == [State.APPLIED] * 3
    assert effects(centre, terminal)[1:] == [1, 1, 1]


def test_what_a_person_set_aside_is_put_back_after_its_tombstone_went(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Its body fills the place that the tombstone took, and what waited behind it goes on."""
    person = population.people[73]
    operation = terminal.record(contact_change(person, "13800000001"))
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    later = terminal.record(contact_change(person, "13800000002", after=hex_id(operation)))
    assert terminal.driver().once().people == 1
    anchor = terminal.outbox.anchor()
    assert anchor is not None
    assert anchor.hwm == later.seq  # the tombstone is there
    assert states(terminal) == [State.PARKED, State.HELD]
    assert terminal.outbox.may_return(operation.op_id)
    terminal.outbox.retry(operation.op_id, "by-hand", "0001")
    assert not terminal.outbox.may_return(operation.op_id)
    assert terminal.driver().once().clear
    assert states(terminal) == [State.APPLIED] * 2
    assert effects(centre, terminal) == [1, 1]
    assert centre.control.contact(card_id_of(person))["op_id"] == hex_id(later)


@pytest.mark.expects_log
def test_what_belongs_behind_a_tombstone_waits_until_it_is_withdrawn(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    person = population.people[71]
    poison = Draft(new_op_id(), CONTACT_CHANGE, 1, b"poison", INTL.random(100), {"what": "test"})
    (parked,) = terminal.outbox.record(poison)
    terminal.record(contact_change(person, after=hex_id(parked)))
    terminal.driver().once()
    assert states(terminal) == [State.PARKED, State.HELD]
    terminal.take_back(parked, person)
    assert terminal.driver().once().clear
    assert states(terminal) == [State.PARKED, State.APPLIED, State.APPLIED]
    assert effects(centre, terminal) == [0, 1, 1]
