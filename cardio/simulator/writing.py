"""UPDATE RECORD and UPDATE BINARY on the card (card.md §3; spec part 5)."""

from __future__ import annotations

from cardio.simulator.chip import Chip
from cardio.simulator.command import CardCommand
from cardio.simulator.files import BinaryFile, RecordFile, locate
from cardio.simulator.status import (
    DATA_WRONG,
    LENGTH_AND_TLV,
    RECORD_NOT_FOUND,
    STRUCTURE,
    WRONG_LENGTH,
    WRONG_P1P2,
    CommandRefused,
)

_ADD = 0b011  # "previous": on a cyclic file it adds a record


def update_record(chip: Chip, command: CardCommand) -> bytes:
    """UPDATE RECORD in the addressings of READ RECORD that name one record.

    What is not there is appended in order: an identifier that no record has, and a number above the last one, whichever
    it is ("number not present", card.md §3), becomes the next record.
    """
    sfi, mode = command.p2 >> 3, command.p2 & 0b111
    if mode > 0b100 or sfi == 31:
        raise CommandRefused(WRONG_P1P2)
    if not command.data:
        raise CommandRefused(WRONG_LENGTH)
    file = chip.current_file(sfi)
    if not isinstance(file, RecordFile):
        raise CommandRefused(STRUCTURE)
    chip.require(file.write)
    if file.cycle:
        _add(chip, file, command, mode)
        chip.session.pointer = 1
    else:
        chip.session.pointer = _put(chip, file, command, mode)
    return b""


def _add(chip: Chip, file: RecordFile, command: CardCommand, mode: int) -> None:
    if mode != _ADD:
        raise CommandRefused(STRUCTURE)
    if command.p1:
        raise CommandRefused(WRONG_P1P2)
    file.push(chip.written(b"", command.data))


def _put(chip: Chip, file: RecordFile, command: CardCommand, mode: int) -> int:
    """Write one TLV; gives the record's number."""
    data = command.data
    if len(data) < 2 or data[1] != len(data) - 2:
        raise CommandRefused(LENGTH_AND_TLV)
    number = locate(file, command.p1, mode, chip.session.pointer)
    following = len(file.records) + 1
    if mode != 0b100:
        if data[0] != command.p1:
            raise CommandRefused(DATA_WRONG)
        number = number or following
    if not number:  # no number, and no current record
        raise CommandRefused(RECORD_NOT_FOUND)
    number = min(number, following)
    old = file.records[number - 1] if number < following else b""
    file.put(number, chip.written(old, data, head=2))
    return number


def update_binary(chip: Chip, command: CardCommand) -> bytes:
    """UPDATE BINARY, addressed as READ BINARY."""
    file, offset = chip.binary_at(command.p1, command.p2)
    if not command.data:
        raise CommandRefused(WRONG_LENGTH)
    if not isinstance(file, BinaryFile):
        raise CommandRefused(STRUCTURE)
    chip.require(file.write)
    old = bytes(file.content[offset : offset + len(command.data)])
    file.put(offset, chip.written(old, command.data))
    return b""
