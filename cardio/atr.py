"""The answer to reset (ISO/IEC 7816-3 clause 8)."""

from __future__ import annotations

from dataclasses import dataclass

from cardio.answers import MalformedAnswerError

HISTORY_LENGTH = 13
"""Historical bytes of a social security card, 卡复位信息 (card specification part 2)."""


@dataclass(frozen=True)
class Atr:
    """:param protocols: in the order offered; ``(0,)`` when the card names none. :param history: historical bytes.

    :param contactless: written by a reader for a card without contacts, ``3B 8n 80 01 …`` (PC/SC part 3, 3.1.3.2.3).
    """

    protocols: tuple[int, ...]
    history: bytes
    contactless: bool

    @property
    def protocol(self) -> int:
        """The one to speak: T=0 where a chip with contacts offers it, else T=1.

        The pattern of a contactless card names T=0 and T=1, and means T=1 alone.
        """
        return 0 if 0 in self.protocols and not self.contactless else 1


def parse(atr: bytes) -> Atr:
    """What ``atr`` says, without its check byte.

    :raises CardError: ANSWER_MALFORMED when it ends before it should.
    """
    if len(atr) < 2:
        raise MalformedAnswerError(f"ATR of {len(atr)} bytes")
    protocols: list[int] = []
    at, follow = 2, atr[1] >> 4
    while True:
        at += (follow & 0b0111).bit_count()  # TA, TB and TC
        if not follow & 0b1000:
            break
        if at >= len(atr):
            raise MalformedAnswerError("ATR ends within its interface bytes")
        protocols.append(atr[at] & 0x0F)
        follow = atr[at] >> 4
        at += 1
    count = atr[1] & 0x0F
    if at + count > len(atr):
        raise MalformedAnswerError("ATR ends within its historical bytes")
    spoken = [one for one in protocols if one != 15]  # T=15 qualifies the interface bytes and is no protocol
    return Atr(tuple(spoken) or (0,), atr[at : at + count], atr[1] >> 4 == 8 and atr[2:4] == b"\x80\x01")
