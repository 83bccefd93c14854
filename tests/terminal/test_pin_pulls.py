"""A pull at every command of a PIN change, through the real desk: before the card did it, and after, the answer lost.

The commands are those that a card which stays was asked for. Each pull ends in a state with a name, and the next
insertion of the same card settles it: the chip's PIN and what the centre is told agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Trouble
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import DEMO_PIN
from terminal.services.doubtful_card import ASK_OLD
from terminal.views import DeskView, PinChangeView, PinView, Stage
from tests.terminal.own import joined
from tests.terminal.test_contact_change import data_of
from tests.terminal.test_pin_change import NEW, _has, cut_card, proof_left
from tests.terminal.world import READER, World, card_of

PROOF = {"done": "9000", "undone": "63C59000"}
"""The card's own words to the new PIN and then to the old one: the tries that it gives are what it was left with."""


@pytest.fixture
def world(centre: SandboxCentre, tmp_path: Path) -> Iterator[World]:
    with World(joined(centre, tmp_path)) as made:
        made.centre_known()
        yield made


def entry_of(view: DeskView) -> str | None:
    data = data_of(view)
    return data.entry if isinstance(data, PinChangeView) else None


def change(world: World) -> str:
    """Type what is asked for, as far as it goes; gives where that ended: ``result`` or ``pulled``."""
    world.desk.start_service("card-pin-change")
    for name, digits in (("old", DEMO_PIN), ("new", NEW), ("again", NEW)):

        def asked(view: DeskView, name: str = name) -> bool:
            return view.stage is Stage.WAITING or entry_of(view) == name

        if world.until(asked).stage is Stage.WAITING:
            return "pulled"
        world.type_pin(digits)
    over = world.until(lambda view: view.stage is Stage.WAITING or (view.journey and view.journey.view == "result"))
    return "pulled" if over.stage is Stage.WAITING else "result"


def settle(world: World, card: SimulatedCard) -> str:
    """The same card again. Gives how the change stands: ``none`` was begun, ``done`` or ``undone``."""
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.accept_notice()
    view = world.until(
        lambda view: (view.journey and view.journey.view == "doubtful") or view.stage is Stage.FAULT or settled(view)
    )
    if view.journey is None:
        return "none"
    world.send("settle")
    world.until_page("pin")
    world.type_pin(NEW)
    view = world.until(
        lambda view: (
            (view.journey and view.journey.view == "result")
            or (isinstance(d := data_of(view), PinView) and d.message == ASK_OLD)
        )
    )
    if view.journey is not None and view.journey.view == "result":
        return "done"
    world.type_pin(DEMO_PIN)
    world.until_page("result")
    return "undone"


def settled(view: DeskView) -> bool:
    """The holder's page stands, and no journey of a doubtful card is about to begin."""
    return view.stage is Stage.HOLDER and view.journey is None


def take_out(world: World) -> None:
    world.readers.pull(READER)
    world.until_stage(Stage.WAITING)


def test_at_every_command_a_pull_ends_in_a_named_state_that_the_next_insertion_settles(world: World) -> None:
    probe = card_of("elder")
    world.identify(probe)
    first = probe.commands + 1
    assert change(world) == "result"
    last = probe.commands
    take_out(world)
    assert last - first >= 2  # tries, the change, and what lies between
    ended = {}
    for at in range(first, last + 1):
        for trouble in (Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER):
            card = cut_card(trouble, at)
            world.identify(card)
            assert change(world) == "pulled"
            begun = len(world.desk.queue().result(30).people)
            ended[at, trouble] = state = settle(world, card)
            assert begun == (state != "none"), (at, trouble)
            if state != "none":
                assert proof_left(world)[-1].hex().upper() == PROOF[state], (at, trouble)
            assert (_has(card, NEW), _has(card, DEMO_PIN)) == ((True, False) if state == "done" else (False, True))
            take_out(world)
            assert world.desk.queue().result(30).people == ()
    assert ended[last, Trouble.REMOVED_AFTER] == "done"
    assert ended[last, Trouble.REMOVED_BEFORE] == "undone"
    assert ended[first, Trouble.REMOVED_BEFORE] == "none"
