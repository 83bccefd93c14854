"""The papers' font as reportlab embeds it: a subset with outlines, and a table back to the very characters."""

from __future__ import annotations

import io
import re
import threading

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFStream
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from terminal.receipts.font import content, damaged

NAME = "PaperSansSC"

_BEYOND = re.compile(r"(?<=> )<([0-9A-F]{5,6})>")
_lock = threading.Lock()
_made: list[TTFont] = []


class _SearchableFont(TTFont):
    """reportlab writes characters beyond the basic plane as five digits, where PDF wants UTF-16 (ISO 32000-1 §9.10.3):
    a rare surname could not be found again. The table is put right after it was made."""

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - reportlab's name
        super().addObjects(doc)
        for name, made in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:") and isinstance(made, PDFStream) and isinstance(made.content, str):
                made.content = _BEYOND.sub(lambda hit: f"<{_utf16(int(hit[1], 16))}>", made.content)


def _utf16(code: int) -> str:
    return chr(code).encode("utf-16-be").hex().upper()


def paper_font() -> TTFont:
    """The font, registered with reportlab at the first use. Reading its tables takes about half a second.

    :raises PaperError: ``FONT_DAMAGED``.
    """
    with _lock:
        if not _made:
            try:
                font = _SearchableFont(NAME, io.BytesIO(content()), asciiReadable=False)
            except TTFError as error:
                raise damaged(type(error).__name__) from error
            registerFont(font)
            _made.append(font)
        return _made[0]
