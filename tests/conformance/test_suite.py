"""The conformance suite: the simulator passes it, and a wrong card fails exactly the right cases."""

from __future__ import annotations

import json
import os
from datetime import datetime

import pytest

from cardio.conformance import report
from cardio.conformance.case import Outcome, Theme, Verdict
from cardio.conformance.run import CASES, outcomes
from cardio.interface33 import FUNCTIONS
from cardio.simulator.bench import READER, simulated_bench
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import FIRST, PERSONAS, THIRD
from tests.conformance.quirks import QUIRKS, PersonalIsOpen, TearsWrites
from tests.conformance.support import behind_pcscd
from tests.support import canary
from tests.support.private_pcscd import shared_pcscd

EVERY = 1 if os.environ.get("SSC_PROOF") in ("quick", "full") else 5
"""Each command of the anti-pull cases under ``./run prove``, a part of them in the ordinary run."""


def failed(found: list[Outcome]) -> dict[str, str]:
    return {each.case.id: each.found for each in found if each.verdict is Verdict.FAILED}


def test_every_case_has_an_id_of_its_own_and_a_requirement() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))
    assert {case.theme for case in CASES} == set(Theme)
    assert all(case.requirement for case in CASES)
    first = {name for name, function in FUNCTIONS.items() if function.step < 2}
    assert all(any(name in case.requirement for case in CASES) for name in first)


@pytest.mark.proof
@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_the_simulator_passes(contents: CardContents) -> None:
    with simulated_bench(contents, every=EVERY) as bench:
        found = list(outcomes(bench))
    assert failed(found) == {}
    skipped = {each.case.id for each in found if each.verdict is Verdict.NOT_APPLICABLE}
    lacking = {1: {"P11", "P13", "P14", "P30", "W05"}, 2: {"W05"}, 3: set[str]()}
    assert skipped == lacking[contents.generation]


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.__name__)
def test_a_wrong_card_fails_the_right_cases(quirk: type[SimulatedCard]) -> None:
    torn = quirk is TearsWrites
    cases = [
        case for case in CASES if (case.theme is Theme.ANTI_PULL) == torn and (not torn or case.id in ("A5a", "A5b"))
    ]
    with simulated_bench(THIRD, quirk) as bench:
        assert set(failed(list(outcomes(bench, cases)))) == QUIRKS[quirk]


@pytest.mark.proof
def test_behind_a_real_pcscd() -> None:
    cases = [
        case for case in CASES if EVERY == 1 or case.id[0] in "PW" or case.id in ("F01", "F06", "F14", "F18", "A5b")
    ]
    with behind_pcscd(shared_pcscd(), THIRD, every=1 if EVERY == 1 else 9) as bench:
        assert failed(list(outcomes(bench, cases))) == {}


def test_a_real_card_is_never_changed_unless_asked(tmp_path: object) -> None:
    cards: list[SimulatedCard] = []

    def make(contents: CardContents, faults: tuple[object, ...]) -> SimulatedCard:
        cards.append(SimulatedCard(contents))
        return cards[-1]

    with simulated_bench(FIRST, make) as bench:
        assert bench.hand is not None
        bench.hand.fresh()
        bench.hand, bench.destructive, bench.height = None, False, "hardware"
        found = list(outcomes(bench))
    assert failed(found) == {}
    changing = [each for each in found if each.case.destructive]
    assert {each.verdict for each in changing} == {Verdict.NOT_APPLICABLE}
    card = cards[-1]
    assert (card.pin_tries_left, card.key_tries_left(0x04)) == (FIRST.pin_tries, FIRST.key_tries)


def test_the_report_says_what_was_found_and_nothing_of_the_holder() -> None:
    began = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - local time, as the report has it
    cases = [case for case in CASES if case.theme is not Theme.ANTI_PULL]
    with simulated_bench(THIRD, PersonalIsOpen) as bench:
        found = list(outcomes(bench, cases))
        subject = report.subject_of(bench, "1.2.3", began, began)
    document = json.loads(json.dumps(report.document(subject, found)))
    assert document["subject"]["reader"] == READER
    assert document["subject"]["historical_bytes"] == THIRD.history.hex().upper()
    assert document["counts"]["failed"] == 1
    wrong = next(case for case in document["cases"] if case["verdict"] == "failed")
    assert (wrong["id"], wrong["found"]) == ("W05", "00B20800 -> 9000")
    page = report.page(subject, found)
    assert page.count("<tr><td>") == len(found)
    assert page.count('class="failed"') == 1
    for said in (page, json.dumps(document, ensure_ascii=False)):
        assert not canary.found_in(said)
        assert all(secret not in said for secret in (str(THIRD.name), str(THIRD.number), THIRD.card_number))
