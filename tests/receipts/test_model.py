"""A receipt is masked and does not contradict itself, or it is not made."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.model import Fact, Holder, Site
from terminal.receipts.words import WORDS, Outcome
from terminal.text import Text
from tests.receipts import samples

PHONE = Text("手机号码", "Mobile number")


def test_the_holder_is_masked() -> None:
    holder = Holder.of(samples.NAME, samples.NUMBER)
    assert (holder.name, holder.number) == ("欧*", "379***********0025")
    assert Holder.of(None, None) == Holder("", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": (Fact(PHONE, samples.NEW_PHONE),)},
        {"facts": (Fact(PHONE, "139****9876", samples.OLD_PHONE),)},
        {"facts": (Fact(PHONE, Text("无", samples.OLD_PHONE)),)},
        {"holder": Holder("欧*", samples.NUMBER)},
        {"holder": Holder(samples.NAME, "")},
        {"time": datetime(2026, 6, 1, 9)},  # noqa: DTZ001 - what must be refused
        {"outcome": Outcome.REFUSED, "reason": None},
        {"outcome": Outcome.ACCEPTED, "proof": None},
        {"site": Site("网点", "", samples.TERMINAL, "1007", "1007")},
    ],
)
def test_what_must_not_be_printed_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(PaperError) as caught:
        samples.receipt(**{"outcome": Outcome.RECORDED, **changes})  # type: ignore[arg-type]
    assert caught.value.fault is PaperFault.CONTENT_REFUSED
    assert not re.search(rf"{samples.NAME}|\d{{11}}", str(caught.value))


def test_nothing_of_the_holder_is_in_a_repr() -> None:
    said = repr(samples.receipt())
    assert "欧" not in said
    assert "0025" not in said
    assert "9876" not in said


def test_a_reprint_is_counted_and_named() -> None:
    first = samples.receipt()
    assert first.again().again().copy == 2
    assert first.name == "T379999-0001-1-000042"
    assert first.again().name == "T379999-0001-1-000042-copy1"


def test_the_centres_paper_never_takes_the_name_of_the_terminals_about_the_same_operation() -> None:
    """They are files in one folder: what the holder was given first must not be written over."""
    centre = [outcome for outcome, words in WORDS.items() if words.decided_by == "centre"]
    names = {samples.receipt(outcome).name for outcome in centre}
    others = {samples.receipt(outcome).name for outcome in WORDS if outcome not in centre}
    assert (len(names), names & others) == (len(centre), set())
    assert centre


def test_without_a_record_the_paper_is_named_by_service_and_time() -> None:
    refused = samples.receipt(Outcome.REFUSED, proof=None)
    assert refused.name == "contact-change-20260601-093005"
