"""What a simulated card or PSAM holds, in the words of the declarations: for people who look into a saved one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardio import tlv
from cardio.binary import Picture
from cardio.errors import CardError
from cardio.files import FILES, Content, Record
from cardio.files import ElementaryFile as Declared
from cardio.simulator import files as chip
from cardio.simulator.card import SimulatedCard
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import KEYS, files, kind_of, levels_of


def inspected(card: SimulatedCard) -> dict[str, Any]:
    """Plain values for JSON. The PIN is not among them; the holder's data are, for these people do not exist."""
    inside = card.chip
    return {
        "generation": card.contents.generation,
        "atr": card.atr.hex().upper() or None,
        "card_id": card.contents.card_id.hex().upper(),
        "commands": card.commands,
        "pin": {"set": inside.pin.packed is not None, "tries_left": inside.pin.left},
        "keys": [
            {"directory": f"{fid:04X}" if fid else None, "id": f"{key:02X}", "tries_left": left}
            for (fid, key), left in sorted(inside.keys.counters().items())
        ],
        "blocked": ["card"] if inside.dead else [f"{fid:04X}" for fid in sorted(inside.blocked_directories)],
        "faults": [f"{each.trouble.value}@{each.at}" if each.at else each.trouble.value for each in card.faults],
        "files": {ef.path: _file(ef, file) for ef in FILES if (file := _of(card, ef)) is not None},
    }


def inspected_psam(psam: SimulatedPsam) -> dict[str, Any]:
    """Plain values for JSON: numbers, counters, which keys it holds, and what can be read of its files."""
    contents = psam.contents
    return {
        "serial": contents.serial.hex().upper(),
        "terminal": contents.terminal,
        "region": contents.region,
        "atr": psam.atr.hex().upper(),
        "ciphers": sorted(each.value for each in contents.algorithms),
        "commands": psam.commands,
        "purchases": psam.purchases,
        "keys": [
            {"name": _name(use, number), "use": f"{use:02X}", "id": f"{number:02X}", "levels": levels_of(use)}
            for use, number in contents.keys
        ],
        "files": {
            f"{fid:04X}": content.hex().upper() if content is not None else None
            for fid, content in sorted(files(contents, psam.purchases).items())
        },
    }


def _name(use: int, number: int) -> str | None:
    """The word of a PSAM's key, which has one kind and id whatever its level is."""
    place = (kind_of(use), number)
    return next((key.name for key in KEYS if (kind_of(key.psam_use), key.psam_id) == place), None)


def _of(card: SimulatedCard, ef: Declared) -> chip.ElementaryFile | None:
    for application in card.chip.applications:
        if ef.application.name and application.name == ef.application.name:
            return application.by_fid(ef.fid)
    return None


def _file(ef: Declared, file: chip.ElementaryFile) -> object:
    if isinstance(file, chip.BinaryFile):
        return _transparent(ef, bytes(file.content))
    if ef.content is not None:
        return [_text(ef.content, record) for record in file.records]
    return _records(ef.records, file.records)


def _transparent(ef: Declared, raw: bytes) -> object:
    """A picture by its kind and size; other bytes as they stand, or the value in them."""
    if ef.content is None:
        return raw.hex().upper()
    try:
        value = ef.content.decode(raw[ef.offset :][: ef.content.codec.length or None])
    except CardError:
        return {"unreadable": raw.hex().upper()}
    if isinstance(value, Picture):
        return {"media_type": value.media_type, "bytes": len(value.data)}
    return ef.content.codec.show(value)


def _records(declared: Sequence[Record[Any]], records: Sequence[bytes]) -> dict[str, Any]:
    """By the record's word, or by its tag where there is none; several of a kind in a list."""
    by_tag = {record.tag: record for record in declared}
    found: dict[str, list[str]] = {}
    for raw in records:
        for one in tlv.decode_simple(raw):
            record = by_tag.get(one.tag)
            word = record.key if record else f"{one.tag:02X}"
            text = _text(record, tlv.encode_simple(one.tag, one.value)) if record else one.value.hex().upper()
            found.setdefault(word, []).append(text)
    return {word: values if len(values) > 1 else values[0] for word, values in found.items()}


def _text(place: Record[Any] | Content[Any], raw: bytes) -> str:
    try:
        return place.codec.show(place.decode(raw))
    except CardError:
        return f"? {raw.hex().upper()}"
