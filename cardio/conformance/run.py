"""Runs cases on a bench, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardio.conformance import (
    access,
    antipull,
    arguments,
    commands,
    counters,
    firewall,
    functions,
    keys,
    pins,
    steps,
    unblocking,
)
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Outcome, Theme, Verdict
from cardio.errors import CardError

CASES: Final[tuple[Case, ...]] = (
    *functions.CASES,
    *pins.CASES,  # F07 first of those that show the PIN: a mistyped one is told by it
    *functions.BY_PIN,
    *steps.CASES,
    *arguments.CASES,
    *commands.CASES,
    *counters.CASES,
    *unblocking.CASES,
    *firewall.CASES,
    *keys.CASES,
    *access.CASES,
    *antipull.CASES,
)
"""Every case, in the order of the report."""


def outcomes(bench: Bench, cases: Iterable[Case] = CASES) -> Iterator[Outcome]:
    """Each case with what came of it. Where the bench has a hand, every case that changes a card gets a fresh one."""
    changed = True
    for case in cases:
        bench.wire.begin()
        if bench.hand is not None and changed:
            bench.hand.fresh()
        changed = case.destructive or case.theme is Theme.ANTI_PULL or bench.height == "simulator"
        verdict, found = _verdict(bench, case)
        bench.interface.close()
        yield Outcome(case, verdict, found, bench.wire.lines)


def _verdict(bench: Bench, case: Case) -> tuple[Verdict, str]:
    if case.destructive and not bench.destructive:
        return Verdict.NOT_APPLICABLE, "may change the card or use up tries; not asked for"
    try:
        if case.pin and (why := bench.pin_closed()):
            return Verdict.NOT_APPLICABLE, why
        found = case.run(bench)
    except NotApplicable as why:
        return Verdict.NOT_APPLICABLE, str(why)
    except CardError as error:
        word = f", {error.sw:04X}" if error.sw is not None else ""
        return Verdict.FAILED, f"{error.fault.value} {error.fault.name}{word}"
    return (Verdict.FAILED, found) if found else (Verdict.PASSED, "")
