"""Files and applications of a card: what SELECT finds and READ reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.simulator.status import RECORD_NOT_FOUND, WRONG_P1P2, CommandRefused


@dataclass(frozen=True)
class RecordFile:
    """Linear records of variable length.

    :param read_key: id of the key whose external authentication opens the file; ``None`` is free.
    """

    fid: int
    records: tuple[bytes, ...]
    read_key: int | None = None


@dataclass(frozen=True)
class BinaryFile:
    """Transparent bytes."""

    fid: int
    content: bytes
    read_key: int | None = None


ElementaryFile = RecordFile | BinaryFile


@dataclass(frozen=True)
class Application:
    """A directory that SELECT knows by name or FID.

    :param ring: applications of one ring share keys and PIN; the bank's lie behind a firewall in another.
    """

    name: bytes
    fid: int | None
    fci: bytes
    ring: str
    files: tuple[ElementaryFile, ...] = field(default=(), repr=False)

    def by_fid(self, fid: int) -> ElementaryFile | None:
        return next((file for file in self.files if file.fid == fid), None)

    def by_sfi(self, sfi: int) -> ElementaryFile | None:
        """The short identifier is the low five bits of the FID's second byte."""
        return next((file for file in self.files if file.fid & 0x1F == sfi), None)


def find_records(records: tuple[bytes, ...], p1: int, mode: int, pointer: int) -> tuple[bytes, int]:
    """Records by READ RECORD's addressing (card.md §3).

    :param mode: low three bits of P2.
    :param pointer: number of the current record, 0 where there is none.
    :returns: the bytes and the new pointer.
    """
    if mode & 0b100:
        return _by_number(records, p1, mode, pointer)
    return _by_identifier(records, p1, mode, pointer)


def _by_number(records: tuple[bytes, ...], p1: int, mode: int, pointer: int) -> tuple[bytes, int]:
    number = p1 or pointer
    if not 1 <= number <= len(records):
        raise CommandRefused(RECORD_NOT_FOUND)
    if mode == 0b100:
        return records[number - 1], number
    if mode == 0b101:
        return b"".join(records[number - 1 :]), pointer
    if mode == 0b110:
        return b"".join(reversed(records[number - 1 :])), pointer
    raise CommandRefused(WRONG_P1P2)


def _by_identifier(records: tuple[bytes, ...], tag: int, mode: int, pointer: int) -> tuple[bytes, int]:
    numbers = [number for number, record in enumerate(records, 1) if record[0] == tag]
    wanted = {
        0b000: numbers[:1],
        0b001: numbers[-1:],
        0b010: [number for number in numbers if number > pointer][:1],
        0b011: [number for number in numbers if number < (pointer or len(records) + 1)][-1:],
    }[mode]
    if not wanted:
        raise CommandRefused(RECORD_NOT_FOUND)
    return records[wanted[0] - 1], wanted[0]
