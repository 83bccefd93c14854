"""Who is at the counter: sign-in against the list kept here, lockout, lock, hand-over, and what the journal says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.clock import FixedClock, SystemClock
from terminal.membership import Membership, join
from terminal.people.operators import SignInRules
from terminal.people.secret import SecretBuffer
from terminal.records import open_records
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.views import DeskView, Stage
from tests.terminal.own import joined
from tests.terminal.world import READER, World, card_of, settings_for


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path) -> Settings:
    return joined(centre, tmp_path)


@pytest.fixture
def closed(centre: SandboxCentre, settings: Settings) -> Iterator[World]:
    """A desk at which nobody is signed in."""
    with World(settings, operator=None) as made:
        made.centre_known()
        yield made


def code(view: DeskView) -> str | None:
    return view.secret.message.code if view.secret and view.secret.message else None


def refused(world: World, number: str, password: str) -> str | None:
    world.until(lambda view: view.secret is not None)
    world.type_secret(number, password)
    return code(world.until(lambda view: code(view) is not None))


def journal(settings: Settings) -> list[tuple[str, dict[str, object]]]:
    """What the journal says, read after the desk has ended."""
    member: Membership = join(settings, SystemClock())
    records = open_records(settings, SystemClock(), member)
    try:
        return [(line.what, dict(line.fields)) for line in records.journal.lines()]
    finally:
        records.close()


def test_without_sign_in_no_card_is_served(closed: World) -> None:
    card = card_of("elder")
    closed.readers.insert(READER, card)
    assert closed.desk.view.stage is Stage.SIGN_IN
    closed.sign_in("1001")
    view = closed.until_stage(Stage.NOTICE)
    assert view.operator is not None
    assert view.operator.number == "1001"
    assert card.commands == 0


@pytest.mark.parametrize(("number", "password"), [("1001", "counter-1002"), ("8888", "counter-1001")])
def test_a_wrong_password_and_an_unknown_number_are_one_answer(closed: World, number: str, password: str) -> None:
    assert refused(closed, number, password) == "T130"
    assert closed.desk.view.operator is None
    closed.sign_in("1001")


def test_a_reviewer_alone_does_not_serve(closed: World) -> None:
    assert refused(closed, "2002", PASSWORDS["2002"]) == "T133"


def test_the_number_is_locked_after_some_tries_also_over_a_restart(centre: SandboxCentre, settings: Settings) -> None:
    clock = Moved()
    with World(settings, clock=clock, operator=None) as world:
        world.centre_known()
        for _ in range(SignInRules().tries):
            assert refused(world, "1001", "nonsense") == "T130"
        assert refused(world, "1001", PASSWORDS["1001"]) == "T131"
        world.sign_in("1002")  # others are not kept from their work
    with World(settings, clock=clock, operator=None) as world:
        assert refused(world, "1001", PASSWORDS["1001"]) == "T131"
        clock.advance(SignInRules().lock_seconds + 1)
        world.sign_in("1001")


def test_the_centre_is_not_needed_once_the_list_is_here(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings) as world:
        world.centre_known()
    centre.control.fault("down")
    with World(settings, operator="1002") as world:
        assert world.desk.view.operator is not None


def test_with_no_list_and_no_centre_nobody_signs_in(centre: SandboxCentre, settings: Settings) -> None:
    centre.control.fault("down")
    with World(settings, operator=None) as world:
        assert refused(world, "1001", PASSWORDS["1001"]) == "T132"
        centre.control.clear()
        world.sign_in("1001")


def test_a_machine_that_never_joined_says_so(tmp_path: Path) -> None:
    with World(settings_for(tmp_path), operator=None) as world:
        assert refused(world, "1001", PASSWORDS["1001"]) == "T132"


def test_lock_ends_the_visit_and_the_same_person_goes_on(closed: World) -> None:
    closed.sign_in("1001")
    closed.identify(card_of("elder"))
    closed.desk.lock()
    view = closed.until_stage(Stage.SIGN_IN)
    assert (view.holder, view.journey) == (None, None)
    assert view.secret is not None
    assert (view.secret.number, view.secret.fixed_number) == ("1001", True)
    closed.desk.secret_number("1002")
    closed.type_secret(None, PASSWORDS["1002"])
    closed.until(lambda view: code(view) == "T130")
    closed.type_secret(None, PASSWORDS["1001"])
    view = closed.until(lambda view: view.secret is None)
    assert view.stage is Stage.WAITING


def test_hand_over_from_a_locked_session(closed: World) -> None:
    closed.sign_in("1001")
    closed.desk.lock()
    closed.until(lambda view: view.secret is not None)
    closed.desk.sign_out()
    view = closed.until(lambda view: view.operator is None)
    assert view.secret is not None
    assert (view.secret.number, view.secret.fixed_number) == ("", False)
    closed.sign_in("1002")


def test_nobody_there_locks_the_session(centre: SandboxCentre, settings: Settings) -> None:
    clock = Moved()
    with World(settings, clock=clock) as world:
        world.centre_known()
        clock.advance(SignInRules().idle_seconds + 1)
        world.desk.reader_stuck("nobody's", False)  # anything at all makes the desk look at the time
        view = world.until_stage(Stage.SIGN_IN)
        assert view.secret is not None
        assert view.secret.fixed_number


def test_a_touch_of_whatever_lies_over_the_page_keeps_the_session(centre: SandboxCentre, settings: Settings) -> None:
    clock = Moved()
    with World(settings, clock=clock) as world:
        world.centre_known()
        for _ in range(3):
            clock.advance(SignInRules().idle_seconds - 1)
            world.desk.touch()
            world.desk.queue().result(30)
        world.desk.sync_now()
        assert world.until(lambda view: view.queue is not None).stage is Stage.WAITING


def test_where_nobody_can_sign_in_the_page_says_so_and_whom_to_call(centre: SandboxCentre, settings: Settings) -> None:
    centre.control.fault("down")
    with World(settings, operator=None) as world:
        view = world.until(lambda view: view.fault is not None)
        assert view.fault is not None
        assert (view.stage, view.fault.code, view.loss_hotline) == (Stage.SIGN_IN, "T132", "12333")
        centre.control.clear()
        world.desk.retry()
        world.until(lambda view: view.fault is None)
        world.sign_in("1001")


def test_a_machine_that_has_not_joined_says_so_before_anybody_types(tmp_path: Path) -> None:
    with World(settings_for(tmp_path), operator=None) as world:
        view = world.until(lambda view: view.fault is not None)
        assert view.fault is not None
        assert (view.stage, view.fault.code) == (Stage.SIGN_IN, "N112")


def test_the_right_password_clears_the_count(centre: SandboxCentre, closed: World) -> None:
    for _ in range(2):
        for _ in range(SignInRules().tries - 1):
            assert refused(closed, "1001", "nonsense") == "T130"
            closed.desk.secret_number("1001")
        closed.type_secret("1001", PASSWORDS["1001"])
        closed.until(lambda view: view.secret is None)
        closed.desk.sign_out()
        closed.until(lambda view: view.operator is None)


def test_the_journal_tells_who_came_and_went(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, operator=None) as world:
        world.centre_known()
        world.until(lambda view: view.queue is not None)  # the store is open
        refused(world, "1001", "nonsense")
        world.sign_in("1001")
        world.desk.lock()
        world.until(lambda view: view.secret is not None)
        world.type_secret(None, PASSWORDS["1001"])
        world.until(lambda view: view.secret is None)
        assert not world.desk.day_end().result(30).ready or world.desk.view.queue
        world.desk.sign_out()
        world.until(lambda view: view.operator is None)
        world.desk.day_end().result(30)
    said = journal(settings)
    whats = [what for what, _ in said]
    for what in ("sign-in-refused", "signed-in", "locked", "unlocked", "signed-out", "day-closed"):
        assert what in whats
    assert ("signed-in", {"operator": "1001", "role": "operator", "way": "desk"}) in said
    assert {fields["operator"] for what, fields in said if what == "day-closed"} == {"1001"}
    assert not [value for _, fields in said for value in fields.values() if value in PASSWORDS.values()]


def test_the_journal_tells_who_took_over_a_locked_session(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, operator=None) as world:
        world.centre_known()
        world.until(lambda view: view.queue is not None)  # the store is open
        for number, locked in (("1001", False), ("1002", True), ("1002", True), ("1001", False), ("1002", False)):
            world.sign_in(number)
            if locked:
                world.desk.lock()
                world.until(lambda view: view.secret is not None)
            world.desk.sign_out()
            world.until(lambda view: view.operator is None)
        world.desk.day_end().result(30)
    taken = [fields for what, fields in journal(settings) if what == "handed-over"]
    assert taken == [{"operator": "1002", "to": "1001"}]


def test_the_journal_tells_what_was_shown_in_clear_to_whom_and_not_the_value(
    centre: SandboxCentre, settings: Settings
) -> None:
    with World(settings) as world:
        world.centre_known()
        world.until(lambda view: view.queue is not None)
        world.identify(card_of("elder"))
        for name in ("number", "number", "no-such"):
            world.desk.unmask(name)
        world.desk.day_end().result(30)
    shown = [fields for what, fields in journal(settings) if what == "unmasked"]
    assert shown == [{"operator": "1001", "what": "number"}] * 2


def test_a_secret_is_counted_and_never_kept() -> None:
    secret = SecretBuffer()
    for character in "a密𠮷":
        assert secret.add(character)
    assert not secret.add("\n")
    assert not secret.add("ab")
    assert (len(secret), "密" in repr(secret)) == (3, False)
    secret.erase()
    taken = secret.take()
    assert bytes(taken).decode() == "a密"
    assert (len(secret), set(secret._bytes)) == (0, {0})
    for _ in range(100):
        secret.add("x")
    assert len(secret) == 64


class Moved(FixedClock):
    """Stands still until told, from now on: certificates have to be valid."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now())
