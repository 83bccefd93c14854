"""The card is pulled at every command of a whole visit, before the card got it and after it carried it out."""

from __future__ import annotations

import pytest

from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from terminal.views import DeskView, Stage
from tests.terminal.world import READER, World, card_of


def _gone(view: DeskView) -> bool:
    return view.stage is Stage.WAITING


def play(world: World, card: SimulatedCard) -> DeskView:
    """A holder's visit up to the plain account, or up to where the card was pulled."""
    world.readers.insert(READER, card)
    world.until(lambda view: view.stage is Stage.NOTICE)
    world.desk.accept_notice()
    view = world.until(lambda view: _gone(view) or view.stage is Stage.HOLDER)
    if _gone(view):
        return view
    world.desk.start_service("subsidy-enquiry")
    view = world.until(lambda view: _gone(view) or _page(view) == "pin")
    if _gone(view):
        return view
    world.type_pin("739182")
    return world.until(lambda view: _gone(view) or _page(view) == "subsidies")


def _page(view: DeskView) -> str | None:
    return view.journey.view if view.journey else None


def clean(view: DeskView) -> bool:
    return (view.holder, view.journey, view.services, view.reader, view.fault) == (None, None, (), None, None)


@pytest.mark.parametrize(
    ("person", "trouble"),
    [("elder", Trouble.REMOVED_BEFORE), ("elder", Trouble.REMOVED_AFTER), ("farmer", Trouble.REMOVED_AFTER)],
)
def test_pulled_at_every_command(world: World, person: str, trouble: Trouble) -> None:
    whole = card_of(person)
    assert _page(play(world, whole)) == "subsidies"
    world.readers.pull(READER)
    world.until(_gone)
    for at in range(1, whole.commands + 1):
        view = play(world, card_of(person, [Fault(trouble, at)]))
        assert _gone(view), f"pulled at command {at}, and the desk shows {view.stage}"
        assert clean(view)
    # The desk is as good as before.
    assert _page(play(world, card_of(person))) == "subsidies"


def test_a_command_that_answers_nonsense_never_ends_the_desk(world: World) -> None:
    whole = card_of("elder")
    play(world, whole)
    world.readers.pull(READER)
    world.until(_gone)
    for at in range(1, whole.commands + 1, 3):
        world.readers.insert(READER, card_of("elder", [Fault(Trouble.TRUNCATED, at, 1)]))
        world.until_stage(Stage.NOTICE)
        world.desk.accept_notice()
        view = world.until_stage(Stage.HOLDER, Stage.FAULT)
        assert view.stage is Stage.HOLDER or (view.fault and view.fault.code != "T199")
        world.readers.pull(READER)
        world.until(_gone)
