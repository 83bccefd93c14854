"""The directory of a card: which applications it says that it carries (card specification part 3; card.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cardio import gbk, status, tlv
from cardio.addressing import By, RecordAddress
from cardio.answers import MalformedAnswerError
from cardio.selection import Selection

MOST_RECORDS: Final = 32
"""A card that lists more must not hold us for ever; seven applications have a standard name."""

_SFIS: Final = range(1, 31)
_ANSWERS: Final = status.DONE | status.ABSENT | status.NOT_HERE


@dataclass(frozen=True)
class Listed:
    """:param name: AID or DF name, 1 to 16 bytes. :param label: tag 50; empty where there is none that can be read."""

    name: bytes
    label: str


def listed(selection: Selection, fci: bytes) -> tuple[Listed, ...] | None:
    """What the directory of SSSE holds, in its order; ``None`` for a card without one, which may carry any of the
    standard applications.

    The records of the file are read by their numbers until the card has no more.

    :param fci: of SSSE, which is selected; its tag 88 tells the directory's short file identifier (1E and 0B were met).
    :raises CardError: ANSWER_MALFORMED for an entry or FCI that is no BER-TLV or without a name, STATUS_UNEXPECTED.
    """
    sfi = tlv.find(tlv.decode_ber(fci), 0x88)
    if sfi is None or len(sfi) != 1 or sfi[0] not in _SFIS:
        return None
    found: list[Listed] = []
    for number in range(1, MOST_RECORDS + 1):
        answer = selection.record_at(RecordAddress(number, By.NUMBER, sfi[0]), accept=_ANSWERS)
        if answer.sw in status.ABSENT:
            break
        if answer.sw != status.SW.OK:
            return None if number == 1 else tuple(found)
        found.append(_entry(answer.data))
    return tuple(found)


def _entry(record: bytes) -> Listed:
    nodes = tlv.decode_ber(record)
    name = tlv.find(nodes, 0x4F)
    if not name or len(name) > 16:
        raise MalformedAnswerError("an entry of the directory without a name")
    try:
        return Listed(name, gbk.decode(tlv.find(nodes, 0x50) or b""))
    except gbk.NotGbkError:
        return Listed(name, "")
