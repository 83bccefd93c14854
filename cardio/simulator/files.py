"""Files and applications of a card: what SELECT finds, READ reads and UPDATE writes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from cardio.simulator.status import NO_SPACE, RECORD_NOT_FOUND, WRONG_LENGTH, WRONG_OFFSET, WRONG_P1P2, CommandRefused


@dataclass(frozen=True)
class Rule:
    """What must be proven before a file opens (card.md §2.4: "PIN|RK" is either, "PIN&RK" both).

    :param key: id of the key whose external authentication opens it.
    :param both: PIN and key, where one alone would do otherwise.
    :param never: nobody outside the card.
    """

    key: int | None = None
    pin: bool = False
    both: bool = False
    never: bool = False

    def met(self, opened: AbstractSet[int], pin_verified: bool) -> bool:
        """Whether what was proven so far is enough."""
        if self.never:
            return False
        wants = [self.key in opened] if self.key is not None else []
        wants += [pin_verified] if self.pin else []
        return not wants or (all(wants) if self.both else any(wants))


FREE = Rule()
NEVER = Rule(never=True)


class RecordFile:
    """Records: linear ones of variable length, or a cycle of equally long ones.

    :param read: who may read; a key id stands for the rule of that key alone, ``None`` for free.
    :param space: bytes that linear records may take together.
    :param cycle: number of records a cyclic file keeps, the newest being number 1; 0 for a linear file.
    :param length: bytes of each record of a cyclic file.
    """

    def __init__(
        self,
        fid: int,
        records: Iterable[bytes] = (),
        read: Rule | int | None = None,
        write: Rule = NEVER,
        *,
        space: int = 0x400,
        cycle: int = 0,
        length: int = 0,
    ) -> None:
        self.fid = fid
        self.records = list(records)
        self.read = _rule(read)
        self.write = write
        self.space = space
        self.cycle = cycle
        self.length = length

    def put(self, number: int, record: bytes) -> None:
        """Replace a record, or append it where ``number`` is the next one.

        :raises CommandRefused: 6A83 for a number beyond the next, 6A84 where it does not fit.
        """
        if not 1 <= number <= len(self.records) + 1:
            raise CommandRefused(RECORD_NOT_FOUND)
        after = [*self.records]
        after[number - 1 : number] = [record]
        if sum(map(len, after)) > self.space or len(after) > 0xFE:
            raise CommandRefused(NO_SPACE)
        self.records = after

    def push(self, record: bytes) -> None:
        """Add the newest record to a cycle, over the oldest one when it is full.

        :raises CommandRefused: 6700 for another length.
        """
        if len(record) != self.length:
            raise CommandRefused(WRONG_LENGTH)
        self.records = [record, *self.records][: self.cycle]


class BinaryFile:
    """Transparent bytes. :param read: as for :class:`RecordFile`."""

    def __init__(self, fid: int, content: bytes, read: Rule | int | None = None, write: Rule = NEVER) -> None:
        self.fid = fid
        self.content = bytearray(content)
        self.read = _rule(read)
        self.write = write

    def put(self, offset: int, data: bytes) -> None:
        """:raises CommandRefused: 6B00 for an offset outside the file, 6A84 for data that pass its end."""
        if offset >= len(self.content):
            raise CommandRefused(WRONG_OFFSET)
        if offset + len(data) > len(self.content):
            raise CommandRefused(NO_SPACE)
        self.content[offset : offset + len(data)] = data


ElementaryFile = RecordFile | BinaryFile


def _rule(read: Rule | int | None) -> Rule:
    if isinstance(read, Rule):
        return read
    return FREE if read is None else Rule(key=read)


@dataclass(frozen=True, eq=False)
class Application:
    """A directory that SELECT knows by name or FID.

    :param ring: applications of one ring share PIN and global keys; the bank's lie behind a firewall in another.
    :param keys: ids of the keys that this directory has for itself (bit 8 set).
    """

    name: bytes
    fid: int | None
    fci: bytes
    ring: str
    files: tuple[ElementaryFile, ...] = field(default=(), repr=False)
    keys: frozenset[int] = frozenset()

    def by_fid(self, fid: int) -> ElementaryFile | None:
        return next((file for file in self.files if file.fid == fid), None)

    def by_sfi(self, sfi: int) -> ElementaryFile | None:
        """The short identifier is the low five bits of the FID's second byte."""
        return next((file for file in self.files if file.fid & 0x1F == sfi), None)


def find_records(file: RecordFile, p1: int, mode: int, pointer: int) -> tuple[bytes, int]:
    """Records by READ RECORD's addressing (card.md §3).

    :param mode: low three bits of P2.
    :param pointer: number of the current record, 0 where there is none.
    :returns: the bytes and the new pointer.
    """
    records = file.records
    if mode in {0b101, 0b110}:
        number = p1 or pointer
        if not 1 <= number <= len(records):
            raise CommandRefused(RECORD_NOT_FOUND)
        rest = records[number - 1 :]
        return b"".join(rest if mode == 0b101 else reversed(rest)), pointer
    number = locate(file, p1, mode, pointer)
    if not 1 <= number <= len(records):
        raise CommandRefused(RECORD_NOT_FOUND)
    return records[number - 1], number


def locate(file: RecordFile, p1: int, mode: int, pointer: int) -> int:
    """Number of the record that P1 and the mode mean, by number or by identifier; 0 where there is none.

    :raises CommandRefused: 6A86 for a mode that names no single record.
    """
    if mode == 0b100:
        return p1 or pointer
    if mode & 0b100:
        raise CommandRefused(WRONG_P1P2)
    if file.cycle:
        return 0  # raw fields without tags have no identifier
    numbers = [number for number, record in enumerate(file.records, 1) if record[0] == p1]
    wanted = {
        0b000: numbers[:1],
        0b001: numbers[-1:],
        0b010: [number for number in numbers if number > pointer][:1],
        0b011: [number for number in numbers if number < (pointer or len(file.records) + 1)][-1:],
    }[mode]
    return wanted[0] if wanted else 0
