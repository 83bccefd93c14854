"""A postal address as it is typed: made one form of, judged, masked. Region by code, the rest free text.

Everything that GB 18030 has may stand in it, also what GBK lacks; characters are counted, not their bytes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from terminal.errors import TerminalError, TerminalFault
from terminal.model import codes

LEAST, MOST = 4, 60
"""Characters of the text: short of four it names no village or building."""

REGION = 6

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
"""GB/T 2260, first two digits."""

_NARROW = {
    wide: wide - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for wide in range(first, last + 1)
} | {0xFF0D: ord("-"), 0xFF03: ord("#"), 0x3000: ord(" ")}
"""Full-width digits, letters, hyphen, number sign and space; full-width commas and brackets are right as they are."""

_UNKEPT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"})
"""General categories that do not survive a way through other systems: control, private use, unassigned."""

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Which glyph of a character is meant: input methods differ, and banks refuse it."""

_TOWNSHIP = re.compile(r".{0,20}?(?:街道办事处|街道|镇|乡|苏木)")


@dataclass(frozen=True)
class Address:
    """:param region: six digits of GB/T 2260. :param text: from the township on, or from below the county."""

    region: str = field(repr=False)
    text: str = field(repr=False)


def tidy(text: str) -> str:
    """One form for what looks the same: composed (NFC), digits and letters narrow, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_NARROW).split(" ")).strip()


def require(region: str, text: str, environment: str) -> Address:
    """The address in its one form.

    :raises TerminalError: ``REGION_UNKNOWN``, ``ADDRESS_CHARACTERS``, ``ADDRESS_LENGTH``.
    """
    made_up = environment != "sandbox" and codes.is_test_region(region)
    if not re.fullmatch("[0-9]{6}", region) or not _PROVINCES.match(region) or made_up:
        raise TerminalError(TerminalFault.REGION_UNKNOWN)
    tidied = re.sub(" {2,}", " ", tidy(text))
    strange = next((each for each in tidied if unicodedata.category(each) in _UNKEPT or _SELECTORS.match(each)), None)
    if strange is not None:
        raise TerminalError(TerminalFault.ADDRESS_CHARACTERS, character=f"U+{ord(strange):04X}")
    letters = sum(unicodedata.category(each)[0] in "LN" for each in tidied)
    if not LEAST <= len(tidied) <= MOST or letters < LEAST:
        raise TerminalError(TerminalFault.ADDRESS_LENGTH, least=LEAST, most=MOST)
    return Address(region, tidied)


def mask(address: Address) -> str:
    """To the township (domain.md §6), where it begins with one: ``370181 测试镇****``."""
    township = _TOWNSHIP.match(address.text)
    return f"{address.region} {township.group() if township else ''}****"
