"""One sandbox centre for the tests here; a terminal of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.sync.support import Terminal, new_terminal


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxCentre]:
    with SandboxCentre(tmp_path_factory.mktemp("centre")) as centre:
        yield centre


@pytest.fixture
def centre(running: SandboxCentre) -> Iterator[SandboxCentre]:
    """The centre, without faults before and after."""
    running.control.clear()
    yield running
    running.control.clear()


@pytest.fixture
def terminal(centre: SandboxCentre, tmp_path: Path) -> Iterator[Terminal]:
    made = new_terminal(tmp_path, centre)
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def population() -> Population:
    return Population()
