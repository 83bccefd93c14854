"""A part of the anti-pull matrix at both heights of readers: over a real pcscd it comes out as in process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from cardio.errors import CardError
from cardio.session import CardSession
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.spec import CardSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.cardio.pulls.bench import VARIANTS
from tests.cardio.pulls.flows import FLOWS, Claim, Flow, Outcome
from tests.support.worlds import World

STRIKES = (
    (Trouble.REMOVED_BEFORE, 0),
    (Trouble.REMOVED_AFTER, 0),
    (Trouble.TRUNCATED, 1),
    (Trouble.WRONG_STATUS, 0x6F00),
)
CASES = {"quick": 20, "full": 400}.get(os.environ.get("SSC_PROOF", ""), 4)
FLOWS_HERE = ("change", "reload", "personalise", "block-card")
ASKS = frozenset({"change", "reload", "block-card"})
"""Flows whose settling looks and does not do it again: it must find what was claimed."""


def outcome_of(flow: Flow, session: CardSession) -> Outcome:
    try:
        return flow.run(session)
    except CardError as error:
        return error


@contextmanager
def session_of(world: World) -> Iterator[CardSession]:
    """One insertion's session. The link is closed: a service has places for some 200 clients."""
    link = world.system.connect(world.names[0])
    try:
        yield CardSession(link, [ToyKeySource()])
    finally:
        link.close()


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FLOWS_HERE)
def test_a_disturbed_flow_is_settled_at_the_next_insertion(world: World, name: str) -> None:
    flow, variant = FLOWS[name], VARIANTS[2]
    contents = flow.prepare(variant.contents)
    world.insert(0, contents)
    with session_of(world) as session:
        good = outcome_of(flow, session)
    assert flow.claim(good, good) is Claim.DONE
    commands = world.commands()
    seeded = Random(name)  # noqa: S311 - a seed
    # The last command is the one that counts; the others by lot.
    moments = [commands, *(seeded.randint(1, commands) for _ in range(CASES - 1))]
    for at in moments:
        trouble, value = STRIKES[seeded.randrange(len(STRIKES))] if at != commands else STRIKES[1]
        world.insert(0, CardSpec(contents, (Fault(trouble, at, value),)))
        with session_of(world) as session:
            claim = flow.claim(outcome_of(flow, session), good)
        world.pull(0)
        world.put_back(0)
        with session_of(world) as session:
            settled = flow.settle(session)
        assert settled is not Claim.OPEN, (at, trouble)
        if name in ASKS and claim is not Claim.OPEN:
            assert settled is claim, (at, trouble)
        if name in ASKS and at == commands:
            assert (claim, settled) == (Claim.OPEN, Claim.DONE)  # carried out, and the answer lost
        world.pull(0)
