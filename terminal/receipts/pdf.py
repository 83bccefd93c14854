"""A sheet as a PDF of A5: embedded font, searchable, the same bytes for the same sheet."""

from __future__ import annotations

import io
import threading

from reportlab.pdfgen.canvas import Canvas

from terminal.receipts import qr
from terminal.receipts.pdffont import NAME, paper_font
from terminal.receipts.sheet import Line, Sheet
from terminal.receipts.words import Tone
from terminal.receipts.wrap import wrap

MM = 72 / 25.4
WIDTH, HEIGHT = 148 * MM, 210 * MM

_MARGIN = 12 * MM
_INNER = WIDTH - 2 * _MARGIN
_FOOT = 16 * MM
_LEADING = 1.45


_INK, _SOFT, _RULE, _BLUE, _WHITE = 0x17212E, 0x566377, 0xCDD5DE, 0x10315F, 0xFFFFFF
_MARK, _MARK_INK = 0xFFD27A, 0x4A2C00
_TONES: dict[Tone, tuple[int, int]] = {
    "good": (0x0B6439, 0xE3F3EA),
    "plain": (0x1450A3, 0xE6EEF9),
    "warning": (0x7A4300, 0xFFF1D6),
    "bad": (0xA21D1D, 0xFCE9E7),
}
"""Ink and ground, as on the screens."""

_one_at_a_time = threading.Lock()
"""A font of reportlab serves one document at a time."""


def render(sheet: Sheet) -> bytes:
    """The PDF. Its properties name the paper, never the holder.

    :raises PaperError: ``FONT_DAMAGED``.
    """
    paper_font()
    with _one_at_a_time:
        return _Page(sheet).made()


