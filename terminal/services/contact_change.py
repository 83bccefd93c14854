"""A17 社会保障卡信息变更: the holder's mobile number and address. Queued (Q).

The number needs a second signed-in person (R2), because text messages with codes go to it. What else needs one is the
centre's to say (:attr:`terminal.people.operators.SignInRules.second_person`).

The card tells whose data it is, so it must have given its holder; whether it was proven travels in the operation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from terminal import faults
from terminal.centre.errors import CentreError
from terminal.counter import ContactWish
from terminal.errors import TerminalError, TerminalFault
from terminal.model import address, codes, masks
from terminal.people.operators import Operator
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.services.base import CardNeed, Offline, PinNeed, Risk, Service
from terminal.services.ending import Ending, print_paper, result_page
from terminal.text import Text
from terminal.views import ConfirmView, Fact, FaultView, FormField, FormView, ResultView, SecretView

PHONE = re.compile(r"1[3-9][0-9]{9}\Z")
"""A mobile number of the mainland, as the number plan has it."""

CODE = "contact-change"
MOST_PHONE = 11
TITLE = Text("联系方式变更", "Contact change")


@dataclass(frozen=True)
class Item:
    """A field of the form.

    :param digits: nothing else is typed; else any text.
    :param hint: below the field. :param new: as it is read out.
    """

    name: str
    label: Text
    most: int
    digits: bool
    hint: Text
    new: Text


PHONE_ITEM = Item(
    "phone",
    Text("手机号码（不变更请留空）", "Mobile number (empty: unchanged)"),
    MOST_PHONE,
    digits=True,
    hint=Text("11 位手机号码，请与持卡人核对", "11 digits; check with the holder"),
    new=Text("新手机号码", "New number"),
)
REGION_ITEM = Item(
    "region",
    Text("地址所在地区代码", "Region code of the address"),
    address.REGION,
    digits=True,
    hint=Text("6 位行政区划代码", "Six digits"),
    new=Text("地区", "Region"),
)
ADDRESS_ITEM = Item(
    "address",
    Text("联系地址（不变更请留空）", "Address (empty: unchanged)"),
    address.MOST,
    digits=False,
    hint=Text("从乡镇、街道写到村或门牌号", "From township or street down to the house"),
    new=Text("新联系地址", "New address"),
)
ITEMS = {item.name: item for item in (PHONE_ITEM, REGION_ITEM, ADDRESS_ITEM)}

_HOLDER = Text("持卡人", "Holder")
_OLD_PHONE, _OLD_ADDRESS = Text("原手机号码", "Number until now"), Text("原联系地址", "Address until now")
_UNKNOWN = Text("（离线，未能查询）", "(off-line, not known)")
_NOTHING = Text("（没有登记）", "(none on file)")


@dataclass
class State:
    """:param phone_before: what stood at the centre, masked; ``None`` when nobody could ask, or nothing did.
    :param asked: whether the centre was asked. :param typed: what stands in each field, by its name.
    :param two: whether a second person has to agree; known once the form was left.
    """

    phone_before: str | None = None
    address_before: str | None = None
    asked: bool = False
    typed: dict[str, str] = field(default_factory=dict, repr=False)
    errors: dict[str, FaultView] = field(default_factory=dict)
    two: bool = True
    reviewer: Operator | None = None
    ending: Ending = field(default_factory=Ending)

    def text(self, name: str) -> str:
        return self.typed.get(name, "")


def load(visit: VisitPort, state: State) -> str:
    """Ask for what is on file. Without the centre the change is taken in all the same; without a number of the drive
    that the person is lent for it is not, and nobody need type it.
    """
    if visit.record is not None:
        visit.counter.require_number(visit.record)
    region = visit.record.region if visit.record else None
    state.typed.setdefault("region", region or "")  # most people live where their card is from
    try:
        told = visit.contact()
        state.phone_before = masks.phone(told.phone) if told.phone and PHONE.match(told.phone) else told.phone
        state.address_before = told.address[: address.MOST] if told.address else None
        state.asked = True
    except CentreError:
        state.asked = False
    return "ready"


def form(_: VisitPort, state: State) -> FormView:
    before = {"phone": state.phone_before, "address": state.address_before}
    fields = tuple(_field(item, state, before.get(item.name)) for item in ITEMS.values())
    phone, place = state.text("phone"), state.text("address").strip()
    fit = len(phone) in (0, MOST_PHONE) and (not place or len(state.text("region")) == address.REGION)
    return FormView(fields, complete=fit and bool(phone or place))


def _field(item: Item, state: State, before: str | None) -> FormField:
    typed = state.text(item.name)
    known = _before(before) if state.asked and item is not REGION_ITEM else None
    named = codes.region(typed) if item is REGION_ITEM and len(typed) == address.REGION else None
    keyboard = "digits" if item.digits else "text"
    return FormField(
        item.name, item.label, typed, known, item.most, keyboard, state.errors.get(item.name), named or item.hint
    )


def set_field(state: State, value: str) -> None:
    """``NAME=TEXT``; in a field of digits what is no digit is left out, in any the half of a character."""
    name, _, typed = value.partition("=")
    item = ITEMS.get(name)
    if item is None:
        return
    kept = (each for each in typed if not "\ud800" <= each <= "\udfff")
    if item.digits:
        kept = (each for each in kept if each.isascii() and each.isdecimal())
    state.typed[name] = "".join(kept)[: item.most]
    state.errors.pop(name, None)


def check(visit: VisitPort, state: State) -> str:
    """Whether what stands in the fields can be taken in; if not, the fault stands under its field."""
    state.errors = {}
    phone, place = state.text("phone"), state.text("address").strip()
    try:
        if phone or not place:
            require_something(phone, place)
            require_phone(phone)
    except TerminalError as error:
        state.errors["phone"] = faults.explain(error)
    if place:
        try:
            state.typed["address"] = visit.counter.require_address(state.text("region"), place).text
        except TerminalError as error:
            name = "region" if faults.is_one_of(error, faults.OF_REGION) else "address"
            state.errors[name] = faults.explain(error)
    return "" if state.errors else "good"


def require_something(phone: str, place: str) -> None:
    """:raises TerminalError: ``NOTHING_ENTERED``."""
    if not phone and not place:
        raise TerminalError(TerminalFault.NOTHING_ENTERED)


def require_phone(text: str) -> None:
    """:raises TerminalError: ``PHONE_INVALID``."""
    if not PHONE.match(text):
        raise TerminalError(TerminalFault.PHONE_INVALID)


def wish(state: State) -> ContactWish:
    """What is to be changed."""
    place = state.text("address").strip()
    return ContactWish(
        phone=state.text("phone") or None,
        address=address.Address(state.text("region"), place) if place else None,
        phone_before=state.phone_before,
        address_before=state.address_before,
    )


def wish_of(typed: Mapping[str, str], environment: str) -> ContactWish:
    """The same from fields that no visit has.

    :raises TerminalError: ``NOTHING_ENTERED``, ``PHONE_INVALID``, ``REGION_UNKNOWN``, ``ADDRESS_CHARACTERS``,
        ``ADDRESS_LENGTH``.
    """
    phone, place = typed.get("phone", ""), typed.get("address", "").strip()
    require_something(phone, place)
    if phone:
        require_phone(phone)
    found = address.require(typed.get("region", ""), place, environment) if place else None
    return ContactWish(phone=phone or None, address=found)


def rule(visit: VisitPort, state: State) -> str:
    """Whether two people have to agree: the centre's rule, as the terminal has it."""
    state.two = visit.counter.wants_two([f"{CODE}.{name}" for name in wish(state).changed])
    return "known"


