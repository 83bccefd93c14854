"""An unblock or a reset that was cut off, seen again at the desk: the tries are asked first, a locked card no PIN."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from cardio.simulator.card import SimulatedCard
from terminal import bootstrap
from terminal.card_writes import CardWrites
from terminal.clock import SystemClock
from terminal.membership import join
from terminal.model.operations import PIN_RESET, PIN_UNBLOCK
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings
from terminal.unblock_doubt import TRIES
from terminal.views import DeskView, DoubtfulView, Stage
from tests.terminal.own import joined
from tests.terminal.test_contact_change import data_of
from tests.terminal.world import READER, World, card_of

FULL = card_of("elder").contents.pin_tries


T = TypeVar("T")


def _with_staff(own: Settings, run: Callable[[bootstrap.Staff], T]) -> T:
    clock = SystemClock()
    staff = bootstrap.Staff(own, clock, lambda: join(own, clock))
    staff.room.open()
    try:
        return run(staff)
    finally:
        staff.room.close()


def cut_off(own: Settings, what: str, tries: int, *, after: bool) -> SimulatedCard:
    """Begun and no end; the card did it, or never got the command."""
    card = card_of("elder")
    card.chip.pin.restore(card.chip.pin.packed, tries)

    def begin(staff: bootstrap.Staff) -> None:
        writes = CardWrites(staff.room.open(), SystemClock(), "1001", "2001")
        writes.begin(what, card.contents.card_id, {TRIES: tries}, authenticated=False, program="Hall")

    _with_staff(own, begin)
    if after:
        card.chip.pin.unblock(None)
    return card


def _kinds(own: Settings) -> list[str]:
    return _with_staff(own, lambda staff: [entry.kind for entry in staff.room.open().outbox.listed()])


def _doubtful(world: World, card: SimulatedCard) -> DoubtfulView:
    world.centre_known()
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.accept_notice()
    data = data_of(world.until_page("doubtful"))
    assert isinstance(data, DoubtfulView)
    return data


@pytest.mark.parametrize(
    ("tries", "after", "ending"),
    [
        (0, False, "undone"),
        (0, True, "done"),
        (1, False, "undone"),
        (1, True, "done"),
        # Harmless: it would have changed nothing.
        (FULL, False, "undone"),
        (FULL, True, "undone"),
    ],
)
def test_the_tries_settle_an_unblock(
    centre: SandboxCentre, tmp_path: Path, tries: int, after: bool, ending: str
) -> None:
    own = joined(centre, tmp_path)
    card = cut_off(own, PIN_UNBLOCK, tries, after=after)
    left = card.chip.pin.left
    with World(own) as world:
        page = _doubtful(world, card)
        assert (page.what.en, "PIN" in page.ask.en) == ("The card left in the middle of a PIN unblock.", True)
        world.send("settle")
        world.until_page("result")
    assert _kinds(own) == [f"{PIN_UNBLOCK}.begun", f"{PIN_UNBLOCK}.{ending}"]
    assert card.chip.pin.left == left


@pytest.mark.parametrize(("before", "now", "page"), [(0, 0, "result"), (1, 0, "doubtful"), (1, 1, "pin")])
def test_a_reset_asks_for_the_pin_only_where_the_card_has_tries(
    centre: SandboxCentre, tmp_path: Path, before: int, now: int, page: str
) -> None:
    own = joined(centre, tmp_path)
    card = cut_off(own, PIN_RESET, before, after=False)
    card.chip.pin.restore(card.chip.pin.packed, now)
    with World(own) as world:
        first = _doubtful(world, card)
        assert first.what.en == "The card left in the middle of a PIN reset."
        world.send("settle")

        def answered(view: DeskView) -> bool:
            return view.journey is not None and bool(view.journey.view) and view.journey.data not in {None, first}

        shown = world.until(answered)
        assert shown.journey is not None
        assert shown.journey.view == page
        if page == "doubtful":
            data = data_of(shown)
            assert isinstance(data, DoubtfulView)
            assert "locked" in data.ask.en
            assert shown.journey.actions == ("later",)  # two people settle it; trying again here leads nowhere
    assert _kinds(own) == [f"{PIN_RESET}.begun"] + ([f"{PIN_RESET}.undone"] if page == "result" else [])
