"""State machines of Hypothesis, dealt out to several tests: so the workers of ``./run prove`` share the orders."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support import report


def play(
    machine: type[RuleBasedStateMachine],
    proof: str,
    part: int,
    of: int,
    examples: int,
    *,
    steps: int = 25,
    tally: Mapping[str, int] | None = None,
) -> None:
    """Play one part; where the examples are drawn at random each part draws others.

    :param proof: under which it stands in the report. :param steps: of each order, at most. :param tally: what the
        machine counts while it is played.
    """
    played = 0

    def made() -> RuleBasedStateMachine:
        nonlocal played
        played += 1
        return machine()

    # Whatever makes one will do, though its type does not say so.
    run_state_machine_as_test(made, settings=settings(max_examples=examples, stateful_step_count=steps))  # type: ignore[arg-type]
    report.note(proof, part, of, **{**(tally or {}), "orders": played})
    assert played >= examples
