"""A command as the card sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.simulator.status import WRONG_LENGTH, CommandRefused


@dataclass(frozen=True)
class CardCommand:
    """A short command taken apart (ISO/IEC 7816-4 cases 1 to 4).

    :param le: bytes asked for, 256 for a zero byte, ``None`` where no Le was sent.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    @classmethod
    def parse(cls, apdu: bytes) -> CardCommand:
        """:raises CommandRefused: 6700 for lengths that fit no case."""
        if len(apdu) < 4:
            raise CommandRefused(WRONG_LENGTH)
        cla, ins, p1, p2 = apdu[:4]
        body = apdu[4:]
        if len(body) <= 1:
            return cls(cla, ins, p1, p2, le=(body[0] or 256) if body else None)
        lc, rest = body[0], body[1:]
        if not lc or len(rest) not in (lc, lc + 1):
            raise CommandRefused(WRONG_LENGTH)
        return cls(cla, ins, p1, p2, rest[:lc], (rest[lc] or 256) if len(rest) > lc else None)
