"""The words of the outbox: what goes in, what goes on the wire, what is known about it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from offline_cache.blobs import SealedBlob
from offline_cache.canonical import Plain

OP_ID = 16
"""Bytes of an operation's identity: random, and never a source of order."""

WITHDRAWAL = "withdrawal"
"""The kind that takes another operation back; refused, it took nothing back."""


ENDS = (".done", ".undone", ".spoiled")
"""How the kind of the end of a card write ends."""

REVERSALS = (".undone", ".spoiled", WITHDRAWAL)
"""How the kinds end that say of something else that it does not stand. A kind that blocks a card belongs here too."""

LARGEST_VALUE = 10**12
"""Fen that one operation moves at most, and of a limit."""


class State(Enum):
    """Where an operation is on its way. *In flight* lives in memory only."""

    PENDING = "pending"  # durable here; the centre's word that it has it is not here yet
    RECEIVED = "received"  # the centre's signed acknowledgement is stored
    HELD = "held"  # the centre waits for an earlier operation, or for a blob
    CONFLICT = "conflict"  # the centre has made a case of it
    APPLIED = "applied"  # it took effect
    REJECTED = "rejected"  # the centre refused it for good
    PARKED = "parked"  # set aside here, so that the others go on; the centre gets a tombstone in its place


class Verdict(Enum):
    """What the centre made of an operation."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    HELD = "held"
    EMPTY = "empty"  # it has the place alone: a tombstone is there, and no body came since


def new_op_id() -> bytes:
    """A fresh identity."""
    return secrets.token_bytes(OP_ID)


@dataclass(frozen=True)
class Draft:
    """An operation before it is recorded.

    :param op_id: from :func:`new_op_id`; the sealed body is bound to it.
    :param kind: lower case words with hyphens; card writes end in ``.begun``, ``.done``, ``.undone`` or ``.spoiled``.
    :param schema: version of the form of the body.
    :param subject: whom it concerns, as opaque bytes (a keyed hash made by the caller); order is kept by subject.
    :param sealed: the envelope of :func:`offline_cache.sealing.seal`.
    :param summary: what the queue page shows, masked by the caller: texts and numbers only.
    :param refers_to: the operation that this one corrects, withdraws, continues or ends.
    :param epoch: life of the log that the seal is bound to; it is recorded in no other. ``None`` where none is bound.
    :param blobs: photos and signatures whose digests stand in the sealed body; they are kept and sent with it.
    :param value: fen that it moves, 0 for none. The end of a card write has none: its beginning has it.
    """

    op_id: bytes
    kind: str
    schema: int
    subject: bytes
    sealed: bytes = field(repr=False)
    summary: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    refers_to: bytes | None = None
    epoch: int | None = None
    blobs: tuple[SealedBlob, ...] = field(default=(), repr=False)
    value: int = 0


@dataclass(frozen=True)
class Operation:
    """An operation as it was recorded, and where it is now. Immutable but for its state.

    :param position: gap-free in this store, over all epochs; local order.
    :param seq: gap-free in its epoch, from 1.
    :param sealed_hash: the suite's digest of ``sealed``.
    :param head: the chain's head after this operation.
    :param recorded_at: wall time in milliseconds since 1970; told, never trusted for order.
    :param since: wall time of the last change of state, likewise.
    :param resolved_by: the later operation that settled it for a person.
    :param people: whether it waits for a person.
    :param value: fen that it moves.
    """

    position: int
    epoch: int
    seq: int
    op_id: bytes
    kind: str
    schema: int
    subject: bytes
    subj_seq: int
    refers_to: bytes | None
    sealed: bytes = field(repr=False)
    sealed_hash: bytes
    head: bytes
    recorded_at: int
    summary: Mapping[str, Plain] = field(repr=False)
    state: State
    since: int
    reason: str = ""
    resolved_by: bytes | None = None
    people: bool = False
    value: int = 0


@dataclass(frozen=True)
class Sent:
    """One operation in a batch. ``sealed`` is ``None`` for a parked one: a tombstone holds its place in the chain."""

    seq: int
    op_id: bytes
    kind: str
    schema: int
    sealed: bytes | None = field(repr=False)
    sealed_hash: bytes


@dataclass(frozen=True)
class Batch:
    """Operations in order, ready to send: the very bytes that were committed, the chain over them checked again.

    :param prev_head: the head before the first, so that the centre can see that nothing is missing.
    :param journal_n: the last line of the journal, with its head.
    """

    epoch: int
    from_seq: int
    prev_head: bytes
    operations: tuple[Sent, ...]
    head: bytes
    journal_n: int
    journal_head: bytes

    @property
    def to_seq(self) -> int:
        return self.from_seq + len(self.operations) - 1


@dataclass(frozen=True)
class Anchor:
    """A signed acknowledgement: the centre has everything of ``epoch`` up to ``hwm``, with this head.

    :param time: the centre's time, as it stands in what was signed.
    :param signature: by the centre's ``ack`` key; verified by the caller before it is given to the store.
    :param key_id: which key of the centre that was.
    :param journal_n: the line of the journal whose head ``journal_head`` went up with what was acknowledged.
    """

    epoch: int
    hwm: int
    head: bytes
    time: str
    signature: bytes
    key_id: str = ""
    journal_n: int | None = None
    journal_head: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """What the centre says has become of an operation.

    :param reason: a code of the centre; ``zh`` and ``en`` say it in words.
    :param case: the centre's reference for a conflict.
    :param receipt: the code that the centre signed for a paper; empty for none. Verified by the caller.
    """

    op_id: bytes
    verdict: Verdict
    reason: str = ""
    zh: str = ""
    en: str = ""
    case: str = ""
    time: str = ""
    receipt: str = ""


class Taken(Enum):
    """What an outcome did here."""

    MOVED = "moved"
    KNOWN = "known"  # it says what we had already
    EARLY = "early"  # kept until the acknowledgement arrives
    AGAIN = "again"  # kept and written into the journal; the state is that one already
    UNKNOWN = "unknown"  # no such operation here


class Agreement(Enum):
    """How the centre's high-water mark and ours go together."""

    SAME = "same"  # the centre has all that we know it to have
    CENTRE_AHEAD = "centre_ahead"  # it has more than it told us yet: an acknowledgement was lost on the way
    CENTRE_BEHIND = "centre_behind"  # it was restored from an older copy: send again from there
    WE_ARE_OLDER = "we_are_older"  # it has operations that we do not: this store is an older copy
    FORKED = "forked"  # another history under our name


@dataclass(frozen=True)
class Counts:
    """How many are where, and since when the oldest of each waits. From one query.

    :param oldest: wall time in milliseconds of the oldest change into that state.
    :param people: how many wait for a person: rejected, conflict or parked, and not settled by a later operation.
    """

    count: Mapping[State, int]
    oldest: Mapping[State, int]
    people: int
