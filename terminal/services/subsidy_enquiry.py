"""Subsidies paid to the holder: the plain account (明白账) by year and category (domain.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

from cardio.errors import CardError
from terminal import faults
from terminal.model.subsidies import PlainAccount
from terminal.pin import LEAST, MOST
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.base import CardNeed, Offline, PinNeed, Risk, Service
from terminal.text import Text
from terminal.views import PinView, SubsidyView


@dataclass
class State:
    """:param revealed: ids of payments of sensitive items that the holder asked to see."""

    tries: int | None = None
    message: Text | None = None
    account: PlainAccount | None = None
    selected: int | None = None
    category: str | None = None
    revealed: frozenset[str] = frozenset()


def check(visit: VisitPort, state: State) -> str:
    if visit.pin_verified:
        return "verified"
    state.tries = visit.pin_tries()
    return "needed"


def pin_page(visit: VisitPort, state: State) -> PinView:
    return PinView(len(visit.pin), LEAST, MOST, state.tries, state.message)


def verify(visit: VisitPort, state: State) -> str:
    try:
        visit.verify_pin()
    except CardError as error:
        if not faults.is_one_of(error, faults.PIN_AGAIN):
            raise
        state.message = faults.explain(error).message
        state.tries = state.tries if error.tries_left is None else error.tries_left
        return "wrong"
    return "right"


def fetch(visit: VisitPort, state: State) -> str:
    state.account = PlainAccount(visit.subsidies())
    state.selected = next((year.year for year in state.account.years if year.categories), None)
    return "known"


def account_page(_: VisitPort, state: State) -> SubsidyView | None:
    return None if state.account is None else state.account.view(state.selected, state.category, state.revealed)


def choose_year(state: State, value: str) -> None:
    years = {year.year for year in state.account.years} if state.account else set()
    year = int(value) if len(value) == 4 and value.isascii() and value.isdecimal() else None
    state.selected = year if year in years else None
    state.category = None


def choose_category(state: State, value: str) -> None:
    state.category = value or None


def reveal(state: State, value: str) -> None:
    if state.account is not None and state.account.has(value):
        state.revealed |= {value}


SERVICE = Service(
    code="subsidy-enquiry",
    title=Text("补贴明白账", "Subsidies paid"),
    summary=Text("惠民惠农补贴发了多少、发到哪里、没到账怎么办", "What was paid, where to, and what failed"),
    aliases=(),
    group=Text("惠民惠农补贴", "Subsidies"),
    shortcut="2",
    card=CardNeed.PROVEN,
    pin=PinNeed.ONCE,
    offline=Offline.NEVER,
    risk=Risk.NONE,
    procedure=Procedure(
        first="check",
        steps={
            "check": Work(check, retry="check"),
            "pin": Ask("pin", pin_page),
            "verify": Work(verify, retry="check"),
            "fetch": Work(fetch, retry="fetch"),
            "account": Ask(
                "subsidies",
                account_page,
                on={"year": choose_year, "category": choose_category, "reveal": reveal},
            ),
        },
        arrows=(
            Arrow("check", "verified", "fetch"),
            Arrow("check", "needed", "pin"),
            Arrow("pin", "enter", "verify"),
            Arrow("pin", "back", END),
            Arrow("verify", "right", "fetch"),
            Arrow("verify", "wrong", "pin"),
            Arrow("fetch", "known", "account"),
            Arrow("account", "back", END),
        ),
        state=State,
    ),
)
