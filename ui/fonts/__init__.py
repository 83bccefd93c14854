"""The bundled Chinese font: a machine without Chinese fonts would show boxes.

Noto Sans SC Regular (SIL Open Font Licence, see ``LICENSE``) covers levels 1 and 2 of GB 18030-2022. Qt makes the bold
from it. Characters beyond it (rare names) are found by :func:`missing_glyphs` and told on the health page; in a text
that somebody typed or a card holds :func:`drawable` names them, where an empty box would stand.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QGuiApplication, QRawFont

from terminal.text import Text
from ui.errors import UiError, UiFault

FONT_FILE = Path(__file__).parent / "NotoSansSC-Regular.otf"

_SAMPLE = "社会保障卡·〇㐀㙍䶮一龥鿕镕喆堃昇玥𠅤𫖯𬭎Ａ１"
"""Characters of names, from every block of GB 18030-2022 levels 1 and 2, and the separator of minority names."""


def load(font_file: Path = FONT_FILE) -> list[str]:
    """Register the bundled font and make it the application's.

    :returns: the font families, first choice first.
    :raises UiError: ``NO_FONT``, when the file is missing or no font.
    """
    number = QFontDatabase.addApplicationFont(str(font_file))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    if not families:
        raise UiError(UiFault.NO_FONT, font_file.name)
    font = QFont()
    # Noto Serif and others stay behind the bundled family, so that a rare name still shows where the system can.
    font.setFamilies([*families, "HanaMinB", "Noto Sans CJK SC"])
    font.setPixelSize(18)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    QGuiApplication.setFont(font)
    _drawn.cache_clear()
    return families


def drawable(text: str) -> str:
    """``text`` as this screen can show it: 〔U+20BB7〕 for a character that no font has.

    On the thread of the screen.
    """
    return text if text.isascii() else "".join(c if _drawn(c) else f"〔U+{ord(c):04X}〕" for c in text)


def undrawn(text: str) -> str:
    """What of ``text`` no font here has, as :func:`drawable` writes it, each once; empty where all of it is seen."""
    return "".join(drawable(c) for c in dict.fromkeys(text) if not _drawn(c))


@lru_cache(8192)
def _drawn(character: str) -> bool:
    """By the bundled font or one of the system's. Kept, because a page asks for thousands; no text of anybody is."""
    if character.isspace() or QGuiApplication.instance() is None:
        return True
    return QFontMetrics(QGuiApplication.font()).inFontUcs4(ord(character))


def health(font_file: Path = FONT_FILE) -> Text:
    """For the health page: the font and what it can draw; may be called on any thread.

    A font that is missing or broken is told in words: the screen that shows them would not be there without one.
    """
    lacking = missing_glyphs(_SAMPLE, font_file)
    if lacking:
        return Text(f"思源黑体不完整，缺：{''.join(lacking)}", f"Noto Sans SC is incomplete: {''.join(lacking)}")
    return Text("思源黑体，字形齐全", "Noto Sans SC, all sample characters there")


def missing_glyphs(text: str, font_file: Path = FONT_FILE) -> tuple[str, ...]:
    """The characters of ``text`` that the bundled font cannot draw, each once, in order of appearance.

    Counts code points, not UTF-16 units: names hold characters beyond the basic plane.
    """
    raw = QRawFont(str(font_file), 16.0)
    if not raw.isValid():
        return tuple(dict.fromkeys(text))
    return tuple(c for c in dict.fromkeys(text) if not c.isspace() and not raw.supportsCharacter(ord(c)))
