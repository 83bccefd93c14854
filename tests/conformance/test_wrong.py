"""Every case can fail: on a card or a reader that breaks just its rule."""

from __future__ import annotations

import os
from random import Random

import pytest

from cardio.conformance.case import Case, Theme
from cardio.conformance.run import CASES, outcomes
from cardio.simulator.bench import simulated_bench
from cardio.simulator.personas import THIRD
from tests.conformance import quirks, wrong_cards, wrong_keys, wrong_pins
from tests.conformance.quirks import CARDS, GENERATED, Quirk
from tests.conformance.support import failed

pytestmark = pytest.mark.usefixtures("no_trace")

PROOF = os.environ.get("SSC_PROOF", "")
OTHERS = {"": 60, "quick": 12, "full": 1}[PROOF]
"""One in so many of the other cases runs beside, in the whole proof all: a quirk fails its own and no more."""

OWN = {"": 6, "quick": 24, "full": len(CASES)}[PROOF]
"""Of its own cases at most so many, chosen by a fixed seed."""

BESIDE = {"": 100, "quick": 60, "full": 4}[PROOF]
"""One in so many of the others beside a quirk of a single key or file, of which there are hundreds."""

PARTS = {"": {"keys": 16, "files": 12}, "quick": {"keys": 80, "files": 40}}.get(PROOF, {})
"""So many of these groups in the ordinary run and the quick proof, chosen by a fixed seed."""
GROUPED = {"keys", "files"}

ORDINARY = [case for case in CASES if case.theme is not Theme.ANTI_PULL]


def surprises(quirk: Quirk, others: list[Case]) -> dict[str, str]:
    """What failed and should not, or the other way round."""
    own = Random(quirk.name).sample(sorted(quirk.must), min(OWN, len(quirk.must)))  # noqa: S311 - a seed
    ids = {case.id for case in others} | set(own)
    every = 1 if quirk.torn else 9
    with simulated_bench(THIRD, quirk.card, driver=quirk.driver, every=every, psam=quirk.psam) as bench:
        found = failed(list(outcomes(bench, [case for case in CASES if case.id in ids])))
    missed = dict.fromkeys(ids & quirk.must - found.keys(), "found nothing")
    return missed | {name: what for name, what in found.items() if name not in quirk.must | quirk.may}


def chosen(group: str) -> list[tuple[Quirk, list[Case]]]:
    """Quirks of a group, each with the cases that are to pass beside its own."""
    whole = GENERATED[group]
    if group not in GROUPED:
        return [(quirk, []) for quirk in whole]
    picked = Random(group).sample(range(len(whole)), PARTS.get(group, len(whole)))  # noqa: S311 - a seed
    return [(whole[at], ORDINARY[at % BESIDE :: BESIDE]) for at in sorted(picked)]


def test_every_case_fails_on_something() -> None:
    caught = frozenset[str]().union(*(quirk.must for group in (CARDS, *GENERATED.values()) for quirk in group))
    assert caught == {case.id for case in CASES}


@pytest.mark.proof
@pytest.mark.parametrize("quirk", CARDS, ids=lambda quirk: quirk.name)
def test_a_wrong_card_fails_the_right_cases(quirk: Quirk) -> None:
    others = ORDINARY[CARDS.index(quirk) % OTHERS :: OTHERS]
    assert surprises(quirk, others) == {}


@pytest.mark.proof
@pytest.mark.parametrize("group", GENERATED)
def test_a_rule_that_is_broken_fails_the_case_made_for_it(group: str) -> None:
    wrong = {quirk.name: found for quirk, others in chosen(group) if (found := surprises(quirk, others))}
    assert wrong == {}
    assert len({quirk.name for quirk in GENERATED[group]}) == len(GENERATED[group]) > 10


def test_the_eight_cards_of_the_review_are_among_them() -> None:
    """Each passed the whole suite once."""
    assert {quirk.card for quirk in quirks.CARDS} >= {
        wrong_pins.ReloadsNothing,
        wrong_pins.ChangesNothing,
        wrong_pins.CountsNoPin,
        wrong_keys.CountsNothing,
        wrong_keys.ChallengeStays,
        wrong_pins.NeedsNoPuk,
        wrong_cards.PhotoIsOpen,
        wrong_cards.DirectoriesAreOpen,
    }
