"""The queue as people see it: totals, lines, what can be done with each. Used by the screen and by the command line.

Functions here block for the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from offline_cache import epochs
from offline_cache.blob_limits import WAITS
from offline_cache.caps import Standing, require_clock, standing_of
from offline_cache.errors import StoreError
from offline_cache.intents import Intent
from offline_cache.operations import Operation, Outcome, State
from terminal import faults
from terminal.health import check_whole, examined
from terminal.model.operations import CONTACT_CHANGE, ESCALATION, WITHDRAWAL
from terminal.model.outbox_words import (
    DOUBTFUL,
    HANDED_OVER,
    HELD_FOR_BLOB,
    LEFT,
    NEEDS_SIGNATURE,
    NOTED,
    SETTLED,
    STATE_WORDS,
    VALUE_LEFT,
    Group,
    StateWords,
    advice,
    time_left,
    value_left,
)
from terminal.own_papers import own_paper
from terminal.text import Text
from terminal.views import DayEndView, Fact, QueueBadge, QueueLine, QueueView

if TYPE_CHECKING:
    from terminal.records import Records
    from terminal.sync.status import SyncStatus

CARD_PREFIX = "card-"
"""Of the key of a doubtful card; the rest is the number of its beginning."""

MOST_LINES = 200

ACTIONS: dict[State, tuple[str, ...]] = {
    State.PENDING: ("park",),
    State.PARKED: ("retry", "withdraw", "escalate"),
    State.REJECTED: ("withdraw", "escalate"),
    State.CONFLICT: ("withdraw", "escalate"),
}
"""What a person can do with an operation; all but ``retry`` need two."""

PRINT = "print"
"""Of what the centre has put its signature to, and of what was taken in or done in the chip here."""

ALONE = frozenset({"retry", PRINT})

CORRECTED = frozenset({CONTACT_CHANGE})
"""Kinds of which a new one for the same person settles one that waits for people."""

_REFUSED = frozenset({State.REJECTED, State.CONFLICT})
_ON_THE_WAY = (State.PENDING, State.RECEIVED, State.HELD)

_ORDER = tuple(Group)

_EMPTY = Text("没有待传业务", "Nothing waits")
WAITING = Text("待传 {count} 笔", "{count} waiting")
PEOPLE = Text("{count} 笔需处理", "{count} need a person")
_STOPPED = Text("同步已停止", "Sending has stopped")
_DOUBTFUL = Text("待核实卡片", "Cards to be checked")
_PERSON = Text("需人工处理", "Need a person")
_DOUBTFUL_AMONG = Text("其中待核实卡片", "Of these, cards to be checked")
_OPERATOR, _AS_OF = Text("经办人", "Signed in"), Text("最近联系中心", "Last contact with the centre")
_STORE = Text("本机数据", "Store of this terminal")
_WHOLE = Text("整库核对", "The whole store")
_NEVER = Text("还没有", "Not yet")


def actions_of(operation: Operation, *, returns: bool = True, carried: bool = False) -> tuple[str, ...]:
    """What can be done with this one now. Entries of card writes are never set aside by hand; a withdrawal is never
    withdrawn, because what it was to take back stands as it stood.

    :param returns: whether the store puts it back, see :meth:`offline_cache.outbox.Outbox.may_return`.
    :param carried: whether another operation carries it over: then that one decides whether it goes. What the centre
        refused of it stands under its own number all the same, and people settle it.
    """
    gone = carried and operation.state not in _REFUSED
    none = operation.kind == epochs.KIND or operation.resolved_by is not None or gone or _noted(operation)
    if none or (operation.state is State.PENDING and "." in operation.kind):
        return ()
    taken = set(ACTIONS.get(operation.state, ()))
    if not returns:
        taken.discard("retry")
    if operation.kind == WITHDRAWAL:
        taken.discard("withdraw")
    return tuple(action for action in ACTIONS.get(operation.state, ()) if action in taken)


def correctable(records: Records, operation: Operation) -> bool:
    """Whether a new entry of its kind settles this one: as a withdrawal would."""
    return operation.kind in CORRECTED and "withdraw" in offered(records, operation)


def ways_of(records: Records, operation: Operation, actions: Sequence[str]) -> tuple[str, ...]:
    """What a line is advised: its actions; and to do it again, where that settles it."""
    newest = records.outbox.open_of(operation.subject, operation.kind) if operation.kind in CORRECTED else None
    again = newest is not None and newest.op_id == operation.op_id
    return (*(("again",) if again else ()), *actions)


def number_of(operation: Operation, terminal: str) -> str:
    """The receipt number."""
    return f"{terminal}-{operation.epoch}-{operation.seq:06d}"


def for_people(status: SyncStatus, doubtful: int) -> int:
    """How many need a person, cards included: as many as the page lists first, wherever they are counted."""
    return status.people + doubtful


def badge(records: Records) -> QueueBadge:
    """The header. Good only when the centre's signed word covers everything."""
    broken = records.outbox.halted()
    if broken is not None:
        return no_store(broken)
    status = records.sync.status()
    people = for_people(status, len(records.intents.doubtful()))
    if status.stopped:
        return QueueBadge(status.waiting, people, _STOPPED, "bad")
    try:
        records.outbox.ready()
    except StoreError as full:
        return QueueBadge(status.waiting, people, faults.explain(full).message, "bad")
    if people:
        return QueueBadge(status.waiting, people, PEOPLE.format(count=people), "bad")
    try:
        require_clock(records.store)
    except StoreError as late:
        return QueueBadge(status.waiting, 0, faults.explain(late).message, "warning")
    if status.waiting:
        return QueueBadge(status.waiting, 0, WAITING.format(count=status.waiting), "warning")
    sent = records.outbox.anchor() is not None
    return QueueBadge(0, 0, NEEDS_SIGNATURE if sent else _EMPTY, "good" if sent else "plain")


