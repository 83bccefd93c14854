"""Numbers and persons that the centre sets aside for one terminal, so that it can work without it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import Answer, Body, Hex16, Hex32, TerminalNumber
from terminal.centre.contract.operations import Signature

MOST_NUMBERS = 1000
"""In one block."""

Purpose = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$", description="what numbers are for, or a drive's name")]
BlockName = Annotated[str, Meta(pattern="^[a-z0-9-]{1,80}$")]
Counting = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class BlockRequest(Body, frozen=True, kw_only=True):
    """:param count: how many numbers."""

    purpose: Purpose
    count: Annotated[int, Meta(ge=1, le=MOST_NUMBERS)]


class NumberBlock(Answer, frozen=True, kw_only=True):
    """Numbers that nobody else gets, ever.

    :param token: only grows, for each purpose: of two blocks the one with the higher is the later.
    :param expires: milliseconds since 1970.
    :param signature: by the ``content`` key ``key_id``, over :meth:`offline_cache.reserved.Block.statement`.
    """

    terminal: TerminalNumber
    block: BlockName
    purpose: Purpose
    first: Counting
    last: Counting
    token: Counting
    expires: Counting
    key_id: str
    signature: Signature


class LeaseRequest(Body, frozen=True, kw_only=True):
    """:param card_id: whom it is about; :param subject: what stands for the person in the terminal's store."""

    drive: Purpose
    card_id: Hex16
    subject: Hex32


class PersonLease(Answer, frozen=True, kw_only=True):
    """A person lent to one terminal for a drive.

    :param token: only grows, for each person; :param until: milliseconds since 1970.
    :param signature: by the ``content`` key ``key_id``, over :meth:`offline_cache.reserved.Lease.statement`.
    """

    terminal: TerminalNumber
    drive: Purpose
    subject: Hex32
    token: Counting
    until: Counting
    key_id: str
    signature: Signature
