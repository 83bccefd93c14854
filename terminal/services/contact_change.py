"""A17 社会保障卡信息变更: the holder's mobile number. Queued (Q); a second signed-in person agrees (R2), because text
messages with codes go to that number.

The card tells whose number it is, so it must have given its holder; whether it was proven travels in the operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from terminal import faults
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError, TerminalFault
from terminal.model import masks
from terminal.people.operators import Operator
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.base import CardNeed, Offline, PinNeed, Risk, Service
from terminal.services.ending import Ending, print_paper, result_page
from terminal.text import Text
from terminal.views import ConfirmView, Fact, FaultView, FormField, FormView, ResultView, SecretView

PHONE = re.compile(r"1[3-9][0-9]{9}\Z")
"""A mobile number of the mainland, as the number plan has it."""

MOST = 11
TITLE = Text("联系方式变更", "Contact change")
LABEL = Text("手机号码", "Mobile number")
HINT = Text("11 位手机号码，请与持卡人核对", "11 digits; check with the holder")
_OLD = Text("原手机号码", "Number until now")
_NEW = Text("新手机号码", "New number")
_UNKNOWN = Text("（离线，未能查询）", "(off-line, not known)")
_NOTHING = Text("（没有登记）", "(none on file)")


@dataclass
class State:
    """:param before: what stood at the centre, masked; ``None`` when nobody could ask.
    :param typed: what stands in the field.
    """

    before: str | None = None
    asked: bool = False
    typed: str = field(default="", repr=False)
    error: FaultView | None = None
    reviewer: Operator | None = None
    ending: Ending = field(default_factory=Ending)


def load(visit: VisitPort, state: State) -> str:
    """Ask for the number on file. Without the centre the change is taken in all the same."""
    try:
        told = visit.contact().phone
        state.before = masks.phone(told) if told and PHONE.match(told) else told  # whatever a centre may send
        state.asked = True
    except CentreError:
        state.asked = False
    return "ready"


def form(_: VisitPort, state: State) -> FormView:
    before = (state.before or _NOTHING.zh) if state.asked else None
    phone = FormField("phone", LABEL, state.typed, before, MOST, "digits", state.error, HINT)
    return FormView((phone,), complete=len(state.typed) == MOST)


def set_field(state: State, value: str) -> None:
    """``phone=TEXT``; what is no digit is left out."""
    name, _, typed = value.partition("=")
    if name == "phone":
        state.typed = "".join(each for each in typed if each.isascii() and each.isdecimal())[:MOST]
        state.error = None


def check(_: VisitPort, state: State) -> str:
    """Whether the field holds a number; if not, the fault stands under it."""
    try:
        require_phone(state.typed)
    except TerminalError as error:
        state.error = faults.explain(error)
        return ""
    return "good"


def require_phone(text: str) -> None:
    """:raises TerminalError: ``PHONE_INVALID``."""
    if not PHONE.match(text):
        raise TerminalError(TerminalFault.PHONE_INVALID)


def confirm(visit: VisitPort, state: State) -> ConfirmView:
    """Read out to the holder: the new number in full, because it is being checked now."""
    return ConfirmView(_lines(state), second_person=True, offline=not visit.counter.reachable)


def _lines(state: State) -> tuple[Fact, ...]:
    before = Text(state.before, state.before) if state.before else (_NOTHING if state.asked else _UNKNOWN)
    shown = f"{state.typed[:3]} {state.typed[3:7]} {state.typed[7:]}"
    return Fact(_OLD, before), Fact(_NEW, Text(shown, shown))


def second(visit: VisitPort, state: State) -> SecretView:
    """The reviewer sees what the holder was read."""
    return replace(visit.counter.second.view(), lines=_lines(state))


def to_form(visit: VisitPort, _: State) -> str:
    visit.counter.second.wipe()
    return "cancelled"


def review(visit: VisitPort, state: State) -> str:
    """The second person; what can be typed again stays on the page."""
    entry = visit.counter.second
    try:
        state.reviewer = visit.counter.review()
    except TerminalError as error:
        if not faults.is_one_of(error, faults.PERSON_AGAIN):
            raise
        entry.message = faults.explain(error)
        return "wrong"
    entry.message = None
    return "agreed"


def record(visit: VisitPort, state: State) -> str:
    """One commit; only after it anybody says 已收件."""
    card, reviewer = visit.record, state.reviewer
    assert card is not None  # noqa: S101 - a journey ends with its visit
    assert reviewer is not None  # noqa: S101 - the only arrow here comes from "agreed"
    state.ending.left = visit.counter.contact_change(card, state.typed, state.before, reviewer)
    state.typed = ""
    return "recorded"


def result(_: VisitPort, state: State) -> ResultView | None:
    return result_page(state.ending)


def paper(visit: VisitPort, state: State) -> str:
    return print_paper(visit, state.ending)


SERVICE = Service(
    code="contact-change",
    title=TITLE,
    summary=Text("变更手机号码，需要第二人复核；没有网络也可收件", "New mobile number; a second person; also off-line"),
    aliases=("A17",),
    group=Text("信息变更", "Change of data"),
    shortcut="3",
    card=CardNeed.HOLDER,
    pin=PinNeed.NONE,
    offline=Offline.QUEUED,
    risk=Risk.SECOND_PERSON,
    fields=("phone",),
    procedure=Procedure(
        first="load",
        steps={
            "load": Work(load),
            "form": Ask("form", form, on={"set": set_field}, at_once={"next": check}),
            "confirm": Ask("confirm", confirm),
            "second": Ask("second-person", second, at_once={"cancel": to_form}),
            "review": Work(review),
            "record": Work(record),
            "result": Ask("result", result),
            "print": Work(paper),
        },
        arrows=(
            Arrow("load", "ready", "form"),
            Arrow("form", "good", "confirm"),
            Arrow("form", "back", END),
            Arrow("confirm", "confirm", "second"),
            Arrow("confirm", "edit", "form"),
            Arrow("confirm", "back", END),
            Arrow("second", "enter", "review"),
            Arrow("second", "cancelled", "confirm"),
            Arrow("second", "back", END),
            Arrow("review", "wrong", "second"),
            Arrow("review", "agreed", "record"),
            Arrow("record", "recorded", "result"),
            Arrow("result", "print", "print"),
            Arrow("result", "done", END),
            Arrow("print", "printed", "result"),
        ),
        state=State,
    ),
)
