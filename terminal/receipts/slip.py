"""A sheet as a slip for a thermal printer: a picture in black and white, as wide as the paper's dots."""

from __future__ import annotations

import functools
import io

from PIL import Image, ImageDraw, ImageFont

from terminal.receipts import font, qr
from terminal.receipts.sheet import Line, Sheet
from terminal.receipts.wrap import wrap

DOTS_80 = 576
"""Dots across paper of 80 mm (72 mm printable at 203 dots per inch)."""

DOTS_58 = 384
"""Dots across paper of 58 mm (48 mm printable)."""

_THRESHOLD = 150
"""Grey level below which a dot is burnt: strokes of small Chinese characters stay whole and do not run together."""


@functools.lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(io.BytesIO(font.content()), size, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise font.damaged(type(error).__name__) from error


def render(sheet: Sheet, dots: int = DOTS_80) -> Image.Image:
    """The slip, ``dots`` wide and as long as it gets; mode ``1``, black on white.

    :raises PaperError: ``FONT_DAMAGED``.
    """
    # Drawn twice: once to learn the length, once for good.
    length = _Strip(sheet, Image.new("L", (dots, 1), 255)).drawn()
    canvas = Image.new("L", (dots, length), 255)
    _Strip(sheet, canvas).drawn()
    return canvas.point(lambda grey: 255 if grey >= _THRESHOLD else 0).convert("1", dither=Image.Dither.NONE)


class _Strip:
    """A pen that goes down an endless strip. Lengths in dots."""

    def __init__(self, sheet: Sheet, image: Image.Image) -> None:
        self._sheet = sheet
        self._width = image.width
        self._pen = ImageDraw.Draw(image)
        self._narrow = image.width < 480
        self._body = 22 if self._narrow else 25
        self._small = 20 if self._narrow else 21
        self._y = 8

    def drawn(self) -> int:
        """Draw everything; gives the length."""
        sheet, body = self._sheet, self._body
        self._mark()
        self._centred(sheet.header, body)
        self._centred(sheet.title, body + 15, bold=True)
        if sheet.reprint:
            self._centred(sheet.reprint, body, bold=True)
        self._rule()
        self._banner(sheet.word, body + 21)
        self._flow(sheet.sentence, body)
        self._rule()
        for line in sheet.lines:
            self._pair(line)
        for line in sheet.facts:
            self._change(line)
        self._rule()
        for each in filter(None, (sheet.reason, sheet.next_step)):
            self._flow(each.label, body, bold=True)
            self._flow(each.value, body)
            self._y += 6
        self._codes()
        self._mark()
        self._ending()
        return self._y

    # --- the parts of the slip --------------------------------------------------------------------------------------

    def _mark(self) -> None:
        """White on black, at both ends: a torn half still shows it."""
        if self._sheet.mark:
            self._band(self._sheet.mark, self._body)
            self._y += 10

    def _codes(self) -> None:
        sheet = self._sheet
        if sheet.code:
            self._rule()
            self._qr(qr.matrix(sheet.code))
            for line in wrap(sheet.scan, self._width, lambda text: self._measure(text, self._small)):
                self._centred(line, self._small)
        if sheet.telephone:
            self._y += 6
            self._centred(sheet.telephone.label, self._small)
            self._centred(sheet.telephone.value, self._body + 13, bold=True)
        self._rule()
        for hotline in sheet.hotlines:
            self._centred(hotline, self._body)
        self._y += 8

    def _ending(self) -> None:
        self._band(self._sheet.ending, self._body + 5)
        self._y += 8

    def _pair(self, line: Line) -> None:
        """Label and value on one line where they fit, else the value below, to the right."""
        body, gap = self._body, 14
        room = self._width - self._measure(line.label, body) - gap
        if self._measure(line.value, body) <= room:
            self._text(0, line.label, body)
            self._text(self._width - self._measure(line.value, body), line.value, body)
            self._y += self._leading(body)
            return
        self._flow(line.label, body)
        for each in wrap(line.value, self._width - 24, lambda text: self._measure(text, body)):
            self._text(self._width - self._measure(each, body), each, body)
            self._y += self._leading(body)

    def _change(self, line: Line) -> None:
        """Label, then old and new in a frame."""
        body, pad = self._body, 10
        joined = line.value if line.old is None else f"{line.old} → {line.value}"
        lines = wrap(joined, self._width - 2 * pad, lambda text: self._measure(text, body))
        top = self._y + 6
        height = self._leading(body) * (len(lines) + 1) + pad
        self._pen.rectangle((0, top, self._width - 1, top + height), outline=0, width=2)
        self._y = top + pad // 2
        self._text(pad, line.label, body)
        self._y += self._leading(body)
        for each in lines:
            self._text(pad, each, body, bold=True)
            self._y += self._leading(body)
        self._y = top + height + 6

    # --- the pen ----------------------------------------------------------------------------------------------------

    def _measure(self, text: str, size: int) -> float:
        return _font(size).getlength(text)

    def _leading(self, size: int) -> int:
        return round(size * 1.36)

    def _text(self, x: float, text: str, size: int, *, bold: bool = False, ink: int = 0) -> None:
        top = self._y - round(size * 0.16)  # the font's own room above the letters
        self._pen.text((round(x), top), text, fill=ink, font=_font(size))
        if bold:
            self._pen.text((round(x) + 1, top), text, fill=ink, font=_font(size))

    def _flow(self, text: str, size: int, *, bold: bool = False) -> None:
        for line in wrap(text, self._width - 1, lambda each: self._measure(each, size)):
            self._text(0, line, size, bold=bold)
            self._y += self._leading(size)

    def _centred(self, text: str, size: int, *, bold: bool = False) -> None:
        for line in wrap(text, self._width, lambda each: self._measure(each, size)):
            self._text((self._width - self._measure(line, size)) / 2, line, size, bold=bold)
            self._y += self._leading(size)

    def _banner(self, text: str, size: int) -> None:
        self._y += 2
        self._centred(text, size, bold=True)
        self._y += 2

    def _band(self, text: str, size: int) -> None:
        lines = wrap(text, self._width - 20, lambda each: self._measure(each, size))
        height = self._leading(size) * len(lines) + 12
        self._pen.rectangle((0, self._y, self._width - 1, self._y + height), fill=0)
        self._y += 6
        for line in lines:
            self._text((self._width - self._measure(line, size)) / 2, line, size, bold=True, ink=255)
            self._y += self._leading(size)
        self._y += 7

    def _rule(self) -> None:
        """A dashed line: thermal paper shows a thin full one badly."""
        self._y += 8
        for x in range(0, self._width, 12):
            self._pen.line((x, self._y, x + 6, self._y), fill=0, width=2)
        self._y += 12

    def _qr(self, matrix: qr.Matrix) -> None:
        """Whole dots to a module, as many as fit in two thirds of the paper, with the quiet zone."""
        modules = len(matrix) + 2 * qr.QUIET
        dots = max(self._width * (98 if self._narrow else 72) // 100 // modules, 3)
        left = (self._width - len(matrix) * dots) // 2
        self._y += dots
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    x, y = left + column * dots, self._y + row * dots
                    self._pen.rectangle((x, y, x + dots - 1, y + dots - 1), fill=0)
        self._y += len(matrix) * dots + qr.QUIET * dots
