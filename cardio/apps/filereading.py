"""Reading any declared file with the fewest commands that its structure allows (card.md §2.2, §3).

A whole file of records comes by one READ RECORD ("from the first to the last") where it fits one answer and the card
knows that form; else record by record. The access rule was met before this is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from cardio import status, tlv
from cardio.addressing import BinaryAddress, By, RecordAddress
from cardio.answers import (
    FieldUnreadableError,
    MalformedAnswerError,
    UnexpectedStatusError,
    file_absent,
    file_closed,
    record_absent,
)
from cardio.apdu import MAX_LE, Command, Response
from cardio.errors import CardError
from cardio.files import ElementaryFile, Record, Structure
from cardio.selection import PIECE, Selection

MOST_RECORDS: Final = 254
MOST_BYTES: Final = 0x7FFF

_QUIET: Final = status.DONE | status.ABSENT
_NOT_ALLOWED: Final = frozenset({status.SW.SECURITY, status.SW.CONDITIONS})
_NO_SUCH_FORM: Final = frozenset(
    {
        status.SW.WRONG_P1P2,
        status.SW.WRONG_LENGTH,
        status.SW.NOT_SUPPORTED,
        status.SW.WRONG_STRUCTURE,
        status.SW.NO_RECORD,
    }
)
"""What a card that does not know "from the first to the last" may answer."""


@dataclass(frozen=True)
class FileContent:
    """What a file of a card holds. Everything in it may be personal.

    :param values: of a file of records, by the record's word; a tuple where the file has several of a kind. Blank and
        absent are ``None``.
    :param rows: of a cyclic file, the newest first; ``None`` is one that was never written.
    :param content: of a transparent file; ``None`` is blank.
    :param raw: records that no declaration covers for this card's generation, as they stand.
    :param errors: records that cannot be read or decoded; the rest stands.
    """

    file: ElementaryFile
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    rows: tuple[Any, ...] = field(default=(), repr=False)
    content: Any = field(default=None, repr=False)
    raw: tuple[tlv.Simple, ...] = field(default=(), repr=False)
    errors: tuple[CardError, ...] = ()


def read(
    selection: Selection,
    ef: ElementaryFile,
    generation: int,
    records: Sequence[Record[Any]] | None = None,
    number: int | None = None,
) -> FileContent:
    """``ef`` of the selected application.

    :param records: only these; all that the generation has otherwise.
    :param number: only this record of a cyclic file, from 1, the newest.
    :raises CardError: FILE_ABSENT, FILE_CLOSED, RECORD_ABSENT for ``number``, FIELD_UNREADABLE for a transparent file
        that is none of its kind, STATUS_UNEXPECTED, ANSWER_MALFORMED, and what the link raises.
    """
    try:
        if not ef.sfi_only:
            selection.file(ef)
        if ef.structure is Structure.TRANSPARENT:
            return _transparent(selection, ef, generation)
        if ef.structure is Structure.CYCLIC:
            return _cyclic(selection, ef, generation, number)
        wanted = ef.of(generation) if records is None else tuple(records)
        return _records(selection, ef, wanted, whole=records is None)
    except UnexpectedStatusError as error:
        raise _explained(ef, error) from None


def _explained(ef: ElementaryFile, error: UnexpectedStatusError) -> CardError:
    if error.sw == status.SW.NO_FILE:
        return file_absent(ef.path, error.detail, error.sw)
    if error.sw in _NOT_ALLOWED:
        return file_closed(ef.path, error.detail, error.sw)
    return error


def _all_records(selection: Selection, room: int) -> bytes | None:
    """Every record of the current file by one command, or ``None`` where the card does not do that.

    :param room: bytes that they take together, as far as is known.
    """
    if room > MAX_LE - 2:
        return None
    command = RecordAddress(1, By.NUMBER_TO_LAST)
    answer = selection.record_at(command, room or MAX_LE, status.DONE | _NO_SUCH_FORM)
    return answer.data if answer.sw == status.SW.OK else None


def _records(selection: Selection, ef: ElementaryFile, wanted: Sequence[Record[Any]], *, whole: bool) -> FileContent:
    if not wanted:
        return FileContent(ef, raw=tuple(_untold(selection)))
    found: tuple[tlv.Simple, ...] = ()
    if whole and (data := _all_records(selection, sum(each.le * each.count for each in wanted))):
        with suppress(MalformedAnswerError):  # cut short, or not what was asked for: one by one then
            found = tlv.decode_simple(data)
    errors: list[CardError] = []
    values: dict[str, Any] = {}
    for record in wanted:
        answers = [tlv.encode_simple(one.tag, one.value) for one in found if one.tag == record.tag]
        if len(answers) < record.count:
            # What did not come is asked for by its name: an answer may have been cut between two records.
            answers = list(_answers(selection, record, errors))
        values[record.key] = _value(record, [_decoded(record, answer, errors) for answer in answers])
    tags = {record.tag for record in wanted}
    return FileContent(ef, values, raw=tuple(one for one in found if one.tag not in tags), errors=tuple(errors))


def _value(record: Record[Any], found: Sequence[object]) -> object:
    if record.count > 1:
        return tuple(found)
    return found[0] if found else None


def _answers(selection: Selection, record: Record[Any], errors: list[CardError]) -> Iterator[bytes]:
    """The records with this identifier: the first, then the next and the next."""
    for nth in range(record.count):
        address = RecordAddress(record.tag, By.IDENTIFIER_NEXT if nth else By.IDENTIFIER)
        answer = selection.record_at(address, record.le, _QUIET | _REPORTED)
        if answer.sw in _REPORTED:
            errors.append(FieldUnreadableError(record.label, status.meaning(answer.sw), answer.sw))
        if answer.sw != status.SW.OK:
            return
        yield answer.data


_REPORTED: Final = frozenset({status.SW.MEMORY, status.SW.DATA_WRONG})
"""The card has the record and cannot give it: this one is lost, the others stand."""


def _decoded(record: Record[Any], answer: bytes, errors: list[CardError]) -> object:
    try:
        return record.decode(answer)
    except FieldUnreadableError as error:
        errors.append(error)
    except MalformedAnswerError as error:
        errors.append(FieldUnreadableError(record.label, error.detail))
    return None


def _untold(selection: Selection) -> Iterator[tlv.Simple]:
    """Records of a file of which nobody tells what is in it: together, or one by one until there is none."""
    told: tuple[tlv.Simple, ...] = ()
    with suppress(MalformedAnswerError):  # more than one answer holds
        told = tlv.decode_simple(_all_records(selection, 0) or b"")
    yield from told
    for number in range(len(told) + 1, MOST_RECORDS + 1):
        answer = selection.record_at(RecordAddress(number, By.NUMBER), accept=_QUIET)
        if answer.sw != status.SW.OK:
            return
        yield from tlv.decode_simple(answer.data)


def _cyclic(selection: Selection, ef: ElementaryFile, generation: int, number: int | None) -> FileContent:
    content = ef.content_of(generation)
    if content is None:
        raise AssertionError(f"{ef.path} is declared without its record")
    length = content.codec.length
    errors: list[CardError] = []
    rows = []
    for place, raw in enumerate(_raw_rows(selection, ef, length, number), 1):
        try:
            rows.append(content.decode(_some(raw, ef)))
        except FieldUnreadableError as error:
            errors.append(FieldUnreadableError(f"{ef.path} record {number or place}", error.detail))
            rows.append(None)
    return FileContent(ef, rows=tuple(rows), errors=tuple(errors))


def _some(data: bytes, ef: ElementaryFile) -> bytes:
    """An answer that is done and empty got lost on the way: it is no blank.

    :raises CardError: FIELD_UNREADABLE.
    """
    if not data:
        raise FieldUnreadableError(ef.path, "an answer of no bytes")
    return data


def _raw_rows(selection: Selection, ef: ElementaryFile, length: int, number: int | None) -> Iterator[bytes]:
    """:param length: of one record; 0 where it is not told, and so not where one ends in an answer with several."""
    if number is not None:
        answer = selection.record_at(RecordAddress(number, By.NUMBER), length or MAX_LE, _QUIET)
        if answer.sw != status.SW.OK:
            raise record_absent(ef.path, number)
        yield answer.data
        return
    data = _all_records(selection, length * ef.rows) or b"" if length else b""
    told = len(data) // length if length and len(data) % length == 0 else 0
    yield from (data[at * length : (at + 1) * length] for at in range(told))
    # Also after a whole answer: it may have been cut between two records.
    for place in range(told + 1, MOST_RECORDS + 1):
        answer = selection.record_at(RecordAddress(place, By.NUMBER), length or MAX_LE, _QUIET)
        if answer.sw != status.SW.OK:
            return
        yield answer.data


def _transparent(selection: Selection, ef: ElementaryFile, generation: int) -> FileContent:
    content = ef.content_of(generation)
    if content is None:
        raise AssertionError(f"{ef.path} is declared without its content")
    codec = content.codec
    measure: Callable[[bytes], int | None] = getattr(codec, "measure", lambda raw: None)
    told = (ef.size or 0, *ef.sizes) if generation not in ef.untold else ()
    size = max(told, default=0) or codec.length or MOST_BYTES
    raw = bytearray()
    while len(raw) < (needed := min(size, measure(bytes(raw)) or size)):
        wanted = min(PIECE, needed - len(raw))
        answer = _piece(selection, ef, ef.offset + len(raw), wanted)
        if len(answer.data) > wanted:
            raise MalformedAnswerError(f"{len(answer.data)} bytes for {wanted}")
        raw += _some(answer.data, ef) if answer.sw == status.SW.OK else b""
        if len(answer.data) < wanted:
            break
    return FileContent(ef, content=content.decode(bytes(raw)))


def _piece(selection: Selection, ef: ElementaryFile, offset: int, length: int) -> Response:
    """Bytes of a transparent file; none behind its end."""
    at = BinaryAddress(offset, ef.sfi if ef.sfi_only else 0)
    return selection.send(Command(0x00, 0xB0, at.p1, at.p2, le=length), status.DONE | {status.SW.WRONG_OFFSET})
