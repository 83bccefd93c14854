"""A card that left in the middle of a PIN change, seen again: the holder shows which PIN it has. Never guessed.

The new PIN is asked for first; if the card takes it the change is done. Otherwise the old one: if the card takes that,
the change never happened. If it takes neither, the card stays doubtful and two people settle it on the queue page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cardio.errors import CardError
from offline_cache.intents import Ending as End
from offline_cache.intents import Intent
from terminal import faults
from terminal.pin import LEAST, MOST
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.card_pin_change import proof_of
from terminal.services.ending import Ending, print_paper, result_page
from terminal.text import Text
from terminal.views import DoubtfulView, PinView, ResultView

CODE = "card-doubtful"
TITLE = Text("卡片待核实", "Card to be checked")
_WHAT = Text("上次修改密码时卡片中途离开了读卡器。", "The card left in the middle of a PIN change.")
_ASK = Text(
    "请持卡人输入新密码核实；卡片接受就算改成。",
    "The holder enters the new PIN; if the card takes it the change is done.",
)
ASK_NEW = Text("请输入上次要改成的新密码。", "Enter the new PIN of last time.")
ASK_OLD = Text("不是新密码。请输入原来的密码。", "Not the new one. Enter the PIN from before.")


@dataclass
class State:
    """:param words: what the card said to each PIN that was shown, the tries that were left among it."""

    intent: Intent | None = None
    tries: int | None = None
    message: Text = ASK_NEW
    ending: Ending = field(default_factory=Ending)
    words: list[int] = field(default_factory=list)


def find(visit: VisitPort, state: State) -> str:
    state.intent = visit.counter.doubtful(visit.record) if visit.record else None
    if state.intent is None:
        return "settled"
    state.tries = visit.pin_tries()
    return "open"


def show(_: VisitPort, state: State) -> DoubtfulView | None:
    if state.intent is None:
        return None
    since = datetime.fromtimestamp(state.intent.begun_at / 1000, UTC).astimezone()
    return DoubtfulView(TITLE, _WHAT, f"{since:%Y-%m-%d %H:%M}", _ASK)


def pin_page(visit: VisitPort, state: State) -> PinView:
    return PinView(len(visit.pin), LEAST, MOST, state.tries, state.message)


def _shown(visit: VisitPort, state: State, ending: End) -> bool:
    """Whether the card takes what was typed; then that is its end, proven by the card."""
    try:
        state.words.append(visit.verify_pin())
    except CardError as error:
        if not faults.is_one_of(error, faults.PIN_AGAIN):
            raise
        if error.sw is not None:
            state.words.append(error.sw)
        state.tries = state.tries if error.tries_left is None else error.tries_left
        return False
    card, intent = visit.record, state.intent
    assert card is not None  # noqa: S101 - a journey ends with its visit
    assert intent is not None  # noqa: S101 - the pages come after it was found
    state.ending.left = visit.counter.end_pin_change(card, intent.begun, ending, proof_of(*state.words))
    return True


def try_new(visit: VisitPort, state: State) -> str:
    if _shown(visit, state, End.DONE):
        return "settled"
    state.message = ASK_OLD
    return "other"


def try_old(visit: VisitPort, state: State) -> str:
    if _shown(visit, state, End.UNDONE):
        return "settled"
    state.message = ASK_NEW
    return "neither"


def result(_: VisitPort, state: State) -> ResultView | None:
    return result_page(state.ending)


def paper(visit: VisitPort, state: State) -> str:
    return print_paper(visit, state.ending)


PROCEDURE: Procedure[State] = Procedure(
    first="find",
    steps={
        "find": Work(find, retry="find"),
        "show": Ask("doubtful", show),
        "new": Ask("pin", pin_page),
        "try-new": Work(try_new),
        "old": Ask("pin", pin_page),
        "try-old": Work(try_old),
        "result": Ask("result", result),
        "print": Work(paper),
    },
    arrows=(
        Arrow("find", "settled", END),
        Arrow("find", "open", "show"),
        Arrow("show", "settle", "new"),
        Arrow("show", "later", END),
        Arrow("new", "enter", "try-new"),
        Arrow("new", "back", END),
        Arrow("try-new", "settled", "result"),
        Arrow("try-new", "other", "old"),
        Arrow("old", "enter", "try-old"),
        Arrow("old", "back", END),
        Arrow("try-old", "settled", "result"),
        Arrow("try-old", "neither", "show"),
        Arrow("result", "print", "print"),
        Arrow("result", "done", END),
        Arrow("print", "printed", "result"),
    ),
    state=State,
)
