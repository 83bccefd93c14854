"""Who is signed in, what waits, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Text
from terminal.views.common import Fact, FaultView


@dataclass(frozen=True)
class OperatorView:
    """Who is signed in. :param since: local time ``HH:MM``."""

    number: str
    name: str
    role: Text
    since: str


@dataclass(frozen=True)
class QueueBadge:
    """The queue in the header. :param tone: ``good`` only when the centre's signed word covers everything."""

    waiting: int
    people: int
    text: Text
    tone: str


@dataclass(frozen=True)
class QueueLine:
    """One operation or doubtful card. ``words`` and ``group`` come from the one map of outbox states.

    :param group: the heading that it stands under, which says what it waits for.
    :param actions: of ``retry``, ``park``, ``withdraw``, ``escalate``; all but ``retry`` ask for a second person.
    """

    key: str
    number: str
    title: Text
    words: Text
    group: Text
    tone: str
    since: str
    detail: Text | None = None
    remedy: Text | None = None
    facts: tuple[Fact, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueueView:
    """The queue page: totals by state (the same query as the badge), then the entries.

    :param people: what needs a person, shown first. :param lines: the rest, group by group.
    :param next_try: when sending goes on by itself; ``None`` while it is stopped, and :param stopped: says why.
    """

    totals: tuple[Fact, ...]
    last_contact: str | None
    next_try: str | None
    people: tuple[QueueLine, ...]
    lines: tuple[QueueLine, ...]
    stopped: FaultView | None = None


@dataclass(frozen=True)
class DayEndView:
    """What must be settled before the day is closed. ``ready`` when nothing stands open."""

    facts: tuple[Fact, ...]
    ready: bool
