"""Entering the social security system environment (SSSE) of a card (card specification part 3)."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from cardio import status, tlv
from cardio.answers import MalformedAnswerError, UnexpectedStatusError
from cardio.errors import CardError, CardFault
from cardio.profile import SSSE
from cardio.selection import Selection


def enter(selection: Selection) -> bytes:
    """Select SSSE by its name and give its FCI, which may be empty.

    Some cards want to have seen SELECT of the master file first; they get it once.

    :raises CardError: NOT_SOCIAL_SECURITY when the card does not carry it, CARD_BLOCKED when the card refuses every
        command, APPLICATION_BLOCKED.
    """
    try:
        return selection.application(SSSE)
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        first = error.sw
    try:
        selection.master_file()
        return selection.application(SSSE)
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        if first == error.sw == status.SW.NOT_SUPPORTED:
            raise CardError(CardFault.CARD_BLOCKED, f"{error.head} -> {error.sw:04X}", sw=error.sw) from error
        raise CardError(CardFault.NOT_SOCIAL_SECURITY, f"{error.head} -> {error.sw:04X}", sw=error.sw) from error


# Cards of one make describe themselves alike, and an FCI says nothing of a person: kept, not parsed card by card.
@lru_cache(maxsize=32)
def algorithm_code(fci: bytes) -> bytes | None:
    """Tag 86 within the issuer's data 9F0C of an FCI, or ``None`` where the card does not name its algorithm.

    :raises CardError: ANSWER_MALFORMED for an FCI that is no BER-TLV.
    """
    issuer_data = tlv.find(tlv.decode_ber(fci), 0x9F0C)
    if issuer_data is None:
        return None
    # Older cards may keep something of their own here that is no TLV; then they do not name the algorithm.
    with suppress(MalformedAnswerError):
        return tlv.find(tlv.decode_ber(issuer_data), 0x86)
    return None
