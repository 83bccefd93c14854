"""What each command does on the card (card.md §3; spec parts 5 and 7).

A handler gets the chip and the command, gives the data of the answer, or raises
:class:`~cardio.simulator.status.CommandRefused`. A new command is one function and one row of :data:`COMMANDS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cardio.simulator import purse
from cardio.simulator.chip import Chip
from cardio.simulator.command import CardCommand
from cardio.simulator.files import BinaryFile, RecordFile, find_records
from cardio.simulator.maintenance import block_application, block_card, change_or_unblock_pin, secured
from cardio.simulator.status import (
    APPLICATION_BLOCKED,
    CONDITIONS,
    FILE_NOT_FOUND,
    KEY_NOT_FOUND,
    NO_CHALLENGE,
    NOTHING_PENDING,
    STRUCTURE,
    WRONG_LENGTH,
    WRONG_OFFSET,
    WRONG_P1P2,
    CommandRefused,
    exact_length,
)
from cardio.simulator.tree import BANK
from cardio.simulator.writing import update_binary, update_record

Handler = Callable[[Chip, CardCommand], bytes]

MASTER_FILE = 0x3F00


@dataclass(frozen=True)
class Entry:
    """:param exact: a wrong Le is answered with 6Cxx; other commands read Le themselves."""

    handler: Handler
    exact: bool = True


def select(chip: Chip, command: CardCommand) -> bytes:
    """SELECT by name (P1 04), whole or its beginning, or by file identifier (P1 00 or 02). P2 02 wants the next one."""
    if command.p2 not in (0x00, 0x02) or command.p1 not in (0x00, 0x02, 0x04):
        raise CommandRefused(WRONG_P1P2)
    if command.p1 == 0x04:
        if not 5 <= len(command.data) <= 16:
            raise CommandRefused(WRONG_LENGTH)
        return chip.enter(lambda each: each.name.startswith(command.data), after_current=command.p2 == 0x02)
    if command.p2:
        raise CommandRefused(FILE_NOT_FOUND)  # file identifiers are unique
    if not command.data and command.p1 == 0x00:
        return chip.enter_master()
    if len(command.data) != 2:
        raise CommandRefused(WRONG_LENGTH)
    return _select_identifier(chip, int.from_bytes(command.data, "big"), files_only=command.p1 == 0x02)


def _select_identifier(chip: Chip, fid: int, *, files_only: bool) -> bytes:
    if not files_only and fid == MASTER_FILE:
        return chip.enter_master()
    application = chip.session.application
    file = application.by_fid(fid) if application else None
    if chip.blocked and (file or files_only):
        raise CommandRefused(APPLICATION_BLOCKED)
    if file:
        chip.session.open_file(file)
        return b""
    if files_only:
        raise CommandRefused(FILE_NOT_FOUND)
    return chip.enter(lambda application: application.fid == fid)


def read_record(chip: Chip, command: CardCommand) -> bytes:
    """READ RECORD in every addressing of card.md §3."""
    sfi, mode = command.p2 >> 3, command.p2 & 0b111
    if mode == 0b111 or sfi == 31:
        raise CommandRefused(WRONG_P1P2)
    file = chip.current_file(sfi)
    if not isinstance(file, RecordFile):
        raise CommandRefused(STRUCTURE)
    chip.require(file.read)
    data, chip.session.pointer = find_records(file, command.p1, mode, chip.session.pointer)
    return data[:256]


def read_binary(chip: Chip, command: CardCommand) -> bytes:
    """READ BINARY by offset, or by short identifier (P1 100sssss) and an offset below 256."""
    file, offset = chip.binary_at(command.p1, command.p2)
    if not isinstance(file, BinaryFile):
        raise CommandRefused(STRUCTURE)
    chip.require(file.read)
    if offset >= len(file.content):
        raise CommandRefused(WRONG_OFFSET)
    rest = bytes(file.content[offset:])
    wanted = command.le or 256
    if wanted > len(rest) and wanted != 256:
        raise CommandRefused(exact_length(len(rest)))
    return rest[:wanted]


def get_processing_options(chip: Chip, command: CardCommand) -> bytes:
    """GET PROCESSING OPTIONS of the bank application: profile and file locator (JR/T 0025)."""
    application = chip.session.application
    if application is None or application.ring != BANK:
        raise CommandRefused(CONDITIONS)
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    if command.data != b"\x83\x00":  # this application asks nothing of the terminal
        raise CommandRefused(WRONG_LENGTH)
    locator = b"".join(
        bytes(((file.fid & 0x1F) << 3, 1, len(file.records), 0))
        for file in application.files
        if isinstance(file, RecordFile)
    )
    return b"\x80" + bytes((2 + len(locator),)) + b"\x7c\x00" + locator


def get_challenge(chip: Chip, command: CardCommand) -> bytes:
    """GET CHALLENGE of 4, 8 or 16 bytes; only the last one counts."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    if command.data or command.le not in (4, 8, 16):
        raise CommandRefused(exact_length(8) if command.le == 256 else WRONG_LENGTH)
    chip.session.challenge = os.urandom(command.le)
    return chip.session.challenge


