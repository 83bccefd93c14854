"""The files of a card built from the declarations of :mod:`cardio.files`: bytes from their examples, rules from theirs.

Where no source tells a rule, this card is open; where none tells a key, it stays closed. On generation 1, where several
tags mean something else, the same bytes stand in for what nobody tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from cardio.cardkeys import KEYS
from cardio.files import FILES, Access, Content, ElementaryFile, Need, Record, Structure
from cardio.keysource import KeyRef
from cardio.simulator import belongings
from cardio.simulator import files as chip
from cardio.simulator.contents import CardContents

_LOCAL: Final = 0x80

_UNTOLD_RECORD: Final = bytes.fromhex("C10401020304")
"""Stands in the files of which only the existence is told."""


def rule_of(access: Access) -> chip.Rule:
    """What the card wants before it lets anyone read."""
    key = access.key.p2 if access.key else None
    if access.need in {Need.FREE, Need.UNSTATED}:
        return chip.FREE
    if access.need is Need.NEVER or (access.key and key is None):
        return chip.NEVER
    pin = access.need in {Need.PIN, Need.PIN_OR_KEY, Need.PIN_AND_KEY}
    return chip.Rule(key=key, pin=pin, both=access.need is Need.PIN_AND_KEY)


def write_rule(key: KeyRef) -> chip.Rule:
    """What the card wants before it lets anyone write."""
    return chip.NEVER if key.p2 is None else chip.Rule(key=key.p2)


def own_keys(path: str) -> frozenset[int]:
    """Ids of the keys that an application has for itself."""
    return frozenset(key.p2 for key in KEYS if key.name.endswith(path) and key.p2 is not None and key.p2 & _LOCAL)


def built(path: str, contents: CardContents, fill: int) -> tuple[chip.ElementaryFile, ...]:
    """Every declared file of one application that a card of this generation has.

    :param path: of the application, such as ``DF01``. :param fill: the byte that fills up texts.
    """
    return tuple(_file(ef, contents.generation, written) for ef, written in _written(path, contents, fill))


@lru_cache(maxsize=128)
def _written(path: str, contents: CardContents, fill: int) -> tuple[tuple[ElementaryFile, tuple[bytes, ...]], ...]:
    """The files with their records, or with the whole of a transparent one. Kept for the next card of the same."""
    told = belongings.values(contents)
    return tuple(
        (ef, tuple(_content(ef, contents, fill, told.get(ef.path, {}))))
        for ef in FILES
        if ef.application.path == path
        and contents.generation in ef.read
        and contents.generation >= ef.application.since
        and ef.structure is not Structure.INTERNAL
    )


def _content(ef: ElementaryFile, contents: CardContents, fill: int, told: Mapping[str, Any]) -> Iterable[bytes]:
    if ef.structure is Structure.TRANSPARENT:
        return [_bytes(ef, contents)]
    if ef.structure is Structure.CYCLIC:
        return _rows(ef, fill)
    return list(_records(ef, contents, fill, told)) or [_UNTOLD_RECORD]


def _file(ef: ElementaryFile, generation: int, written: tuple[bytes, ...]) -> chip.ElementaryFile:
    read, write = rule_of(ef.read[generation]), write_rule(ef.write)
    if ef.structure is Structure.TRANSPARENT:
        return chip.BinaryFile(ef.fid, written[0], read, write)
    if ef.structure is Structure.CYCLIC:
        return chip.RecordFile(ef.fid, written, read, write, cycle=ef.rows, length=len(written[0]))
    return chip.RecordFile(ef.fid, written, read, write)


def _records(ef: ElementaryFile, contents: CardContents, fill: int, told: Mapping[str, Any]) -> Iterator[bytes]:
    for record in ef.records:
        if record.elsewhere and belongings.home(record.tag, contents) != ef.path:
            continue
        value = record.encode(told[record.key])[2:] if record.key in told else _example(record)
        yield _tagged(record, _refilled(value, record.codec.kind, fill))
        for _ in range(1, record.count):  # the first is filled, the others stand empty
            yield record.encode(None)


def _tagged(record: Record[Any], value: bytes) -> bytes:
    return bytes((record.tag, len(value))) + value


def _example(place: Record[Any] | Content[Any]) -> bytes:
    return bytes.fromhex(next(each.raw for each in place.examples if each.written and each.value is not None))


def _refilled(value: bytes, kind: str, fill: int) -> bytes:
    """A text with the padding of this card in place of the standard's zeros."""
    return value.rstrip(b"\x00").ljust(len(value), bytes((fill,))) if kind == "an" else value


def _rows(ef: ElementaryFile, fill: int) -> Iterator[bytes]:
    """Newest first. The card numbers its own records where the first part is a number."""
    if ef.content is None:
        raise ValueError(f"{ef.path} is declared without its record")
    codec = ef.content.codec
    first = next(each.value for each in ef.content.examples if each.written and each.value is not None)
    count = belongings.rows(ef.path)
    for number in range(count, 0, -1):
        yield codec.encode({**first, "number": number} if "number" in first else first)


def _bytes(ef: ElementaryFile, contents: CardContents) -> bytes:
    """A transparent file whole, padded with zeros to its size."""
    if ef.content is None:
        raise ValueError(f"{ef.path} is declared without its content")
    size = contents.fingerprint_size if ef.sizes else ef.size or 0
    told = belongings.transparent(ef.path, contents)
    return (_example(ef.content) if told is None else told).ljust(size, b"\x00")
