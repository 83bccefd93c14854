"""Without --destructive the suite takes nothing from a real card, however wrong it is, but a try of a mistyped PIN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cardio.conformance.bench import Bench
from cardio.conformance.case import Outcome
from cardio.conformance.reasons import in_chinese
from cardio.conformance.run import CASES, outcomes
from cardio.simulator.bench import simulated_bench
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import FIRST, PERSONAS, THIRD
from tests.conformance.support import cases, failed, skipped

UPDATES = {0xDC, 0xD6, 0x5E, 0x24}


class TakesWhatItCan(SimulatedCard):
    """Counts where it should refuse: any VERIFY or CHANGE PIN with data and any EXTERNAL AUTHENTICATE that it does not
    carry out uses up a try, in whatever application and with whatever parameters; and it keeps what is written."""

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents)
        self.taken: list[str] = []
        self.written: list[str] = []

    def process(self, apdu: bytes) -> bytes:
        before = self._counters()
        answer = super().process(apdu)
        would_count = apdu[1] in {0x20, 0x5E, 0x82} and len(apdu) > 5 and answer != b"\x90\x00"
        if would_count or any(left < before[place] for place, left in self._counters().items()):
            self.taken.append(apdu[:5].hex().upper())
        if apdu[1] in UPDATES:
            self.written.append(apdu[:5].hex().upper())
        return answer

    def _counters(self) -> dict[tuple[int, int], int]:
        return {(-1, 0): self._chip.pin.left, **self._chip.keys.counters()}


@contextmanager
def real(contents: CardContents, card: type[TakesWhatItCan] = TakesWhatItCan) -> Iterator[tuple[Bench, TakesWhatItCan]]:
    """One card, in hardware, and nobody who puts in another."""
    made: list[TakesWhatItCan] = []

    def make(contents: CardContents) -> SimulatedCard:
        made.append(card(contents))
        return made[-1]

    with simulated_bench(contents, make, destructive=False) as bench:
        assert bench.hand is not None
        bench.hand.fresh()
        bench.hand, bench.height = None, "hardware"
        yield bench, made[-1]


def mistyped(bench: Bench) -> None:
    """As if the tester had typed another last digit."""
    digits = bench.pin._digits
    assert digits is not None
    digits[-1] ^= 1


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_a_card_that_counts_where_it_should_refuse_loses_nothing(contents: CardContents) -> None:
    with real(contents) as (bench, card):
        found = list(outcomes(bench))
    assert failed(found) == {}
    assert (card.taken, card.written) == ([], [])
    changing = {each.case.id for each in found if each.case.destructive}
    assert changing <= set(skipped(found))
    assert {"P20", "P26", "P28", "P29", "W02", "F18"} <= changing
    assert [why for why in skipped(found).values() if not in_chinese(why)] == []


def test_a_mistyped_pin_is_shown_once() -> None:
    with real(THIRD) as (bench, card):
        mistyped(bench)
        found = list(outcomes(bench))
    assert card.taken == ["0020000003"]
    assert card.pin_tries_left == THIRD.pin_tries - 1
    pin = [each for each in found if each.case.pin and not each.case.destructive]
    assert len(pin) > 5
    why = skipped(found)
    assert all(in_chinese(each) for each in why.values())
    assert [each.case.id for each in pin if "not shown again" not in why.get(each.case.id, "")] == ["F07"]


def test_a_mistyped_pin_is_shown_once_even_where_cases_may_count() -> None:
    some = [case for case in CASES if case.pin and not case.id.startswith("A")]
    with real(THIRD) as (bench, card):
        mistyped(bench)
        bench.destructive = True
        list(outcomes(bench, some))
    assert card.taken == ["0020000003"]


def test_the_last_try_is_never_risked() -> None:
    with real(THIRD) as (bench, card):
        card.chip.pin.restore(card.chip.pin.packed, 1)
        mistyped(bench)
        found = list(outcomes(bench))
    assert card.taken == []
    assert card.pin_tries_left == 1
    assert all(
        "1 try left" in skipped(found)[each.case.id] for each in found if each.case.pin and not each.case.destructive
    )


def test_a_key_that_a_card_refuses_is_shown_once() -> None:
    class RefusesKeys(TakesWhatItCan):
        def process(self, apdu: bytes) -> bytes:
            return super().process(apdu[:5] + bytes((apdu[5] ^ 1,)) + apdu[6:] if apdu[1] == 0x82 else apdu)

    with real(THIRD, RefusesKeys) as (bench, card):
        found: list[Outcome] = list(outcomes(bench))
    assert card.taken == ["0082000A10"]
    assert "F01" in failed(found)


def test_a_card_that_no_source_proved_is_shown_no_key() -> None:
    class Stranger(TakesWhatItCan):
        def process(self, apdu: bytes) -> bytes:
            answer = super().process(apdu)
            return bytes(8) + b"\x90\x00" if apdu[1] == 0xC0 and len(answer) == 10 else answer

    with real(THIRD, Stranger) as (bench, card):
        bench.destructive = True
        found = list(outcomes(bench, cases("F01", "F14", "F15", "K-PUK-W", "K-RK1DF01-C", "W07")))
    assert not [each for each in card.taken if each.startswith("0082")]
    assert set(skipped(found)) == {"F01", "F14", "F15", "K-PUK-W", "K-RK1DF01-C", "W07"}


def test_the_pin_is_wiped_at_the_end() -> None:
    with simulated_bench(FIRST) as bench:
        digits = bench.pin._digits
        assert digits
    assert not digits
    assert bench.pin.typed() is None
