"""A holder's name on the chip: GBK bytes over 姓名 (tag 09, 30 bytes) and 姓名扩展 (tag 4E, 20 bytes, from V2.0 on).

A character may lie across the two, so the bytes are joined first and decoded then. Reading uses GB 18030, which holds
GBK whole; writing is limited to its two-byte part, the repertoire every terminal can read.
"""

from __future__ import annotations

from typing import Final

from cardio.answers import name_unwritable

FIRST_LENGTH: Final = 30
EXTENSION_LENGTH: Final = 20

_REAL: Final = {
    # Two-byte codes that Python's codec maps to the private use area, as GB 18030 did before its later editions.
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
_PRIVATE: Final = {real: private for private, real in _REAL.items()}


class NameUndecodableError(ValueError):
    """Bytes that are no name. Never holds them."""


def padding_stripped(raw: bytes) -> bytes:
    """``raw`` without the 00, 20 and FF that cards are found to be padded with."""
    return raw.rstrip(b"\x00\x20\xff")


def join(first: bytes | None, extension: bytes | None) -> bytes:
    """The bytes of the name. ``None`` is a blank or absent part."""
    if extension is None:
        return padding_stripped(first or b"")
    # 00 and FF stand in no character, so they are padding also here, within the name. One space may be a space of the
    # name that happens to fall on the border; more of them are padding.
    head = (first or b"").rstrip(b"\x00\xff")
    spaceless = head.rstrip(b" ")
    head = head if len(head) - len(spaceless) == 1 and len(head) == FIRST_LENGTH else spaceless
    return head + padding_stripped(extension)


def decode(first: bytes | None, extension: bytes | None) -> str | None:
    """The name, or ``None`` when both parts are blank.

    :raises NameUndecodableError: for bytes that are no text, or text with control or private characters.
    """
    if first is None and extension is not None:
        raise NameUndecodableError("an extension of nothing")
    text = _text(join(first, extension))
    if text is None:
        raise NameUndecodableError("not GB 18030")
    if any(not _showable(char) for char in text):
        raise NameUndecodableError("a character that nobody can read")
    # Full-width spaces: inside a name of two characters they are custom, at its end they are one more padding.
    return text.strip() or None


def encode(name: str, *, extension: bool) -> tuple[bytes, bytes]:
    """The 30 bytes of 姓名 and the 20 bytes of 姓名扩展, each padded with 00.

    :param extension: whether the card has the second record (V2.0 and later); without it 30 bytes must do.
    :raises CardError: NAME_UNWRITABLE for a character outside the repertoire, or a name that is too long.
    """
    raw = b"".join(_written(char) for char in name)
    room = FIRST_LENGTH + EXTENSION_LENGTH if extension else FIRST_LENGTH
    if not name or name != name.strip() or "  " in name or len(raw) > room:
        raise name_unwritable(f"{len(raw)} bytes for a room of {room}, or spaces that would read as padding")
    return raw[:FIRST_LENGTH].ljust(FIRST_LENGTH, b"\x00"), raw[FIRST_LENGTH:].ljust(EXTENSION_LENGTH, b"\x00")


def _text(raw: bytes) -> str | None:
    """``None`` and no error for bytes that are no text: the codec's own error carries the bytes, a person's name."""
    try:
        return raw.decode("gb18030").translate(_REAL)
    except UnicodeDecodeError:
        return None


def _showable(char: str) -> bool:
    """No control, private, separating or unassigned character, and not the sign for a lost one. Planes 2 and 3 hold
    ideographs alone, some of them younger than Python's tables."""
    if char == "\ufffd":
        return False
    return char.isprintable() or char == "\u3000" or 0x20000 <= ord(char) < 0x40000


def _written(char: str) -> bytes:
    raw = chr(_PRIVATE.get(ord(char), ord(char))).encode("gb18030", "ignore")
    if not 1 <= len(raw) <= 2 or not _showable(char):
        raise name_unwritable("a character outside GBK")
    return raw
