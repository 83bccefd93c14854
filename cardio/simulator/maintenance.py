"""Commands that the issuer secures with a MAC: unblocking and replacing the PIN, blocking application and card.

The MAC is made with STK over the card's last challenge (card.md §4). That blocking first wants its own key proven (LK
of the directory, BK of the card), as unblocking wants PUK, is inferred: the text gives only their lengths.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace

from cardio import security
from cardio.keysource import BK, PUK
from cardio.simulator.chip import Chip
from cardio.simulator.command import CardCommand
from cardio.simulator.faults import Trouble
from cardio.simulator.status import (
    DATA_WRONG,
    KEY_NOT_FOUND,
    MAC_MISSING,
    MAC_WRONG,
    NO_CHALLENGE,
    SECURITY,
    WRONG_LENGTH,
    WRONG_P1P2,
    CommandRefused,
)
from cardio.simulator.toykeys import maintenance_key
from cardio.wiping import wiped

_MAC = security.MAC_LENGTH
_LOCK_KEY = 0x83
_LOCKABLE = frozenset({0xDF03, 0xDF04})  # the directories that have an LK


def change_or_unblock_pin(chip: Chip, command: CardCommand) -> bytes:
    """PIN CHANGE/UNBLOCK: P2 00 gives the tries back, P2 01 replaces the PIN as well. Wants PUK proven."""
    if command.p1 or command.p2 > 1:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social()
    block = security.block_size(chip.algorithm) if command.p2 else 0
    if not command.data:
        raise CommandRefused(MAC_MISSING)
    if len(command.data) != block + _MAC:
        raise CommandRefused(WRONG_LENGTH)
    _require_key(chip, PUK.card_key)
    body, session = authentic(chip, command)
    with wiped(session):
        chip.pin.unblock(_new_pin(chip, session, body) if block else None, chip.written)
    return b""


def _new_pin(chip: Chip, session: bytearray, body: bytes) -> bytes:
    plain = security.decrypt(chip.algorithm, session, body)
    with wiped(plain):
        length = plain[0]
        packed, rest = bytes(plain[1 : 1 + length]), bytes(plain[1 + length :])
        # Padding only where the block is not full.
        if not 2 <= length <= 8 or (rest and rest != b"\x80".ljust(len(rest), b"\x00")):
            raise CommandRefused(DATA_WRONG)
        return packed


def block_application(chip: Chip, command: CardCommand) -> bytes:
    """APPLICATION BLOCK, for good. Only directories that have an LK can be blocked."""
    if (command.p1, command.p2) != (0x00, 0x01):
        raise CommandRefused(WRONG_P1P2)
    chip.require_social()
    if chip.directory not in _LOCKABLE:
        raise CommandRefused(KEY_NOT_FOUND)
    _only_mac(command)
    _require_key(chip, _LOCK_KEY)
    _, session = authentic(chip, command)
    with wiped(session):
        chip.block_application()
    return b""


def block_card(chip: Chip, command: CardCommand) -> bytes:
    """CARD BLOCK: every later command is answered with 6A81, over power off and on."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social()
    _only_mac(command)
    _require_key(chip, BK.card_key)
    _, session = authentic(chip, command)
    with wiped(session):
        chip.block_card()
    return b""


def secured(handler: Callable[[Chip, CardCommand], bytes]) -> Callable[[Chip, CardCommand], bytes]:
    """A command of CLA 04: the same as its plain form, with a MAC behind its data.

    The applications of this card do not use it (spec part 7 §7.3); which key it wants is inferred.
    """

    def checked(chip: Chip, command: CardCommand) -> bytes:
        chip.require_social()
        if len(command.data) <= _MAC:
            raise CommandRefused(MAC_MISSING)
        body, session = authentic(chip, command)
        with wiped(session):
            return handler(chip, replace(command, data=body))

    return checked


def _only_mac(command: CardCommand) -> None:
    if not command.data:
        raise CommandRefused(MAC_MISSING)
    if len(command.data) != _MAC:
        raise CommandRefused(WRONG_LENGTH)


def _require_key(chip: Chip, key: int) -> None:
    if key not in chip.session.opened:
        raise CommandRefused(SECURITY)


def authentic(chip: Chip, command: CardCommand) -> tuple[bytes, bytearray]:
    """The data before the MAC, once the MAC is right, and the session key. The challenge is used up; a wrong MAC locks
    nothing.

    :raises CommandRefused: 6984 without a challenge, 6988.
    """
    factor = chip.session.take_challenge()
    if factor is None:
        raise CommandRefused(NO_CHALLENGE)
    body, given = command.data[:-_MAC], command.data[-_MAC:]
    head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data)))
    session = security.session_key(chip.algorithm, maintenance_key(chip.algorithm), factor)
    if chip.suffers(Trouble.MAC_WRONG) or not hmac.compare_digest(
        security.mac(chip.algorithm, session, head + body), given
    ):
        raise CommandRefused(MAC_WRONG)
    return body, session