class _Page:
    """A pen that goes down the page and begins a new one when it must. Lengths in points, from the top."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._font = paper_font()
        self._out = io.BytesIO()
        language = "zh-CN" if sheet.language == "zh" else "en"
        self._canvas = Canvas(self._out, (WIDTH, HEIGHT), pageCompression=1, invariant=1, lang=language)
        self._canvas.setTitle(f"{sheet.title} {sheet.name}")
        self._canvas.setAuthor("ssc-terminal")
        self._canvas.setCreator("ssc-terminal")
        self._y = 0.0

    def made(self) -> bytes:
        self._begin()
        self._outcome()
        self._table(self._sheet.lines)
        if self._sheet.facts:
            self._gap(2)
            self._facts()
        self._gap(3)
        for line in filter(None, (self._sheet.reason, self._sheet.next_step)):
            self._paragraph(line)
        self._codes()
        self._end_of_page(last=True)
        self._canvas.save()
        return self._out.getvalue()

    # --- the parts of the paper -------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Head of a page: whose paper it is, and what."""
        sheet, band = self._sheet, 17 * MM
        self._box(0, 0, WIDTH, band, _BLUE)
        self._text(_MARGIN, 7.6 * MM, sheet.header, 13, _WHITE, bold=True)
        self._text(_MARGIN, 13 * MM, sheet.under_header, 8, 0xC9D8EE)
        right = WIDTH - _MARGIN
        self._text(right - self._width(sheet.title, 15), 9 * MM, sheet.title, 15, _WHITE, bold=True)
        if sheet.reprint:
            self._text(right - self._width(sheet.reprint, 8.5), 14 * MM, sheet.reprint, 8.5, _MARK)
        self._y = band
        if sheet.mark:
            self._box(0, band, WIDTH, 6 * MM, _MARK)
            self._text((WIDTH - self._width(sheet.mark, 9)) / 2, band + 4.2 * MM, sheet.mark, 9, _MARK_INK, bold=True)
            self._y += 6 * MM
            self._watermark(sheet.mark)
        self._y += 5 * MM

    def _watermark(self, mark: str) -> None:
        canvas, size = self._canvas, 34.0
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT * 0.42)
        canvas.rotate(38)
        canvas.setFillColorRGB(0.48, 0.33, 0.0, 0.07)
        while self._width(mark, size) > HEIGHT * 0.8:
            size -= 1
        canvas.setFont(NAME, size)
        canvas.drawString(-self._width(mark, size) / 2, 0, mark)
        canvas.restoreState()

    def _outcome(self) -> None:
        sheet = self._sheet
        ink, ground = _TONES[sheet.tone]
        lines = wrap(sheet.sentence, _INNER - 12 * MM, lambda text: self._width(text, 9.5))
        height = 15 * MM + len(lines) * 9.5 * _LEADING
        self._box(_MARGIN, self._y, _INNER, height, ground)
        self._box(_MARGIN, self._y, 1.6 * MM, height, ink)
        self._text(_MARGIN + 6 * MM, self._y + 10.4 * MM, sheet.word, 22, ink, bold=True)
        at = self._y + 16.2 * MM
        for line in lines:
            self._text(_MARGIN + 6 * MM, at, line, 9.5, _INK)
            at += 9.5 * _LEADING
        self._y += height + 4 * MM

    def _table(self, lines: tuple[Line, ...]) -> None:
        """Labels in a column of their own; a hair line under each."""
        column = max((self._width(line.label, 9) for line in lines), default=0.0) + 5 * MM
        for line in lines:
            values = wrap(line.value, _INNER - column, lambda text: self._width(text, 10))
            height = len(values) * 10 * _LEADING + 0.7 * MM
            self._need(height)
            self._text(_MARGIN, self._y + 10.4, line.label, 9, _SOFT)
            for number, value in enumerate(values):
                self._text(_MARGIN + column, self._y + 10.4 + number * 10 * _LEADING, value, 10, _INK)
            self._y += height
            self._rule()
            self._y += 0.6 * MM

    def _facts(self) -> None:
        """What was done: the old value fades, the new one stands out; on one line where they fit."""
        pad, arrow = 4 * MM, 8 * MM
        for line in self._sheet.facts:
            new = wrap(line.value, _INNER - 2 * pad - arrow, lambda text: self._width(text, 12))
            old = [] if line.old is None else wrap(line.old, _INNER - 2 * pad, lambda text: self._width(text, 10))
            beside = (
                len(new) == len(old) == 1 and self._width(old[0], 10) + self._width(new[0], 12) < _INNER - 4 * arrow
            )
            height = 7.5 * MM + (0 if beside else len(old) * 10 * _LEADING) + len(new) * 12 * _LEADING
            self._need(height + 2 * MM)
            self._frame(_MARGIN, self._y, _INNER, height)
            self._text(_MARGIN + pad, self._y + 5 * MM, line.label, 9, _SOFT)
            x, at = _MARGIN + pad, self._y + 5 * MM + 1.5 * MM + 12
            for each in old:
                self._text(x, at, each, 10, _SOFT)
                at += 0 if beside else 10 * _LEADING
            x += self._width(old[0], 10) + arrow / 2 if beside else 0
            if old:
                self._text(x, at, "→", 12, _BLUE)
                x += arrow
            for each in new:
                self._text(x, at, each, 12, _INK, bold=True)
                at += 12 * _LEADING
            self._y += height + 2 * MM

    def _paragraph(self, line: Line) -> None:
        lines = wrap(line.value, _INNER, lambda text: self._width(text, 10))
        self._need(13 * _LEADING + len(lines) * 10 * _LEADING)
        self._text(_MARGIN, self._y + 10, line.label, 10, _BLUE, bold=True)
        self._y += 10 * _LEADING
        for text in lines:
            self._text(_MARGIN, self._y + 10, text, 10, _INK)
            self._y += 10 * _LEADING
        self._gap(2)

    def _codes(self) -> None:
        """The code for machines, the one for the telephone, and whom to call."""
        sheet, side = self._sheet, 33 * MM
        self._need(side + 3 * MM if sheet.code else 14 * MM)
        # At the foot of the page, where a hand finds it: what precedes decides how much air is between.
        self._y = max(self._y, HEIGHT - _FOOT - (side if sheet.code else 12 * MM) - 4 * MM)
        x, top = _MARGIN, self._y
        if sheet.code:
            self._qr(x, top, side, qr.matrix(sheet.code))
            x += side + 6 * MM
        at = top + 4 * MM
        if sheet.telephone:
            self._text(x, at, sheet.telephone.label, 9, _SOFT)
            self._text(x, at + 8 * MM, sheet.telephone.value, 17, _INK, bold=True)
            at += 15 * MM
        for hotline in sheet.hotlines:
            self._text(x, at, hotline, 10, _INK)
            at += 10 * _LEADING
        if sheet.code:
            for text in wrap(sheet.scan, WIDTH - _MARGIN - x, lambda text: self._width(text, 7.5)):
                self._text(x, at, text, 7.5, _SOFT)
                at += 7.5 * _LEADING

    def _end_of_page(self, *, last: bool) -> None:
        sheet, top = self._sheet, HEIGHT - _FOOT + 3 * MM
        if last:
            self._box(_MARGIN, top, _INNER, 8 * MM, _BLUE, radius=1.5 * MM)
            x = (WIDTH - self._width(sheet.ending, 11)) / 2
            self._text(x, top + 5.5 * MM, sheet.ending, 11, _WHITE, bold=True)
        else:
            self._text(WIDTH - _MARGIN - self._width(sheet.name, 7.5), top + 5 * MM, sheet.name, 7.5, _SOFT)

    # --- the pen ----------------------------------------------------------------------------------------------------

    def _width(self, text: str, size: float) -> float:
        return self._font.stringWidth(text, size)

    def _need(self, height: float) -> None:
        """Begin a new page when this does not fit on the rest of the one we are on."""
        if self._y + height > HEIGHT - _FOOT:
            self._end_of_page(last=False)
            self._canvas.showPage()
            self._begin()

    def _gap(self, millimetres: float) -> None:
        self._y += millimetres * MM

    def _text(self, x: float, y: float, text: str, size: float, colour: int, *, bold: bool = False) -> None:
        """``y`` is the base line. Bold is the outline drawn thicker: the paper brings one weight along."""
        canvas = self._canvas
        canvas.setFillColorRGB(*_rgb(colour))
        canvas.setStrokeColorRGB(*_rgb(colour))
        canvas.setLineWidth(size * 0.028)
        canvas.setFont(NAME, size)
        canvas.drawString(x, HEIGHT - y, text, mode=2 if bold else 0)

    def _box(self, x: float, y: float, width: float, height: float, colour: int, *, radius: float = 0.0) -> None:
        self._canvas.setFillColorRGB(*_rgb(colour))
        self._canvas.roundRect(x, HEIGHT - y - height, width, height, radius, stroke=0, fill=1)

    def _frame(self, x: float, y: float, width: float, height: float) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(_RULE))
        self._canvas.setLineWidth(0.8)
        self._canvas.roundRect(x, HEIGHT - y - height, width, height, 1.5 * MM, stroke=1, fill=0)

    def _rule(self) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(_RULE))
        self._canvas.setLineWidth(0.5)
        self._canvas.line(_MARGIN, HEIGHT - self._y, WIDTH - _MARGIN, HEIGHT - self._y)

    def _qr(self, x: float, y: float, side: float, matrix: qr.Matrix) -> None:
        """Dark runs of a row as one rectangle; the quiet zone is inside ``side``."""
        module = side / (len(matrix) + 2 * qr.QUIET)
        self._box(x, y, side, side, _WHITE)
        self._canvas.setFillColorRGB(0, 0, 0)
        for row, modules in enumerate(matrix):
            top = HEIGHT - y - (row + qr.QUIET + 1) * module
            for start, end in _runs(modules):
                left = x + (start + qr.QUIET) * module
                self._canvas.rect(left, top, (end - start) * module, module, stroke=0, fill=1)


def _runs(modules: tuple[bool, ...]) -> list[tuple[int, int]]:
    """First and past-the-last place of every run of dark modules."""
    edges = [
        at for at in range(len(modules) + 1) if (at < len(modules) and modules[at]) != (at > 0 and modules[at - 1])
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _rgb(colour: int) -> tuple[float, float, float]:
    return ((colour >> 16) / 255, (colour >> 8 & 255) / 255, (colour & 255) / 255)