def confirm(visit: VisitPort, state: State) -> ConfirmView:
    """Read out to the holder: what is new in full, because it is being checked now."""
    return ConfirmView((*_whose(visit), *_lines(state)), second_person=state.two, offline=not visit.counter.reachable)


def _whose(visit: VisitPort) -> tuple[Fact, ...]:
    """Whose change it is: who reads it out, or agrees to it, must not take one holder for another."""
    holder = visit.record.holder if visit.record is not None else None
    if holder is None:
        return ()
    shown = f"{masks.name(holder.name or '')}  {masks.number(holder.social_security_number or '')}"
    return (Fact(_HOLDER, Text(shown, shown)),)


def _lines(state: State) -> tuple[Fact, ...]:
    wanted, lines = wish(state), []
    if wanted.phone is not None:
        shown = f"{wanted.phone[:3]} {wanted.phone[3:7]} {wanted.phone[7:]}"
        lines += [_old(_OLD_PHONE, state.phone_before, state), Fact(PHONE_ITEM.new, Text(shown, shown))]
    if wanted.address is not None:
        place = Text(wanted.address.text, wanted.address.text)
        lines += [
            _old(_OLD_ADDRESS, state.address_before, state),
            Fact(REGION_ITEM.new, codes.region(wanted.address.region) or Text("", "")),
            Fact(ADDRESS_ITEM.new, place),
        ]
    return tuple(lines)


