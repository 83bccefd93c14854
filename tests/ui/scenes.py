"""Every screen with its hard cases: what the gallery draws and the tests walk over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from cardio.interface33 import FUNCTIONS
from terminal.desk import TAKE_CARD
from terminal.desk_notes import CUT_OFF
from terminal.localapi.wishes import ACTIONS, wish_of
from terminal.pin import LEAST, MOST
from terminal.text import Text
from terminal.views import (
    CentreView,
    DeskView,
    FaultView,
    JourneyData,
    PinView,
    ProgramView,
    ReaderView,
    ServiceTile,
    Stage,
)
from tests.ui import staff
from tests.ui.card_states import CARD_STATUS, CARD_STATUS_INACTIVE, CARD_STATUS_LOST
from tests.ui.people import (
    FAILED,
    HOLDER,
    HOLDER_FREE,
    HOLDER_LONG,
    HOLDER_UNPROVEN,
    MUTE,
    PARTLY,
    PLAIN_LONG,
    SEVERAL,
    STATUS_TILE,
    SUBSIDIES,
    SUBSIDIES_ALL,
    SUBSIDIES_EMPTY,
    SUBSIDIES_HIDDEN,
    SUBSIDIES_NONE,
    SUBSIDY_TILE,
    TILES,
    TILES_FREE,
    TILES_UNPROVEN,
    UNREACHABLE,
    wrong_pin,
)
from tests.ui.people import LOCKED as PIN_LOCKED
from tests.ui.scripted import WAITING, WITH_CARD, ScriptedDesk, service
from tests.ui.tree import named, wait_for
from ui.window import CounterWindow

Prepare = Callable[[ScriptedDesk, CounterWindow], None]


@dataclass(frozen=True)
class Scene:
    """:param prepare: what a person does on the screen before the picture is taken."""

    name: str
    view: DeskView
    prepare: tuple[Prepare, ...] = field(default=())


CARD_IN = replace(WAITING, readers=(WITH_CARD,), reader=WITH_CARD.name)
NOTICE = replace(CARD_IN, stage=Stage.NOTICE)
READING = replace(CARD_IN, stage=Stage.READING)
AT_HOLDER = replace(CARD_IN, stage=Stage.HOLDER, holder=HOLDER, services=TILES)
OFFLINE = CentreView(False, "09:12", UNREACHABLE)


def in_service(
    view: str,
    *,
    data: JourneyData | None = None,
    fault: FaultView | None = None,
    actions: tuple[str, ...] = (),
    tile: ServiceTile | None = None,
) -> DeskView:
    """A journey on this page."""
    tile = tile or (STATUS_TILE if view == "card-status" else SUBSIDY_TILE)
    journey = service(tile.code, tile.title, view, data=data, fault=fault, actions=actions)
    return replace(AT_HOLDER, stage=Stage.SERVICE, journey=journey)


PIN = in_service("pin", data=PinView(digits=0, least=LEAST, most=MOST, tries_left=6))
SUBSIDY = in_service("subsidies", data=SUBSIDIES, actions=("year", "category", "reveal"))


def _health(desk: ScriptedDesk, window: CounterWindow) -> None:
    window.press("F7")


def _hold_name(desk: ScriptedDesk, window: CounterWindow) -> None:
    desk.plain = dict(PLAIN_LONG)
    window.model.holder.reveal("name")


def _unfold(desk: ScriptedDesk, window: CounterWindow) -> None:
    for _ in range(SUBSIDIES.lines.index(FAILED)):
        window.press("Down")
    window.press("Return")
    lines = named(window, "lines")
    wait_for(window, lambda: float(lines.property("contentY")) > 0)  # scrolled to what unfolded


NOBODY = replace(WAITING, stage=Stage.SIGN_IN, operator=None, queue=None, secret=staff.SIGN_IN)
LOCKED = replace(WAITING, stage=Stage.SIGN_IN, secret=staff.LOCKED)


def changing(view: str, data: JourneyData, *actions: str, offline: bool = False) -> DeskView:
    """A change of contact details on this page."""
    shown = in_service(view, data=data, actions=actions, tile=staff.CONTACT_TILE)
    away = replace(shown, centre=OFFLINE, fault=UNREACHABLE) if offline else shown
    return replace(away, queue=staff.BADGE_WAITS)


def pin_change(view: str, data: JourneyData, *actions: str) -> DeskView:
    """A change of the card's PIN on this page."""
    return in_service(view, data=data, actions=actions, tile=staff.PIN_TILE)


