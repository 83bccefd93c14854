"""Every case can fail: on a card or a reader that breaks just its rule."""

from __future__ import annotations

import pytest

from cardio.conformance.case import Case, Theme
from cardio.conformance.run import CASES, outcomes
from cardio.simulator.bench import simulated_bench
from cardio.simulator.personas import THIRD
from tests.conformance import quirks, wrong_cards
from tests.conformance.quirks import CARDS, GENERATED, Quirk
from tests.conformance.support import failed

OTHERS = 8
"""One in so many of the other cases runs beside: a quirk fails its own cases and no more."""


def failing(quirk: Quirk, others: list[Case]) -> dict[str, str]:
    some = [case for case in CASES if case.id in quirk.must or case in others]
    every = 1 if quirk.torn else 9
    with simulated_bench(THIRD, quirk.card, driver=quirk.driver, every=every) as bench:
        return failed(list(outcomes(bench, some)))


def test_every_case_fails_on_something() -> None:
    caught = frozenset[str]().union(*(quirk.must for group in (CARDS, *GENERATED.values()) for quirk in group))
    assert caught == {case.id for case in CASES}


@pytest.mark.parametrize("quirk", CARDS, ids=lambda quirk: quirk.name)
def test_a_wrong_card_fails_the_right_cases(quirk: Quirk) -> None:
    ordinary = [case for case in CASES if case.theme is not Theme.ANTI_PULL]
    others = ordinary[CARDS.index(quirk) % OTHERS :: OTHERS]
    assert set(failing(quirk, others)) == quirk.must


@pytest.mark.parametrize("group", GENERATED)
def test_a_rule_that_is_broken_fails_the_case_made_for_it(group: str) -> None:
    wrong = {quirk.name: found for quirk in GENERATED[group] if (found := failing(quirk, [])).keys() != quirk.must}
    assert wrong == {}
    assert len({quirk.name for quirk in GENERATED[group]}) == len(GENERATED[group]) > 10


def test_the_eight_cards_of_the_review_are_among_them() -> None:
    """Each passed the whole suite once."""
    assert {quirk.card for quirk in quirks.CARDS} >= {
        wrong_cards.ReloadsNothing,
        wrong_cards.ChangesNothing,
        wrong_cards.CountsNoPin,
        wrong_cards.CountsNoKey,
        wrong_cards.ChallengeStays,
        wrong_cards.NeedsNoPuk,
        wrong_cards.PhotoIsOpen,
        wrong_cards.DirectoriesAreOpen,
    }
