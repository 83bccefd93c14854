"""A PSAM in software: the terminal's own card with the roots of keys (card.md §4.2).

It has the same face to a reader as :class:`cardio.simulator.card.SimulatedCard`. What it knows stands beside this, a
module for each idea: :mod:`~cardio.simulator.psam_files`, :mod:`~cardio.simulator.psam_keys`,
:mod:`~cardio.simulator.psam_cipher`, :mod:`~cardio.simulator.psam_purchase`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final

from cardio.simulator import psam_cipher, psam_files, psam_keys, psam_purchase
from cardio.simulator.card import CardGone
from cardio.simulator.command import CardCommand
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.psam_state import CHECK_MAC2, CIPHER_DATA, GET_RESPONSE, PsamChip
from cardio.simulator.status import (
    NOTHING_PENDING,
    OK,
    UNKNOWN_CLASS,
    UNKNOWN_INSTRUCTION,
    WRONG_LENGTH,
    CommandRefused,
    bytes_waiting,
    exact_length,
)

BEGIN_PURCHASE: Final = (0x80, 0x70)


def _challenge(chip: PsamChip, command: CardCommand) -> bytes:
    """GET CHALLENGE. Nothing here uses it up: no command with a MAC of the terminal's is modelled."""
    if command.le not in (4, 8, 16):
        raise CommandRefused(WRONG_LENGTH)
    return os.urandom(command.le)


def _get_response(chip: PsamChip, command: CardCommand) -> bytes:
    session = chip.session
    if not session.pending:
        raise CommandRefused(NOTHING_PENDING)
    if command.le != len(session.pending):
        raise CommandRefused(exact_length(len(session.pending)))
    waited, session.pending = session.pending, b""
    return waited


COMMANDS: Final[Mapping[tuple[int, int], Callable[[PsamChip, CardCommand], bytes]]] = {
    (0x00, 0xA4): psam_files.select,
    (0x00, 0xB0): psam_files.read,
    (0x00, 0x84): _challenge,
    (0xBF, 0xEC): psam_keys.initialise,
    (0xBF, 0xDE): psam_keys.deliver,
    (0x80, 0x1A): psam_keys.deliver_older,
    CIPHER_DATA: psam_cipher.cipher,
    BEGIN_PURCHASE: psam_purchase.begin,
    CHECK_MAC2: psam_purchase.check,
    GET_RESPONSE: _get_response,
}
"""By CLA and INS."""

_CLASSES: Final = frozenset(code[0] for code in COMMANDS)


class SimulatedPsam:
    """One PSAM; used by one reader at a time. The object is the plastic: its counter lives on while the power goes and
    comes.

    :param t0: answer as over T=0, with 61xx and 6Cxx.
    """

    def __init__(self, contents: PsamContents | None = None, t0: bool = True) -> None:
        self._chip = PsamChip(contents or PsamContents())
        self.t0 = t0
        self.commands = 0
        self._powered = False

    def __repr__(self) -> str:
        return "<SimulatedPsam>"

    @property
    def contents(self) -> PsamContents:
        return self._chip.contents

    @property
    def purchases(self) -> int:
        """How many it began in its life."""
        return self._chip.purchases

    def age(self, commands: int, purchases: int) -> None:
        """Give it a life behind it.

        :raises ValueError: for one that no PSAM can have had.
        """
        if commands < 0 or not 0 <= purchases <= psam_purchase.LAST_PURCHASE:
            raise ValueError("no such life")
        self.commands, self._chip.purchases = commands, purchases

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return bytes.fromhex("3B6D0000008100803386613799") + self.contents.serial[-4:]

    def power_on(self) -> bytes:
        self._powered = True
        self._chip.forget()
        return self.atr

    def power_off(self) -> None:
        self._powered = False
        self._chip.forget()

    def reset(self) -> bytes:
        self.power_off()
        return self.power_on()

    def release(self) -> None:
        """Nothing hangs here."""

    def process(self, apdu: bytes) -> bytes:
        """Carry out one command; gives data and status word.

        :raises CardGone: without power.
        """
        if not self._powered:
            raise CardGone("no power")
        self.commands += 1
        try:
            data, sw = self._execute(apdu)
        except CommandRefused as refusal:
            data, sw = b"", refusal.sw
        return data + sw.to_bytes(2)

    def _execute(self, apdu: bytes) -> tuple[bytes, int]:
        session = self._chip.session
        try:
            command = CardCommand.parse(apdu)
        except CommandRefused:
            session.interrupt(None)
            raise
        session.interrupt((command.cla, command.ins))
        handler = COMMANDS.get((command.cla, command.ins))
        if handler is None:
            raise CommandRefused(UNKNOWN_INSTRUCTION if command.cla in _CLASSES else UNKNOWN_CLASS)
        data = handler(self._chip, command)
        if self.t0 and command.data and data:
            session.pending = data
            return b"", bytes_waiting(len(data))
        return data, OK
