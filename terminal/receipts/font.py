"""The font of the papers and what it can draw. A character that it lacks is written as its code, never as a box.

``PaperSansSC-Regular.ttf`` is Noto Sans SC with TrueType outlines (``tools/paper_font.py``; SIL Open Font Licence):
what the screen shows the paper shows too.
"""

from __future__ import annotations

import functools
import struct
import unicodedata
from bisect import bisect_right
from pathlib import Path

from terminal.receipts.errors import PaperError, PaperFault

FILE = Path(__file__).parent / "fonts" / "PaperSansSC-Regular.ttf"

_HEADER, _RECORD, _GROUP = struct.Struct(">4sHHHH"), struct.Struct(">4sIII"), struct.Struct(">III")


@functools.cache
def content(file: Path = FILE) -> bytes:
    """The font file.

    :raises PaperError: ``FONT_DAMAGED``.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise damaged(error.strerror or "") from error


@functools.cache
def _groups(file: Path = FILE) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last code points of the runs that the font draws, in order (OpenType, cmap format 12)."""
    data = content(file)
    try:
        tables = _HEADER.unpack_from(data)[1]
        records = [_RECORD.unpack_from(data, _HEADER.size + at * _RECORD.size) for at in range(tables)]
        cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
        (count,) = struct.unpack_from(">H", data, cmap + 2)
        encodings = [struct.unpack_from(">HHI", data, cmap + 4 + 8 * at) for at in range(count)]
        table = next(cmap + offset for platform, encoding, offset in encodings if (platform, encoding) == (3, 10))
        form, _, _, _, groups = struct.unpack_from(">HHIII", data, table)
        found = [_GROUP.unpack_from(data, table + 16 + at * _GROUP.size) for at in range(groups)]
    except (struct.error, StopIteration) as error:
        raise damaged(type(error).__name__) from error
    if form != 12 or not found:
        raise damaged(f"cmap format {form}")
    return tuple(first for first, _, _ in found), tuple(last for _, last, _ in found)


def draws(character: str) -> bool:
    """Whether the font has a glyph for this character."""
    firsts, lasts = _groups()
    at = bisect_right(firsts, ord(character)) - 1
    return at >= 0 and ord(character) <= lasts[at]


def legible(text: str) -> str:
    """The text with every character that cannot be drawn written as its code: ``〔U+2B7A9〕``.

    Composed first (NFC). Control characters, direction marks and private characters count as not drawable: a paper
    must say the same to every reader.
    """
    return "".join(_shown(each) for each in unicodedata.normalize("NFC", text))


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\n\t":
        return " "
    return character if kind[0] != "C" and draws(character) else f"〔U+{ord(character):04X}〕"


def damaged(detail: str) -> PaperError:
    """The font is missing or is not what was shipped."""
    return PaperError(PaperFault.FONT_DAMAGED, detail)
