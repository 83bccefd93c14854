"""Values between a file of the card and the strings of the interface, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cardio import files, names, status
from cardio.addressing import By, RecordAddress
from cardio.apdu import Command
from cardio.apps import filereading
from cardio.apps.filereading import FileContent
from cardio.codec import Codec, CodecError
from cardio.composite import Composite
from cardio.files import ElementaryFile, Record, Structure
from cardio.interface33.arguments import FIELD, FILE, PART, FileAddress, Item
from cardio.interface33.errors import Code, Refused, of_status
from cardio.interface33.writes import joined
from cardio.selection import Selection

MOST_RECORDS: Final = 254
MOST_BYTES: Final = 0x7FFF


def declared(address: FileAddress, generation: int) -> ElementaryFile:
    """The file as it is declared for the card's generation.

    :raises Refused: 6A82 for a file that no declaration has.
    """
    for ef in files.FILES:
        if ef.path == address.name and generation in ef.read:
            return ef
    raise Refused(of_status(status.SW.NO_FILE), "not declared")


def records_of(ef: ElementaryFile, generation: int, items: Sequence[Item]) -> list[tuple[Record[Any], int]]:
    """The records that ``items`` name, each with which of its kind is meant, from 1.

    :raises Refused: 6A83 for a tag that the file does not have; DATA where a record is named otherwise.
    """
    known = {record.tag: record for record in ef.of(generation)}
    found = []
    for item in items:
        if item.tag is None:
            raise Refused(Code.DATA, "a record by its number")
        record = known.get(item.tag)
        if record is None or (item.number or 1) > record.count:
            raise Refused(of_status(status.SW.NO_RECORD), "not declared")
        found.append((record, item.number or 1))
    if not found:
        raise Refused(Code.DATA, "no item")
    return found


def _number_of(ef: ElementaryFile, items: Sequence[Item]) -> int | None:
    """The one record of a cyclic file that is meant, or ``None`` for all.

    A number of two digits reads like a tag; in a cyclic file it is a number.
    """
    if not items:
        return None
    if len(items) > 1 or (items[0].tag is not None and items[0].number is not None):
        raise Refused(Code.DATA, f"one record of {ef.path}")
    item = items[0]
    written = f"{item.tag:02X}" if item.tag is not None else str(item.number)
    if not written.isdecimal() or not 1 <= int(written) <= MOST_RECORDS:
        raise Refused(Code.DATA, "no record number")
    return int(written)


def check_items(ef: ElementaryFile, generation: int, items: Sequence[Item]) -> None:
    """:raises Refused: where ``items`` do not suit the structure of the file."""
    if ef.structure is Structure.RECORDS:
        records_of(ef, generation, items)
    elif ef.structure is Structure.CYCLIC:
        _number_of(ef, items)
    elif items:
        raise Refused(Code.DATA, "a transparent file has no items")


def unseparated(text: str) -> str:
    """:raises Refused: CHECKSUM for a text that holds a separator: what a card makes up must not become a field."""
    if any(mark in text for mark in (FIELD, FILE, "\x00")):
        raise Refused(Code.CHECKSUM, "a separator within a value")
    return text


def shown(codec: Codec[Any], value: object) -> str:
    """A value of the card as the interface writes it.

    :raises Refused: as :func:`unseparated`.
    """
    text = unseparated(codec.show(value))
    if isinstance(codec, Composite) and text and text.count(PART) != len(codec.parts) - 1:
        raise Refused(Code.CHECKSUM, "a separator within a part")
    return text


def read(selection: Selection, ef: ElementaryFile, generation: int, items: Sequence[Item]) -> list[str]:
    """The values of ``items`` as the interface writes them; the application of the file is selected and opened.

    :raises Refused: CHECKSUM for what is no value; 6981 for a file that no command reads.
    :raises CardError: what the card or the link raises.
    """
    if ef.structure is Structure.RECORDS:
        return _read_records(selection, ef, generation, items)
    content = ef.content_of(generation)
    if ef.structure is Structure.INTERNAL or content is None:
        raise Refused(of_status(status.SW.WRONG_STRUCTURE), "not read by a command")
    codec = content.codec
    if ef.structure is Structure.CYCLIC:
        found = filereading.read(selection, ef, generation, number=_number_of(ef, items))
        _complete(found)
        return [shown(codec, row) for row in found.rows]
    return [shown(codec, filereading.read(selection, ef, generation).content)]


def _read_records(selection: Selection, ef: ElementaryFile, generation: int, items: Sequence[Item]) -> list[str]:
    wanted = records_of(ef, generation, items)
    tags = {record.tag for record, _ in wanted}
    if ef is files.EF06 and files.NAME.tag in tags:
        tags.add(files.NAME_EXTENSION.tag)
    records = [record for record in ef.of(generation) if record.tag in tags]
    found = filereading.read(selection, ef, generation, records)
    _complete(found)
    return [
        _name(found) if record is files.NAME else shown(record.codec, _nth(found.values.get(record.key), record, nth))
        for record, nth in wanted
    ]


def _complete(found: FileContent) -> None:
    """A field that could not be read is not a blank one."""
    if found.errors:
        raise found.errors[0]


def _nth(value: Any, record: Record[Any], nth: int) -> object:  # noqa: ANN401 - of any type
    if record.count == 1:
        return value
    return value[nth - 1] if value is not None and len(value) >= nth else None


def _name(found: FileContent) -> str:
    """姓名 and 姓名扩展 joined before they are decoded."""
    parts = found.values.get(files.NAME.key), found.values.get(files.NAME_EXTENSION.key)
    try:
        return unseparated(names.decode(*parts) or "")
    except names.NameUndecodableError:
        raise Refused(Code.CHECKSUM, "no name") from None


# --- writing


@dataclass(frozen=True)
class Piece:
    """One UPDATE. :param address: of a record; ``None`` for a file without addresses."""

    data: bytes = field(repr=False)
    address: RecordAddress | None = None


def encoded(ef: ElementaryFile, generation: int, items: Sequence[Item], values: Sequence[str]) -> list[Piece]:
    """What each value looks like on the card, before anything goes there.

    :raises Refused: DATA for a value that is none of the item's type, or an item that cannot be written so.
    :raises CardError: FIELD_UNWRITABLE, NAME_UNWRITABLE.
    """
    if ef.structure is not Structure.RECORDS:
        if items or ef.content is None:
            raise Refused(Code.DATA, "a record of a cyclic file cannot be chosen for writing")
        if generation in ef.untold:
            raise Refused(Code.DATA, f"what stands in it is not told for generation {generation}")
        return [Piece(ef.content.encode(_parsed(ef.content.codec, values[0])))]
    out: list[bytes] = []
    for (record, _), value in zip(records_of(ef, generation, items), values, strict=True):
        if record is files.NAME_EXTENSION:
            raise Refused(Code.DATA, "the extension goes with the name")
        if record is files.NAME:
            out += _name_records(value, generation)
        else:
            out.append(record.encode(_parsed(record.codec, value)))
    return [Piece(data, at) for data, at in zip(out, addresses(ef, generation, items), strict=True)]


def addresses(ef: ElementaryFile, generation: int, items: Sequence[Item]) -> list[RecordAddress | None]:
    """Where the pieces of :func:`encoded` go."""
    if ef.structure is not Structure.RECORDS:
        return [None]
    found: list[RecordAddress | None] = []
    for record, nth in records_of(ef, generation, items):
        found.append(_address(ef, generation, record, nth))
        if record is files.NAME and generation >= files.NAME_EXTENSION.since:
            found.append(RecordAddress(files.NAME_EXTENSION.tag))
    return found


def by_number(piece: Piece) -> bool:
    """Whether it is addressed by a number, not by a tag."""
    return piece.address is not None and piece.address.by is By.NUMBER


def _address(ef: ElementaryFile, generation: int, record: Record[Any], nth: int) -> RecordAddress:
    """By the tag, which finds the first of its kind; a later one by its number, counted over the declared order."""
    if nth == 1:
        return RecordAddress(record.tag)
    known = ef.of(generation)
    return RecordAddress(sum(each.count for each in known[: known.index(record)]) + nth, By.NUMBER)


def _name_records(value: str, generation: int) -> list[bytes]:
    extended = generation >= files.NAME_EXTENSION.since
    first, extension = names.encode(value, extension=extended) if value else (None, None)
    return [files.NAME.encode(first)] + ([files.NAME_EXTENSION.encode(extension)] if extended else [])


def _parsed(codec: Codec[Any], value: str) -> object:
    try:
        return codec.parse(value)
    except CodecError as error:
        raise Refused(Code.DATA, str(error)) from None


def write(selection: Selection, ef: ElementaryFile, pieces: Sequence[Piece], written: list[Piece]) -> None:
    """Put the pieces of :func:`encoded` into the file; its write key was proven.

    Each is read back and compared. Where the read key of the file was not proven too, the card does not show it, and
    its word that it wrote has to do.

    :param written: takes up what has gone in, piece by piece.
    :raises Refused: CHECKSUM where the card does not hold what was written, or another record stands at a number.
    :raises CardError: what the card or the link raises.
    """
    selection.file(ef)
    for piece in pieces:
        if piece.address is not None:
            _check_number(selection, piece.address, piece.data)
            selection.put_record(piece.address, piece.data)
        elif ef.structure is Structure.TRANSPARENT:
            selection.write_binary(ef, piece.data)
        else:
            selection.add_record(ef, piece.data)
        written.append(piece)
        now = held(selection, ef, piece.address, len(piece.data))
        if now is not None and now != piece.data:
            raise Refused(Code.CHECKSUM, "not what was written")


def _check_number(selection: Selection, address: RecordAddress, data: bytes) -> None:
    """A record by its number is the one that is meant only if it has the tag, or is not there yet.

    :raises Refused: CHECKSUM for another record; the card's word where it does not show which one it is.
    """
    if address.by is not By.NUMBER:
        return
    answer = selection.record_at(address, len(data), status.ANY)
    if answer.sw not in {status.SW.OK, status.SW.NO_RECORD}:
        raise Refused(of_status(answer.sw), "a record that is not shown")
    if answer.sw == status.SW.OK and answer.data[:1] != data[:1]:
        raise Refused(Code.CHECKSUM, "another record at this number")


def held(selection: Selection, ef: ElementaryFile, address: RecordAddress | None, size: int) -> bytes | None:
    """What the card has in one place; ``None`` where it does not show it, nothing where nothing is.

    :raises CardError: what the link raises.
    """
    if ef.structure is Structure.TRANSPARENT:
        if selection.send(Command(0x00, 0xB0, 0x00, 0x00, le=1), status.ANY).sw != status.SW.OK:
            return None
        return selection.read_binary(ef, size)
    answer = selection.record_at(address or RecordAddress(1, By.NUMBER), size, status.ANY)
    if answer.sw == status.SW.NO_RECORD:
        return b""
    return answer.data if answer.sw == status.SW.OK else None


def held_at(
    selection: Selection, ef: ElementaryFile, places: Sequence[RecordAddress | None], sizes: Sequence[int]
) -> bytes | None:
    """What several places hold together; ``None`` where one does not show."""
    selection.file(ef)
    found = [held(selection, ef, address, size) for address, size in zip(places, sizes, strict=True)]
    return joined(found)
