"""What the core hears and says: events, actions, and the numbers that can be set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from terminal.sync.answers import Answer, Kind


@dataclass(frozen=True)
class Knobs:
    """Numbers of the sender; seconds unless said otherwise.

    :param base: first pause of the back-off, doubled up to :param cap:.
    :param splay: over which terminals spread that begin, or come back, together; 0 for a demonstration.
    :param ahead: share of each such spread, and of ``cap``, that those take who have a reversal to send, so that they
        are ahead of most.
    :param watchdog: longest time without an answer, or without progress while the centre can be heard.
    :param soon: from an acknowledgement to the first look for outcomes.
    :param people: between two questions whether the centre's people have agreed.
    :param most: operations in a batch; :param most_bytes: of sealed bodies in a batch.
    """

    base: float = 1.0
    cap: float = 300.0
    splay: float = 300.0
    ahead: float = 0.1
    watchdog: float = 120.0
    soon: float = 2.0
    people: float = 60.0
    most: int = 100
    most_bytes: int = 256 * 1024


class Task(Enum):
    """The one request that may be under way."""

    SEND = "send"
    ASK = "ask"
    PULL = "pull"
    RENEW = "renew"
    CARRY = "carry"


# --- events ---


@dataclass(frozen=True)
class Event:
    """:param now: seconds of the monotonic clock."""

    now: float


@dataclass(frozen=True)
class Tick(Event):
    """Time went on."""


@dataclass(frozen=True)
class Work(Event):
    """Something was recorded. :param urgent: a reversal waits."""

    urgent: bool = False


@dataclass(frozen=True)
class Answered(Event):
    """The request ``flight`` ended, with an answer or without."""

    flight: int
    answer: Answer


@dataclass(frozen=True)
class ClockSet(Event):
    """Somebody set the clock of this machine."""


@dataclass(frozen=True)
class Resume(Event):
    """A person says: go on."""


@dataclass(frozen=True)
class Stuck(Event):
    """What was asked of our own store cannot be done, and trying again will not help."""


# --- actions ---


@dataclass(frozen=True)
class Send:
    """Send a batch of at most ``most`` operations, from ``first``, or from the first that waits."""

    flight: int
    first: int | None
    most: int


@dataclass(frozen=True)
class Ask:
    """Ask the centre how much of our log it has."""

    flight: int


@dataclass(frozen=True)
class Pull:
    """Fetch outcomes."""

    flight: int


@dataclass(frozen=True)
class Carry:
    """Send the next piece of a photo or a signature, or ask which ones the centre has."""

    flight: int


@dataclass(frozen=True)
class Renew:
    """Ask for a new life of the log, and begin it if it was given."""

    flight: int


@dataclass(frozen=True)
class Park:
    """The operation at ``seq`` is not taken in: a person has to look at it. Its place is sent as a tombstone."""

    seq: int


@dataclass(frozen=True)
class WaitUntil:
    """Nothing to do before ``time`` (monotonic) unless something happens."""

    time: float


class Alarm(Enum):
    """What people are told about, or the log at least."""

    STOPPED = "stopped"
    PARKED = "parked"
    CENTRE_BEHIND = "centre-behind"
    GIVEN_UP = "given-up"
    NO_PROGRESS = "no-progress"
    NEW_LIFE = "new-life"


@dataclass(frozen=True)
class Warn:
    """:param kind: the answer that led to it, where there was one."""

    alarm: Alarm
    kind: Kind | None


Action = Send | Ask | Pull | Renew | Carry | Park | WaitUntil | Warn
