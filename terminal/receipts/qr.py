"""A text as a QR code: rows of dark and light modules, for screens, PDF and slips alike."""

from __future__ import annotations

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Light modules that a reader wants around the code (ISO/IEC 18004)."""

Matrix = tuple[tuple[bool, ...], ...]


def matrix(text: str) -> Matrix:
    """The code without its quiet zone; error correction M (15 %), so that a fold or a thumb does no harm.

    Upper-case letters, digits and ``:`` go in the alphanumeric mode, 5.5 bits a character.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
