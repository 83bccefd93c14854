"""Every screen with its hard cases: what the gallery draws and the tests walk over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from terminal.desk import TAKE_CARD
from terminal.pin import LEAST, MOST
from terminal.views import CardStatusView, CentreView, DeskView, FaultView, PinView, ReaderView, Stage, SubsidyView
from tests.ui.card_states import CARD_STATUS, CARD_STATUS_INACTIVE, CARD_STATUS_LOST
from tests.ui.people import (
    FAILED,
    HOLDER,
    HOLDER_FREE,
    HOLDER_LONG,
    HOLDER_UNPROVEN,
    LOCKED,
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
    TILES_REFUSED,
    UNREACHABLE,
    wrong_pin,
)
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
    data: PinView | CardStatusView | SubsidyView | None = None,
    fault: FaultView | None = None,
    actions: tuple[str, ...] = (),
) -> DeskView:
    """A journey on this page."""
    tile = STATUS_TILE if view == "card-status" else SUBSIDY_TILE
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


SCENES: tuple[Scene, ...] = (
    Scene("waiting", WAITING),
    Scene("waiting-production", replace(WAITING, environment="production")),
    Scene("waiting-offline", replace(WAITING, centre=OFFLINE)),
    Scene("waiting-first", replace(WAITING, centre=CentreView(None), bank_hotline="")),
    Scene("take-card", replace(WAITING, readers=(WITH_CARD,), notices=(TAKE_CARD,))),
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
        replace(AT_HOLDER, holder=HOLDER_UNPROVEN, services=TILES_REFUSED, centre=OFFLINE, fault=UNREACHABLE),
    ),
    Scene(
        "holder-partly",
        replace(AT_HOLDER, holder=HOLDER_FREE, services=TILES_REFUSED, centre=OFFLINE, fault=PARTLY),
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
    Scene("fault-service", in_service("fault", fault=UNREACHABLE, actions=("retry",))),
    Scene(
        "fault-locked",
        in_service(
            "fault",
            fault=LOCKED,
        ),
    ),
    Scene("health", WAITING, (_health,)),
)
