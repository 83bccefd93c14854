"""Check characters for the numbers of made-up people."""

from __future__ import annotations

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def citizen_number(first17: str) -> str:
    """All 18 characters (GB 11643: ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return first17 + "10X98765432"[total % 11]


def card_number(first8: str) -> str:
    """All 9 characters of a 社保卡号 (the pattern of GB 11714; A is 10, Z is 35)."""
    total = sum(int(character, 36) * weight for character, weight in zip(first8, _CARD_WEIGHTS, strict=True))
    check = 11 - total % 11
    return first8 + {10: "X", 11: "0"}.get(check, str(check))


def account_number(first: str) -> str:
    """With its Luhn digit (ISO/IEC 7812-1)."""
    total = 0
    for position, digit in enumerate(reversed(first)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return first + str(-total % 10)
