"""Values that every page uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from terminal.text import Text


class Stage(Enum):
    """Where the desk is. One card, one stage."""

    SIGN_IN = "sign-in"  # nobody is signed in, or the session is locked; no card is served
    WAITING = "waiting"  # no card
    NOTICE = "notice"  # a card is in; nothing personal is read before the notice is accepted
    READING = "reading"
    HOLDER = "holder"
    SERVICE = "service"  # a journey runs
    FAULT = "fault"  # the card could not be used; shown until the card is out or the fault is put right


@dataclass(frozen=True)
class FaultView:
    """One cause, one sentence, one remedy."""

    code: str
    message: Text
    remedy: Text


@dataclass(frozen=True)
class Fact:
    """One line of a plain two-column list. :param tone: ``plain``, ``good``, ``warning`` or ``bad``."""

    label: Text
    value: Text
    tone: str = "plain"
    note: Text | None = None


@dataclass(frozen=True)
class ReaderView:
    """:param state: one of ``empty``, ``card``, ``mute``, ``busy``, ``stuck``."""

    name: str
    state: str


@dataclass(frozen=True)
class CentreView:
    """:param reachable: ``None`` before the first contact. :param checked_at: local time ``HH:MM``."""

    reachable: bool | None
    checked_at: str | None = None
    fault: FaultView | None = None


@dataclass(frozen=True)
class HealthLine:
    """One check of ``doctor`` and of the health page. :param state: ``ok``, ``warning``, ``fault`` or ``checking``."""

    name: Text
    state: str
    value: Text
    fault: FaultView | None = None
