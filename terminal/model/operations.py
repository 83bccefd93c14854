"""Bodies of operations: what stands inside the seal, by kind. The terminal writes them, the centre reads them.

A body is a dictionary of these fields in canonical CBOR. A field that is not known is passed over, so that a newer
terminal is no fault; a new meaning takes a new kind or a new ``schema``.
"""

from __future__ import annotations

from typing import Annotated, TypedDict, TypeVar

import msgspec
from msgspec import Meta, Struct

from offline_cache.blob_limits import MOST_BLOBS
from offline_cache.canonical import Plain
from offline_cache.operations import LARGEST_VALUE
from offline_cache.operations import WITHDRAWAL as TAKES_BACK
from terminal.model.decoding import converted

CONTACT_CHANGE = "contact-change"
PIN_CHANGE_BEGUN = "card-pin-change.begun"
PIN_CHANGE_DONE = "card-pin-change.done"
PIN_CHANGE_UNDONE = "card-pin-change.undone"
PIN_CHANGE_SPOILED = "card-pin-change.spoiled"
PIN_RESET = "card-pin-reset"
PIN_UNBLOCK = "card-pin-unblock"
MAINTENANCE_KINDS = tuple(
    f"{what}.{step}" for what in (PIN_RESET, PIN_UNBLOCK) for step in ("begun", "done", "undone", "spoiled")
)
"""A16: steps of putting a new PIN without the old one, and of giving the tries back."""

CARD_WRITE = "card-write"
CARD_DEBIT = "card-debit"
CARD_ISSUE = "card-issue"
WRITE_KINDS = tuple(
    f"{what}.{step}" for what in (CARD_WRITE, CARD_DEBIT, CARD_ISSUE) for step in ("begun", "done", "undone", "spoiled")
)
"""Steps of what another program of the outlet writes into a card or pays from it, and of issuing into a blank one."""

DRIVE_RETURN = "drive-return"
"""A field drive ends on this terminal: its persons are free again, and the numbers that are left are void."""

NO_CARD = "0" * 32
"""``card_id`` of what is about no card: the centre orders by card, and what settles it has to name the same."""

WITHDRAWAL = TAKES_BACK
ESCALATION = "escalation"
PASSED = frozenset({WITHDRAWAL})
"""Kinds that nobody waits for: a withdrawal that is refused took nothing back, and holds nobody."""

_ENDS = frozenset({WITHDRAWAL, ESCALATION, DRIVE_RETURN})


def takes_in(kind: str) -> bool:
    """Whether an operation of this kind takes something in or begins to write a card; the others end, take back or hand
    on what was taken in before, and are never refused for what the centre has forbidden since."""
    return kind not in _ENDS and kind.partition(".")[2] in {"", "begun"}


SCHEMA = 1
CONTACT_DATA = 2
"""Schema of ``contact-change`` with an address; without one the first is written, which every centre knows."""

MOST_BLOCKS = 100
"""Blocks that one ``drive-return`` gives back."""

Id = Annotated[str, Meta(pattern="^[0-9A-F]{32}$")]
BlobName = Annotated[str, Meta(pattern="^[0-9A-F]{64}$")]
Slug = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]
BlockName = Annotated[str, Meta(pattern="^[a-z0-9-]{1,80}$")]
Counting = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class ReservedNumber(Struct, frozen=True, kw_only=True):
    """A number out of a block that the centre has set aside (:mod:`offline_cache.reserved`)."""

    block: BlockName
    number: Counting


class OperationBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every body has.

    :param card_id: 卡识别码 of the holder's card, 32 upper-case hex digits: whom it concerns.
    :param operator: who took it in; :param reviewer: the second person, where the rule wants one.
    :param recorded_at: the terminal's time (ISO 8601, with zone): told, never trusted for order.
    :param authenticated: whether the card was proven.
    :param after: the terminal's operation before this one about the same card that is still open: this one waits for
        it. What settles another names what was open before that (:func:`offline_cache.subjects.comes_after`).
    :param refers_to: the operation that this one ends, corrects or withdraws.
    :param lease: the fencing token under which this person is lent to the terminal, where that is so: the centre makes
        a case of what comes after another terminal had the person (:mod:`offline_cache.leases`).
    :param numbered: the number of a block that this operation uses.
    :param value: fen that it moves; 0 of what moves none, and of the end of a card write.
    :param clock_behind: seconds by which ``recorded_at`` is behind what this terminal knew before: its clock was set
        back, and the time of this operation is to be doubted. 0 within two minutes.
    :param blobs: digests of the photos and signatures that belong to it (:mod:`offline_cache.blobs`), in the order of
        the kind; the centre applies nothing before they are there.
    """

    card_id: Id
    operator: Annotated[str, Meta(min_length=1, max_length=40)]
    recorded_at: Annotated[str, Meta(min_length=1, max_length=40)]
    authenticated: bool
    reviewer: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    after: Id | None = None
    refers_to: Id | None = None
    lease: Counting | None = None
    numbered: ReservedNumber | None = None
    value: Annotated[int, Meta(ge=0, le=LARGEST_VALUE)] = 0
    clock_behind: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    blobs: Annotated[list[BlobName], Meta(max_length=MOST_BLOBS)] = []

    def __repr__(self) -> str:
        """Only the kind: bodies are about people."""
        return f"<{type(self).__name__}>"


class About(TypedDict):
    """What the terminal fills in for every body."""

    card_id: str
    operator: str
    reviewer: str | None
    recorded_at: str
    authenticated: bool
    after: str | None
    refers_to: str | None
    lease: int | None


class ContactChange(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """A17: the holder's telephone number. The centre judges the number; the terminal's rules are for the person."""

    phone: Annotated[str, Meta(max_length=40)]


class PostalAddress(Struct, frozen=True, kw_only=True):
    """:param region: GB/T 2260, six digits. :param text: from below the county down to the house."""

    region: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    text: Annotated[str, Meta(min_length=1, max_length=200)]

    def __repr__(self) -> str:
        """Nothing of it."""
        return "<PostalAddress>"


class ContactData(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """A17, schema 2: telephone number, address, or both; what is not there stays as it is."""

    phone: Annotated[str, Meta(max_length=40)] | None = None
    address: PostalAddress | None = None

    def __post_init__(self) -> None:
        """:raises ValueError: when it changes nothing."""
        if self.phone is None and self.address is None:
            raise ValueError("neither phone nor address")


class CardWrite(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a write in the chip: ``.begun`` before the first byte, then one of the three ends.

    :param proof: of ``.done``: what the card answered, hex.
    :param program: which program of the outlet asked for it; :param places: files and items, as ``pFileAddr`` of the
        reader interface names them.
    :param application: of an issue: number of the order; :param plan: SHA-256 of what is written, hex.
    """

    proof: Annotated[str, Meta(pattern="^([0-9A-F]{2}){0,512}$")] = ""
    program: Annotated[str, Meta(max_length=40)] = ""
    places: Annotated[str, Meta(max_length=400)] = ""
    application: Annotated[str, Meta(max_length=64)] = ""
    plan: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Withdrawal(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """A person takes back the operation that ``refers_to`` names."""


class Escalation(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """Two people hand the operation that ``refers_to`` names over to people at the centre, who open a case of it."""


class DriveReturn(OperationBody, frozen=True, kw_only=True, omit_defaults=True):
    """A drive ends. ``card_id`` is :data:`NO_CARD`.

    :param token: of its leases on this terminal, those up to this token are given back; none where nobody was lent.
    :param rest: of each block the first number that was not used: from it on the block is given back.
    """

    drive: Slug
    token: Counting | None = None
    rest: Annotated[list[ReservedNumber], Meta(max_length=MOST_BLOCKS)] = []


BODIES: dict[tuple[str, int], type[OperationBody]] = {
    (CONTACT_CHANGE, SCHEMA): ContactChange,
    (CONTACT_CHANGE, CONTACT_DATA): ContactData,
    (PIN_CHANGE_BEGUN, SCHEMA): CardWrite,
    (PIN_CHANGE_DONE, SCHEMA): CardWrite,
    (PIN_CHANGE_UNDONE, SCHEMA): CardWrite,
    (PIN_CHANGE_SPOILED, SCHEMA): CardWrite,
    **{(kind, SCHEMA): CardWrite for kind in (*MAINTENANCE_KINDS, *WRITE_KINDS)},
    (DRIVE_RETURN, SCHEMA): DriveReturn,
    (WITHDRAWAL, SCHEMA): Withdrawal,
    (ESCALATION, SCHEMA): Escalation,
}
"""The form of each kind and schema."""

B = TypeVar("B", bound=OperationBody)


def to_plain(body: OperationBody) -> dict[str, Plain]:
    """The dictionary that is sealed."""
    plain: dict[str, Plain] = msgspec.to_builtins(body)
    return plain


def from_plain(plain: dict[str, Plain], form: type[B]) -> B:
    """:raises msgspec.ValidationError: when it is not of this form. Its text may quote the body."""
    return converted(plain, form)
