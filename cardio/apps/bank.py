"""The bank application on the same chip (JR/T 0025): its account number, closed up in an :class:`AccountNumber`.

Two ways lead to it. The short one is that of the terminals in the field: the record that cards keep it in. The full one
asks the application where its records are (GET PROCESSING OPTIONS and the file locator) and goes through them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardio import status, tlv
from cardio.addressing import By, RecordAddress
from cardio.answers import MalformedAnswerError, UnexpectedStatusError
from cardio.apdu import MAX_LE, Command
from cardio.apps.account import AccountNumber, Audit, digits_of
from cardio.profile import BANK_CREDIT, BANK_DEBIT, PAYMENT_DIRECTORY
from cardio.selection import Selection

_ACCOUNT: Final = 0x5A
_TRACK_2: Final = 0x57
_SEPARATOR: Final = 0x0D
_SHORT_WAY: Final = RecordAddress(1, By.NUMBER, 2)
_OPTIONS: Final = 0x9F38
_MOST_RECORDS: Final = 16
"""Of one application or directory: a card that lists more must not hold us for ever."""

_QUIET: Final = status.DONE | status.NOT_HERE | status.ABSENT


def account_last4(selection: Selection) -> str | None:
    """The last four digits of the account number, or ``None`` where the card has no bank application or no number.

    SSSE is left by this: what was proven there is gone.

    :raises CardError: FIELD_UNREADABLE for a number that is none, ANSWER_MALFORMED for a record that is no BER-TLV.
    """
    found = account(selection, _refuse)
    if found is None:
        return None
    try:
        return found.last4
    finally:
        found.wipe()


def account(selection: Selection, audit: Audit) -> AccountNumber | None:
    """The account number, closed; ``None`` where the card has no bank application or no number.

    :param audit: told when somebody opens it.
    :raises CardError: as :func:`account_last4`.
    """
    fci = _enter(selection)
    if fci is None:
        return None
    digits = _in_record(selection, _SHORT_WAY)
    for address in () if digits else _located(selection, fci):
        digits = _in_record(selection, address)
        if digits:
            break
    return AccountNumber(digits, audit) if digits else None


def _refuse(who: str, why: str) -> None:
    raise PermissionError("this number was read for its last digits alone")


def _in_record(selection: Selection, address: RecordAddress) -> bytearray | None:
    """The number in one record: tag 5A, or the front of the track that repeats it."""
    answer = selection.record_at(address, accept=_QUIET)
    if answer.sw == status.SW.OK and not answer.data:
        raise MalformedAnswerError("a bank record of no bytes")  # lost on the way: not a card without an account
    nodes = tlv.decode_ber(answer.data)
    number = tlv.find(nodes, _ACCOUNT)
    if number is not None:
        return digits_of(number)
    track = tlv.find(nodes, _TRACK_2)
    if track is None:
        return None
    front = track.hex().partition(f"{_SEPARATOR:x}")[0]
    return digits_of(bytes.fromhex(front + "f" * (len(front) % 2)))


def _located(selection: Selection, fci: bytes) -> Iterator[RecordAddress]:
    """Where the application says that its records are."""
    asked = _asked_of_us(tlv.find(tlv.decode_ber(fci), _OPTIONS) or b"")
    if asked > 0x7F:
        return
    data = bytes((0x83, asked)) + bytes(asked)
    answer = selection.send(Command(0x80, 0xA8, 0x00, 0x00, data, le=MAX_LE), _QUIET).data
    nodes = tlv.decode_ber(answer)
    plain = tlv.find(nodes, 0x80)  # profile and locator one after the other, or each with its tag
    locator = plain[2:] if plain is not None else tlv.find(nodes, 0x94) or b""
    if len(locator) % 4:
        raise MalformedAnswerError("a file locator that is none")
    left = _MOST_RECORDS
    for at in range(0, len(locator), 4):
        sfi, first, last = locator[at] >> 3, locator[at + 1], locator[at + 2]
        if not 1 <= sfi <= 30 or not 1 <= first <= last:
            raise MalformedAnswerError("a file locator that is none")
        for number in range(first, min(last, first + left - 1) + 1):
            left -= 1
            yield RecordAddress(number, By.NUMBER, sfi)


def _asked_of_us(wanted: bytes) -> int:
    """Bytes of data that the application wants to hear of the terminal (tags and lengths one after the other). They
    are all left zero: we buy nothing."""
    total = at = 0
    while at < len(wanted):
        at += 2 if wanted[at] & 0x1F == 0x1F else 1
        if at >= len(wanted):
            raise MalformedAnswerError("a list of options cut short")
        total += wanted[at]
        at += 1
    return total


def _enter(selection: Selection) -> bytes | None:
    """Select the debit or else the credit application and give its FCI; some cards show them only after their
    directory, and some list others there."""
    for name in (BANK_DEBIT, BANK_CREDIT):
        if (fci := _select(selection, name)) is not None:
            return fci
    directory = _select(selection, PAYMENT_DIRECTORY)
    if directory is None:
        return None
    for name in dict.fromkeys((BANK_DEBIT, BANK_CREDIT, *_listed(selection, directory))):
        if (fci := _select(selection, name)) is not None:
            return fci
    return None


def _listed(selection: Selection, fci: bytes) -> list[bytes]:
    """Names of the applications in the payment directory."""
    sfi = tlv.find(tlv.decode_ber(fci), 0x88)
    if sfi is None or len(sfi) != 1 or not 1 <= sfi[0] <= 10:
        return []
    names = []
    for number in range(1, _MOST_RECORDS + 1):
        answer = selection.record_at(RecordAddress(number, By.NUMBER, sfi[0]), accept=_QUIET)
        if answer.sw != status.SW.OK:
            break
        entries = tlv.walk(tlv.decode_ber(answer.data))
        names += [entry.value for entry in entries if entry.tag == 0x4F and 5 <= len(entry.value) <= 16]
    return names


def _select(selection: Selection, name: bytes) -> bytes | None:
    try:
        return selection.application(name)
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        return None
