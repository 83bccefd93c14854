"""Every state of the models: nothing lost, nothing doubled, nothing stuck; and a model that is wrong is caught."""

from __future__ import annotations

import os

import pytest

from tests.model.run import MODELS, WRONG, Model, available, parsed, search
from tests.support import report

LONG = os.environ.get("SSC_PROOF") == "full"

QUICK = {"WRONG_HEAD", "WRONG_GUESS", "WRONG_SETTLED"}
"""Found soon: of each model one."""

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
@pytest.mark.parametrize(
    ("name", "defines", "what"), WRONG, ids=lambda value: "-".join(value) if isinstance(value, tuple) else ""
)
def test_a_model_that_is_wrong_on_purpose_is_caught(name: str, defines: tuple[str, ...], what: str) -> None:
    if not (LONG or QUICK & set(defines)):
        pytest.skip("a longer search: ./run prove")
    found = search(name, defines, small=not LONG)
    wanted = len(WRONG) if LONG else len(QUICK)
    report.note("wrong-models", "-".join((name, *defines)), wanted, caught=1 if found.errors else 0)
    assert found.errors > 0, what


def test_a_search_that_was_cut_off_is_none() -> None:
    good = "errors: 0\n  12 states, stored\n  1.5\ttotal actual memory usage\n"
    assert parsed(good).whole
    assert not parsed("error: max search depth too small\n" + good).whole
    assert not parsed("pan: reached -DMEMLIM bound\n" + good).whole
    assert parsed("").errors
