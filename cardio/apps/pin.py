"""The holder's PIN (card specification part 5; kept by SSSE)."""

from __future__ import annotations

from enum import Enum
from typing import Final

from cardio import status
from cardio.apdu import Command
from cardio.errors import CardError, CardFault
from cardio.selection import Selection
from cardio.wiping import wipe

LEAST_DIGITS: Final = 4
MOST_DIGITS: Final = 12

_NO_PIN: Final = frozenset({status.SW.NO_KEY, status.SW.REFERENCE_INVALID})
_VERDICTS: Final = status.DONE | status.REFUSALS | _NO_PIN
_BETWEEN: Final = 0xFF
_UNCHANGED: Final = frozenset(
    {
        *status.REFUSALS,
        *_NO_PIN,
        *status.BLOCKED,
        status.SW.WRONG_LENGTH,
        status.SW.WRONG_STATE,
        status.SW.SECURITY,
        status.SW.CONDITIONS,
        status.SW.MAC_MISSING,
        status.SW.MAC_WRONG,
        status.SW.DATA_WRONG,
        status.SW.NOT_SUPPORTED,
        status.SW.NO_FILE,
        status.SW.WRONG_P1P2,
        status.SW.UNKNOWN_INS,
        status.SW.UNKNOWN_CLA,
    }
)
"""Words by which a card says that it did nothing; a memory failure (6581) or 6F00 is not among them."""


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


def verify(selection: Selection, packed: bytearray) -> int:
    """Show the PIN to the card; SSSE must be the selected application.

    :returns: the card's status word.
    :raises CardError: PIN_WRONG with the tries that the card says are left, PIN_LOCKED, or PIN_UNSET.
    """
    return _judge(selection.send(Command(0x00, 0x20, 0x00, 0x00, packed), _VERDICTS).sw)


def _judge(sw: int) -> int:
    """:raises CardError: what a status word says about the PIN that was shown."""
    if sw == status.SW.OK:
        return sw
    if sw in _NO_PIN:
        raise CardError(CardFault.PIN_UNSET, sw=sw)
    left = status.tries_left(sw)
    raise CardError(CardFault.PIN_LOCKED if left == 0 else CardFault.PIN_WRONG, tries_left=left, sw=sw)


def change(selection: Selection, old: bytearray, new: bytearray) -> int:
    """CHANGE PIN (80 5E 01 00): the old PIN, FF, the new one; success gives all tries back. SSSE must be selected.

    A fault with a status word of a refusal says that the card kept its PIN. Every other one (the card was pulled, the
    answer lost, a memory failure) leaves open which PIN it has: see :func:`kept_old`.

    :returns: the card's status word.
    :raises CardError: as :func:`verify`, for the old PIN.
    """
    data = bytearray(len(old) + 1 + len(new))
    try:
        view = memoryview(data)
        view[: len(old)], view[len(old)], view[len(old) + 1 :] = old, _BETWEEN, new
        view.release()
        return _judge(selection.send(Command(0x80, 0x5E, 0x01, 0x00, data), _VERDICTS).sw)
    finally:
        wipe(data)


def kept_old(error: CardError) -> bool:
    """Whether a failed change, unblock or reload certainly left the card as it was: the card
    itself refused, or the fault came before the command went out."""
    return error.untouched or did_nothing(error.sw)


def did_nothing(sw: int | None) -> bool:
    """Whether a status word says that the card did nothing."""
    return sw is not None and sw in _UNCHANGED


class Outcome(Enum):
    """What became of the PIN in a flow that was to change it."""

    CHANGED = "changed"
    KEPT = "kept"
    UNKNOWN = "unknown"


def outcome(error: CardError | None) -> Outcome:
    """How a flow ended. An unknown end is settled by the card alone: after a change or a reload it takes the new PIN
    or it does not; after an unblock a question for the tries left (see :func:`tries_word`) says whether they are back.

    :param error: what the flow raised; ``None`` when it ended well.
    """
    if error is None:
        return Outcome.CHANGED
    return Outcome.KEPT if kept_old(error) else Outcome.UNKNOWN


def tries_word(selection: Selection) -> int:
    """What the card has left, by a VERIFY without data, which counts as no try: :func:`cardio.status.tries_left` of it.

    The text writes the command with Lc 00. That is how T=0 carries every command without data; others leave Lc out.
    """
    return selection.send(Command(0x00, 0x20, 0x00, 0x00), status.ANY).sw
