"""Fetching what the centre sets aside for this terminal: blocks of numbers, and persons for a drive."""

from __future__ import annotations

from typing import Protocol

from offline_cache.leases import Lease, Leases
from offline_cache.reserved import Block, Reserve
from terminal.centre import causes, chain
from terminal.centre.contract import BlockRequest, LeaseRequest, NumberBlock, PersonLease, ProblemType
from terminal.centre.errors import CentreError
from terminal.centre.identity import Identity


class Centre(Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    def number_block(self, terminal: str, body: BlockRequest) -> NumberBlock: ...

    def lease(self, terminal: str, body: LeaseRequest) -> PersonLease: ...


def fetch_numbers(centre: Centre, reserve: Reserve, identity: Identity, purpose: str, count: int) -> None:
    """Get a block of numbers and keep it.

    :raises CentreError: of the way; ``ANSWER_INVALID``.
    :raises StoreError: ``RESERVE_INVALID`` for one that the centre did not sign so, or not after those that are here.
    """
    answer = centre.number_block(identity.terminal, BlockRequest(purpose=purpose, count=count))
    if (answer.purpose, answer.last - answer.first + 1) != (purpose, count):
        raise causes.answer_invalid("block: not what was asked for")
    words = (answer.block, answer.purpose, answer.first, answer.last, answer.token, answer.expires)
    reserve.take(Block(*words, _bytes(answer.signature), answer.key_id), _key(identity, answer.key_id))


def borrow(  # noqa: PLR0917 - who, for what, whom
    centre: Centre, leases: Leases, identity: Identity, drive: str, card_id: bytes, subject: bytes
) -> None:
    """Have a person lent to this terminal.

    :raises CentreError: ``LENT_ALREADY``; of the way. :raises StoreError: ``RESERVE_INVALID``.
    """
    asked = LeaseRequest(drive=drive, card_id=card_id.hex().upper(), subject=subject.hex().upper())
    answer = centre.lease(identity.terminal, asked)
    if (answer.drive, bytes.fromhex(answer.subject)) != (drive, subject):
        raise causes.answer_invalid("lease: not what was asked for")
    lease = Lease(subject, drive, answer.token, answer.until, _bytes(answer.signature), answer.key_id)
    leases.lend([lease], _key(identity, answer.key_id))


def is_elsewhere(error: CentreError) -> bool:
    """Whether the centre says that another terminal has this person."""
    return error.problem is ProblemType.LENT_ALREADY


def _key(identity: Identity, key_id: str) -> bytes:
    key = identity.keys().get(key_id)
    if key is None:
        raise causes.answer_invalid("a key that is not pinned")
    return key


def _bytes(text: str) -> bytes:
    try:
        return chain.from_text(text)
    except ValueError:
        raise causes.answer_invalid("signature") from None
