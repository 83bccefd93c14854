"""Many at once: terminals that join in the same moment, and threads that share one client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from terminal.centre.errors import CentreError, CentreFault
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import Member, card_id_of, join, prove

CROWD = 6


def test_terminals_that_join_at_once_are_told_apart(centre: SandboxCentre, tmp_path: Path) -> None:
    codes = [centre.control.new_code() for _ in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as pool:
        joined = pool.map(
            lambda index: join(tmp_path / str(index), centre.url, codes[index], centre.authority), range(CROWD)
        )
        numbers = [member.identity.terminal for member in joined]
    assert len(set(numbers)) == CROWD


def test_a_code_that_many_try_at_once_serves_one(centre: SandboxCentre, tmp_path: Path) -> None:
    code = centre.control.new_code()

    def attempt(index: int) -> CentreFault | None:
        try:
            join(tmp_path / str(index), centre.url, code, centre.authority)
        except CentreError as error:
            return error.fault
        return None

    with ThreadPoolExecutor(CROWD) as pool:
        outcomes = list(pool.map(attempt, range(CROWD)))
    assert sorted(str(outcome) for outcome in outcomes) == sorted(
        ["None", *[str(CentreFault.CODE_REFUSED)] * (CROWD - 1)]
    )


def test_one_client_serves_several_threads(centre: SandboxCentre, member: Member, population: Population) -> None:
    client = member.client()

    def visit(index: int) -> bool:
        person = population.people[index]
        return client.card_status(prove(client, person).token, card_id_of(person)).state is person.card.state

    with ThreadPoolExecutor(CROWD) as pool:
        assert all(pool.map(visit, range(4 * CROWD)))
