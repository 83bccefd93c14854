"""Every screen with its hard cases: what the gallery draws and the tests walk over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from terminal.text import Text
from terminal.views import CardStatusView, CentreView, DeskView, FaultView, PinView, ReaderView, Stage, SubsidyView
from tests.ui.people import (
    CARD_STATUS,
    CARD_STATUS_LOST,
    HOLDER,
    HOLDER_FREE,
    HOLDER_LONG,
    MUTE,
    PARTLY,
    PLAIN_LONG,
    SEVERAL,
    STATUS_TILE,
    SUBSIDIES,
    SUBSIDIES_EMPTY,
    SUBSIDY_TILE,
    TILES,
    TILES_REFUSED,
    UNREACHABLE,
)
from tests.ui.scripted import WAITING, WITH_CARD, ScriptedDesk, service
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


PIN = in_service("pin", data=PinView(digits=0, least=6, most=6, tries_left=6))
SUBSIDY = in_service("subsidies", data=SUBSIDIES, actions=("year", "category", "reveal"))
WRONG = Text("密码不对", "The PIN is wrong")


def _health(desk: ScriptedDesk, window: CounterWindow) -> None:
    window.press("F7")


def _hold_name(desk: ScriptedDesk, window: CounterWindow) -> None:
    desk.plain = dict(PLAIN_LONG)
    window.model.holder.reveal("name")


def _unfold(desk: ScriptedDesk, window: CounterWindow) -> None:
    window.model.subsidies.open("P2025008")


SCENES: tuple[Scene, ...] = (
    Scene("waiting", WAITING),
    Scene("waiting-production", replace(WAITING, environment="production")),
    Scene("waiting-offline", replace(WAITING, centre=OFFLINE)),
    Scene("waiting-first", replace(WAITING, centre=CentreView(None), bank_hotline="")),
    Scene("take-card", replace(WAITING, readers=(WITH_CARD,))),
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
    Scene("holder-refused", replace(AT_HOLDER, holder=HOLDER_LONG, services=TILES_REFUSED, centre=OFFLINE)),
    Scene(
        "holder-partly",
        replace(AT_HOLDER, holder=HOLDER_FREE, services=TILES_REFUSED, centre=OFFLINE, fault=PARTLY),
    ),
    Scene("pin", PIN),
    Scene("pin-wrong", in_service("pin", data=PinView(3, 6, 6, 5, WRONG))),
    Scene("pin-last", in_service("pin", data=PinView(0, 4, 12, 1, WRONG))),
    Scene("busy", in_service("busy")),
    Scene("card-status", in_service("card-status", data=CARD_STATUS)),
    Scene("card-status-lost", in_service("card-status", data=CARD_STATUS_LOST)),
    Scene("subsidies", SUBSIDY),
    Scene("subsidies-unfolded", SUBSIDY, (_unfold,)),
    Scene(
        "subsidies-all",
        in_service("subsidies", data=replace(SUBSIDIES, selected=None, category="agri", lines=SUBSIDIES.lines[:2])),
    ),
    Scene("subsidies-none", in_service("subsidies", data=replace(SUBSIDIES, selected=2022, lines=()))),
    Scene("subsidies-empty", in_service("subsidies", data=SUBSIDIES_EMPTY)),
    Scene("fault-card", replace(CARD_IN, stage=Stage.FAULT, fault=MUTE)),
    Scene("fault-service", in_service("fault", fault=UNREACHABLE, actions=("retry",))),
    Scene(
        "fault-locked",
        in_service(
            "fault",
            fault=FaultView(
                "C402",
                Text("密码已锁定", "The PIN is locked"),
                Text(
                    "请持卡人带身份证，到网点人工窗口办理密码重置。", "The holder brings the ID card to have it reset."
                ),
            ),
        ),
    ),
    Scene("health", WAITING, (_health,)),
)
