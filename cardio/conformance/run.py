"""Runs cases on a bench, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardio.conformance import antipull, commands, firewall, functions
from cardio.conformance.bench import Bench
from cardio.conformance.case import Case, NotApplicable, Outcome, Theme, Verdict
from cardio.errors import CardError

CASES: Final[tuple[Case, ...]] = (*functions.CASES, *commands.CASES, *firewall.CASES, *antipull.CASES)
"""Every case, in the order of the report."""


def outcomes(bench: Bench, cases: Iterable[Case] = CASES) -> Iterator[Outcome]:
    """Each case with what came of it. Where the bench has a hand, every case that changes a card gets a fresh one."""
    changed = True
    for case in cases:
        if bench.hand is not None and changed:
            bench.hand.fresh()
        changed = case.destructive or case.theme is Theme.ANTI_PULL or bench.height == "simulator"
        yield _outcome(bench, case)
        bench.interface.close()


def _outcome(bench: Bench, case: Case) -> Outcome:
    if case.destructive and not bench.destructive:
        return Outcome(case, Verdict.NOT_APPLICABLE, "changes the card; not asked for")
    try:
        found = case.run(bench)
    except NotApplicable as why:
        return Outcome(case, Verdict.NOT_APPLICABLE, str(why))
    except CardError as error:
        return Outcome(case, Verdict.FAILED, f"{error.fault.value} {error.fault.name}")
    return Outcome(case, Verdict.FAILED if found else Verdict.PASSED, found or "")
