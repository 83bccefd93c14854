"""The number of a bank account, which nobody sees by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from cardio.answers import FieldUnreadableError
from cardio.wiping import wipe

Audit = Callable[[str, str], None]
"""Writes down who saw a whole account number, and why. What it raises keeps the number closed."""

LEAST_DIGITS: Final = 12
MOST_DIGITS: Final = 19


class AccountNumber:
    """An account number as read. Only :meth:`reveal` gives it whole; no text, log, copy or pickle of this shows it.

    :param digits: one a byte, as values 0 to 9. Taken over, and wiped by :meth:`wipe`.
    :param audit: told before the number is.
    """

    __slots__ = ("_audit", "_digits")

    def __init__(self, digits: bytearray, audit: Audit) -> None:
        self._digits = digits
        self._audit = audit

    def __repr__(self) -> str:
        return "<AccountNumber>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an account number is not copied or stored")

    @property
    def last4(self) -> str:
        """The last four digits; what everybody may see."""
        return "".join(map(str, self._digits[-4:]))

    def reveal(self, who: str, why: str) -> str:
        """The whole number, once the audit has it in writing.

        :param who: number of the person at the counter; :param why: the service or operation it is for.
        :raises ValueError: where one of them is missing, or the number was wiped.
        """
        if not who or not why or not self._digits:
            raise ValueError("nobody, or for nothing")
        self._audit(who, why)
        return "".join(map(str, self._digits))

    def wipe(self) -> None:
        """Overwrite the digits."""
        wipe(self._digits)


def digits_of(value: bytes) -> bytearray | None:
    """From digits two to a byte, filled up with nibble F; ``None`` for none. No text is made of them.

    :raises CardError: FIELD_UNREADABLE for a number that is none.
    """
    nibbles = bytearray(nibble for byte in value for nibble in (byte >> 4, byte & 0x0F))
    while nibbles and nibbles[-1] == 0x0F:
        nibbles.pop()
    if not any(nibbles):
        wipe(nibbles)
        return None
    if not LEAST_DIGITS <= len(nibbles) <= MOST_DIGITS or any(nibble > 9 for nibble in nibbles):
        count = len(nibbles)
        wipe(nibbles)
        raise FieldUnreadableError("bank account (5A)", f"{count} digits, or a nibble that is none")
    return nibbles
