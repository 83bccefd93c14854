"""Whole visits without a screen: real cards in software, the real sandbox centre, the real desk."""

from __future__ import annotations

import functools
import weakref
from pathlib import Path

import pytest

from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import THIRD
from terminal.clock import FixedClock, SystemClock
from terminal.desk import TAKE_CARD, TIMED_OUT
from terminal.desk_loop import Loop
from terminal.fault_table import TABLE
from terminal.fault_table.entry import BECAUSE, CLOSED
from terminal.sandbox.child import SandboxCentre
from terminal.services.base import Offline
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.text import Text
from terminal.views import CardStatusView, DeskView, FaultView, PinView, Stage, SubsidyView
from tests.terminal.world import READER, SECOND, World, card_of, settings_for

LATEST = 1.25
"""A pause is at most this many times what is set."""


def closed(cause: str) -> FaultView:
    """What is said of a card that keeps its holder to itself because of ``cause``."""
    entry = TABLE[cause]
    remedy = BECAUSE.format(code=cause, message="{message}", remedy="{remedy}")
    return FaultView(
        "C304",
        CLOSED,
        Text(
            remedy.zh.format(message=entry.message.zh, remedy=entry.remedy.zh),
            remedy.en.format(message=entry.message.en, remedy=entry.remedy.en),
        ),
    )


def fault_code(view: DeskView) -> str | None:
    return view.fault.code if view.fault else None


def test_nothing_is_read_before_the_notice_is_accepted(world: World) -> None:
    card = card_of("elder")
    world.readers.insert(READER, card)
    view = world.until_stage(Stage.NOTICE)
    assert card.commands == 0
    assert view.holder is None


def test_what_is_offered_is_told_before_anybody_is_here(world: World) -> None:
    view = world.desk.view
    assert view.services == ()
    assert view.offers == tuple(service.title for service in services())
    assert set(view.offers_offline) == {each.title for each in services() if each.offline is not Offline.NEVER}


def test_a_third_generation_card_is_proven_and_its_holder_shown_masked(world: World) -> None:
    view = world.identify(card_of("elder"))
    assert view.stage is Stage.HOLDER
    assert view.fault is None
    assert view.holder is not None
    assert view.holder.authenticated
    assert view.holder.name is not None
    assert view.holder.name.endswith("*")
    assert [tile.refused for tile in view.services] == [None] * 4


def test_the_plain_account_after_one_wrong_pin(world: World) -> None:
    world.identify(card_of("elder"))
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    world.type_pin("654321")
    view = world.until(lambda view: _pin(view) is not None and _message(view))
    pin = _pin(view)
    assert pin is not None
    assert (pin.digits, pin.tries_left) == (0, 5)
    world.type_pin("739182")
    view = world.until_page("subsidies")
    data = view.journey.data if view.journey else None
    assert isinstance(data, SubsidyView)
    assert data.years
    world.desk.leave_service()
    world.until_stage(Stage.HOLDER)
    # Once in a visit is enough.
    world.desk.start_service("subsidy-enquiry")
    world.until_page("subsidies")


def _pin(view: DeskView) -> PinView | None:
    data = view.journey.data if view.journey else None
    return data if isinstance(data, PinView) else None


def _tries_are(left: int, view: DeskView) -> bool:
    pin = _pin(view)
    return pin is not None and pin.tries_left == left


def _digits(view: DeskView) -> int:
    pin = _pin(view)
    return pin.digits if pin else 0


def _message(view: DeskView) -> bool:
    pin = _pin(view)
    return pin is not None and pin.message is not None


def test_the_year_category_and_hidden_item_that_the_person_chooses(world: World) -> None:
    world.identify(card_of("disabled"))
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    world.type_pin("739182")
    world.until_page("subsidies")
    world.desk.send("year", "")
    view = world.until(lambda view: _subsidies(view) is not None and _account(view).selected is None)
    hidden = next(line for line in _account(view).lines if line.hidden)
    assert hidden.facts == ()
    world.desk.send("reveal", hidden.payment_id)
    view = world.until(
        lambda view: any(line.payment_id == hidden.payment_id and not line.hidden for line in _account(view).lines)
    )
    line = next(line for line in _account(view).lines if line.payment_id == hidden.payment_id)
    assert line.title != hidden.title
    assert line.facts


def _subsidies(view: DeskView) -> SubsidyView | None:
    data = view.journey.data if view.journey else None
    return data if isinstance(data, SubsidyView) else None


def _account(view: DeskView) -> SubsidyView:
    found = _subsidies(view)
    assert found is not None
    return found


def test_card_status(world: World) -> None:
    world.identify(card_of("lost"))
    world.desk.start_service("card-status")
    view = world.until_page("card-status")
    data = view.journey.data if view.journey else None
    assert isinstance(data, CardStatusView)
    assert data.advice is not None
    assert any(fact.tone in {"bad", "warning"} for fact in data.facts)


