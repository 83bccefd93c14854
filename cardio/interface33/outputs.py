"""What callers get back: fields ended by ``|``, files by ``$``, in GBK, never more than the function's buffer holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cardio.interface33.arguments import FIELD, FILE
from cardio.interface33.errors import Code, Refused


@dataclass(frozen=True)
class Reply:
    """What a function gives.

    :param code: 0, or why not; see :mod:`cardio.interface33.errors`.
    :param out: the output string in GBK, without its final zero: the result, or the words for ``code``. It may hold a
        person's data or a new PIN, so it is not shown, and may be wiped by its owner.
    """

    code: int
    out: bytearray = field(repr=False)

    @property
    def text(self) -> str:
        """``out`` as a text."""
        return self.out.decode("gb18030")


def say(value: object) -> str:
    """One value: dates as YYYYMMDD, bytes in hex, blank as nothing.

    :raises Refused: CHECKSUM for a text that holds a separator: what a card makes up must not become another field.
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%Y%m%d") if value.year >= 1000 else f"{value.year:04d}{value:%m%d}"
    if isinstance(value, bytes | bytearray):
        return value.hex().upper()
    said = str(value)
    if any(mark in said for mark in (FIELD, FILE, "\x00")):
        raise Refused(Code.CHECKSUM, "a separator within a value")
    return said


def line(values: Iterable[object]) -> str:
    """Fields, each ended by ``|``."""
    return "".join(say(value) + FIELD for value in values)


def encode(said: str | bytearray, size: int) -> bytearray:
    """``said`` in GBK for a buffer of ``size`` bytes; bytes go as they are.

    The few characters of a chip that GBK does not have leave as their GB 18030 bytes, as they stand in the chip.

    :raises Refused: ARGUMENT where it does not fit: the caller asked for too much at once.
    """
    out = said if isinstance(said, bytearray) else bytearray(said.encode("gb18030"))
    if len(out) >= size:
        raise Refused(Code.ARGUMENT, f"{len(out)} bytes for a buffer of {size}")
    return out
