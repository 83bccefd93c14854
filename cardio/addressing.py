"""How READ and UPDATE say which record or which bytes they mean (card specification part 5; card.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class By(IntEnum):
    """Low three bits of P2: what P1 is."""

    IDENTIFIER = 0b000  # first record with this tag
    IDENTIFIER_LAST = 0b001
    IDENTIFIER_NEXT = 0b010
    IDENTIFIER_PREVIOUS = 0b011
    NUMBER = 0b100
    NUMBER_TO_LAST = 0b101
    LAST_TO_NUMBER = 0b110


NEW_RECORD = By.IDENTIFIER_PREVIOUS
"""With P1 00 in UPDATE RECORD of a cyclic file: add a record."""


@dataclass(frozen=True)
class RecordAddress:
    """P1 and P2 of READ RECORD and UPDATE RECORD.

    :param p1: record number or identifier (the first byte of its TLV); 0 is the current record.
    :param sfi: short file identifier 1 to 30, or 0 for the current file.
    :raises ValueError: for a value out of range.
    """

    p1: int
    by: By = By.IDENTIFIER
    sfi: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.p1 <= 0xFF or not 0 <= self.sfi <= 30:
            raise ValueError("no such record address")

    @property
    def p2(self) -> int:
        return self.sfi << 3 | self.by


@dataclass(frozen=True)
class BinaryAddress:
    """P1 and P2 of READ BINARY and UPDATE BINARY.

    :param offset: up to 7FFF in the current file, up to FF with a short identifier.
    :param sfi: as for :class:`RecordAddress`.
    :raises ValueError: for a value out of range.
    """

    offset: int = 0
    sfi: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.sfi <= 30 or not 0 <= self.offset <= (0xFF if self.sfi else 0x7FFF):
            raise ValueError("no such place in a file")

    @property
    def p1(self) -> int:
        return 0x80 | self.sfi if self.sfi else self.offset >> 8

    @property
    def p2(self) -> int:
        return self.offset & 0xFF