def stopped_by(records: Records) -> BaseException | None:
    """Why nothing is sent, by this process or by an earlier one."""
    status = records.sync.status()
    return records.outbox.halted() or (status.error if status.stopped else None)


def no_store(error: BaseException) -> QueueBadge:
    """The header where nothing can be recorded."""
    return QueueBadge(0, 0, faults.explain(error).message, "bad")


def queue_view(records: Records) -> QueueView:
    """The page."""
    status, outbox, stopped = records.sync.status(), records.outbox, stopped_by(records)
    counts = outbox.counts()
    doubtful = [doubtful_line(intent) for intent in records.intents.doubtful()]
    people = outbox.work_list()
    listed = {operation.op_id for operation in people}
    rest = [operation for operation in _newest(records, sum(counts.count.values())) if operation.op_id not in listed]
    rest.sort(key=lambda operation: _ORDER.index(_group(operation)))  # stays in its order within a group
    return QueueView(
        totals=totals_of(counts.count, standing_of(records.store), len(doubtful)),
        last_contact=_local(status.last_contact),
        next_try=_local(status.next_try) if stopped is None else None,
        people=(*doubtful, *(line_of(records, operation) for operation in people)),
        lines=tuple(line_of(records, operation) for operation in rest),
        stopped=None if stopped is None else faults.explain(stopped),
    )


def totals_of(count: Mapping[State, int], standing: Standing, doubtful: int) -> tuple[Fact, ...]:
    """What stands above the list. :param count: operations by state; :param doubtful: cards to be checked."""
    states = [
        Fact(STATE_WORDS[state].word, _number(many), STATE_WORDS[state].tone) for state, many in count.items() if many
    ]
    left = Fact(LEFT, time_left(standing), "bad" if standing.frozen else "plain")
    limits = standing.caps
    # Where no money may be moved and none was, nobody asks for it.
    asked = limits is not None and (limits.value or standing.value)
    money = (Fact(VALUE_LEFT, value_left(standing), "plain" if standing.value_left else "bad"),) if asked else ()
    return (*states, left, *money, *((Fact(_DOUBTFUL, _number(doubtful), "bad"),) if doubtful else ()))


def _newest(records: Records, total: int) -> list[Operation]:
    """What waits, and then what does not, the newest first; of each no more than :data:`MOST_LINES`.

    :param total: operations in the store; positions are gap-free.
    """
    waiting = records.outbox.listed(_ON_THE_WAY, most=MOST_LINES)
    late = records.outbox.listed(after=max(0, total - MOST_LINES), most=MOST_LINES)
    ids = {operation.op_id for operation in waiting}
    return [*reversed(waiting), *(each for each in reversed(late) if each.op_id not in ids)]


def offered(records: Records, operation: Operation) -> tuple[str, ...]:
    """The actions of this line, by all that the store knows: nothing else is offered, advised or done."""
    return actions_of(
        operation,
        returns=records.outbox.may_return(operation.op_id),
        carried=records.outbox.is_carried(operation.op_id),
    )


def words_of(operation: Operation) -> StateWords:
    """How its state is said."""
    if operation.kind == ESCALATION and operation.state is State.APPLIED:
        return HANDED_OVER
    if operation.state is State.HELD and operation.reason == WAITS:
        return HELD_FOR_BLOB
    return NOTED if _noted(operation) else STATE_WORDS[operation.state]


def _noted(operation: Operation) -> bool:
    """A refused withdrawal of what stands by itself now."""
    return operation.kind == WITHDRAWAL and operation.state is State.REJECTED and not operation.people


def _settled(operation: Operation) -> bool:
    """By a later one; of what was applied it is told that it counts."""
    return operation.resolved_by is not None and operation.state is not State.APPLIED


def _group(operation: Operation) -> Group:
    return Group.ENDED if _settled(operation) else words_of(operation).group


def line_of(records: Records, operation: Operation) -> QueueLine:
    """One operation, masked, by all that the store knows of it."""
    actions = offered(records, operation)
    return drawn(
        operation,
        number_of(operation, records.identity.terminal),
        (*actions, *((PRINT,) if has_paper(records, operation) else ())),
        ways_of(records, operation, actions),
        _detail(records, operation),
    )


_STEPS = {"begun": Text("开始", "begun"), "undone": Text("卡片没有变", "card unchanged")}
"""What an entry of a card write tells; the last word of its kind. The centre completes either: it is told of it."""


