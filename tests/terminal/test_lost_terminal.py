"""A machine that was stolen and found again: what somebody recorded on it meanwhile is for people, nothing is lost."""

from __future__ import annotations

import pytest

from offline_cache.operations import State
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.people import Population
from tests.terminal.own import renewed as get_another
from tests.terminal.test_drives import Field, field, population
from tests.terminal.test_queue_acts import act

__all__ = ["field", "population"]

pytestmark = pytest.mark.expects_log


def renewed(centre: SandboxCentre, field: Field) -> None:
    """The machine is found, and gets another certificate."""
    number, settings = field.records.identity.terminal, field.settings
    field.close()
    get_another(centre, settings, number)
    field.open()


def test_what_a_thief_records_takes_no_effect_by_itself(
    centre: SandboxCentre, field: Field, population: Population
) -> None:
    person, other = population.people[260:262]
    number = field.records.identity.terminal
    before = field.change(person)
    assert field.sent(before) is State.APPLIED
    centre.control.fault("down")
    waiting, stolen = field.change(person, "13612345678"), field.change(other)
    centre.control.clear()
    centre.control.lose(number)
    assert field.records.sync.once(30).stopped  # no certificate
    renewed(centre, field)
    assert [field.sent(one) for one in (waiting, stolen)] == [State.CONFLICT] * 2
    assert "AJ" in field.word(stolen)  # a case, for people
    assert "报失" in field.word(stolen)
    effects = centre.control.effects()
    assert [effects.get(one.operation.op_id.hex().upper(), 0) for one in (before, waiting, stolen)] == [1, 0, 0]

    centre.control.find(number)
    act(field.records, stolen.operation, "withdraw")
    again = field.change(person, "13612345678")  # corrects what waited
    assert field.sent(again) is State.APPLIED
    assert field.records.outbox.find(waiting.operation.op_id).resolved_by == again.operation.op_id
    assert centre.control.contact(person.card.card_id.hex().upper())["phone"] == "13612345678"
    for asked in (number, "379999999999"):
        with pytest.raises(SandboxError) as refused:
            centre.control.find(asked)  # none of them is lost
        assert refused.value.fault is SandboxFault.CONTROL_REFUSED
