"""Which protocol to speak with a card, and how a command looks on the wire (ISO/IEC 7816-3 §8 and §12)."""

from __future__ import annotations

from enum import Enum


class Protocol(Enum):
    """Transmission protocols of contact cards."""

    T0 = 0
    T1 = 1


def offered(atr: bytes) -> tuple[Protocol, ...]:
    """Protocols in the order to try them.

    The ATR decides, not the driver's guess: T=0 where it is offered, which is what the social security card speaks
    (card.md §1). An ATR made by a contactless reader (PC/SC part 3: 3B 8n 80 01) names T=0 as a matter of form, while
    the reader speaks T=1.
    """
    named = _named(atr)
    contactless = len(atr) >= 4 and atr[0] == 0x3B and atr[1] & 0xF0 == 0x80 and atr[2:4] == b"\x80\x01"
    # The one that is not named comes last: a driver that disagrees with the ATR is served all the same.
    return (Protocol.T1, Protocol.T0) if contactless or Protocol.T0 not in named else (Protocol.T0, Protocol.T1)


def _named(atr: bytes) -> set[Protocol]:
    """Protocols that the TD bytes name; without any, T=0."""
    named: set[Protocol] = set()
    position = 1
    while position < len(atr):
        above = atr[position] >> 4
        position += (above & 0b0111).bit_count()
        if not above & 0b1000:
            break
        position += 1
        if position < len(atr):
            number = atr[position] & 0x0F
            if number in (0, 1):
                named.add(Protocol(number))
    return named or {Protocol.T0}


def on_wire(protocol: Protocol, apdu: bytes) -> bytes:
    """The command as the reader wants it.

    A T=0 header has always five bytes: case 1 gets a zero P3, and case 4 leaves its Le out, because the card answers
    61xx and the data come by GET RESPONSE (ISO/IEC 7816-3 §12.2). T=1 carries the command as it is.
    """
    if protocol is Protocol.T1:
        return apdu
    if len(apdu) == 4:
        return apdu + b"\x00"
    if len(apdu) > 5 and len(apdu) == 6 + apdu[4]:
        return apdu[:-1]
    return apdu