def title_of(kept: Mapping[str, Any], kind: str) -> Text:
    """What was done, as it was called when it was recorded."""
    return Text(str(kept.get("title", kind)), str(kept.get("title_en", kind)))


def _title(operation: Operation) -> Text:
    """What was done; of a card write that did not happen, that."""
    title, step = title_of(operation.summary, operation.kind), _STEPS.get(operation.kind.partition(".")[2])
    return title if step is None else Text(f"{title.zh}（{step.zh}）", f"{title.en} ({step.en})")


def drawn(
    operation: Operation, number: str, actions: tuple[str, ...], ways: Sequence[str], detail: Text | None
) -> QueueLine:
    """One operation in the words of :data:`terminal.model.outbox_words.STATE_WORDS`.

    :param actions: what is offered; :param ways: what is advised. :param detail: what the centre said of it last.
    """
    words, summary = words_of(operation), operation.summary
    settled = _settled(operation)
    return QueueLine(
        key=operation.op_id.hex().upper(),
        number=number,
        title=_title(operation),
        words=SETTLED if settled else words.word,
        group=_group(operation).value,
        tone="plain" if settled else words.tone,
        since=_local(datetime.fromtimestamp(operation.since / 1000, UTC)) or "",
        detail=detail,
        remedy=None if settled else advice(words.remedy, ways),
        facts=_facts(summary),
        actions=actions,
    )


def said_of(records: Records, operation: Operation) -> Outcome | None:
    """The centre's last outcome, where a signed code for a paper came with it."""
    if operation.state not in (State.APPLIED, State.CONFLICT):
        return None
    said = records.outbox.history(operation.op_id)
    return said[-1] if said and said[-1].receipt and said[-1].verdict.value == operation.state.value else None


def has_paper(records: Records, operation: Operation) -> bool:
    """Whether there is something true to put on paper: the centre's signed word, or what was done here."""
    return said_of(records, operation) is not None or own_paper(operation) is not None


def doubtful_line(intent: Intent) -> QueueLine:
    """A card that left in the middle of a write."""
    plan = intent.plan
    return QueueLine(
        key=CARD_PREFIX + intent.begun.hex().upper(),
        number=str(plan.get("number", "")),
        title=title_of(plan, intent.kind),
        words=DOUBTFUL.word,
        group=DOUBTFUL.group.value,
        tone=DOUBTFUL.tone,
        since=_local(datetime.fromtimestamp(intent.begun_at / 1000, UTC)) or "",
        remedy=DOUBTFUL.remedy,
        facts=_facts(plan),
        actions=("escalate", PRINT),
    )


def _detail(records: Records, operation: Operation) -> Text | None:
    """What the centre said of it last."""
    told = (State.REJECTED, State.CONFLICT, State.HELD, State.PARKED)
    if operation.state not in told and operation.kind != ESCALATION:
        return None
    said = records.outbox.history(operation.op_id)
    if not said:
        return None
    case = f" {said[-1].case}" if said[-1].case else ""
    return Text(said[-1].zh + case, said[-1].en + case)


_SHOWN = {
    "name": Text("持卡人", "Holder"),
    "number": Text("社会保障号码", "Social security no."),
    "phone": Text("新手机号码", "New number"),
    "address": Text("新联系地址", "New address"),
    "program": Text("程序", "Program"),
    "application": Text("申请编号", "Application"),
    "drive": Text("批次", "Drive"),
    "drive_number": Text("批次编号", "Drive number"),
    "operator": Text("经办", "Served by"),
    "reviewer": Text("复核", "Reviewed by"),
}


def _facts(summary: Mapping[str, object]) -> tuple[Fact, ...]:
    return tuple(
        Fact(label, Text(str(summary[name]), str(summary[name]))) for name, label in _SHOWN.items() if name in summary
    )


def day_end(records: Records, operator: str) -> DayEndView:
    """What stands open at the end of the day, and whether the store is still what was written."""
    status, doubtful = records.sync.status(), len(records.intents.doubtful())
    contact, people = _local(status.last_contact), for_people(status, doubtful)
    facts = (
        Fact(_OPERATOR, Text(operator or "–", operator or "–")),
        Fact(STATE_WORDS[State.PENDING].word, _number(status.waiting), "warning" if status.waiting else "good"),
        Fact(_PERSON, _number(people), "bad" if people else "good"),
        Fact(_DOUBTFUL_AMONG, _number(doubtful), "bad" if doubtful else "good"),
        Fact(_AS_OF, Text(contact, contact) if contact else _NEVER),
    )
    broken = records.outbox.halted()
    if broken is not None:
        return DayEndView((*facts, Fact(_STORE, faults.explain(broken).message, "bad")), ready=False)
    whole = examined(_WHOLE, lambda: check_whole(records))
    sound = Fact(whole.name, whole.value, "good" if whole.fault is None else "bad")
    return DayEndView((*facts, sound), ready=status.clear and not doubtful and whole.fault is None)


def _number(count: int) -> Text:
    return Text(str(count), str(count))


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
