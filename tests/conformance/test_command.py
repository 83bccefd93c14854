"""``reader conformance`` on a card in a real reader, with the terminal's own PSAM and a person who pulls the card."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cardio.conformance.bench import NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.conformance.run import CASES
from cardio.errors import CardError
from cardio.simulator.card import SimulatedCard
from cardio.simulator.pcscd import PrivatePcscd
from cardio.simulator.personas import THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.spec import PsamSpec
from terminal.cli.app import Context
from terminal.cli.conformance import run
from terminal.cli.hand import PersonHand
from terminal.cli.output import Output
from terminal.errors import TerminalError
from terminal.text import Text
from tests.conformance.support import PcscdHand, cases
from tests.support.private_pcscd import shared_pcscd

PROOF = os.environ.get("SSC_PROOF") in ("quick", "full")


class Person(Output):
    """Does with the card what is said on standard error, as a person at the reader would."""

    def __init__(self, hand: PcscdHand) -> None:
        super().__init__(as_json=False, language="en")
        self.hand = hand
        self.pulls = 0

    def aside(self, text: Text) -> None:
        if text.en.startswith("Pull the card"):
            self.hand.out()
            self.pulls += 1
        elif text.en.startswith("Put the same card"):
            self.hand.again()


@pytest.fixture
def service() -> Iterator[PrivatePcscd]:
    yield shared_pcscd()
    shared_pcscd()


def reported(
    service: PrivatePcscd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    some: Sequence[Case],
    *,
    destructive: bool,
    pull_every: int,
) -> tuple[Any, Person]:
    """Run the command with a card in the first reader and a PSAM in the second; gives the report and the person."""
    hand = PcscdHand(service, THIRD)
    hand.fresh()
    service.insert(1, PsamSpec())
    monkeypatch.setenv("SSC_DATA_DIR", str(tmp_path))
    (tmp_path / "pin").write_text("123456\n")
    with (tmp_path / "pin").open() as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        person = Person(hand)
        context = Context(person, {"environment": "sandbox", "psam": service.reader_names[1]}, None, no_input=False)
        code = run(
            context,
            None,
            None,
            destructive=destructive,
            pin_stdin=True,
            pull_every=pull_every,
            folder=tmp_path / "report",
            cases=some,
        )
    document = json.loads(next((tmp_path / "report").glob("*.json")).read_text("utf-8"))
    assert code == (1 if document["counts"]["failed"] else 0)
    assert next((tmp_path / "report").glob("*.html")).read_text("utf-8").startswith("<!doctype html>")
    return document, person


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_the_terminals_own_psam_proves_the_card_and_its_reader_is_set_aside(
    service: PrivatePcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a person is asked to pull the card: the anti-pull cases of reading need no --destructive."""
    some = CASES if PROOF else cases("F01", "F02", "F07", "F14", "W05", "A1b", "A3a", "A5a")
    document, person = reported(service, tmp_path, monkeypatch, some, destructive=PROOF, pull_every=8 if PROOF else 12)
    assert document["subject"]["reader"] == service.reader_names[0]
    assert (document["key_sources"], document["proved_by"]) == (["psam", "sandbox"], "psam")
    assert "card proved by\tpsam" in capsys.readouterr().out
    assert document["counts"]["failed"] == 0, [case for case in document["cases"] if case["verdict"] == "failed"]
    verdicts = {case["id"]: case["verdict"] for case in document["cases"]}
    assert {verdicts[name] for name in ("F01", "F02", "F07", "F14", "A1b")} == {"passed"}
    assert (verdicts["A5a"] == "passed") is PROOF
    assert person.pulls > 2
    pulled = next(case for case in document["cases"] if case["id"] == "A1b")
    assert "card pulled" in pulled["exchange"] or pulled["exchange"][0].startswith("…")


def test_a_pin_that_is_none_is_refused_before_a_card_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pin").write_text("12a456\n")
    monkeypatch.setenv("SSC_DATA_DIR", str(tmp_path))
    with (tmp_path / "pin").open() as typed, pytest.raises(CardError, match="C403"):
        monkeypatch.setattr(sys, "stdin", typed)
        context = Context(Output(as_json=False, language="en"), {}, None, no_input=True)
        run(context, None, 3, destructive=False, pin_stdin=True, pull_every=None, folder=tmp_path)


@pytest.mark.parametrize(("no_input", "quiet"), [(True, False), (False, True)])
def test_nobody_is_asked_to_pull_where_nobody_would_hear_it(tmp_path: Path, no_input: bool, quiet: bool) -> None:
    context = Context(Output(as_json=False, language="en", quiet=quiet), {}, None, no_input)
    with pytest.raises(TerminalError):
        run(context, None, None, destructive=False, pin_stdin=False, pull_every=3, folder=tmp_path)


def test_a_person_who_does_nothing_leaves_the_case_not_applicable() -> None:
    readers = SimulatedReaders(("Reader",))
    hand = PersonHand(Output(as_json=False, language="en", quiet=True), readers, "Reader", patience=0)
    hand.out()  # it is out
    with pytest.raises(NotApplicable):
        hand.again()
    readers.insert("Reader", SimulatedCard(THIRD))
    hand.again()
    with pytest.raises(NotApplicable):
        hand.out()


def test_anti_pull_of_reading_is_harmless() -> None:
    harmless = {case.id for case in CASES if case.theme is Theme.ANTI_PULL and not case.destructive}
    assert harmless == {f"A{number}{kind}" for number in (1, 2, 8, 9, 10, 14) for kind in "ab"}
