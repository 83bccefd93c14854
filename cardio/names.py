"""A holder's name on the chip: GBK bytes over 姓名 (tag 09, 30 bytes) and 姓名扩展 (tag 4E, 20 bytes, from V2.0 on).

A character may lie across the two, so the bytes are joined first and decoded then.
"""

from __future__ import annotations

from typing import Final

from cardio import gbk
from cardio.answers import name_unwritable

FIRST_LENGTH: Final = 30
EXTENSION_LENGTH: Final = 20


NameUndecodableError = gbk.NotGbkError
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
    text = gbk.decode(join(first, extension))
    # Full-width spaces: inside a name of two characters they are custom, at its end they are one more padding.
    return text.strip() or None


def encode(name: str, *, extension: bool) -> tuple[bytes, bytes]:
    """The 30 bytes of 姓名 and the 20 bytes of 姓名扩展, each padded with 00.

    :param extension: whether the card has the second record (V2.0 and later); without it 30 bytes must do.
    :raises CardError: NAME_UNWRITABLE for a character outside the repertoire, or a name that is too long.
    """
    try:
        raw = gbk.encode(name)
    except gbk.NotGbkError as error:
        raise name_unwritable(str(error)) from None
    room = FIRST_LENGTH + EXTENSION_LENGTH if extension else FIRST_LENGTH
    if not name or name != name.strip() or "  " in name or len(raw) > room:
        raise name_unwritable(f"{len(raw)} bytes for a room of {room}, or spaces that would read as padding")
    return raw[:FIRST_LENGTH].ljust(FIRST_LENGTH, b"\x00"), raw[FIRST_LENGTH:].ljust(EXTENSION_LENGTH, b"\x00")
