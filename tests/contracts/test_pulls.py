"""The anti-pull matrix behind a real pcscd: flows, cards, disturbances and judge are those of ``tests/cardio/pulls``.

What a link alone can make up (a deadline, a lie) is played in process; the rest at both heights. ``./run prove`` plays
every flow on every card in every kind of trouble, at some commands each. Another ``SSC_PULL_SEED`` goes on with the
next commands, until after :func:`seeds_for_all` of them each command had its turn. With ``--quick`` it is one card and
one command, in the test command one kind of trouble a flow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from random import Random

import pytest

from cardio.errors import CardError, CardFault
from tests.cardio.pulls.bench import VARIANTS, Variant
from tests.cardio.pulls.disturbances import KINDS
from tests.cardio.pulls.flows import FLOWS, Claim, Flow, Outcome, write_claim
from tests.cardio.pulls.matrix import Case, broken, cases, undisturbed
from tests.cardio.pulls.remote import RemoteBench
from tests.support.private_pcscd import shared_pcscd
from tests.support.report import note

pytestmark = pytest.mark.usefixtures("no_trace")

PROOF = os.environ.get("SSC_PROOF", "")
SEED = int(os.environ.get("SSC_PULL_SEED", "0"))


@dataclass(frozen=True)
class Part:
    """:param commands: of one flow, card and kind. :param kinds: of one flow and card. :param cards: of one flow."""

    commands: int
    kinds: int
    cards: int


PART = {"full": Part(4, len(KINDS), len(VARIANTS)), "quick": Part(1, len(KINDS), 1)}.get(PROOF, Part(1, 1, 1))


def seeds_for_all(places: int) -> int:
    """How many seeds it takes until each of so many commands was struck."""
    return -(-places // PART.commands)


def in_turn(flow: Flow, found: list[Case], seed: int) -> list[Case]:
    """Some of the commands at which this kind can strike, the next ones for the next seed; at each of them one of the
    disturbances of the kind, by lot. A flow that writes is struck first at its last command, which is the one that
    counts."""
    lot = Random(f"{flow.name} {seed}")  # noqa: S311 - a seed
    commands = sorted({case.at for case in found})
    first = [commands.pop()] if flow.writes else []
    Random(flow.name).shuffle(commands)  # noqa: S311
    order = [*first, *commands]
    chosen = {order[(seed * PART.commands + nth) % len(order)] for nth in range(PART.commands)}
    return [lot.choice([case for case in found if case.at == at]) for at in sorted(chosen)]


def cards_of(nth: int, flow: Flow) -> list[Variant]:
    """All of them, or as many as are to be played, beginning with another one for each flow."""
    return [flow.variants[(nth + more) % len(flow.variants)] for more in range(min(PART.cards, len(flow.variants)))]


PLAYED = [
    pytest.param(nth, flow, variant, id=f"{flow.name}-{variant.name}")
    for nth, flow in enumerate(FLOWS.values())
    for variant in cards_of(nth, flow)
]


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("nth", "flow", "variant"), PLAYED)
def test_no_disturbance_makes_the_driver_claim_what_is_not_so(nth: int, flow: Flow, variant: Variant) -> None:
    place = RemoteBench(shared_pcscd(), variant)
    try:
        run = undisturbed(flow, variant, place.fresh)
        by_kind = {kind: [case for case in cases(run) if case.disturbance.kind == kind] for kind in KINDS}
        able = [kind for kind, found in by_kind.items() if found]
        kinds = [able[(SEED - 1 - nth + more) % len(able)] for more in range(min(PART.kinds, len(able)))]
        chosen = [case for kind in kinds for case in in_turn(flow, by_kind[kind], SEED)]
        assert broken(run, chosen, place.fresh) == {}
    finally:
        place.close()
    part = f"{flow.name}-{variant.name}".replace(" ", "-")
    note("pulls", part, len(PLAYED), cases=len(chosen), commands=len(run.commands), wrong_claims=0)


def lost_is_undone(outcome: Outcome, good: Outcome) -> Claim:
    """A driver that takes a lost answer for a command that was not carried out."""
    if isinstance(outcome, CardError) and outcome.fault is CardFault.CARD_REMOVED:
        return Claim.UNDONE
    return write_claim(outcome, good)


def test_the_judge_catches_a_driver_that_guesses() -> None:
    place = RemoteBench(shared_pcscd(), VARIANTS[2])
    try:
        run = undisturbed(replace(FLOWS["change"], claim=lost_is_undone), VARIANTS[2], place.fresh)
        last = [case for case in cases(run) if case.at == len(run.commands) - 1]
        lost = [case for case in last if case.disturbance.name in {"pulled-before", "pulled-after"}]
        wrong = broken(run, lost, place.fresh)
    finally:
        place.close()
    assert list(wrong.values()) == ["MatrixError: claims undone, which is not so"]
    assert "pulled-after" in next(iter(wrong))


def test_every_kind_is_played_and_every_command_has_its_turn() -> None:
    assert (
        *("pulled-before", "pulled-after", "swapped", "unplugged", "service-killed"),
        *("truncated", "wrong-status", "torn"),
    ) == KINDS
    run = undisturbed(FLOWS["personalise"], VARIANTS[2])
    for kind in KINDS:
        found = [case for case in cases(run) if case.disturbance.kind == kind]
        places = {case.at for case in found}
        struck = {case.at for seed in range(seeds_for_all(len(places))) for case in in_turn(run.flow, found, seed)}
        assert struck == places
