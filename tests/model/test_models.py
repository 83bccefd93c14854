"""Every state of the models: nothing lost, nothing doubled, nothing stuck; and a model that is wrong is caught."""

from __future__ import annotations

import os
import re

import pytest

from tests.model.run import HERE, MODELS, WRONG, Model, SearchError, Wrong, available, parsed, search
from tests.support import report

LONG = os.environ.get("SSC_PROOF") == "full"

QUICK = {"WRONG_HEAD", "WRONG_CLOSED", "WRONG_GUESS", "WRONG_DOUBT", "WRONG_PEOPLE", "WRONG_SPOILED", "WRONG_SETTLED"}
"""Found soon: some of each model."""

needs_spin = pytest.mark.skipif(
    not available() and "CI" not in os.environ, reason="spin or gcc is not installed (Debian packages spin, gcc)"
)


@needs_spin
@pytest.mark.proof
@pytest.mark.timeout(1800 if LONG else 120)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.title)
def test_no_state_of_the_model_is_wrong(model: Model) -> None:
    if not (model.fast or LONG):
        pytest.skip("a longer search: ./run prove")
    found = search(model.name, model.defines, small=model.fast, megabytes=model.megabytes)
    wanted = sum(LONG or each.fast for each in MODELS)
    report.note("models", model.title.replace(" ", "-"), wanted, states=found.states, errors=found.errors)
    assert (found.errors, found.whole) == (0, True)
    assert found.states > 1000


@needs_spin
@pytest.mark.proof
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.title)
def test_a_model_that_is_wrong_on_purpose_is_caught(wrong: Wrong) -> None:
    if not (LONG or QUICK & set(wrong.defines)):
        pytest.skip("a longer search: ./run prove")
    found = search(wrong.name, wrong.defines, small=not LONG)
    wanted = sum(LONG or bool(QUICK & set(each.defines)) for each in WRONG)
    caught = bool(found.errors) and wrong.seen in found.violated
    report.note("wrong-models", wrong.title.replace(" ", "-"), wanted, caught=int(caught))
    assert caught, (wrong.what, found)


def test_every_way_to_be_wrong_is_tried() -> None:
    named = {
        (path.stem, one) for path in HERE.glob("*.pml") for one in re.findall(r"WRONG_\w+", path.read_text("utf-8"))
    }
    assert named == {(wrong.name, one) for wrong in WRONG for one in wrong.defines if one.startswith("WRONG")}


def test_a_search_that_was_cut_off_is_none() -> None:
    good = "errors: 0\n  12 states, stored\n  1.5\ttotal actual memory usage\n"
    assert parsed(good).whole
    assert not parsed("error: max search depth too small\n" + good).whole
    assert not parsed("pan: reached -DMEMLIM bound\n" + good).whole
    assert parsed("pan:1: assertion violated (a==b) (at depth 3)\n" + good).violated == "(a==b)"


@pytest.mark.parametrize("said", ["", "Segmentation fault", "errors: 1\n  12 states, stored\n"])
def test_a_search_that_crashed_caught_nothing(said: str) -> None:
    with pytest.raises(SearchError):
        parsed(said)