def test_a_pin_that_locks(world: World) -> None:
    world.identify(card_of("farmer"))
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    for left in (5, 4, 3, 2, 1):
        world.type_pin("999999")
        world.until(functools.partial(_tries_are, left))
    world.type_pin("999999")
    view = world.until_page("fault")
    assert view.journey is not None
    assert view.journey.fault is not None
    assert view.journey.fault.code == "C402"
    assert "retry" not in view.journey.actions
    world.desk.leave_service()
    world.until_stage(Stage.HOLDER)
    world.desk.start_service("subsidy-enquiry")
    view = world.until_page("fault")
    assert view.journey is not None
    assert view.journey.fault is not None
    assert view.journey.fault.code == "T122"


def test_the_next_holder_sees_nothing_of_the_one_before(world: World) -> None:
    first = world.identify(card_of("elder"))
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    world.desk.pin_digit(1)
    world.until(lambda view: _digits(view) == 1)
    world.readers.pull(READER)
    clean = world.until_stage(Stage.WAITING)
    assert (clean.holder, clean.journey, clean.services, clean.fault) == (None, None, (), None)
    assert world.desk.unmask("name") is None
    second = world.identify(card_of("farmer"))
    assert first.holder is not None
    assert second.holder is not None
    assert first.holder.number != second.holder.number
    world.desk.start_service("subsidy-enquiry")
    view = world.until_page("pin")
    pin = _pin(view)
    assert pin is not None
    assert pin.digits == 0


def test_one_card_swapped_for_another_in_one_go(world: World) -> None:
    world.identify(card_of("elder"))
    world.readers.insert(READER, card_of("farmer"))
    view = world.until_stage(Stage.NOTICE)
    assert view.holder is None


def test_declining_leaves_the_card_unread_until_it_was_out(world: World) -> None:
    card = card_of("elder")
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.decline_notice()
    view = world.until_stage(Stage.WAITING)
    assert TAKE_CARD in view.notices
    assert card.commands == 0
    world.readers.pull(READER)
    view = world.until(lambda view: not view.notices)
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)


def test_ending_a_visit_drops_the_proofs_on_the_card(world: World) -> None:
    card = card_of("elder")
    world.identify(card)
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    world.type_pin("739182")
    world.until_page("subsidies")
    assert card.pin_verified
    world.desk.end_visit()
    view = world.until_stage(Stage.WAITING)
    assert view.holder is None
    world.eventually(lambda: not card.pin_verified)  # the card is let go of, and not when the program ends


def test_unmask_in_the_sandbox_and_not_in_production(world: World) -> None:
    view = world.identify(card_of("elder"))
    assert view.holder is not None
    number = world.desk.unmask("number")
    assert number is not None
    assert view.holder.number is not None
    assert (number[:3], number[-4:]) == (view.holder.number[:3], view.holder.number[-4:])
    assert world.desk.unmask("birth_date") == "1941-03-12"
    assert world.desk.unmask("pin") is None


# --- readers ----------------------------------------------------------------------------------------------------


def test_two_cards_wait_for_a_choice(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, readers=(READER, SECOND)) as world:
        world.readers.insert(READER, card_of("elder"))
        world.until_stage(Stage.NOTICE)
        world.readers.insert(SECOND, card_of("farmer"))
        view = world.until(lambda view: [each.state for each in view.readers] == ["card", "card"])
        assert (view.stage, view.reader) == (Stage.NOTICE, READER)  # a visit that began goes on
        world.desk.decline_notice()
        view = world.until(lambda view: view.reader == SECOND)
        world.readers.pull(READER)
        world.readers.pull(SECOND)
        world.until_stage(Stage.WAITING)


def test_a_chosen_reader_of_two(centre: SandboxCentre, settings: Settings) -> None:
    world = World(settings, readers=(READER, SECOND))
    world.readers.insert(READER, card_of("elder"))
    world.readers.insert(SECOND, card_of("farmer"))
    with world:
        view = world.until(lambda view: fault_code(view) == "C103")
        assert view.stage is Stage.WAITING
        world.desk.choose_reader(SECOND)
        view = world.until_stage(Stage.NOTICE)
        assert view.reader == SECOND


def test_no_reader_recovers_by_itself(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, readers=()) as world:
        world.until(lambda view: view.stage is Stage.FAULT and fault_code(view) == "C102")
        world.readers.plug(READER)
        view = world.until_stage(Stage.WAITING)
        assert view.fault is None


