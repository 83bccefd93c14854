"""EF05 and EF06 as bytes, written from the contents of a card.

This is the card's own writing, independent of the driver's reading, so that each checks the other.
Sources: card.md §2.2 and §2.3 (V2.0 notice table 3).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Trouble

RARE_NAME = "阿卜杜热合曼·买买提·伊力亚𠮷斯"
"""28 bytes of two-byte characters, then one of four bytes that lies across the end of record 09."""

NAME_SIZE, EXTENSION_SIZE = 0x1E, 0x14

_PADDING = {Trouble.PADDED_00: 0x00, Trouble.PADDED_20: 0x20, Trouble.PADDED_FF: 0xFF}


def altered(contents: CardContents, troubles: frozenset[Trouble]) -> CardContents:
    """The contents with those troubles worked in that are a matter of data."""
    if Trouble.BLANK_PERSONAL in troubles:
        contents = replace(contents, number=None, name=None, birth_date=None)
    if Trouble.RARE_NAME in troubles:
        contents = replace(contents, name=RARE_NAME)
    if Trouble.VERSION_CUT in troubles:
        contents = replace(contents, version=b"2.0\x00")
    if Trouble.REGION_33 in troubles:
        contents = replace(contents, card_id=bytes.fromhex("339999") + contents.card_id[3:])
    if Trouble.CARD_ID_OPEN in troubles:
        contents = replace(contents, card_id=contents.card_id[:12] + b"\xff" * 4)
    return contents


def padding(troubles: frozenset[Trouble]) -> int:
    """The byte that fills up texts: 00 by the V2.0 notice, others as met on cards."""
    return next((byte for trouble, byte in _PADDING.items() if trouble in troubles), 0x00)


def _record(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _text(value: str, size: int, fill: int) -> bytes:
    raw = value.encode("gb18030")
    if len(raw) > size:
        raise ValueError(f"a text of {len(raw)} bytes does not fit {size}")
    return raw + bytes((fill,)) * (size - len(raw))


def _packed(digits: str, size: int) -> bytes:
    """Digits two to a byte, filled with nibble F on the right."""
    return bytes.fromhex(digits.ljust(size * 2, "F"))


def _day(value: date | None) -> bytes:
    return _packed(f"{value:%Y%m%d}" if value else "", 4)


def issuer_records(contents: CardContents, fill: int) -> tuple[bytes, ...]:
    """EF05, 发卡机构数据: seven records, 64 bytes."""
    if len(contents.card_id) != 16 or len(contents.issuer) != 12 or len(contents.version) > 4:
        raise ValueError("card id, issuer or version has a wrong size")
    return (
        _record(0x01, contents.card_id),
        _record(0x02, _text(contents.card_class, 1, fill)),
        _record(0x03, contents.version.ljust(4, b"\x00")),
        _record(0x04, contents.issuer),
        _record(0x05, _day(contents.issued_on)),
        _record(0x06, _day(contents.expires_on)),
        _record(0x07, _text(contents.card_number, 9, fill)),
    )


def holder_records(contents: CardContents, fill: int, *, extension: bool) -> tuple[bytes, ...]:
    """EF06, 持卡人基本信息: seven records and 91 bytes, or six and 69 without the name extension (4E).

    A card without a name is not issued: its texts are empty and its packed digits all F.
    """
    issued = contents.name is not None
    name = _text(contents.name or "", NAME_SIZE + (EXTENSION_SIZE if extension else 0), fill)
    extended = (_record(0x4E, name[NAME_SIZE:]),) if extension else ()
    return (
        _record(0x08, _text(contents.number or "", 18, fill)),
        _record(0x09, name[:NAME_SIZE]),
        *extended,
        _record(0x0A, _text(contents.sex if issued else "", 1, fill)),
        _record(0x0B, _packed(contents.nation if issued else "", 1)),
        _record(0x0C, _packed(contents.birth_place if issued else "", 3)),
        _record(0x0D, _day(contents.birth_date)),
    )
