"""The matrix and its judge: what the driver claims, against what the chip holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardio.errors import CardError
from cardio.simulator.card import SimulatedCard
from tests.cardio.pulls.bench import Bench, Picture, Variant, picture, stranger
from tests.cardio.pulls.disturbances import DISTURBANCES, Disturbance, Killed
from tests.cardio.pulls.flows import Claim, Flow, MatrixError, Outcome


@dataclass(frozen=True)
class Undisturbed:
    """One flow as it goes when nothing happens: its commands, and the card before and after."""

    flow: Flow
    variant: Variant
    commands: tuple[bytes, ...]
    with_data: frozenset[int]
    outcome: Outcome
    before: Picture
    after: Picture

    def matches(self, claim: Claim, card: SimulatedCard) -> bool:
        """Whether ``claim`` is true. A flow that leaves the card as it was is done and undone at once."""
        return claim is Claim.OPEN or picture(card) == (self.after if claim is Claim.DONE else self.before)


@dataclass(frozen=True)
class Case:
    at: int
    disturbance: Disturbance

    def __str__(self) -> str:
        return f"command {self.at}: {self.disturbance.name}"


def undisturbed(flow: Flow, variant: Variant) -> Undisturbed:
    """Run the flow once and keep its commands.

    :raises MatrixError: when it does not do what it is for.
    """
    card = flow.card(variant)
    before = picture(card)
    bench = Bench(card, lambda: stranger(variant))
    session, link = bench.session()
    outcome = flow.run(session)
    run = Undisturbed(
        flow,
        variant,
        tuple(link.commands),
        frozenset(number for number, (data, _) in enumerate(link.answers) if data),
        outcome,
        before,
        picture(card),
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
            if not disturbance.of_data or at in run.with_data:
                yield Case(at, disturbance)


def judge(run: Undisturbed, case: Case) -> Claim:
    """Play one case; gives what the driver claimed.

    :raises MatrixError: a claim that is not so, another card touched, or a next insertion that does not settle it.
        Every other exception than our faults comes through.
    """
    flow, variant = run.flow, run.variant
    bench = Bench(flow.card(variant), lambda: stranger(variant))
    session, link = bench.session(case.at, case.disturbance.strike)
    try:
        outcome = flow.run(session)
    except (CardError, Killed) as error:
        outcome = error
    if len(link.commands) <= case.at:
        raise MatrixError("the command was never sent")
    claim = flow.claim(outcome, run.outcome)
    _require(run.matches(claim, bench.card), f"claims {claim.value}, which is not so")
    _require(bench.other is None or bench.other.commands == 0, "another card got a command")
    bench.next_insertion()
    settled = flow.settle(bench.session()[0])
    _require(settled is not Claim.OPEN, "the next insertion does not settle it")
    _require(run.matches(settled, bench.card), f"settled as {settled.value}, which is not so")
    return claim


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise MatrixError(otherwise)


def broken(run: Undisturbed, chosen: list[Case]) -> dict[str, str]:
    """The cases that do not hold, each with what is wrong."""
    wrong: dict[str, str] = {}
    for case in chosen:
        try:
            judge(run, case)
        except Exception as error:  # noqa: BLE001 - whatever a flow lets out is the finding
            wrong[str(case)] = f"{type(error).__name__}: {error}"
    return wrong
