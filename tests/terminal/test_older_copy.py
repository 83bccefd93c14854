"""A disk that was put back: known at the start, also without the centre; the way out is the one of every fork."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import State
from offline_cache.proof import verify
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.settings import store_path
from tests.terminal.test_drives import Field, field, population

__all__ = ["field", "population"]

pytestmark = pytest.mark.expects_log


def test_a_store_that_was_put_back_is_known_off_line_and_goes_on_once_people_agreed(
    centre: SandboxCentre, field: Field, population: Population
) -> None:
    person, other = population.people[250:252]
    number = field.records.identity.terminal
    first = field.change(person)
    field.close()
    file: Path = store_path(field.settings)
    older = file.read_bytes()
    field.open()
    lost = field.change(other)
    assert field.sent(lost) is State.APPLIED
    field.close()
    file.write_bytes(older)

    centre.control.fault("down")
    field.open()
    with pytest.raises(StoreError) as halted:
        field.change(person)
    assert halted.value.fault is StoreFault.STORE_OLDER
    centre.control.clear()
    assert field.records.sync.once(30).stopped
    assert centre.control.agree(number) == 2
    assert field.sent(first) is State.APPLIED
    effects = centre.control.effects()
    assert [effects[one.operation.op_id.hex().upper()] for one in (first, lost)] == [1, 1]
    assert field.sent(field.change(other)) is State.APPLIED
    assert verify(field.records.store).good
    field.close()
    field.open()  # the new life's own tip
    assert field.records.outbox.halted() is None
