"""One sandbox centre in a child process for all tests here, and one terminal enrolled at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import Member, join


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxCentre]:
    with SandboxCentre(tmp_path_factory.mktemp("centre")) as centre:
        yield centre


@pytest.fixture(scope="session")
def member(running: SandboxCentre, tmp_path_factory: pytest.TempPathFactory) -> Member:
    return join(tmp_path_factory.mktemp("terminal"), running.url, running.code, running.authority)


@pytest.fixture
def centre(running: SandboxCentre) -> Iterator[SandboxCentre]:
    """The centre, without faults before and after."""
    running.control.clear()
    yield running
    running.control.clear()


@pytest.fixture
def new_member(centre: SandboxCentre, tmp_path: Path) -> Member:
    """A terminal of this test's own."""
    return join(tmp_path, centre.url, centre.control.new_code(), centre.authority)


@pytest.fixture(scope="session")
def population() -> Population:
    return Population()
