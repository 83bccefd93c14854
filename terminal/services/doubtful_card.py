"""A card that left in the middle of a write, seen again: the card itself settles how that ended. Never guessed.

After a write into its files the terminal reads those again: they hold what was to come, or what was there before. After
a PIN change the holder shows which PIN it has.

The new PIN is asked for first; if the card takes it the change is done. Otherwise the old one: if the card takes that,
the change never happened. If it takes neither, the card stays doubtful and two people settle it on the queue page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cardio.errors import CardError
from cardio.record import CardRecord
from cardio.status import tries_left
from offline_cache.intents import Ending as End
from offline_cache.intents import Intent
from terminal import faults
from terminal.card_writes import places_of
from terminal.pin import LEAST, MOST
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.card_pin_change import proof_of
from terminal.services.ending import Ending, print_paper, result_page
from terminal.text import Text
from terminal.unblock_doubt import ending_of, is_unblock
from terminal.views import DoubtfulView, PinView, ResultView
from terminal.write_words import PIN_CHANGE, words_of

CODE = "card-doubtful"
TITLE = Text("卡片待核实", "Card to be checked")
_NEITHER = Text(
    "读出的内容既不是原来的，也不是要写入的。请由原来的程序再写一次，或按 F6 到待传队列，由两人报中心。",
    "It holds neither what was there nor what was to come. Let that program write again or two people hand it on (F6).",
)
NOT_TOLD = Text(
    "从密码剩余次数看不出上次解锁成没成功。请按 F6 到待传队列，由两人报中心。",
    "The PIN's tries left do not tell whether the unblock was done. Two people hand it on, on the queue page (F6).",
)
LOCKED = Text(
    "密码已锁，无法核实改成没有。请按 F6 到待传队列，由两人报中心。",
    "The PIN is locked, so it cannot be asked for. Two people hand it on, on the queue page (F6).",
)
ASK_NEW = Text("请输入上次要改成的新密码。", "Enter the new PIN of last time.")
ASK_OLD = Text("不是新密码。请输入原来的密码。", "Not the new one. Enter the PIN from before.")


@dataclass
class State:
    """:param words: what the card said to each PIN that was shown, the tries that were left among it."""

    intent: Intent | None = None
    tries: int | None = None
    message: Text = ASK_NEW
    ask: Text | None = None
    ending: Ending = field(default_factory=Ending)
    words: list[int] = field(default_factory=list)


def find(visit: VisitPort, state: State) -> str:
    state.intent = visit.counter.doubtful(visit.record) if visit.record else None
    if state.intent is None:
        return "settled"
    return "open"


def _about_pin(intent: Intent) -> bool:
    return words_of(intent.kind).label == words_of(PIN_CHANGE).label


def _by_tries(visit: VisitPort, card: CardRecord, intent: Intent, state: State) -> str:
    """The tries first: they may tell it, and a card that has none left is not asked for a PIN."""
    word = visit.pin_word()
    state.tries = tries_left(word)
    ending = ending_of(intent.kind, intent.plan, state.tries)
    if ending is None:
        asked = not is_unblock(intent.kind) and state.tries != 0
        state.ask = None if asked else NOT_TOLD if is_unblock(intent.kind) else LOCKED
        return "pin" if asked else "neither"
    state.ending.left = visit.counter.end_pin_change(card, intent.begun, ending, proof_of(word))
    return "settled"


def settle(visit: VisitPort, state: State) -> str:
    """Begin: with the PIN page, or by reading what the card holds."""
    card, intent = visit.record, state.intent
    assert card is not None  # noqa: S101 - a journey ends with its visit
    assert intent is not None  # noqa: S101 - the page comes after it was found
    if _about_pin(intent):
        return _by_tries(visit, card, intent, state)
    where = places_of(intent.plan)
    held = None if where is None else visit.held(*where)
    state.ending.left = None if held is None else visit.counter.settle(card, held)
    if state.ending.left is not None:
        return "settled"
    state.ask = words_of(intent.kind).ask if where is None else _NEITHER
    return "neither"


def show(_: VisitPort, state: State) -> DoubtfulView | None:
    if state.intent is None:
        return None
    since = datetime.fromtimestamp(state.intent.begun_at / 1000, UTC).astimezone()
    words = words_of(state.intent.kind)
    return DoubtfulView(TITLE, words.doubt, f"{since:%Y-%m-%d %H:%M}", state.ask or words.ask)


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
        "told": Ask("doubtful", show),  # settled by two people, not here: nothing to press but to close
        "settle": Work(settle, retry="settle"),
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
        Arrow("show", "settle", "settle"),
        Arrow("settle", "pin", "new"),
        Arrow("settle", "settled", "result"),
        Arrow("settle", "neither", "told"),
        Arrow("told", "later", END),
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
