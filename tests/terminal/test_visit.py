"""One visit, asked directly: what it answers before the holder proved the PIN, and after."""

from __future__ import annotations

import pytest

from cardio.errors import CardError, CardFault
from cardio.simulator.reader import SimulatedReaders
from terminal import bootstrap
from terminal.clock import SystemClock
from terminal.errors import TerminalError, TerminalFault
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings
from terminal.visit import Visit
from tests.terminal.world import READER, card_of


def type_pin(visit: Visit, digits: str) -> None:
    for digit in digits:
        visit.pin.add(int(digit))


def refused_for_want_of_a_pin(visit: Visit) -> bool:
    with pytest.raises(TerminalError) as caught:
        visit.subsidies()
    return caught.value.fault is TerminalFault.PIN_NEEDED


def test_subsidies_are_told_only_after_the_pin(centre: SandboxCentre, settings: Settings) -> None:
    readers = SimulatedReaders((READER,))
    readers.insert(READER, card_of("elder"))
    with bootstrap.bench(settings, SystemClock(), readers, reader=None, toys=False) as bench:
        visit = bench.visit
        visit.read()
        assert visit.proven  # so it is the PIN alone that is wanting
        assert refused_for_want_of_a_pin(visit)
        type_pin(visit, "654321")
        with pytest.raises(CardError) as wrong:
            visit.verify_pin()
        assert wrong.value.fault is CardFault.PIN_WRONG
        assert refused_for_want_of_a_pin(visit)
        type_pin(visit, "739182")
        visit.verify_pin()
        assert visit.subsidies().payments
        visit.drop()
        assert refused_for_want_of_a_pin(visit)
