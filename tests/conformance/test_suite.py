"""The conformance suite: the simulator passes it, in process and behind a real pcscd."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from cardio.cardkeys import KEYS, UNTOLD
from cardio.conformance import keys, report
from cardio.conformance.antipull import FLOWS
from cardio.conformance.arguments import FIRST, UNSUPPORTED
from cardio.conformance.bench import NotApplicable
from cardio.conformance.case import Theme
from cardio.conformance.run import CASES, outcomes
from cardio.files import FILES, Need, Structure
from cardio.keysource import IRK, STK
from cardio.link import Link
from cardio.simulator.bench import READER, simulated_bench
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS, THIRD
from tests.conformance.support import behind_pcscd, cases, failed, part_of_keys, skipped
from tests.conformance.wrong_cards import ShortIdentifierIsOpen
from tests.support import canary
from tests.support.private_pcscd import shared_pcscd
from tests.support.report import note

pytestmark = pytest.mark.usefixtures("no_trace")

FULL = os.environ.get("SSC_PROOF") == "full"
EVERY = 1 if os.environ.get("SSC_PROOF") in ("quick", "full") else 7
"""Each command of the anti-pull cases under ``./run prove``, a part of them in the ordinary run."""

_OPEN = {"W-SSSEEF06-R", "W-SSSEEF06-P", "W05", "A10a", "A10b"}  # EF06 is free before generation 3
_LATER = {"F33", "F34", "P11", "P13", "P14", "P30", "A14a", "A14b", *(f"K-RKSSSE-{letter}" for letter in "WCFSLEO")}
_LACKING = {1: _OPEN | _LATER, 2: _OPEN, 3: set[str]()}
"""What a generation cannot show, beside the files that it does not have."""


def test_every_case_says_in_both_languages_what_it_checks() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))
    assert {case.theme for case in CASES} == set(Theme)
    for case in CASES:
        assert case.requirement
        assert case.rule
        assert case.chinese != case.requirement
        assert any("\u4e00" <= letter <= "\u9fff" for letter in case.chinese), case.id


def test_every_protected_file_of_the_declarations_has_its_cases() -> None:
    ids = {case.id for case in CASES}
    open_ = {Need.FREE, Need.UNSTATED}
    protected = [
        ef
        for ef in FILES
        if ef.structure is not Structure.INTERNAL and {rule.need for rule in ef.read.values()} - open_
    ]
    assert len(protected) > 30
    assert {f"W-{ef.path}-R" for ef in protected} == {each for each in ids if each.endswith("-R")}
    written = [ef.path for ef in FILES if ef.write is not UNTOLD and ef.structure is not Structure.INTERNAL]
    for kind in ("U", "UP"):
        assert {f"W-{path}-{kind}" for path in written} == {each for each in ids if each.endswith(f"-{kind}")}


def test_every_declared_key_has_its_cases() -> None:
    made = {case.id for case in keys.CASES}
    shown = [key.name for key in KEYS if key.p2 is not None and key not in {IRK, STK}]
    assert len(shown) == 40
    assert made >= {f"K-{name}-{letter}" for name in shown for letter in "WCFSL"}
    assert {each for each in made if each.endswith("-M")} == {"K-BK-M", "K-LKDF03-M", "K-LKDF04-M"}
    without = {"BK", "LKDF03", "LKDF04"}  # no text names a file that these open
    assert {f"K-{name}-{letter}" for name in shown if name not in without for letter in "EO"} <= made


def test_every_function_that_sends_commands_is_pulled_and_tried_without_a_card() -> None:
    assert {flow.name for flow in FLOWS} == set(FIRST) - UNSUPPORTED
    assert {name.removesuffix("_HSM_Step1") for name in UNSUPPORTED} == {"iDoDebit"}


@pytest.mark.proof
@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_the_simulator_passes(contents: CardContents) -> None:
    with simulated_bench(contents, every=EVERY) as bench:
        found = list(outcomes(bench, CASES if EVERY == 1 else part_of_keys(3, contents.generation - 1)))
    assert failed(found) == {}
    kinds = ("R", "P", "U", "UP")
    absent = {f"W-{ef.path}-{kind}" for ef in FILES if contents.generation not in ef.read for kind in kinds}
    ran = {each.case.id for each in found}
    assert set(skipped(found)) == (_LACKING[contents.generation] | absent) & ran


PARTS = 12 if FULL else 1
"""Each case takes a second or more behind pcscd: the workers share them."""


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_behind_a_real_pcscd(part: int) -> None:
    """Cards are really pulled: by the hand, at a command that is under way."""
    # A fresh card for each case takes a second here: all of them in the whole proof alone.
    some = (
        part_of_keys(6)
        if EVERY == 1
        else cases("F01", "F02", "F16", "F18", "P01", "P14", "K-PUK-W", "W02", "W11", "W-DF04EF06-P", "A5b")
    )
    with behind_pcscd(shared_pcscd(), THIRD, every=1 if FULL else 5 if EVERY == 1 else 11) as bench:
        found = list(outcomes(bench, CASES[part::PARTS] if FULL else some))
    note("conformance", part, PARTS, cases=len(found), failed=len(failed(found)))
    assert failed(found) == {}
    assert skipped(found) == {}


def test_the_report_says_what_was_found_and_nothing_of_the_holder() -> None:
    began = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - local time, as the report has it
    some = [case for case in part_of_keys(8) if case.theme is not Theme.ANTI_PULL]
    with simulated_bench(THIRD, ShortIdentifierIsOpen) as bench:
        subject = report.subject_of(bench, "1.2.3", began)
        found = list(outcomes(bench, some))
    document = json.loads(json.dumps(report.document(subject, began, found)))
    assert document["subject"]["reader"] == READER
    assert document["subject"]["historical_bytes"] == THIRD.history.hex().upper()
    assert (document["key_sources"], document["proved_by"]) == (["sandbox"], "sandbox")
    assert document["counts"]["failed"] == 2
    assert sum(sum(counts.values()) for counts in document["themes"].values()) == len(found)
    wrong = next(case for case in document["cases"] if case["id"] == "W05")
    assert (wrong["verdict"], wrong["found"]) == ("failed", "00B20830 -> 9000")
    assert wrong["exchange"][-1] == "00B2083014 -> 9000, 20 bytes"
    assert "part 7" in wrong["rule"]
    page = report.page(subject, began, found)
    assert page.count('<tr class="case">') == len(found)
    assert page.count("<details open>") == 2
    assert "Failed: W05, W06<" in page
    pin = THIRD.pin or ""
    for said in (page, json.dumps(document, ensure_ascii=False)):
        assert not canary.found_in(said)
        assert all(secret not in said for secret in (str(THIRD.name), str(THIRD.number), THIRD.card_number, pin))


def test_the_wire_shows_of_a_pin_its_header_alone() -> None:
    with simulated_bench(THIRD) as bench:
        (found,) = outcomes(bench, cases("F11"))
    lines = [line for line in found.trace if line.startswith(("0020", "805E"))]
    assert any(line.startswith("0020000003 + 3 bytes -> ") for line in lines)
    assert {line.split(" -> ")[0] for line in lines} <= {"0020000003 + 3 bytes", "805E010007 + 7 bytes", "00200000"}


def test_a_card_that_nobody_puts_back_after_a_write_is_told() -> None:
    with simulated_bench(THIRD, every=9) as bench:
        assert bench.hand is not None

        def leaves() -> None:
            raise NotApplicable("nobody did with the card what was asked")

        bench.hand.again, put = leaves, bench.hand.again  # type: ignore[method-assign]
        bench.hand.fresh = put  # type: ignore[method-assign]
        found = list(outcomes(bench, cases("A1a", "A5a")))
    assert set(skipped(found)) == {"A1a"}
    assert failed(found) == {"A5a": "the card was not put back: it may have kept what this case wrote"}


@pytest.mark.parametrize("alone", ["P45", "K-PUK-W"])
def test_a_case_alone_finds_out_first_what_it_has_to_know(alone: str) -> None:
    """Not in the middle, where it would power the card anew: behind pcscd that is a card that was reset."""
    with simulated_bench(THIRD) as bench:
        opened = bench.opened
        depth: list[int] = []

        @contextmanager
        def once() -> Iterator[Link]:
            assert not depth
            depth.append(1)
            with opened() as link:
                yield link
            depth.pop()

        bench.opened = once
        assert failed(list(outcomes(bench, cases(alone)))) == {}
