"""Which protocol to speak with a card, and how a command looks on the wire (ISO/IEC 7816-3 clauses 8 and 12)."""

from __future__ import annotations

from enum import Enum

from cardio import atr
from cardio.errors import CardError


class Protocol(Enum):
    """Transmission protocols of cards."""

    T0 = 0
    T1 = 1


def offered(answer: bytes) -> tuple[Protocol, Protocol]:
    """Protocols in the order to try them: the ATR decides, not the driver's guess.

    The other one comes second all the same, for a driver that disagrees with the ATR. An ATR that cannot be understood
    is taken for T=0, which is what the social security card speaks (card.md §1).
    """
    try:
        first = Protocol(atr.parse(answer).protocol)
    except CardError:
        first = Protocol.T0
    return first, Protocol.T1 if first is Protocol.T0 else Protocol.T0


def on_wire(protocol: Protocol, apdu: bytes | bytearray) -> list[int]:
    """The command as the reader wants it, byte by byte; a new list, which can be overwritten.

    A T=0 header has always five bytes: case 1 gets a zero P3, and case 4 leaves its Le out, because the card answers
    61xx and the data come by GET RESPONSE (ISO/IEC 7816-3 clause 12.2). T=1 carries the command as it is.
    """
    wire = list(apdu)
    if protocol is Protocol.T0:
        size = len(wire)
        if size == 4:
            wire.append(0)
        elif size > 5 and size == 6 + wire[4]:
            wire.pop()
    return wire