FORM = changing("form", staff.FORM, "set", "next")
CONFIRM = changing("confirm", staff.CONFIRM, "confirm", "edit")
SECOND = changing("second-person", staff.SECOND)
PIN_OLD = pin_change("pin-change", staff.PIN_OLD)
DOUBTFUL = pin_change("doubtful", staff.DOUBTFUL, "settle", "later")
RECORDED = changing("result", staff.RECORDED, "print", "done", offline=True)
ASKED = replace(WAITING, secret=staff.SECOND_QUEUE, queue=staff.BADGE_PERSON)


def _queue(desk: ScriptedDesk, window: CounterWindow) -> None:
    window.press("F6")
    window.settle()


def _queue_empty(desk: ScriptedDesk, window: CounterWindow) -> None:
    desk.queue_view = staff.QUEUE_EMPTY
    _queue(desk, window)


def _queue_stopped(desk: ScriptedDesk, window: CounterWindow) -> None:
    desk.queue_view = staff.QUEUE_STOPPED
    _queue(desk, window)


def _queue_refused(desk: ScriptedDesk, window: CounterWindow) -> None:
    refused: Future[FaultView | None] = Future()
    refused.set_result(UNREACHABLE)
    desk.act_future = refused
    _queue(desk, window)
    window.model.queue.act("op-41", "retry")
    window.settle()


def _day_end(desk: ScriptedDesk, window: CounterWindow) -> None:
    _queue(desk, window)
    window.model.queue.openDayEnd()
    window.settle()


def _day_ready(desk: ScriptedDesk, window: CounterWindow) -> None:
    desk.day = staff.DAY_READY
    desk.queue_view = staff.QUEUE_EMPTY
    _day_end(desk, window)


def _tick(desk: ScriptedDesk, window: CounterWindow) -> None:
    window.press("Return")


PROGRAM_RUNS = ProgramView("Hall 7", ACTIONS["iReadCardBas"], "runs")
_WISH = wish_of(
    FUNCTIONS["iWriteCard"],
    (
        1,
        f"{'379999D15600000500000007'.ljust(32, '0')}|X00000019|",
        "SSSEEF06|08|09|0B|$DF01EF06|23|28|$",
        "SSSEEF06|379999195601020011|石大山|01|$DF01EF06|演示省演示市演示路一号|13912345678|$",
    ),
)
PROGRAM_ASKS = ProgramView("Hall 7", _WISH.action, "asks", lines=_WISH.lines)
PROGRAM_PIN = ProgramView(
    "Hall 7",
    ACTIONS["iVerifyPIN"],
    "pin",
    PinView(2, LEAST, MOST, None),
    Text("请持卡人输入社保密码", "The holder enters the social security PIN"),
)

FIRST_SCENES: tuple[Scene, ...] = (
    Scene("waiting", WAITING),
    Scene("waiting-production", replace(WAITING, environment="production")),
    Scene("waiting-offline", replace(WAITING, centre=OFFLINE)),
    Scene("waiting-first", replace(WAITING, centre=CentreView(None), bank_hotline="")),
    Scene("take-card", replace(WAITING, readers=(WITH_CARD,), notices=(TAKE_CARD,))),
    Scene("waiting-cut-off", replace(WAITING, notices=(CUT_OFF,))),
    Scene(
        "readers",
        replace(
            WAITING,
            fault=SEVERAL,
            readers=(
                WITH_CARD,
                ReaderView("Virtual PCD 00 01", "card"),
                ReaderView("ACS ACR39U ICC Reader [CCID Interface] (a very long reader name) 02 00", "mute"),
            ),
        ),
    ),
    Scene("notice", NOTICE),
    Scene("reading", READING),
    Scene("holder", AT_HOLDER),
    Scene("holder-shown", replace(AT_HOLDER, holder=HOLDER_LONG), (_hold_name,)),
    Scene("holder-no-service", replace(AT_HOLDER, services=())),
    Scene(
        "holder-refused",
        replace(AT_HOLDER, holder=HOLDER_UNPROVEN, services=TILES_UNPROVEN, centre=OFFLINE, fault=UNREACHABLE),
    ),
    Scene(
        "holder-partly",
        replace(AT_HOLDER, holder=HOLDER_FREE, services=TILES_FREE, centre=OFFLINE, fault=PARTLY),
    ),
    Scene("pin", PIN),
    Scene("pin-wrong", in_service("pin", data=PinView(3, LEAST, MOST, 5, wrong_pin(5)))),
    Scene("pin-last", in_service("pin", data=PinView(0, LEAST, MOST, 1, wrong_pin(1)))),
    Scene("busy", in_service("busy")),
    Scene("card-status", in_service("card-status", data=CARD_STATUS)),
    Scene("card-status-inactive", in_service("card-status", data=CARD_STATUS_INACTIVE)),
    Scene("card-status-lost", in_service("card-status", data=CARD_STATUS_LOST)),
    Scene("subsidies", SUBSIDY),
    Scene("subsidies-unfolded", SUBSIDY, (_unfold,)),
    Scene(
        "subsidies-all",
        in_service("subsidies", data=SUBSIDIES_ALL),
    ),
    Scene("subsidies-hidden", in_service("subsidies", data=SUBSIDIES_HIDDEN)),
    Scene("subsidies-none", in_service("subsidies", data=SUBSIDIES_NONE)),
    Scene("subsidies-empty", in_service("subsidies", data=SUBSIDIES_EMPTY)),
    Scene("fault-card", replace(CARD_IN, stage=Stage.FAULT, fault=MUTE)),
    Scene(
        "fault-service",
        replace(in_service("fault", fault=UNREACHABLE, actions=("retry",)), centre=OFFLINE),
    ),
    Scene(
        "fault-locked",
        in_service(
            "fault",
            fault=PIN_LOCKED,
        ),
    ),
    Scene("health", replace(WAITING, centre=OFFLINE), (_health,)),
)

