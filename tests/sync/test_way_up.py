"""A real store, the real client, the sandbox centre in its own process: what is recorded takes effect exactly once."""

from __future__ import annotations

from offline_cache.operations import State
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import card_id_of
from tests.sync.support import PHONE, Terminal, contact_change, hex_id


def states(terminal: Terminal) -> list[State]:
    return [operation.state for operation in terminal.outbox.listed()]


def test_what_is_recorded_takes_effect_once(centre: SandboxCentre, terminal: Terminal, population: Population) -> None:
    person = population.find("farmer")
    operation = terminal.record(contact_change(person))
    status = terminal.driver().once()
    assert status.error is None
    assert status.clear
    assert states(terminal) == [State.APPLIED]
    assert centre.control.effects()[hex_id(operation)] == 1
    assert centre.control.contact(card_id_of(person)) == {"phone": PHONE, "op_id": hex_id(operation)}
