"""Past the end of the list of people, off-line: nobody is served and nobody reviews. People see what waits, it is sent,
and the day is closed; once the centre's list is here whoever was known by the old one shows again who it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.people.operators import DOCUMENT
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.views import Stage
from tests.terminal.own import joined, past_its_end
from tests.terminal.test_local_api import call, free_port
from tests.terminal.test_sign_in import journal
from tests.terminal.world import READER, World, card_of


@pytest.fixture
def old(centre: SandboxCentre, tmp_path: Path) -> Settings:
    """A terminal that was off-line for all of the list's life, and still is."""
    made = joined(centre, tmp_path, local_api_port=free_port())
    with World(made) as world:
        world.centre_known()
    past_its_end(made, DOCUMENT)
    centre.control.fault("down")
    return made


def code(world: World) -> str | None:
    fault = world.desk.view.fault
    return None if fault is None else fault.code


def test_by_an_old_list_nobody_serves_and_the_day_is_closed(centre: SandboxCentre, old: Settings) -> None:
    from terminal.localapi.programs import Programs

    token = Programs(old).add("Hall 7", "native", writes=False)
    with World(old, operator=None) as world:
        view = world.until(lambda view: view.fault is not None)
        assert (view.stage, code(world)) == (Stage.SIGN_IN, "T188")  # said before anybody types
        card = card_of("farmer")
        world.readers.insert(READER, card)
        world.sign_in("1001")
        view = world.until_stage(Stage.FAULT)
        assert (code(world), view.holder, card.commands) == ("T188", None, 0)
        world.desk.accept_notice()
        world.desk.retry()
        assert call(old, token, "iReadCardBas", iType=1)["fault"] == "L107"
        assert world.desk.queue().result(30).lines == ()
        assert world.desk.day_end().result(30).ready
        world.desk.lock()
        world.until(lambda view: view.secret is not None)
        world.type_secret(None, PASSWORDS["1001"])
        world.until(lambda view: view.secret is None and view.stage is Stage.FAULT)
        assert (code(world), card.commands) == ("T188", 0)

        centre.control.clear()
        world.desk.retry()
        view = world.until(lambda view: view.stage is Stage.SIGN_IN and view.fault is None)
        assert view.secret is not None  # by the new list, once more
        world.type_secret(None, PASSWORDS["1001"])
        world.until_stage(Stage.NOTICE)
        world.desk.accept_notice()
        assert world.until_stage(Stage.HOLDER, Stage.FAULT).stage is Stage.HOLDER
    said = journal(old)
    assert ("signed-in", {"operator": "1001", "role": "operator", "way": "desk", "list": "past"}) in said
    assert ("locked", {"operator": "1001", "reason": "list-renewed"}) in said
    assert ("unlocked", {"operator": "1001"}) in said
    assert {fields["operator"] for what, fields in said if what == "day-closed"} == {"1001"}


def test_with_the_centre_there_an_old_list_is_renewed_before_anybody_notices(
    centre: SandboxCentre, old: Settings
) -> None:
    centre.control.clear()
    with World(old, operator=None) as world:
        world.sign_in("1001")
        assert world.until_stage(Stage.WAITING).fault is None
