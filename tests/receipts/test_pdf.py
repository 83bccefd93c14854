"""The PDF: its text is the very text, its code can be read, and it looks as it was approved."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from terminal.receipts import pdf
from terminal.receipts.code import verify
from terminal.receipts.model import Fact, Holder, Site
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import DEMONSTRATION, REPRINT, Outcome
from terminal.text import Language, Text
from tests.receipts import samples
from tests.receipts.reading import codes, pages, text_of, words_of

LONG = Site(
    outlet="沙箱农村商业银行股份有限公司演示自治县经济技术开发区（港口物流园）综合便民服务支行营业部",
    bank_hotline="400-000-0000",
    terminal=samples.TERMINAL,
    operator="1007",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("outcome", Outcome)
def test_the_text_is_the_very_text(outcome: Outcome, language: Language) -> None:
    sheet = lay_out(samples.receipt(outcome).again(), language)
    text = text_of(pdf.render(sheet))
    assert [words for words in words_of(sheet) if words not in text] == []


@pytest.mark.parametrize("outcome", Outcome)
def test_a_phone_reads_the_code_and_it_verifies(outcome: Outcome) -> None:
    receipt = samples.receipt(outcome)
    (page,) = pages(pdf.render(lay_out(receipt)))
    (code,) = codes(page)
    assert receipt.proof is not None
    assert code == receipt.proof.code
    assert verify(code, samples.KEYS, "sandbox").claim == samples.claim(outcome)


def test_rare_characters_are_found_again_and_missing_ones_are_said() -> None:
    holder = Holder.of("𬭎䶮", samples.NUMBER)
    text = text_of(pdf.render(lay_out(samples.receipt(holder=holder))))
    assert "𬭎*" in text
    missing = text_of(pdf.render(lay_out(samples.receipt(holder=Holder.of("𠮷䶮", samples.NUMBER)))))
    assert "〔U+20BB7〕*" in missing


def test_long_names_and_many_facts_go_over_pages_and_nothing_is_lost() -> None:
    facts = tuple(
        Fact(Text(f"第{n}项补贴", f"Subsidy {n}"), "耕地地力保护补贴" * 6 + f"{n}元", "原金额" * 20) for n in range(9)
    )
    long = Text("社会保障卡持卡人联系方式及通讯地址综合信息变更登记（含监护人信息）", "Change " * 12)
    sheet = lay_out(samples.receipt(site=LONG, facts=facts, title=long))
    made = pdf.render(sheet)
    drawn = pages(made)
    assert len(drawn) > 1
    text = text_of(made)
    assert [words for words in words_of(sheet) if words not in text] == []
    assert [len(codes(page)) for page in drawn] == [0] * (len(drawn) - 1) + [1]
    assert text.count("".join(DEMONSTRATION.zh.split())) >= len(drawn)


def test_nothing_is_drawn_outside_the_margins() -> None:
    """The outermost millimetres stay blank beside the head's band, whatever is on the paper."""
    sheet = lay_out(samples.receipt(site=LONG, environment="production"))
    for page in pages(pdf.render(sheet), dpi=100):
        edge = page.convert("L").crop((0, 80, 40, page.height - 10))
        assert edge.getextrema() == (255, 255)
        right = page.convert("L").crop((page.width - 40, 80, page.width, page.height - 10))
        assert right.getextrema() == (255, 255)


def test_the_sandbox_is_marked_and_production_is_not() -> None:
    assert "演示" in text_of(pdf.render(lay_out(samples.receipt())))
    real = text_of(pdf.render(lay_out(samples.receipt(environment="production"))))
    assert "演示" not in real.replace(samples.SITE.outlet, "")


def test_a_reprint_says_so_and_the_first_print_does_not() -> None:
    assert REPRINT.zh not in text_of(pdf.render(lay_out(samples.receipt())))
    assert f"{REPRINT.zh}·第1次" in text_of(pdf.render(lay_out(samples.receipt().again())))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    sheet = lay_out(samples.receipt())
    assert pdf.render(sheet) == pdf.render(sheet)


def test_properties_name_the_paper_and_nobody() -> None:
    made = pdf.render(lay_out(samples.receipt()))
    document = pypdfium2.PdfDocument(made)
    properties = document.get_metadata_dict()
    document.close()
    assert properties["Title"] == "收件回执 T379999-0001-1-000042"
    assert not re.search("欧|379\\*|9876", str(properties))


def test_the_font_is_inside_and_small() -> None:
    made = pdf.render(lay_out(samples.receipt()))
    assert b"FontFile2" in made
    assert len(made) < 80_000


def test_without_a_record_there_is_no_code() -> None:
    sheet = lay_out(samples.receipt(Outcome.REFUSED, proof=None))
    made = pdf.render(sheet)
    assert codes(pages(made)[0]) == []
    assert "12333" in text_of(made)
