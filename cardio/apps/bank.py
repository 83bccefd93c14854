"""The bank application on the same chip: only the last four digits of its account leave this module (JR/T 0025)."""

from __future__ import annotations

from typing import Final

from cardio import status, tlv
from cardio.answers import FieldUnreadableError, UnexpectedStatusError
from cardio.apdu import MAX_LE, Command
from cardio.profile import BANK_CREDIT, BANK_DEBIT, PAYMENT_DIRECTORY
from cardio.selection import Selection
from cardio.wiping import wipe

_ACCOUNT: Final = 0x5A
_LEAST_DIGITS: Final = 12
_MOST_DIGITS: Final = 19


def account_last4(selection: Selection) -> str | None:
    """The last four digits of the account number, or ``None`` where the card has no bank application or no number.

    Record 1 of the file with SFI 2 holds it under tag 5A. SSSE is left by this: what was proven there is gone.

    :raises CardError: FIELD_UNREADABLE for a number that is none, ANSWER_MALFORMED for a record that is no BER-TLV.
    """
    if not _enter(selection):
        return None
    answer = selection.send(Command(0x00, 0xB2, 0x01, 0x14, le=MAX_LE), status.DONE | status.NOT_HERE | status.ABSENT)
    account = tlv.find(tlv.decode_ber(answer.data), _ACCOUNT) if answer.sw == status.SW.OK else None
    return None if account is None else _last4(account)


def _enter(selection: Selection) -> bool:
    """Select the debit or else the credit application; some cards show them only after their directory."""
    if _select(selection, BANK_DEBIT) or _select(selection, BANK_CREDIT):
        return True
    return _select(selection, PAYMENT_DIRECTORY) and (_select(selection, BANK_DEBIT) or _select(selection, BANK_CREDIT))


def _select(selection: Selection, name: bytes) -> bool:
    try:
        selection.application(name)
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        return False
    return True


def _last4(account: bytes) -> str | None:
    """From digits two to a byte, filled up with nibble F. The whole number is never made into a text."""
    nibbles = bytearray(nibble for byte in account for nibble in (byte >> 4, byte & 0x0F))
    try:
        while nibbles and nibbles[-1] == 0x0F:
            nibbles.pop()
        if not any(nibbles):
            return None
        if not _LEAST_DIGITS <= len(nibbles) <= _MOST_DIGITS or any(nibble > 9 for nibble in nibbles):
            raise FieldUnreadableError("bank account (5A)", f"{len(nibbles)} digits, or a nibble that is none")
        return "".join(str(nibble) for nibble in nibbles[-4:])
    finally:
        wipe(nibbles)
