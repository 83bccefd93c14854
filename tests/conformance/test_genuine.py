"""P49, whether the card is genuine: whose No counts against it, and on what card."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cardio.conformance.case import Outcome, Verdict
from cardio.conformance.run import outcomes
from cardio.keysource import KeySource
from cardio.simulator.bench import simulated_bench
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.toykeys import ToyKeySource
from tests.conformance.support import cases
from tests.conformance.wrong_cards import Forged


class Bank(ToyKeySource):
    """The same keys, kept by somebody who says that they are real ones, under whatever name."""

    toy = False

    def __init__(self, name: str) -> None:
        self.name = name


class NamedAsPsam(ToyKeySource):
    """Toys stay toys."""

    name = "psam"


def told(
    sources: Sequence[KeySource],
    height: str,
    make: type[SimulatedCard] = Forged,
    contents: CardContents = THIRD,
) -> tuple[Outcome, Outcome]:
    """What becomes of P49, and of a case that wants a key."""
    with simulated_bench(contents, make, destructive=False) as bench:
        bench.sources, bench.hsm, bench.height = sources, None, height
        genuine, keyed = outcomes(bench, cases("F01", "P49"))
        return (genuine, keyed) if genuine.case.id == "P49" else (keyed, genuine)


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
@pytest.mark.parametrize("source", [ToyKeySource(), NamedAsPsam()], ids=["sandbox", "psam"])
def test_toy_keys_say_nothing_against_a_real_card(source: KeySource, contents: CardContents) -> None:
    for each in told([source], "hardware", contents=contents):
        assert each.verdict is Verdict.NOT_APPLICABLE
        assert each.found == "no PSAM, HSM or other key source has proven this card"


@pytest.mark.parametrize("name", ["psam", "hsm", "sandbox"])
def test_whoever_holds_real_keys_is_believed_whatever_the_name(name: str) -> None:
    genuine, keyed = told([Bank(name)], "hardware")
    assert (genuine.verdict, genuine.found) == (
        Verdict.FAILED,
        f"not the answer of the card's key, says {name}",
    )
    assert (keyed.verdict, keyed.found) == (Verdict.NOT_APPLICABLE, "the card is not genuine; see P49")


@pytest.mark.parametrize("height", ["simulator", "pcscd"])
def test_toy_keys_are_the_keys_of_a_simulated_card(height: str) -> None:
    genuine, _ = told([ToyKeySource()], height)
    assert (genuine.verdict, genuine.found) == (Verdict.FAILED, "not the answer of the card's key, says sandbox")


def test_only_those_who_hold_real_keys_are_named() -> None:
    genuine, _ = told([ToyKeySource(), Bank("hsm"), NamedAsPsam()], "hardware")
    assert genuine.found == "not the answer of the card's key, says hsm"


def test_a_toy_that_proves_a_card_does_so_on_hardware_too() -> None:
    """A simulated card behind a reader of its own passes for hardware, and is proven by its keys."""
    genuine, keyed = told([ToyKeySource()], "hardware", SimulatedCard)
    assert (genuine.verdict, keyed.verdict) == (Verdict.PASSED, Verdict.PASSED)
