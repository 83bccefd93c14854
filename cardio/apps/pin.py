"""The holder's PIN (card specification part 5; kept by SSSE)."""

from __future__ import annotations

from typing import Final

from cardio import status
from cardio.apdu import Command
from cardio.errors import CardError, CardFault
from cardio.selection import Selection

LEAST_DIGITS: Final = 4
MOST_DIGITS: Final = 12

_NO_PIN: Final = frozenset({status.SW.NO_KEY, status.SW.REFERENCE_INVALID})
_VERDICTS: Final = status.DONE | status.REFUSALS | _NO_PIN


def wipe(secret: bytearray) -> None:
    """Overwrite ``secret`` where it stands and empty it."""
    for index in range(len(secret)):
        secret[index] = 0
    secret.clear()


def block(pin: bytearray) -> bytearray:
    """The digits as the card wants them: two to a byte, an odd number filled up with nibble F.

    :param pin: one digit a byte, as its value 0 to 9 (not its character).
    :raises CardError: PIN_FORMAT unless they are 4 to 12 digits.
    """
    if not LEAST_DIGITS <= len(pin) <= MOST_DIGITS or any(digit > 9 for digit in pin):
        raise CardError(CardFault.PIN_FORMAT)
    packed = bytearray((len(pin) + 1) // 2)
    for index, digit in enumerate(pin):
        packed[index // 2] |= digit << (0 if index % 2 else 4)
    if len(pin) % 2:
        packed[-1] |= 0x0F
    return packed


def verify(selection: Selection, packed: bytearray) -> None:
    """Show the PIN to the card; SSSE must be the selected application.

    :raises CardError: PIN_WRONG with the tries that the card says are left, PIN_LOCKED, or PIN_UNSET.
    """
    sw = selection.send(Command(0x00, 0x20, 0x00, 0x00, packed), _VERDICTS).sw
    if sw == status.SW.OK:
        return
    if sw in _NO_PIN:
        raise CardError(CardFault.PIN_UNSET, sw=sw)
    left = status.tries_left(sw)
    raise CardError(CardFault.PIN_LOCKED if left == 0 else CardFault.PIN_WRONG, tries_left=left, sw=sw)


def tries(selection: Selection) -> int | None:
    """What the card has left, by a VERIFY without data, which counts as no try.

    The text writes the command with Lc 00. That is how T=0 carries every command without data; others leave Lc out.

    :returns: 0 when locked; ``None`` when there is nothing to count: no PIN is set, or the card does not say.
    """
    sw = selection.send(Command(0x00, 0x20, 0x00, 0x00), status.ANY).sw
    return status.tries_left(sw)
