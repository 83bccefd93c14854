"""Commands that the issuer secures with STK: PIN CHANGE/UNBLOCK, APPLICATION BLOCK, CARD BLOCK (card.md §3, §5)."""

from __future__ import annotations

from typing import Final

from cardio import security
from cardio.apdu import Command
from cardio.apps.authentication import unserved
from cardio.errors import CardError, CardFault, nothing_changed_yet
from cardio.keysource import STK, Algorithm, CardIdentity, KeySource, KeySourceUnavailable
from cardio.selection import Selection

UNBLOCK: Final = bytes.fromhex("8424000004")
"""CLA INS P1 P2 Lc. Only a MAC follows; the PIN gets its tries back and stays."""

BLOCK_APPLICATION: Final = bytes.fromhex("841E000104")
BLOCK_CARD: Final = bytes.fromhex("8416000004")


def reload_header(algorithm: Algorithm) -> bytes:
    """PIN CHANGE: one enciphered block and a MAC follow; the PIN is replaced and gets all its tries."""
    return bytes((0x84, 0x24, 0x00, 0x01, security.block_size(algorithm) + security.MAC_LENGTH))


def send(
    selection: Selection,
    source: KeySource,
    identity: CardIdentity,
    header: bytes,
    new_pin: bytearray | None = None,
) -> int:
    """Have a command secured over a fresh challenge, and send it. Its application must be selected and its key opened.

    Key sources answer with the whole command or with what follows its header (card.md §11.12); both will do.

    :raises CardError: as :func:`cardio.apps.authentication.unserved`, and KEY_ANSWER for an answer that is not this
        command, before anything goes out; STATUS_UNEXPECTED.
    """
    with nothing_changed_yet():
        factor = selection.challenge()
        try:
            answer = source.maintenance(identity, STK, factor, header, new_pin)
        except KeySourceUnavailable as unavailable:
            fault = unserved([source], [unavailable.cause])
            raise fault from fault.__cause__
        command = command_of(header, answer)
    return selection.send(command).sw


def command_of(header: bytes, answer: bytes | bytearray) -> Command:
    """The command that a key source answered with.

    :raises CardError: KEY_ANSWER when it is another one, cut short or too long.
    """
    body = answer[len(header) :] if answer[: len(header)] == header else answer
    if len(body) != header[4]:
        raise CardError(CardFault.KEY_ANSWER, f"{header[:4].hex().upper()} with {len(body)} bytes of data")
    cla, ins, p1, p2, _ = header
    return Command(cla, ins, p1, p2, bytes(body))