SECOND_SCENES: tuple[Scene, ...] = (
    Scene("sign-in", NOBODY),
    Scene("sign-in-wrong", replace(NOBODY, secret=staff.SIGN_IN_WRONG)),
    Scene("sign-in-stopped", replace(NOBODY, secret=replace(staff.SIGN_IN_WRONG, message=staff.LOCKED_OUT))),
    Scene(
        "sign-in-impossible",
        replace(NOBODY, centre=OFFLINE, fault=staff.NO_OPERATORS, readers=(WITH_CARD,)),
    ),
    Scene("locked", LOCKED),
    Scene(
        "holder-staff",
        replace(
            AT_HOLDER,
            operator=staff.OPERATOR_LONG,
            queue=staff.BADGE_PERSON,
            services=(*TILES, staff.CONTACT_TILE, staff.PIN_TILE),
        ),
    ),
    Scene("waiting-no-store", replace(WAITING, centre=OFFLINE, queue=None)),
    Scene("form", FORM),
    Scene("form-filled", changing("form", staff.FORM_FILLED, "set", "next")),
    Scene("form-wrong", changing("form", staff.FORM_WRONG, "set", "next")),
    Scene("form-offline", changing("form", staff.FORM_FILLED, "set", "next", offline=True)),
    Scene("confirm", CONFIRM),
    Scene("confirm-offline", changing("confirm", staff.CONFIRM_OFFLINE, "confirm", "edit", offline=True), (_tick,)),
    Scene("second-person", SECOND),
    Scene(
        "second-person-same",
        changing("second-person", replace(staff.SECOND, number="", characters=0, message=staff.SAME_PERSON)),
    ),
    Scene("second-person-queue", ASKED),
    Scene("pin-change-old", PIN_OLD),
    Scene("pin-change-new", pin_change("pin-change", staff.PIN_NEW)),
    Scene("pin-change-again", pin_change("pin-change", staff.PIN_AGAIN)),
    Scene("doubtful", DOUBTFUL),
    Scene("doubtful-unblock", pin_change("doubtful", staff.DOUBTFUL_UNBLOCK, "later")),
    Scene("doubtful-locked", pin_change("doubtful", staff.DOUBTFUL_LOCKED, "later")),
    Scene("result-recorded", RECORDED),
    Scene("result-done", pin_change("result", staff.DONE_IN_CHIP, "print", "done")),
    Scene(
        "result-no-paper",
        changing("result", staff.RECORDED_NOT_OUT, "print", "done"),
    ),
    Scene("result-filed", changing("result", staff.RECORDED_FILED, "print", "done", offline=True)),
    Scene("result-no-printer", changing("result", staff.RECORDED_NO_PRINTER, "print", "done", offline=True)),
    Scene("result-refused", pin_change("result", staff.REFUSED, "done")),
    Scene("queue", replace(WAITING, queue=staff.BADGE_PERSON), (_queue,)),
    Scene("queue-refused", replace(WAITING, queue=staff.BADGE_PERSON), (_queue_refused,)),
    Scene("queue-empty", WAITING, (_queue_empty,)),
    Scene("queue-stopped", replace(WAITING, queue=staff.BADGE_STOPPED), (_queue_stopped,)),
    Scene("day-end", replace(WAITING, queue=staff.BADGE_PERSON), (_day_end,)),
    Scene("day-end-ready", WAITING, (_day_ready,)),
    Scene("program-runs", replace(NOTICE, program=PROGRAM_RUNS)),
    Scene("program-asks", replace(NOTICE, program=PROGRAM_ASKS)),
    Scene("program-pin", replace(NOTICE, program=PROGRAM_PIN)),
)
SCENES = (*FIRST_SCENES, *SECOND_SCENES)
