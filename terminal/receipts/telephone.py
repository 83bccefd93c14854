"""The short code that a person reads out on the telephone: 12 characters in three groups, such as ``4F7K-0QXD-9T2B``.

It names an operation at the centre, and proves nothing by itself. Ten characters of Crockford's base 32 (no I, L, O, U;
what is read as I, L or O is taken for 1, 1, 0) carry 50 bits of a digest; two more are the number modulo 1021. That
modulus is prime, so one wrong character, or two swapped ones, are always noticed.
"""

from __future__ import annotations

import re

from terminal.receipts.errors import PaperError, PaperFault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")
_SHAPE = re.compile(rf"[{ALPHABET}]{{12}}\Z")
_MODULUS = 1021
_BITS = 50


def telephone_code(digest: bytes) -> str:
    """The code for a digest of at least 7 bytes: its first 50 bits and the check."""
    number = int.from_bytes(digest[:7], "big") >> (56 - _BITS)
    whole = number << 10 | number % _MODULUS
    text = "".join(ALPHABET[whole >> shift & 31] for shift in range(55, -1, -5))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def tidy(text: str) -> str | None:
    """A telephone code as it is written, or ``None`` when the text has not its shape."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(_LOOKALIKES)
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}" if _SHAPE.match(plain) else None


def check(code: str) -> str:
    """The code, tidied, when its check characters are right.

    :raises PaperError: ``TELEPHONE_CODE_MISTYPED``.
    """
    tidied = tidy(code)
    if tidied is None or not _holds(tidied):
        raise PaperError(PaperFault.TELEPHONE_CODE_MISTYPED)
    return tidied


def _holds(tidied: str) -> bool:
    whole = 0
    for character in tidied.replace("-", ""):
        whole = whole << 5 | ALPHABET.index(character)
    return (whole >> 10) % _MODULUS == whole & 1023
