"""The table of answers: what each kind of answer means for the sender. No answer removes or changes an operation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What an answer amounts to, once signatures, acknowledgement and chain are checked."""

    RECEIVED = "received"  # a proven acknowledgement that covers the batch
    MARK = "mark"  # a proven acknowledgement, asked for
    CHANGES = "changes"  # outcomes
    NOTHING = "nothing"  # there was nothing to send after all
    UNKNOWN = "unknown"  # time-out, reset, 5xx, a login page, an acknowledgement that proves nothing
    BUSY = "busy"  # 429, 503, "in progress"
    GAP = "gap"  # the centre waits for an earlier one
    CURSOR_LOST = "cursor-lost"  # the centre does not know our place in the feed
    STATE_DIFFERS = "state-differs"  # 412: what it told us is not what we know
    TOO_LARGE = "too-large"  # 413
    POISON = "poison"  # 400, 422
    REFUSED = "refused"  # 401, 403: who are you
    FORKED = "forked"  # the centre has another history of this terminal
    PENDING = "pending"  # a new life of the log was asked for; the centre's people have not agreed yet
    RENEWED = "renewed"  # the new life has begun
    WRONG_API = "wrong-api"  # 404, 405, 410, 426
    CLOCK = "clock"  # our clock is wrong, so that nothing can be proven
    CARRIED = "carried"  # a piece of a blob, or what the centre has of one
    NO_BLOB = "no-blob"  # no blob waits
    STORE = "store"  # our own store failed
    DAMAGED = "damaged"  # our own store is damaged, or its chain does not verify


@dataclass(frozen=True)
class Answer:
    """:param hwm: proven mark of the centre; :param lost: it had more before; :param left: something has to be sent,
    of ``CARRIED`` a blob.
    :param count: operations in the batch, or pieces of a blob that were taken; :param first: place of its first one;
    :param tombstone: that one is one.
    :param operation: place in the batch of the one refused.
    :param urgent: a reversal is among what has to be sent.
    :param retry_after: seconds. :param news: outcomes came, or a blob is whole; :param more: more are there;
    :param awaiting: operations without a final outcome.
    """

    kind: Kind
    hwm: int = 0
    lost: bool = False
    left: bool = False
    count: int = 0
    first: int = 0
    tombstone: bool = False
    operation: int | None = None
    retry_after: float | None = None
    news: bool = False
    more: bool = False
    awaiting: int = 0
    urgent: bool = False


class Next(Enum):
    """What the sender does."""

    ADVANCE = "go on after the mark"
    FED = "look again later"
    CARRY = "go on with the next piece"
    AGAIN = "the same again, later each time; from the third time on ask for the mark first"
    ASK = "ask for the mark, then go on after it"
    WAIT = "wait as long as asked"
    SHRINK = "halve the batch; park an operation that is refused alone"
    STOP = "stop and call a person"
    RENEW = "send nothing more, and ask for a new life of the log until the centre's people agree"
    BEGIN = "begin anew, in the new life"


@dataclass(frozen=True)
class Rule:
    """:param of_the_centre: such an answer shows that the centre can be reached."""

    then: Next
    of_the_centre: bool = True


RULES: dict[Kind, Rule] = {
    Kind.RECEIVED: Rule(Next.ADVANCE),
    Kind.MARK: Rule(Next.ADVANCE),
    Kind.NOTHING: Rule(Next.ADVANCE, of_the_centre=False),
    Kind.CHANGES: Rule(Next.FED),
    Kind.CARRIED: Rule(Next.CARRY),
    Kind.NO_BLOB: Rule(Next.CARRY, of_the_centre=False),
    Kind.UNKNOWN: Rule(Next.AGAIN, of_the_centre=False),
    Kind.STORE: Rule(Next.AGAIN, of_the_centre=False),
    Kind.DAMAGED: Rule(Next.STOP, of_the_centre=False),
    Kind.BUSY: Rule(Next.WAIT),
    Kind.GAP: Rule(Next.ASK),
    Kind.CURSOR_LOST: Rule(Next.ASK),
    Kind.STATE_DIFFERS: Rule(Next.ASK),
    Kind.TOO_LARGE: Rule(Next.SHRINK),
    Kind.POISON: Rule(Next.SHRINK),
    Kind.REFUSED: Rule(Next.STOP),
    Kind.FORKED: Rule(Next.RENEW),
    Kind.PENDING: Rule(Next.RENEW),
    Kind.RENEWED: Rule(Next.BEGIN),
    Kind.WRONG_API: Rule(Next.STOP),
    Kind.CLOCK: Rule(Next.AGAIN, of_the_centre=False),
}