def test_the_service_stops_in_the_middle_and_comes_back(world: World) -> None:
    world.identify(card_of("elder"))
    world.readers.stop_service()
    view = world.until(lambda view: fault_code(view) == "C101")
    assert (view.stage, view.holder) == (Stage.FAULT, None)
    world.readers.start_service()
    world.until_stage(Stage.NOTICE)


def test_a_card_held_by_another_program(world: World) -> None:
    world.readers.hold(READER)
    world.readers.insert(READER, card_of("elder"))
    world.until(lambda view: fault_code(view) == "C105")
    world.readers.hold(READER, False)
    world.until_stage(Stage.NOTICE)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble.MUTE, "C109"),
        (Trouble.NOT_SOCIAL_SECURITY, "C201"),
        (Trouble.APPLICATION_BLOCKED, "C203"),
        (Trouble.FORGED, "C301"),
    ],
)
def test_a_card_that_cannot_be_served(world: World, trouble: Trouble, code: str) -> None:
    world.readers.insert(READER, card_of("elder", [Fault(trouble)]))
    world.until_stage(Stage.NOTICE, Stage.FAULT)
    world.desk.accept_notice()
    view = world.until(lambda view: view.stage is Stage.FAULT)
    assert fault_code(view) == code
    assert view.holder is None
    world.readers.pull(READER)
    view = world.until_stage(Stage.WAITING)
    assert view.fault is None


def test_a_card_that_hangs_names_the_reader_stuck_and_recovers(centre: SandboxCentre, member: Path) -> None:
    card = card_of("elder", [Fault(Trouble.HANG, at=3)])
    with World(settings_for(member, card_deadline=0.3)) as world:
        view = world.identify(card)
        assert (view.stage, fault_code(view)) == (Stage.FAULT, "C107")
        world.until(lambda view: view.readers[0].state == "stuck")
        card.release()
        world.until_stage(Stage.HOLDER)


# --- the centre -------------------------------------------------------------------------------------------------


def test_with_the_centre_down_a_third_generation_card_gives_its_free_records(
    world: World, centre: SandboxCentre
) -> None:
    centre.control.fault("down")
    view = world.identify(card_of("elder"))
    assert view.stage is Stage.HOLDER
    assert view.fault == closed("N101")
    assert view.fault is not None
    assert view.fault.remedy.zh.startswith("原因（N101）：联系不上中心")
    assert view.fault.remedy.en.startswith("Cause (N101): The centre cannot be reached")
    assert view.holder is not None
    assert (view.holder.name, view.holder.number, view.holder.authenticated) == (None, None, False)
    assert view.holder.card_number is not None
    assert {tile.refused.code for tile in view.services if tile.refused} == {"T106", "T107", "T137"}
    world.desk.start_service("card-status")
    centre.control.clear()
    world.desk.retry()
    view = world.until(lambda view: view.stage is Stage.HOLDER and view.fault is None)
    assert view.holder is not None
    assert view.holder.authenticated


@pytest.mark.parametrize(
    ("kind", "seconds", "code"),
    [("html", 0, "N103"), ("bad-signature", 0, "N104"), ("clock", 3600, "N107"), ("busy", 0, "N108")],
)
def test_a_centre_that_misbehaves_while_a_card_is_proven(
    world: World, centre: SandboxCentre, kind: str, seconds: float, code: str
) -> None:
    centre.control.fault(kind, seconds=seconds)
    view = world.identify(card_of("elder"))
    assert (view.stage, view.fault) == (Stage.HOLDER, closed(code))
    assert view.holder is not None
    assert view.holder.name is None
    assert all(tile.refused for tile in view.services)


def test_a_card_that_the_centre_does_not_know(world: World) -> None:
    view = world.identify(SimulatedCard(THIRD))
    assert (view.stage, fault_code(view)) == (Stage.HOLDER, "N114")
    assert view.centre.reachable


def test_with_no_centre_running_the_cause_is_another(world: World, centre: SandboxCentre) -> None:
    centre.stop()
    try:
        view = world.identify(card_of("elder"))
    finally:
        centre.start()
    assert (view.stage, view.fault) == (Stage.HOLDER, closed("N101"))


def test_with_the_centre_down_a_second_generation_card_is_shown_as_not_proven(
    world: World, centre: SandboxCentre
) -> None:
    centre.control.fault("down")
    view = world.identify(card_of("farmer"))
    assert view.holder is not None
    assert view.holder.name is not None
    assert view.holder.authenticity.zh == "卡片真伪未核验"
    assert fault_code(view) == "N101"  # nothing is missing, so there is nothing more to explain


