"""The papers draw what the screens draw, and say in words what neither can."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.receipts import font
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.pdffont import paper_font
from terminal.receipts.wrap import wrap

SCREEN_FONT = Path(__file__).parents[2] / "ui" / "fonts" / "NotoSansSC-Regular.otf"


def test_the_papers_font_covers_what_the_screens_font_covers() -> None:
    def covered(file: Path) -> set[int]:
        firsts, lasts = font._groups(file)
        return {code for first, last in zip(firsts, lasts, strict=True) for code in range(first, last + 1)}

    assert covered(font.FILE) == covered(SCREEN_FONT)
    assert len(covered(font.FILE)) > 30_000


def test_what_we_say_is_drawn_is_drawn() -> None:
    """Our reading of the font and reportlab's agree, in and beyond the basic plane."""
    known = paper_font().face.charToGlyph
    for code in [*range(0x20, 0x7F), *range(0x4E00, 0xA000), *range(0x3400, 0x3500), *range(0x20000, 0x2CEB0, 7)]:
        assert font.draws(chr(code)) == (known.get(code, 0) != 0), hex(code)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三·阿卜杜拉", "张三·阿卜杜拉"),
        ("䶮喆堃㛃㭎", "䶮喆堃㛃㭎"),
        ("𠅤𫖯𬭎", "𠅤𫖯𬭎"),
        ("𠮷", "〔U+20BB7〕"),
        ("a\u202eb", "a〔U+202E〕b"),
        ("\ue863", "〔U+E863〕"),
        ("葛\U000e0100", "葛〔U+E0100〕"),
        ("a\u00a0b\nc", "a b c"),
        ("e\u0301", "é"),
        ("\x00", "〔U+0000〕"),
    ],
)
def test_what_cannot_be_drawn_is_said(text: str, shown: str) -> None:
    assert font.legible(text) == shown


@given(st.text())
def test_whatever_comes_can_be_drawn_in_the_end(text: str) -> None:
    assert all(font.draws(character) for character in font.legible(text))


def test_a_font_that_is_missing_or_broken_is_a_fault(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    for content in (None, b"", b"OTTO", font.content()[:200]):
        if content is not None:
            broken.write_bytes(content)
        font.content.cache_clear()
        with pytest.raises(PaperError) as caught:
            font._groups(broken)
        assert caught.value.fault is PaperFault.FONT_DAMAGED
    font.content.cache_clear()


def test_the_licence_lies_beside_the_font() -> None:
    assert "SIL OPEN FONT LICENSE" in font.FILE.with_name("LICENSE").read_text("utf-8")


# --- lines ------------------------------------------------------------


@given(st.text(alphabet="中文，。（）《》abc 12.-", max_size=60), st.integers(3, 30))
def test_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width, len)
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_punctuation_does_not_begin_a_line_and_words_stay_whole() -> None:
    assert wrap("网络恢复后送中心，请等候。", 8, len) == ["网络恢复后送中", "心，请等候。"]
    assert wrap("call 12333 for help", 8, len) == ["call", "12333", "for help"]
    assert wrap("请在（网点）办理", 3, len) == ["请在", "（网", "点）办", "理"]
    assert wrap("", 4, len) == [""]