def _old(label: Text, before: str | None, state: State) -> Fact:
    return Fact(label, _before(before) if before or state.asked else _UNKNOWN)


def _before(before: str | None) -> Text:
    """What stood at the centre, which was asked."""
    return Text(before, before) if before else _NOTHING


def go_on(_: VisitPort, state: State) -> str:
    return "two" if state.two else "alone"


def second(visit: VisitPort, state: State) -> SecretView:
    """The reviewer sees what the holder was read."""
    return replace(visit.counter.second.view(), lines=(*_whose(visit), *_lines(state)))


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
    card = visit.record
    assert card is not None  # noqa: S101 - a journey ends with its visit
    state.ending.left = visit.counter.contact_change(card, wish(state), state.reviewer)
    forget(state)
    return "recorded"


def forget(state: State) -> None:
    """Nothing that was typed stays."""
    state.typed.clear()


def result(_: VisitPort, state: State) -> ResultView | None:
    return result_page(state.ending)


def news(visit: VisitPort, state: State) -> str:
    """The centre has decided meanwhile: the page says so, and the next paper carries its word."""
    found = visit.counter.news
    if (
        found is not None
        and state.ending.left is not None
        and state.ending.left.operation.op_id == found.operation.op_id
    ):
        before = state.ending.left.receipt.outcome
        state.ending.left = found
        state.ending.printed = None if before is not found.receipt.outcome else state.ending.printed
    return ""


def paper(visit: VisitPort, state: State) -> str:
    visit.counter.look()
    news(visit, state)
    return print_paper(visit, state.ending)


SERVICE = Service(
    code=CODE,
    title=TITLE,
    summary=Text("变更手机号码、联系地址；没有网络也可收件", "Mobile number, address; also off-line"),
    aliases=("A17",),
    group=Text("信息变更", "Change of data"),
    shortcut="3",
    card=CardNeed.HOLDER,
    pin=PinNeed.NONE,
    offline=Offline.QUEUED,
    risk=Risk.SECOND_PERSON,
    fields=tuple(ITEMS),
    procedure=Procedure(
        first="load",
        steps={
            "load": Work(load),
            "form": Ask("form", form, on={"set": set_field}, at_once={"next": check}),
            "rule": Work(rule),
            "confirm": Ask("confirm", confirm),
            "go-on": Work(go_on),
            "second": Ask("second-person", second, at_once={"cancel": to_form}),
            "review": Work(review),
            "record": Work(record),
            "result": Ask("result", result, at_once={"news": news}),
            "print": Work(paper),
        },
        arrows=(
            Arrow("load", "ready", "form"),
            Arrow("form", "good", "rule"),
            Arrow("rule", "known", "confirm"),
            Arrow("form", "back", END),
            Arrow("confirm", "confirm", "go-on"),
            Arrow("go-on", "two", "second"),
            Arrow("go-on", "alone", "record"),
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
        forget=forget,
    ),
)
