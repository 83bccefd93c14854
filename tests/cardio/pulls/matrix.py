"""The matrix and its judge: what the driver claims, against what the chip holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cardio.errors import CardError
from tests.cardio.pulls.bench import Bench, Picture, Place, Planned, Variant, stranger
from tests.cardio.pulls.disturbances import DISTURBANCES, Disturbance, Killed
from tests.cardio.pulls.flows import Claim, Flow, MatrixError, Outcome


@dataclass(frozen=True)
class Undisturbed:
    """One flow as it goes when nothing happens: its commands, and the card before and after."""

    flow: Flow
    variant: Variant
    commands: tuple[bytes, ...]
    sizes: tuple[int, ...]
    outcome: Outcome
    before: Picture
    after: Picture

    def matches(self, claim: Claim, held: Picture) -> bool:
        """Whether ``claim`` is true. A flow that leaves the card as it was is done and undone at once."""
        return claim is Claim.OPEN or held == (self.after if claim is Claim.DONE else self.before)


@dataclass(frozen=True)
class Case:
    """:param planned: what the card does wrong, where it is the card that does."""

    at: int
    disturbance: Disturbance
    planned: Planned | None = None

    def __str__(self) -> str:
        return f"command {self.at}: {self.disturbance.name}"


Places = Callable[[Flow, Variant, Planned | None], Place]
"""Sets a place up with a fresh card of a flow, and with what that card will do wrong."""


def in_process(flow: Flow, variant: Variant, planned: Planned | None = None) -> Bench:
    card = flow.card(variant)
    if planned is not None:
        planned.befalls(card)
    return Bench(card, lambda: stranger(variant))


def undisturbed(flow: Flow, variant: Variant, places: Places = in_process) -> Undisturbed:
    """Run the flow once and keep its commands.

    :raises MatrixError: when it does not do what it is for.
    """
    bench = places(flow, variant, None)
    before = bench.picture()
    session, link = bench.session()
    outcome = flow.run(session)
    run = Undisturbed(
        flow,
        variant,
        tuple(link.commands),
        tuple(len(data) for data, _ in link.answers),
        outcome,
        before,
        bench.picture(),
    )
    if flow.claim(outcome, outcome) is not Claim.DONE:
        raise MatrixError("not done although nothing happened")
    if flow.writes is (run.before == run.after):
        raise MatrixError("the card's picture does not show what the flow did")
    return run


def cases(run: Undisturbed) -> Iterator[Case]:
    """Every command with every disturbance that can befall it."""
    for at in range(len(run.commands)):
        for disturbance in DISTURBANCES:
            word = disturbance.word
            lie = disturbance.lie or (word is not None and run.flow.answer_by(run.commands[: at + 1], word))
            if lie and not run.flow.proves:
                continue
            command, size = run.commands[at], run.sizes[at]
            if (disturbance.of_data and not size) or (disturbance.of_update and command[1] not in _UPDATES):
                continue
            trouble = disturbance.trouble
            yield Case(at, disturbance, trouble and Planned(trouble, at, disturbance.value(command, size)))


_UPDATES = frozenset({0xDC, 0xD6})


def judge(run: Undisturbed, case: Case, places: Places = in_process) -> Claim:
    """Play one case; gives what the driver claimed.

    :raises MatrixError: a claim that is not so, another card touched, or a next insertion that does not settle it.
        Every other exception than our faults comes through.
    """
    flow, variant = run.flow, run.variant
    bench = places(flow, variant, case.planned)
    session, link = bench.session(case.at, case.disturbance.strike)
    try:
        outcome = flow.run(session)
    except (CardError, Killed) as error:
        outcome = error
    if len(link.commands) <= case.at:
        raise MatrixError("the command was never sent")
    claim = flow.claim(outcome, run.outcome)
    _require(run.matches(claim, bench.picture()), f"claims {claim.value}, which is not so")
    _require(bench.strange_commands() == 0, "another card got a command")
    bench.next_insertion()
    settled = flow.settle(bench.session()[0])
    _require(settled is not Claim.OPEN, "the next insertion does not settle it")
    _require(run.matches(settled, bench.picture()), f"settled as {settled.value}, which is not so")
    return claim


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise MatrixError(otherwise)


def broken(run: Undisturbed, chosen: list[Case], places: Places = in_process) -> dict[str, str]:
    """The cases that do not hold, each with what is wrong."""
    wrong: dict[str, str] = {}
    for case in chosen:
        try:
            judge(run, case, places)
        except Exception as error:  # noqa: BLE001 - whatever a flow lets out is the finding
            wrong[str(case)] = f"{type(error).__name__}: {error}"
    return wrong
