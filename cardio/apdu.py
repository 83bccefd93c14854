"""Commands and answers of ISO/IEC 7816-3 and -4 in their short form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from cardio.errors import CardError, CardFault

MAX_DATA = 255
"""Bytes of data a short command can carry."""

MAX_LE = 256
"""Bytes a short command can ask for; written as 00."""


def _malformed(detail: str) -> CardError:
    return CardError(CardFault.COMMAND_MALFORMED, detail)


@dataclass(frozen=True)
class Command:
    """One short command (ISO/IEC 7816-4 clause 5.1).

    :param data: 0 to 255 bytes. A ``bytearray`` is kept as it is, so that its owner can wipe it after use.
    :param le: bytes asked for, 1 to 256; ``None`` where no answer is awaited.
    :raises CardError: COMMAND_MALFORMED for a value out of range.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | bytearray = field(default=b"", repr=False)
    le: int | None = None

    def __post_init__(self) -> None:
        if (self.cla | self.ins | self.p1 | self.p2) & ~0xFF:  # a negative one has all its high bits set
            raise _malformed("a header byte is out of range")
        if len(self.data) > MAX_DATA:
            raise _malformed(f"{len(self.data)} bytes of data")
        if self.le is not None and not 1 <= self.le <= MAX_LE:
            raise _malformed(f"Le {self.le}")

    @property
    def case(self) -> int:
        """1 nothing either way, 2 answer only, 3 data only, 4 both."""
        return 1 + (self.le is not None) + 2 * bool(self.data)

    @property
    def head(self) -> str:
        """CLA INS P1 P2 in hex: what a trace and an error may show of any command."""
        return f"{self.cla:02X}{self.ins:02X}{self.p1:02X}{self.p2:02X}"

    @cached_property
    def fixed(self) -> bytes:
        """:meth:`encode` of a command whose data is no ``bytearray``, made once: many are sent for every card."""
        return bytes(self.encode())

    @cached_property
    def without_le(self) -> Command:
        """As T=0 has it where data goes both ways."""
        return replace(self, le=None)

    def encode(self) -> bytes | bytearray:
        """4 to 261 bytes. Of a ``bytearray`` a new one is made, which whoever sends it wipes."""
        head = (self.cla, self.ins, self.p1, self.p2)
        le = () if self.le is None else (self.le & 0xFF,)
        if not self.data:
            return bytes((*head, *le))
        if isinstance(self.data, bytes):
            return bytes((*head, len(self.data))) + self.data + bytes(le)
        apdu = bytearray(5 + len(self.data) + len(le))  # in its full size: one that grows leaves copies behind
        apdu[:5], apdu[5 : 5 + len(self.data)], apdu[5 + len(self.data) :] = (*head, len(self.data)), self.data, le
        return apdu

    @classmethod
    def decode(cls, apdu: bytes) -> Command:
        """The command that ``apdu`` is.

        :raises CardError: COMMAND_MALFORMED unless it is exactly one short command.
        """
        if len(apdu) < 4:
            raise _malformed(f"{len(apdu)} bytes")
        cla, ins, p1, p2 = apdu[:4]
        body = apdu[4:]
        if not body:
            return cls(cla, ins, p1, p2)
        if len(body) == 1:
            return cls(cla, ins, p1, p2, le=body[0] or MAX_LE)
        lc, rest = body[0], body[1:]
        if lc == 0 or not lc <= len(rest) <= lc + 1:
            raise _malformed(f"Lc {lc} before {len(rest)} bytes")
        le = (rest[lc] or MAX_LE) if len(rest) > lc else None
        return cls(cla, ins, p1, p2, rest[:lc], le)


class Response(NamedTuple):
    """What came back: data as the card sent it, and the two status bytes as one number."""

    data: bytes
    sw: int

    def __repr__(self) -> str:
        return f"Response(({len(self.data)} bytes), {self.sw:04X})"
