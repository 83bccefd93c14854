"""Where an item goes that a card has in one of two files, never in both (card.md §2.4: 60).

A caller names either of them. UPDATE RECORD would append what is not there, so the card is looked at first, and the
item is written where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from cardio import status
from cardio.addressing import RecordAddress
from cardio.answers import FieldUnreadableError, file_absent
from cardio.apps import access
from cardio.errors import CardError
from cardio.files import BY_PATH, ElementaryFile, Record, Structure
from cardio.found import Found
from cardio.interface33 import transfer
from cardio.interface33.arguments import FileAddress, Item
from cardio.interface33.errors import Code, Refused, of_status
from cardio.session import CardSession


@dataclass(frozen=True)
class Row:
    """One file that is to be written, and the value of each of its items."""

    address: FileAddress
    ef: ElementaryFile
    values: Sequence[str] = field(repr=False)


Open = Callable[[ElementaryFile], None]
"""Opens a file for reading; its application is the selected one afterwards."""


class _Stands(IntEnum):
    NOT = 0
    BLANK = 1
    VALUE = 2


def by_keys(session: CardSession, found: Found) -> Open:
    """Opens by the keys of the session's sources. What it raises, :meth:`CardSession.unlock` does."""

    def opened(ef: ElementaryFile) -> None:
        rule = ef.read[found.identity.generation]
        if rule.key is not None:
            session.unlock(found, rule.key, ef.application.name)

    return opened


def as_it_is(ef: ElementaryFile) -> None:
    """Opens nothing: what the card shows to anybody has to do, as where an HSM gives the key for writing alone."""


def placed(session: CardSession, found: Found, rows: Sequence[Row], open_: Open) -> list[Row]:
    """The rows with each item where the card has it: one of which some items stand elsewhere becomes several. Part of a
    flow; nothing is written.

    :raises Refused: DATA for an item of which both places are named; 6982 where the card does not show whether it has
        the item: written all the same, there might be two.
    :raises CardError: what ``open_`` and the link raise.
    """
    generation = found.identity.generation
    named: set[int] = set()
    goal: list[Row] = []
    for row in rows:
        parts: dict[str, list[tuple[Item, str]]] = {}
        for item, record, value in _items(row, generation):
            home = row.ef
            if record.elsewhere:
                if record.tag in named:
                    raise Refused(Code.DATA, "an item that stands in one place alone")
                named.add(record.tag)
                home = _home(session, generation, row.ef, record, open_)
            parts.setdefault(home.path, []).append((item, value))
        goal += [_part(row, BY_PATH[path], part) for path, part in parts.items()] or [row]
    return goal


def _items(row: Row, generation: int) -> Iterator[tuple[Item, Record[Any], str]]:
    if row.ef.structure is Structure.RECORDS:
        records = transfer.records_of(row.ef, generation, row.address.items)
        for item, (record, _), value in zip(row.address.items, records, row.values, strict=True):
            yield item, record, value


def _part(row: Row, ef: ElementaryFile, part: Sequence[tuple[Item, str]]) -> Row:
    address = FileAddress(ef.application.path, ef.fid, tuple(item for item, _ in part))
    return replace(row, address=address, ef=ef, values=tuple(value for _, value in part))


def _home(
    session: CardSession, generation: int, ef: ElementaryFile, record: Record[Any], open_: Open
) -> ElementaryFile:
    """The file that has the item; the named one where none of both has it, or both have as much."""
    other = BY_PATH[record.elsewhere]
    there = _stands(session, generation, other, record, open_)
    if there is _Stands.NOT:
        return ef
    return other if there > _stands(session, generation, ef, record, open_) else ef


def _stands(session: CardSession, generation: int, ef: ElementaryFile, record: Record[Any], open_: Open) -> _Stands:
    if generation not in ef.read or not _carried(session, ef):
        return _Stands.NOT
    open_(ef)
    held = transfer.held_at(session.selection, ef, [RecordAddress(record.tag)], [record.le])
    if held is None:
        raise Refused(of_status(status.SW.SECURITY), "an item that is not shown")
    if not held:
        return _Stands.NOT
    try:
        return _Stands.BLANK if record.decode(held) is None else _Stands.VALUE
    except FieldUnreadableError:
        return _Stands.VALUE


def _carried(session: CardSession, ef: ElementaryFile) -> bool:
    """Whether the card has the file. :raises CardError: where it answers anything else than that it has none."""
    try:
        access.enter(session.selection, ef.application)
        session.selection.file(ef)
    except CardError as error:
        if error.fault is file_absent(ef.path, "").fault or error.sw == status.SW.NO_FILE:
            return False
        raise
    return True
