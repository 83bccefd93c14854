from typing import BinaryIO

from reportlab.pdfbase.pdfdoc import PDFDocument

class TTFError(Exception): ...

class TTFontFace:
    charToGlyph: dict[int, int]

class TTFont:
    fontName: str
    face: TTFontFace
    def __init__(self, name: str, filename: str | BinaryIO, *, asciiReadable: bool | None = ...) -> None: ...
    def stringWidth(self, text: str, size: float) -> float: ...
    def addObjects(self, doc: PDFDocument) -> None: ...
