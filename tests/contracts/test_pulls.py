"""A part of the anti-pull matrix at both heights of readers: over a real pcscd it comes out as in process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random

import pytest

from cardio.errors import CardError
from cardio.link import Link
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
CASES = {"quick": 20, "full": 400}.get(os.environ.get("SSC_PROOF", ""), 2)
FLOWS_HERE = ("change", "reload", "personalise", "block-card")
KILLS = {"quick": 6, "full": 80}.get(os.environ.get("SSC_PROOF", ""), 1)
"""How often the service is killed in one flow."""
ASKS = frozenset({"change", "reload", "block-card"})
"""Flows whose settling looks and does not do it again: it must find what was claimed."""


def outcome_of(flow: Flow, session: CardSession) -> Outcome:
    try:
        return flow.run(session)
    except CardError as error:
        return error


class Killing:
    """A link under which the service is killed at one command, before the card got it or before its answer is told."""

    def __init__(self, world: World, inner: Link, at: int, *, carried_out: bool) -> None:
        self._world, self._inner, self._at, self._carried_out = world, inner, at, carried_out
        self.reader, self.atr = inner.reader, inner.atr
        self.transaction, self.reset, self.close = inner.transaction, inner.reset, inner.close
        self._sent = 0

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        self._sent += 1
        if self._sent == self._at:
            if self._carried_out:
                self._inner.transmit(apdu)
            self._world.stop_service()
        return self._inner.transmit(apdu)


def _killing(world: World, at: int, carried_out: bool, link: Link) -> Link:
    return Killing(world, link, at, carried_out=carried_out)


@contextmanager
def session_of(world: World, wrap: Callable[[Link], Link] = lambda link: link) -> Iterator[CardSession]:
    """One insertion's session. The link is closed: a service has places for some 200 clients."""
    link = world.system.connect(world.names[0])
    try:
        yield CardSession(wrap(link), [ToyKeySource()])
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


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ["change", "personalise"])
def test_a_service_that_is_killed_in_the_middle_is_as_good_as_a_pull(world: World, name: str) -> None:
    flow, variant = FLOWS[name], VARIANTS[2]
    contents = flow.prepare(variant.contents)
    world.insert(0, contents)
    with session_of(world) as session:
        good = outcome_of(flow, session)
    commands = world.commands()
    seeded = Random(name)  # noqa: S311 - a seed
    chosen = [(seeded.randint(1, commands), seeded.random() < 0.5) for _ in range(KILLS - 1)]
    for at, carried_out in [(commands, True), *chosen]:
        world.insert(0, contents)
        with session_of(world, partial(_killing, world, at, carried_out)) as session:
            claim = flow.claim(outcome_of(flow, session), good)
        world.start_service()
        world.put_back(0)
        with session_of(world) as session:
            settled = flow.settle(session)
        assert settled is not Claim.OPEN, (at, carried_out)
        if name in ASKS and claim is not Claim.OPEN:
            assert settled is claim, (at, carried_out)
        if at == commands and carried_out:
            assert (claim, settled) == (Claim.OPEN, Claim.DONE)  # the card did it, and nobody was told
        world.pull(0)