def _authentication_data(command: CardCommand) -> tuple[bytes, bytes]:
    """The two 8-byte halves; a 17th byte names one of the three key versions, which are the same toy here."""
    if len(command.data) not in (16, 17):
        raise CommandRefused(WRONG_LENGTH)
    if command.data[16:] not in {b"", b"\x00", b"\x01", b"\x02", b"\x03"}:
        raise CommandRefused(KEY_NOT_FOUND)
    return command.data[:8], command.data[8:16]


def internal_authenticate(chip: Chip, command: CardCommand) -> bytes:
    """INTERNAL AUTHENTICATE with IRK over factor and raw value. A challenge used as factor is used up."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social(KEY_NOT_FOUND)
    factor, raw = _authentication_data(command)
    if factor == chip.session.challenge:
        chip.session.take_challenge()
    return chip.prove(factor, raw)


def external_authenticate(chip: Chip, command: CardCommand) -> bytes:
    """EXTERNAL AUTHENTICATE against the last challenge, which is used up whatever comes of it."""
    if command.p1:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social(KEY_NOT_FOUND)
    cryptogram, raw = _authentication_data(command)
    chip.keys.usable(command.p2, chip.directory)
    factor = chip.session.take_challenge()
    if factor is None:
        raise CommandRefused(NO_CHALLENGE)
    chip.session.opened.discard(command.p2)
    chip.keys.check(command.p2, chip.directory, factor, raw, cryptogram)
    chip.session.opened.add(command.p2)
    return b""


def verify(chip: Chip, command: CardCommand) -> bytes:
    """VERIFY the PIN; without data it asks how many tries are left."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social()
    if command.data:
        chip.session.pin_verified = False
        chip.pin.verify(command.data)
        chip.session.pin_verified = True
    elif command.le not in (None, 256):  # over T=0 a zero P3 is Lc; any other asks for data that never comes
        raise CommandRefused(WRONG_LENGTH)
    else:
        chip.pin.query()
    return b""


def change_pin(chip: Chip, command: CardCommand) -> bytes:
    """CHANGE PIN. A right old PIN counts as verified."""
    if command.p1 != 0x01 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    chip.require_social()
    if not 3 <= len(command.data) <= 0x11:
        raise CommandRefused(WRONG_LENGTH)
    chip.session.pin_verified = False
    chip.pin.change(command.data, chip.written)
    chip.session.pin_verified = True
    return b""


def get_response(chip: Chip, command: CardCommand) -> bytes:
    """GET RESPONSE. What does not fit Le stays for the next one."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    pending = chip.session.pending
    if not pending:
        raise CommandRefused(NOTHING_PENDING)
    if command.le is None or command.le > len(pending):
        raise CommandRefused(exact_length(len(pending)))
    chip.session.pending = pending[command.le :]
    return pending[: command.le]


COMMANDS: Mapping[tuple[int, int], Entry] = {
    (0x00, 0xA4): Entry(select),
    (0x00, 0xB2): Entry(read_record),
    (0x00, 0xB0): Entry(read_binary, exact=False),
    (0x00, 0xDC): Entry(update_record),
    (0x00, 0xD6): Entry(update_binary),
    (0x04, 0xDC): Entry(secured(update_record)),
    (0x04, 0xD6): Entry(secured(update_binary)),
    (0x80, 0xA8): Entry(get_processing_options),
    (0x00, 0x84): Entry(get_challenge, exact=False),
    (0x00, 0x88): Entry(internal_authenticate),
    (0x00, 0x82): Entry(external_authenticate),
    (0x00, 0x20): Entry(verify, exact=False),
    (0x80, 0x5E): Entry(change_pin, exact=False),
    (0x84, 0x24): Entry(change_or_unblock_pin),
    (0x84, 0x1E): Entry(block_application),
    (0x84, 0x16): Entry(block_card),
    (0xB0, 0x28): Entry(purse.initialize),
    (0xB0, 0x2A): Entry(purse.credit),
    (0xB0, 0x2C): Entry(purse.debit),
    (0xB0, 0x26): Entry(purse.balance),
    (0xB0, 0x2E): Entry(purse.proof),
    (0xB0, 0x56): Entry(purse.starting_day),
    (0x00, 0xC0): Entry(get_response, exact=False),
}

GET_RESPONSE = (0x00, 0xC0)
CLASSES = frozenset({0x00, 0x04, 0x80, 0x84, 0xB0})
