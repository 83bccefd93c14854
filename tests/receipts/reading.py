"""What a phone and a person see on a paper: its codes, its text, its picture."""

from __future__ import annotations

import pypdfium2
import zxingcpp
from PIL import Image

from terminal.receipts.sheet import Line, Sheet


def codes(picture: Image.Image) -> list[str]:
    """Texts of the QR codes in a picture. Of no other kind: one in some hundred pages of print looks like Codabar."""
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [each.text for each in found]


def pages(pdf: bytes, *, dpi: int = 150) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    drawn = [page.render(scale=dpi / 72).to_pil() for page in document]
    document.close()
    return drawn


def text_of(pdf: bytes) -> str:
    """The text of all pages, without spaces and line ends."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return "".join(text.split())


def words_of(sheet: Sheet) -> list[str]:
    """Every text that has to stand on the paper, without spaces."""
    lines: list[Line] = [each for each in (*sheet.lines, *sheet.facts, sheet.reason, sheet.next_step) if each]
    texts = [part for line in lines for part in (line.label, line.value, line.old)]
    texts += [sheet.mark, sheet.header, sheet.title, sheet.reprint, sheet.word, sheet.sentence, *sheet.hotlines]
    texts += [sheet.ending, *((sheet.telephone.label, sheet.telephone.value) if sheet.telephone else ())]
    return ["".join(text.split()) for text in texts if text]
