"""The thermal slip: black and white, as wide as the paper, and its code can be read."""

from __future__ import annotations

import pytest
from PIL import Image

from terminal.receipts import plain, slip
from terminal.receipts.escpos import job
from terminal.receipts.model import Holder, Site
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import Outcome
from terminal.text import Language
from tests.receipts import samples
from tests.receipts.reading import codes, words_of

WIDTHS = [slip.DOTS_58, slip.DOTS_80]


def unpacked(content: bytes) -> Image.Image:
    """The picture that a thermal printer burns from these bytes (ESC @, GS v 0, ESC d, GS V)."""
    bands: list[Image.Image] = []
    assert content.startswith(b"\x1b@")
    at = 2
    while content[at : at + 4] == b"\x1dv0\x00":
        across = int.from_bytes(content[at + 4 : at + 6], "little")
        rows = int.from_bytes(content[at + 6 : at + 8], "little")
        at += 8
        inverse = bytes(byte ^ 0xFF for byte in content[at : at + across * rows])
        bands.append(Image.frombytes("1", (across * 8, rows), inverse))
        at += across * rows
    assert content[at:] == b"\x1bd\x05\x1dV\x42\x00"
    whole = Image.new("1", (bands[0].width, sum(band.height for band in bands)), 1)
    top = 0
    for band in bands:
        whole.paste(band, (0, top))
        top += band.height
    return whole


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("outcome", Outcome)
def test_the_code_is_read_from_what_the_printer_burns(outcome: Outcome, dots: int) -> None:
    receipt = samples.receipt(outcome)
    picture = slip.render(lay_out(receipt), dots)
    assert picture.mode == "1"
    assert picture.width == dots
    burnt = unpacked(job(picture))
    assert burnt.tobytes() == picture.tobytes()
    paper = Image.new("1", (burnt.width + 64, burnt.height), 1)  # the unprinted edges of the paper
    paper.paste(burnt, (32, 0))
    assert receipt.proof is not None
    assert codes(paper) == [receipt.proof.code]


@pytest.mark.parametrize("dots", WIDTHS)
def test_long_words_make_it_longer_never_wider(dots: int) -> None:
    holder = Holder.of("𠮷䶮", samples.NUMBER)  # its first character is said in words
    short = slip.render(lay_out(samples.receipt(holder=holder)), dots)
    site = Site(
        outlet="沙箱农村商业银行股份有限公司演示自治县经济技术开发区（港口物流园）综合便民服务支行营业部",
        bank_hotline="400-000-0000",
        terminal=samples.TERMINAL,
        operator="1007",
    )
    long = slip.render(lay_out(samples.receipt(holder=holder, site=site)), dots)
    assert long.height > short.height
    assert long.width == dots


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [32, 48])
def test_the_plain_text_says_it_all_in_its_columns(width: int, language: Language) -> None:
    sheet = lay_out(samples.receipt(Outcome.REFUSED).again(), language)
    text = plain.text(sheet, width)
    assert max(plain.columns(line) for line in text.splitlines()) <= width
    joined = "".join(text.split())
    assert [words for words in words_of(sheet) if words not in joined] == []
    assert text.rstrip().endswith(sheet.ending)
