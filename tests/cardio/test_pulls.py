"""The anti-pull matrix: every flow x every command x every disturbance. Whole in ``./run prove``, a part here."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

import cardio
from cardio.addressing import By, RecordAddress
from cardio.errors import CardError, CardFault
from cardio.keysource import RK_SSSE, UK_SSSE
from cardio.personalise import Made, make_plan
from cardio.personalise import Outcome as Issued
from cardio.session import CardSession
from tests.cardio.pulls.bench import VARIANTS, Variant
from tests.cardio.pulls.disturbances import DISTURBANCES
from tests.cardio.pulls.flows import FLOWS, Claim, Flow, Outcome, issue, write_claim
from tests.cardio.pulls.matrix import broken, cases, judge, undisturbed

pytestmark = pytest.mark.usefixtures("no_trace")

PART = {"quick": 150, "full": None}.get(os.environ.get("SSC_PROOF", ""), 8)
"""Cases of one flow and card, chosen by a fixed seed; ``None`` is all of them."""

NO_FLOW = frozenset({"flow", "reset", "selection"})
"""Public methods of a session that send nothing."""

ELSEWHERE = frozenset({"interface33", "conformance", "simulator"})
"""Rooms of ``cardio`` with flows of their own, pulled at by tests of their own; the simulator has none."""

BOTH = [
    pytest.param(flow, variant, id=f"{flow.name}-{variant.name}")
    for flow in FLOWS.values()
    for variant in flow.variants
]


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("flow", "variant"), BOTH)
def test_no_disturbance_makes_the_driver_claim_what_is_not_so(flow: Flow, variant: Variant) -> None:
    run = undisturbed(flow, variant)
    chosen = list(cases(run))
    if PART is not None and len(chosen) > PART:
        chosen = random.Random(f"{flow.name} {variant.name}").sample(chosen, PART)  # noqa: S311 - a seed
    assert broken(run, chosen) == {}


def over_a_session() -> Iterator[str]:
    """Every public function of ``cardio`` that is given a session to work on."""
    for found in pkgutil.walk_packages(cardio.__path__, "cardio."):
        if found.name.split(".")[1] in ELSEWHERE:
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if function.__module__ == found.name and first and first.annotation == "CardSession":
                yield name


def test_every_flow_of_a_session_is_in_the_table() -> None:
    public = {name for name in (*vars(CardSession), *over_a_session()) if not name.startswith("_")}
    covered = frozenset().union(*(flow.methods for flow in FLOWS.values()))
    assert public - NO_FLOW == covered
    assert {"applications", "personalise"} <= covered - set(vars(CardSession))


def lost_is_undone(outcome: Outcome, good: Outcome) -> Claim:
    """A driver that takes a lost answer for a command that was not carried out."""
    if isinstance(outcome, CardError) and outcome.fault is CardFault.CARD_REMOVED:
        return Claim.UNDONE
    return write_claim(outcome, good)


def lost_is_done(outcome: Outcome, good: Outcome) -> Claim:
    """One that takes it for carried out."""
    if isinstance(outcome, CardError) and outcome.fault is CardFault.CARD_REMOVED:
        return Claim.DONE
    return write_claim(outcome, good)


@pytest.mark.parametrize(
    ("claim", "moment", "innocent"), [(lost_is_undone, "after", "before"), (lost_is_done, "before", "after")]
)
def test_the_judge_catches_a_driver_that_guesses(claim: object, moment: str, innocent: str) -> None:
    assert callable(claim)
    run = undisturbed(replace(FLOWS["change"], claim=claim), VARIANTS[2])
    last = [case for case in cases(run) if case.at == len(run.commands) - 1]
    wrong = broken(run, last)
    assert {name.split(": ")[1] for name in wrong} == {f"pulled-{moment}", f"swapped-{moment}"}
    assert set(wrong.values()) == {f"MatrixError: claims {'undone' if moment == 'after' else 'done'}, which is not so"}
    right = [case for case in last if case.disturbance.name == f"pulled-{innocent}"]
    assert broken(run, right) == {}


def trusting(session: CardSession) -> Outcome:
    """An issuing that takes the card's word and never reads back."""
    with session.flow():
        found = session.identify()
        plan = make_plan(issue(), found)
        session.unlock(found, RK_SSSE)
        session.open_key(found, UK_SSSE)
        try:
            for step in plan.steps:
                session.selection.put_record(RecordAddress(step.place, By.IDENTIFIER, step.ef.sfi), step.data)
        except CardError as fault:
            return Issued(Made.HALF_MADE, 0, 0, fault)
        finally:
            session.selection.forget()
        return Issued(Made.MADE, len(plan.steps), 0)


def test_the_judge_catches_an_issuing_that_believes_the_card() -> None:
    run = undisturbed(replace(FLOWS["personalise"], run=trusting), VARIANTS[2])
    lies = [
        case
        for case in cases(run)
        if run.commands[case.at][1] == 0xDC and case.disturbance.name == "9000-although-not-done"
    ]
    wrong = broken(run, lies)
    assert len(wrong) == len(lies) - 1 > 8  # the blank extension was blank before
    assert set(wrong.values()) == {"MatrixError: claims done, which is not so"}


def test_the_judge_catches_an_issuing_that_has_forgotten_what_it_began() -> None:
    """A record torn in the middle is then taken for somebody else's."""
    issuing = FLOWS["personalise"]
    forgetful = replace(issuing, settle=lambda session: issuing.claim(issuing.run(session), None))
    run = undisturbed(forgetful, VARIANTS[2])
    torn = [case for case in cases(run) if case.disturbance.name == "torn-half"]
    assert broken(replace(run, flow=issuing), torn) == {}
    numbers = {f"command {case.at}: torn-half" for case in torn if run.commands[case.at][2] in {0x08, 0x07}}
    assert broken(run, torn).keys() == numbers
    assert len(numbers) == 2 < len(torn)


def test_the_judge_catches_a_card_that_nobody_settles() -> None:
    run = undisturbed(replace(FLOWS["change"], settle=lambda session: Claim.OPEN), VARIANTS[2])
    assert set(broken(run, list(cases(run))[:5]).values()) == {"MatrixError: the next insertion does not settle it"}


def test_the_disturbances_do_what_they_are_called() -> None:
    """At CHANGE PIN the ones after it leave the new PIN, the ones before it the old."""
    run = undisturbed(FLOWS["change"], VARIANTS[2])
    claims = {case.disturbance.name: judge(run, case) for case in cases(run) if case.at == len(run.commands) - 1}
    told = {name for name, claim in claims.items() if claim is Claim.OPEN}
    assert {"pulled-before", "pulled-after", "6581-done", "6F00-not-done", "program-killed-after"} <= told
    assert claims["6985-not-done"] is Claim.UNDONE
    assert len(claims) == len([each for each in DISTURBANCES if not (each.lie or each.of_data or each.of_update)])
