"""PINs that are guessed first (domain.md §2.4): runs, repeats, the birth date, part of the citizen number."""

from __future__ import annotations

from datetime import date
from itertools import pairwise


def is_weak(pin: bytes | bytearray, *, number: str | None, birth: date | None) -> bool:
    """Whether a PIN is refused.

    :param pin: digits as values 0 to 9. :param number: the holder's citizen number.
    """
    return _run(pin) or _repeats(pin) or any(_inside(pin, known) for known in _known(number, birth))


def _run(pin: bytes | bytearray) -> bool:
    """123456, 654321, 890123: each digit one up, or one down, from the one before."""
    steps = {(after - before) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _repeats(pin: bytes | bytearray) -> bool:
    """111111, 121212, 123123, 112233: made of one or two digits, of one piece over again, or of pairs in a row."""
    size = len(pin)
    pieces = (pin[:part] * (size // part) == pin for part in range(1, size // 2 + 1) if size % part == 0)
    return any(pieces) or len(set(pin)) <= 2 or (size % 2 == 0 and pin[::2] == pin[1::2])


def _known(number: str | None, birth: date | None) -> list[str]:
    known = [number] if number else []
    if birth is not None:
        known += [f"{birth:%Y%m%d}", f"{birth:%d%m%Y}", f"{birth:%m%d%Y}", f"{birth:%y%m%d}", f"{birth:%d%m%y}"]
    return known


def _inside(pin: bytes | bytearray, known: str) -> bool:
    """Whether the PIN stands in a number that people know; compared digit by digit, no text of it is made."""
    digits = [int(each) if each.isdecimal() and each.isascii() else -1 for each in known]
    size = len(pin)
    return any(all(digits[at + place] == pin[place] for place in range(size)) for at in range(len(digits) - size + 1))