@pytest.mark.parametrize(
    ("kind", "code"),
    [("html", "N103"), ("bad-signature", "N104"), ("failed", "N109"), ("wrong-schema", "N110"), ("busy", "N108")],
)
def test_a_centre_that_misbehaves_in_a_service(world: World, centre: SandboxCentre, kind: str, code: str) -> None:
    world.identify(card_of("elder"))
    centre.control.fault(kind, route="card_status")
    world.desk.start_service("card-status")
    view = world.until_page("fault")
    assert view.journey is not None
    assert view.journey.fault is not None
    assert view.journey.fault.code == code
    centre.control.clear()
    if "retry" in view.journey.actions:
        world.desk.send("retry")
        world.until_page("card-status")
    else:
        world.desk.leave_service()
        world.until_stage(Stage.HOLDER)


def test_a_slow_centre_has_its_own_fault(centre: SandboxCentre, member: Path) -> None:
    with World(settings_for(member, centre_timeout=0.5)) as world:
        world.centre_known()
        world.identify(card_of("elder"))
        centre.control.fault("slow", seconds=5, route="card_status")
        world.desk.start_service("card-status")
        view = world.until_page("fault")
        assert view.journey is not None
        assert view.journey.fault is not None
        assert view.journey.fault.code == "N102"


def test_the_centre_is_seen_again_by_itself(world: World, centre: SandboxCentre) -> None:
    centre.control.fault("down")
    world.desk.retry()
    world.until(lambda view: view.centre.reachable is False)
    centre.control.clear()
    world.until(lambda view: view.centre.reachable is True)


def test_a_loss_is_noticed_while_nobody_is_there(centre: SandboxCentre, settings: Settings) -> None:
    clock = MovedClock()
    with World(settings, clock=clock) as world:
        world.until(lambda view: view.centre.reachable is True)
        centre.control.fault("down")
        clock.advance(settings.probe_idle * LATEST)
        world.desk.reader_stuck("nobody's", False)  # anything at all makes the desk look at the time
        world.until(lambda view: view.centre.reachable is False)
        centre.control.clear()
        clock.advance(settings.probe_every * LATEST)
        world.desk.reader_stuck("nobody's", False)
        world.until(lambda view: view.centre.reachable is True)


def test_a_card_that_goes_in_has_the_centre_looked_at(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, clock=MovedClock()) as world:
        world.until(lambda view: view.centre.reachable is True)
        centre.control.fault("down")
        world.readers.insert(READER, card_of("elder"))
        world.until(lambda view: view.stage is Stage.NOTICE and view.centre.reachable is False)


def test_back_from_a_fault_the_services_offered_are_those_there_are(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings, clock=MovedClock()) as world:
        world.until(lambda view: view.centre.reachable is True)
        world.identify(card_of("elder"))
        centre.control.fault("wrong-schema", route="card_status")
        world.desk.start_service("card-status")
        world.until_page("fault")  # which says nothing of the centre as a whole
        centre.control.fault("down")
        world.desk.leave_service()
        view = world.until(lambda view: view.stage is Stage.HOLDER and view.centre.reachable is False)
        assert [tile.refused.code for tile in view.services if tile.refused] == ["T106", "T106"]


def test_a_machine_that_has_not_joined(tmp_path: Path) -> None:
    with World(settings_for(tmp_path, sign_in=False)) as world:
        view = world.until(lambda view: view.centre.reachable is False)
        assert view.centre.fault is not None
        assert view.centre.fault.code == "N112"
        view = world.identify(card_of("elder"))
        # The sandbox's own keys read the card; the centre's services stay shut.
        assert view.holder is not None
        assert view.holder.name is not None
        assert all(tile.refused for tile in view.services)


def test_a_card_of_another_province_is_told(world: World) -> None:
    foreign = CardContents(**{**vars(THIRD), "card_id": bytes.fromhex("510100") + THIRD.card_id[3:]})
    view = world.identify(SimulatedCard(foreign))
    assert view.holder is not None
    assert view.holder.region is not None
    assert "510100" in view.holder.region.zh


def test_nobody_there_ends_the_visit(centre: SandboxCentre, settings: Settings) -> None:
    clock = MovedClock()
    with World(settings, clock=clock) as world:
        world.identify(card_of("elder"))
        clock.advance(settings.idle + 1)
        world.desk.reader_stuck("nobody's", False)  # anything at all makes the desk look at the time
        view = world.until_stage(Stage.WAITING)
        assert TIMED_OUT in view.notices
        assert view.holder is None


class MovedClock(FixedClock):
    """Stands still until told, from now on: certificates have to be valid."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now())


def test_what_the_desk_has_done_holds_nobody(world: World) -> None:
    """The next call may be hours away."""
    person = Text("人", "person")

    class Holding:
        def __call__(self) -> None:
            self.person = person

    call = Holding()
    gone = weakref.ref(call)
    loop = Loop(FixedClock())
    loop.start()
    loop.post(call)
    del call
    try:
        world.eventually(lambda: gone() is None)
    finally:
        loop.stop()
