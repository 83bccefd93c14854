"""A15 密码修改: a new social security PIN, in the chip. Local (L), by one operator (R1).

The old PIN is shown to the card first, so that a mistyped one leaves nothing behind. ``X.begun`` is durable before the
first byte of the change; then the card says done or refuses, or it was pulled and is *doubtful*: the next insertion
settles it (:mod:`terminal.services.doubtful_card`). Nothing is ever guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.apps.pin import kept_old
from cardio.errors import CardError
from offline_cache.intents import Ending as End
from terminal import faults
from terminal.errors import TerminalError, TerminalFault
from terminal.model.weak_pins import is_weak
from terminal.pin import LEAST, MOST, PinBuffer
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.base import CardNeed, Offline, PinNeed, Risk, Service
from terminal.services.ending import Ending, print_paper, result_page
from terminal.text import Text
from terminal.views import PinChangeView, ResultView

OLD, NEW, AGAIN = "old", "new", "again"
LEAST_NEW = 6
"""Digits of a new PIN: the usual length (domain.md §2.4); older ones may be shorter."""


@dataclass
class State:
    """:param entry: which of the three is being typed."""

    entry: str = OLD
    tries: int | None = None
    message: Text | None = None
    old: PinBuffer = field(default_factory=PinBuffer)
    new: PinBuffer = field(default_factory=PinBuffer)
    ending: Ending = field(default_factory=Ending)


def forget(state: State) -> None:
    state.old.wipe()
    state.new.wipe()


def check(visit: VisitPort, state: State) -> str:
    state.tries = visit.pin_tries()
    return "open"


def page(visit: VisitPort, state: State) -> PinChangeView:
    least = LEAST if state.entry == OLD else LEAST_NEW
    return PinChangeView(state.entry, len(visit.pin), least, MOST, state.tries, state.message)


def enter(visit: VisitPort, state: State) -> str:
    """One of the three was typed. Decided on the spot, so that fast fingers lose no digit."""
    least = LEAST if state.entry == OLD else LEAST_NEW
    if len(visit.pin) < least:
        return ""
    state.message = None
    if state.entry == OLD:
        _move(visit.pin, state.old)
        state.entry = NEW
    elif state.entry == NEW:
        _move(visit.pin, state.new)
        state.entry = AGAIN
    else:
        return _second_time(visit, state)
    return ""


def _second_time(visit: VisitPort, state: State) -> str:
    """The new PIN once more: the same, and not one that is guessed first."""
    again, new = visit.pin.take(), state.new.peek()
    try:
        require_same(again == new)
        require_strong(visit, new)
    except TerminalError as refused:
        view = faults.explain(refused)
        state.message = Text(view.message.zh + view.remedy.zh, f"{view.message.en} {view.remedy.en}")
        state.new.wipe()
        state.entry = NEW
        return ""
    finally:
        for digits in (again, new):
            digits[:] = bytes(len(digits))
    return "typed"


def require_same(same: bool) -> None:
    """:raises TerminalError: ``PIN_DIFFERENT``."""
    if not same:
        raise TerminalError(TerminalFault.PIN_DIFFERENT)


def require_strong(visit: VisitPort, new: bytearray) -> None:
    """:raises TerminalError: ``PIN_WEAK``."""
    holder = visit.record.holder if visit.record else None
    number, birth = (holder.social_security_number, holder.birth_date) if holder else (None, None)
    if is_weak(new, number=number, birth=birth):
        raise TerminalError(TerminalFault.PIN_WEAK)


def _move(source: PinBuffer, target: PinBuffer) -> None:
    digits = source.take()
    target.wipe()
    for place, digit in enumerate(digits):
        target.add(digit)
        digits[place] = 0


def prove(visit: VisitPort, state: State) -> str:
    """The old PIN by itself: a wrong one costs a try and begins nothing."""
    try:
        visit.show_pin(state.old.peek())
    except CardError as error:
        if not faults.is_one_of(error, faults.PIN_AGAIN):
            raise
        forget(state)
        state.entry, state.message = OLD, faults.explain(error).message
        state.tries = state.tries if error.tries_left is None else error.tries_left
        return "wrong"
    return "right"


def change(visit: VisitPort, state: State) -> str:
    """Begun, the card, and its end: what the card refused is undone; what it did not answer stays open."""
    card = visit.record
    assert card is not None  # noqa: S101 - a journey ends with its visit
    begun = visit.counter.begin_pin_change(card)
    old, new = state.old.take(), state.new.take()
    try:
        word = visit.change_pin(old, new)
    except CardError as error:
        if not kept_old(error) or error.sw is None:
            raise
        state.ending.left = visit.counter.end_pin_change(card, begun, End.UNDONE, proof_of(error.sw))
        return "refused"
    state.ending.left = visit.counter.end_pin_change(card, begun, End.DONE, proof_of(word))
    return "done"


def proof_of(*words: int) -> bytes:
    """The card's own words, as it gave them: two bytes each."""
    return b"".join(word.to_bytes(2, "big") for word in words)


def result(_: VisitPort, state: State) -> ResultView | None:
    return result_page(state.ending)


def paper(visit: VisitPort, state: State) -> str:
    return print_paper(visit, state.ending)


SERVICE = Service(
    code="card-pin-change",
    title=Text("社保密码修改", "PIN change"),
    summary=Text("输入原密码和两次新密码，立即在卡内生效", "Old PIN, new PIN twice; done in the chip"),
    aliases=("A15",),
    group=Text("密码修改与重置", "PIN"),
    shortcut="4",
    card=CardNeed.GENUINE,
    pin=PinNeed.NONE,  # the service asks for it itself
    offline=Offline.LOCAL,
    risk=Risk.NONE,
    fields=("old_pin", "new_pin"),
    procedure=Procedure(
        first="check",
        steps={
            "check": Work(check, retry="check"),
            "entry": Ask("pin-change", page, at_once={"enter": enter}),
            "prove": Work(prove),
            "change": Work(change),
            "result": Ask("result", result),
            "print": Work(paper),
        },
        arrows=(
            Arrow("check", "open", "entry"),
            Arrow("entry", "typed", "prove"),
            Arrow("entry", "back", END),
            Arrow("prove", "wrong", "entry"),
            Arrow("prove", "right", "change"),
            Arrow("change", "done", "result"),
            Arrow("change", "refused", "result"),
            Arrow("result", "print", "print"),
            Arrow("result", "done", END),
            Arrow("print", "printed", "result"),
        ),
        state=State,
        forget=forget,
    ),
)
