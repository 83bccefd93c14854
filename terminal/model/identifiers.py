"""Numbers of people, cards and accounts, with the check rules of their standards (card.md §9).

A check rule never rejects on its own what another layout allows: numbers of foreigners and of residents of Hong Kong,
Macao and Taiwan are issued by the ministry in a layout of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS = "10X98765432"
_CARD = re.compile(r"[0-9A-Z]{8}[0-9X]")
_CARD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PAN = re.compile(r"[0-9]{13,19}")


@dataclass(frozen=True)
class CitizenNumber:
    """A 公民身份号码 taken apart (GB 11643-1999)."""

    region: str
    birth_date: date
    male: bool


def citizen_check(first17: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2).

    :raises ValueError: when ``first17`` is not 17 ASCII digits.
    """
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("17 digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(_CITIZEN_WEIGHTS, first17, strict=True))
    return _CITIZEN_CHECKS[total % 11]


def citizen_number(text: str) -> CitizenNumber | None:
    """What an 18-character citizen number says, or ``None`` when it is none (another layout, a wrong check digit)."""
    if not _CITIZEN.fullmatch(text) or citizen_check(text[:17]) != text[17]:
        return None
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return CitizenNumber(text[:6], birth, int(text[16]) % 2 == 1)


def make_citizen_number(region: str, birth: date, order: int) -> str:
    """A number with a right check digit, for made-up people only.

    :param region: six digits; use unassigned ones such as 379999.
    :param order: 0 to 999; odd is male.
    """
    first17 = f"{region}{birth:%Y%m%d}{order:03d}"
    return first17 + citizen_check(first17)


def card_number_check(first8: str) -> str:
    """The check character of a 社保卡号: 11 - (weighted sum mod 11), 10 as X and 11 as 0.

    :raises ValueError: when ``first8`` is not eight digits or capital letters.
    """
    if not re.fullmatch(r"[0-9A-Z]{8}", first8):
        raise ValueError("eight digits or capital letters are needed")
    total = sum(weight * int(char, 36) for weight, char in zip(_CARD_WEIGHTS, first8, strict=True))
    return "0X987654321"[total % 11]


def is_card_number(text: str) -> bool:
    """Whether ``text`` is a nine-character 社保卡号 with the right check character (no dash, as in the chip)."""
    return bool(_CARD.fullmatch(text)) and card_number_check(text[:8]) == text[8]


def luhn_check(digits: str) -> str:
    """The last digit that makes an account number right (ISO/IEC 7812-1)."""
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_pan(text: str) -> bool:
    """Whether ``text`` is a bank card number of 13 to 19 digits with the right last digit."""
    return bool(_PAN.fullmatch(text)) and luhn_check(text[:-1]) == text[-1]


def is_card_id(value: bytes) -> bool:
    """Whether ``value`` can be a 卡识别码: 16 bytes of which the first three are a region in BCD (card.md §2.3)."""
    return len(value) == 16 and value[:3].hex().isdecimal()
