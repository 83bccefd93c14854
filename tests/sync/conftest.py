"""One sandbox centre for the tests here; a terminal of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.support.suites import Centres, centres, choose
from tests.sync.support import Terminal, new_terminal

MODULES = {
    "test_blobs",
    "test_courier",
    "test_medium",
    "test_medium_cases",
    "test_new_life",
    "test_people_between",
    "test_reference",
    "test_refused",
    "test_reserving",
    "test_salvage",
    "test_snapshots",
    "test_way_up",
}
ALWAYS = {
    "test_what_is_recorded_takes_effect_once",
    "test_a_forged_acknowledgement_moves_nothing",
    "test_photos_come_along_and_what_had_arrived_before_takes_effect_no_second_time",
    "test_what_was_recorded_in_another_history_or_a_closed_life_takes_effect_once",
    "test_after_a_fork_the_terminal_goes_on_in_a_new_life",
    "test_numbers_and_persons_come_over_the_wire",
    "test_the_sender_brings_what_the_centre_publishes",
    "test_a_disk_whose_keys_are_gone_is_opened_by_the_centre",
    "test_a_batch_of_another_suite_is_not_taken",
    "test_an_envelope_of_another_suite_is_refused_alone",
    "test_a_piece_of_another_suite_is_not_taken",
    "test_a_medium_of_another_suite_is_not_taken",
    "test_the_suite_is_fixed_at_enrolment",
    "test_the_centre_s_word_on_paper_is_of_its_suite",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    choose(metafunc, MODULES, ALWAYS)


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centres]:
    with centres(tmp_path_factory) as found:
        yield found


@pytest.fixture
def on(request: pytest.FixtureRequest) -> str:
    """The suite of the centre."""
    return str(getattr(request, "param", "intl"))


@pytest.fixture
def centre(started: Centres, on: str) -> Iterator[SandboxCentre]:
    """The centre, without faults before and after."""
    running = started(on)
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
