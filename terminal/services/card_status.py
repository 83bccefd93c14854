"""A4 卡应用状态查询: whether the card is in use, reported lost, about to expire, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.model.card_state import card_status_view
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.base import CardNeed, Offline, PinNeed, Risk, Service
from terminal.text import Text
from terminal.views import CardStatusView


@dataclass
class State:
    view: CardStatusView | None = None


def fetch(visit: VisitPort, state: State) -> str:
    state.view = card_status_view(visit.card_status())
    return "known"


def show(_: VisitPort, state: State) -> CardStatusView | None:
    return state.view


SERVICE = Service(
    code="card-status",
    title=Text("卡状态查询", "Card status"),
    summary=Text("卡是否正常、何时到期、账户是否激活", "In use or not, expiry, bank account"),
    aliases=("A4",),
    group=Text("应用状态查询", "Application status"),
    shortcut="1",
    card=CardNeed.PROVEN,
    pin=PinNeed.NONE,
    offline=Offline.NEVER,
    risk=Risk.NONE,
    procedure=Procedure(
        first="fetch",
        steps={
            "fetch": Work(fetch, retry="fetch"),
            "show": Ask("card-status", show),
        },
        arrows=(
            Arrow("fetch", "known", "show"),
            Arrow("show", "again", "fetch"),
            Arrow("show", "back", END),
        ),
        state=State,
    ),
)
