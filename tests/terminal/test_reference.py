"""What the centre publishes is used where the holder stands: a card on the watch-list, a service switched off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.views import Stage
from tests.terminal.own import joined, past_its_end
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


@pytest.mark.parametrize("service", [service.code for service in services()])
def test_on_the_screen_every_service_is_refused_before_anybody_types(
    centre_says: SandboxCentre, settings: Settings, service: str
) -> None:
    """What the table of tests/e2e/test_reference_commands.py says of commands."""
    card = card_of("farmer")
    centre_says.control.publish(off=[service])
    with World(settings) as world:
        world.centre_known()
        view = world.identify(card)
        refused = {tile.code: tile.refused.code for tile in view.services if tile.refused is not None}
        assert refused == {service: "T182"}
        world.desk.start_service(service)
        assert world.desk.queue().result(30).lines == ()  # behind the other on the desk's thread
        assert world.desk.view.stage is Stage.HOLDER


def test_on_the_screen_past_the_end_nothing_is_taken_in(centre: SandboxCentre, tmp_path: Path) -> None:
    """Whoever signed in before the end goes on: looks, and takes nothing in."""
    made = joined(centre, tmp_path)
    with World(made) as world:
        world.centre_known()
    past_its_end(made, "watch-list", "catalogue")
    centre.control.fault("down")
    try:
        with World(made) as world:
            view = world.identify(card_of("farmer"))
            assert view.stage is Stage.HOLDER
            refused = {tile.code: tile.refused.code for tile in view.services if tile.refused is not None}
            assert refused.keys() == {service.code for service in services()}
            taking = {service.code for service in services() if service.leaves_something}
            assert {refused[code] for code in taking} == {"T183"}
    finally:
        centre.control.clear()
