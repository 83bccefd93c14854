"""What the centre publishes is used where the holder stands: a card on the watch-list, a service switched off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings
from terminal.views import Stage
from tests.terminal.world import World, card_of


@pytest.fixture
def centre_says(centre: SandboxCentre) -> Iterator[SandboxCentre]:
    """Whatever is published is taken back afterwards."""
    yield centre
    centre.control.publish(watch=[], off=[])


def test_a_card_on_the_watch_list_and_a_service_switched_off_are_refused_at_the_first_screen(
    centre_says: SandboxCentre, settings: Settings
) -> None:
    watched, other = card_of("farmer"), card_of("elder")
    centre_says.control.publish(watch=[watched.contents.card_id.hex()], off=["contact-change"])
    with World(settings) as world:
        world.centre_known()
        view = world.identify(watched)
        assert view.stage is Stage.FAULT
        assert view.fault is not None
        assert view.fault.code == "T181"
        world.readers.pull("Reader A")
        world.until_stage(Stage.WAITING)
        view = world.identify(other)
        assert view.stage is Stage.HOLDER
        refused = {tile.code: tile.refused.code for tile in view.services if tile.refused is not None}
        assert refused.get("contact-change") == "T182"
        assert "card-pin-change" not in refused
