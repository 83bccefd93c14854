"""Text in the chip: GBK bytes. Reading uses GB 18030, which holds GBK whole; writing is limited to its two-byte part,
the repertoire that every terminal can read.
"""

from __future__ import annotations

from typing import Final

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


class NotGbkError(ValueError):
    """Bytes that are no text, or a character that is not in the repertoire. Never holds either."""


def decode(raw: bytes) -> str:
    """The text, padding stripped already.

    :raises NotGbkError: for bytes that are no text, or text with control or private characters.
    """
    text = _text(raw)
    # Raised here, because the codec's own error carries the bytes, which may be a person's name.
    if text is None:
        raise NotGbkError("not GB 18030")
    if (not text.isprintable() or "\ufffd" in text) and any(not _showable(char) for char in text):
        raise NotGbkError("a character that nobody can read")
    return text


def encode(text: str) -> bytes:
    """:raises NotGbkError: for a character outside GBK."""
    return b"".join(_written(char) for char in text)


def _text(raw: bytes) -> str | None:
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
        raise NotGbkError("a character outside GBK")
    return raw
