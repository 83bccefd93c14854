"""The sandbox centre and an enrolled data folder, once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.membership import key_port
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings, prepare_data
from tests.terminal.world import World, settings_for


@pytest.fixture(scope="session")
def running_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxCentre]:
    with SandboxCentre(tmp_path_factory.mktemp("centre")) as centre:
        yield centre


@pytest.fixture
def centre(running_centre: SandboxCentre) -> Iterator[SandboxCentre]:
    """The centre, without ordered faults before and after."""
    running_centre.control.clear()
    yield running_centre
    running_centre.control.clear()


@pytest.fixture(scope="session")
def member(running_centre: SandboxCentre, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has joined the centre."""
    base = tmp_path_factory.mktemp("member")
    settings = settings_for(base)
    enrol(
        prepare_data(settings),
        running_centre.url,
        running_centre.control.new_code(),
        running_centre.authority,
        environment="sandbox",
        keys=key_port(settings),
        now=SystemClock().now,
    )
    return base


@pytest.fixture
def settings(member: Path) -> Settings:
    return settings_for(member)


@pytest.fixture
def world(centre: SandboxCentre, settings: Settings) -> Iterator[World]:
    """A desk whose centre answers."""
    with World(settings) as made:
        made.centre_known()
        yield made
