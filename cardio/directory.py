"""The directory of a card: which applications it says that it carries (card specification part 3; card.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cardio import gbk, status, tlv
from cardio.addressing import By, RecordAddress
from cardio.answers import MalformedAnswerError
from cardio.apps import environment
from cardio.selection import Selection
from cardio.session import CardSession

MOST_RECORDS: Final = 32
"""A card that lists more must not hold us for ever; seven applications have a standard name."""

_SFIS: Final = range(1, 31)
_NEXT: Final = status.DONE | status.ABSENT
_FIRST: Final = _NEXT | status.NOT_HERE


@dataclass(frozen=True)
class Listed:
    """:param name: AID or DF name, 1 to 16 bytes. :param label: tag 50; empty where there is none that can be read."""

    name: bytes
    label: str


def applications(session: CardSession) -> tuple[Listed, ...] | None:
    """Which applications the card lists, in its order; ``None`` for a card without a directory, which may carry any of
    the standard ones (:data:`cardio.files.APPLICATIONS`). What was opened in SSSE before is closed by it.

    The FCI of SSSE tells the directory's short file identifier (tag 88; 1E and 0B were met). Its records are read by
    their numbers until the card has no more.

    :raises CardError: as :meth:`cardio.session.CardSession.open`; ANSWER_MALFORMED for an FCI or an entry that is no
        BER-TLV, an entry without a name, or no FCI at all, which says nothing of a directory; STATUS_UNEXPECTED where
        the list breaks off otherwise than at its end.
    """
    with session.flow():
        return _listed(session.selection, environment.enter(session.selection))


def _listed(selection: Selection, fci: bytes) -> tuple[Listed, ...] | None:
    if not fci:
        raise MalformedAnswerError("SSSE does not describe itself")
    sfi = tlv.find(tlv.decode_ber(fci), 0x88)
    if sfi is None or len(sfi) != 1 or sfi[0] not in _SFIS:
        return None
    found: list[Listed] = []
    for number in range(1, MOST_RECORDS + 1):
        answer = selection.record_at(RecordAddress(number, By.NUMBER, sfi[0]), accept=_NEXT if found else _FIRST)
        if answer.sw in status.ABSENT:
            break
        if answer.sw != status.SW.OK:
            return None
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
