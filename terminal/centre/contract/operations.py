"""The operation log on its way up, and the outcomes on their way down. ``docs/sync.md`` tells the whole story."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import (
    Answer,
    Base64Url,
    Body,
    Hex16,
    Hex32,
    Instant,
    PrivateAnswer,
    Seq,
    SuiteName,
    TerminalNumber,
)

MOST_OPERATIONS = 100
"""In one batch."""

MOST_SEALED = 64 * 1024
"""Bytes of one sealed body."""

MOST_BATCH = 512 * 1024
"""Bytes of one batch as sent, after any content coding is undone."""

Epoch = Annotated[int, Meta(ge=1, le=65535, description="life of the terminal's log; 1 until the centre gives another")]
KindSlug = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,40}([.][a-z]{1,20})?$", description="kind of an operation")]
Cursor = Annotated[str, Meta(pattern="^[0-9]{1,15}-[0-9a-f]{32}$", description="opaque to the terminal")]
ReasonSlug = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,60}$", description="why, for programs")]
ReceiptCode = Annotated[str, Meta(pattern="^SSC1:[A-Z2-7]{100,500}$", description="signed code of a paper")]
Second = Annotated[
    str,
    Meta(
        pattern="^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
        description="a moment in UTC to the second, in the one form that is signed",
    ),
]
Signature = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{86}$", description="64 bytes in base64url without padding")]


class LoggedOperation(Body, frozen=True, kw_only=True):
    """One operation as the log has it.

    :param sealed: the sealed body; ``None`` makes it a tombstone: the place is taken, the body was refused before.
    :param sealed_hash: of the sealed body, also where that is not sent.
    """

    op_id: Hex16
    kind: KindSlug
    schema: Annotated[int, Meta(ge=1, le=65535)]
    sealed: Base64Url | None
    sealed_hash: Hex32


class OperationBatch(Body, frozen=True, kw_only=True):
    """A run of the log without gaps.

    :param suite: names the algorithms of hashes, sealing and :attr:`head_signature`.
    :param prev_head: head of the chain before the first of these; :param head: after the last.
    :param head_signature: by the terminal, over :func:`terminal.centre.chain.head_statement`.
    :param journal_head: head of the terminal's journal when this was sent.
    """

    suite: SuiteName
    epoch: Epoch
    from_seq: Seq
    prev_head: Hex32
    operations: Annotated[list[LoggedOperation], Meta(min_length=1, max_length=MOST_OPERATIONS)]
    head: Hex32
    head_signature: Signature
    journal_head: Hex32


class Acknowledgement(Answer, frozen=True, kw_only=True):
    """The centre's word that it has a terminal's log up to ``hwm``, with a signature of its own that can be kept.

    :param hwm: high-water mark, 0 for nothing yet; :param head: of the chain there.
    :param time: when, by the centre's clock; text, because it is signed as it stands.
    :param journal_head: of the terminal's journal, as it last came with a batch of this life; zeros before the first.
        Under the signature of the answer, not of the acknowledgement: it is compared, and not kept as a proof.
    :param signature: by the ``ack`` key ``key_id``, over :func:`terminal.centre.chain.ack_statement`.
    """

    terminal: TerminalNumber
    epoch: Epoch
    hwm: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    head: Hex32
    time: Second
    journal_head: Hex32
    key_id: str
    signature: Signature


NOBODY = "0" * 32
"""Who asks, where that is not told: by a program of before."""


class EpochRequest(Body, frozen=True, kw_only=True):
    """The terminal's log and the centre's do not agree: how far ours goes, for the centre's people to look at.

    :param epoch: the life of the log that the terminal is in; :param seq: its last operation, 0 for none;
    :param head: of the chain there. :param head_signature: as of a batch that ends there.
    :param known: the latest life that the terminal knows of, where that is later than the one it is in: the store is an
        older copy, or new after a wipe. The new life comes behind it.
    :param asker: drawn by lot by the program that asks, each time that it starts, and kept nowhere: a copy of its disk
        is another asker.
    """

    suite: SuiteName
    epoch: Epoch
    seq: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    head: Hex32
    head_signature: Signature
    journal_head: Hex32
    known: Epoch = 1
    asker: Hex16 = NOBODY


class EpochGrant(Answer, frozen=True, kw_only=True):
    """The centre's word that a new life of the log begins, after its people agreed. Nothing more is taken into
    an older one.

    :param epoch: the new life; :param after: the one that the terminal was in.
    :param signature: by the ``ack`` key ``key_id``, over :func:`terminal.centre.chain.grant_statement`.
    """

    terminal: TerminalNumber
    epoch: Epoch
    after: Epoch
    time: Second
    key_id: str
    signature: Signature


class OutcomeKind(Enum):
    """What became of an operation; ``empty``: a tombstone holds its place, and its body may still come."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    HELD = "held"
    EMPTY = "empty"


class OperationOutcome(PrivateAnswer, frozen=True, kw_only=True):
    """:param reason: for programs; the texts are for people.
    :param case: number of the file that the centre's people keep of it.
    :param receipt: code for a paper, signed with the ``receipt`` key, see ``docs/paper.md``; ``None`` where the centre
        says neither 已受理 nor 办结.
    """

    op_id: Hex16
    outcome: OutcomeKind
    reason: ReasonSlug | None
    text_zh: str
    text_en: str
    case: str | None
    time: Instant
    receipt: ReceiptCode | None = None


class Changes(PrivateAnswer, frozen=True, kw_only=True):
    """What happened to this terminal's operations since a cursor, in the order it happened.

    :param cursor: to ask with next time; :param more: there is more at once.
    """

    outcomes: list[OperationOutcome]
    cursor: Cursor
    more: bool
