"""What the card holds at each place of a plan, before anything is written.

Records are addressed by short identifier and tag, never by a file selected before: a SELECT that got lost would let
them fall into another file.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from cardio import files, status
from cardio.addressing import BinaryAddress, By, RecordAddress
from cardio.answers import AnswerError, MalformedAnswerError
from cardio.files import EF05
from cardio.personalise.faults import not_blank
from cardio.personalise.plan import IDENTIFYING, Step
from cardio.selection import PIECE, Selection


class Held(Enum):
    """What stands at one place, seen from the plan."""

    RIGHT = "right"
    BLANK = "blank"
    TORN = "torn"  # some of its bytes are ours and the others are erased: a write of ours that lost its power
    OTHER = "other"


def record_address(step: Step) -> RecordAddress:
    """``00B2083014``, ``00DC083014``: by tag, in the file with that SFI."""
    return RecordAddress(step.place, By.IDENTIFIER, step.ef.sfi)


def piece_address(step: Step) -> BinaryAddress:
    """The first piece by the SFI, which makes the file current; the others, which SFI cannot reach, by offset."""
    return BinaryAddress(step.place, 0 if step.place else step.ef.sfi)


def look(selection: Selection, step: Step) -> bytes:
    """The bytes at this place; empty for a record that the card does not have.

    :raises CardError: the card's refusal, ANSWER_MALFORMED for a piece of another size, what the link raises.
    """
    record = step.record
    if record is not None:
        return selection.record_at(record_address(step), record.le, status.DONE | status.ABSENT).data
    from_card = selection.binary_at(piece_address(step), PIECE).data
    if len(from_card) != len(step.data):
        raise MalformedAnswerError(f"{len(from_card)} bytes for {len(step.data)}")
    return from_card


def judged(step: Step, raw: bytes) -> Held:
    """By value: another padding of the same value is right.

    A record of somebody else whose value is the beginning of ours (a shorter name) looks torn as well: where that
    matters, :func:`require_ours` wants more than the looks.
    """
    if raw == step.data:
        return Held.RIGHT
    record = step.record
    if record is None:
        return Held.BLANK if len(set(raw)) == 1 and raw[0] in (0x00, 0xFF) else Held.OTHER
    try:
        value, wanted = record.decode(raw) if raw else None, record.decode(step.data)
    except AnswerError:
        return _torn_or_other(step, raw)
    if value == wanted:
        return Held.RIGHT
    return Held.BLANK if value is None else _torn_or_other(step, raw)


_ERASED: Final = frozenset({0x00, 0x20, 0xFF})
"""Bytes of a place that holds nothing (card.md §2.2)."""


def _torn_or_other(step: Step, raw: bytes) -> Held:
    ours = len(raw) == len(step.data) and all(
        held == wanted or held in _ERASED for held, wanted in zip(raw, step.data, strict=True)
    )
    return Held.TORN if ours else Held.OTHER


def require_ours(held: Iterable[tuple[Step, Held]], *, begun: bool) -> None:
    """The card names this holder already, or it names nobody.

    No text says that a card writes a record whole or not at all. 社会保障号码 is written first and alone, 卡号 last, so
    each may be torn while the others are blank or right; neither is shorter than its record, so a torn one is nobody's.
    The looks alone do not do: it must be known that this issue was begun on this card.

    :raises CardError: CARD_NOT_BLANK.
    """
    nobodys = {Held.RIGHT, Held.BLANK}
    found = {(step.file, step.place): (step, each) for step, each in held}
    number = found["holder_data", files.NUMBER.tag][1]
    ours = number is Held.RIGHT
    for record in () if ours else IDENTIFYING:
        entry = found.get(("holder_data", record.tag))
        torn = begun and record is files.NUMBER and number is Held.TORN
        if entry is not None and entry[1] not in nobodys and not torn:
            raise not_blank(record.label)
    last = found[EF05.key, files.CARD_NUMBER.tag][1]
    if last not in nobodys and not (begun and ours and last is Held.TORN):
        raise not_blank(files.CARD_NUMBER.label)
