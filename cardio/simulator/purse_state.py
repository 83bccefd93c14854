"""What a card remembers of its medical account."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.simulator.status import WRONG_STATE, CommandRefused

LOAD, PURCHASE = 0x01, 0x06
"""Kinds of transaction."""


@dataclass
class Begun:
    """:param kind: of the transaction. :param amounts: total, from the account, from the pooled fund, 4 bytes each.

    :param factor: the card's random number and the transaction's, 6 bytes: the session key comes of them.
    """

    kind: int
    amounts: tuple[bytes, ...]
    terminal: bytes
    factor: bytes = field(repr=False)


@dataclass
class Purse:
    """What a card keeps of it; counters and amounts outlive a power off.

    :param balance: fen; :param paid: by the holder, :param pooled: by the fund, both since the starting day.
    """

    balance: int = 0
    paid: int = 0
    pooled: int = 0
    loads: int = 0
    purchases: int = 0
    starting: bytes = bytes.fromhex("20260101")
    begun: Begun | None = None
    proofs: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)

    def take(self, kind: int) -> Begun:
        """The transaction under way, which ends with this.

        :raises CommandRefused: 6901 where it is another one or none.
        """
        begun, self.begun = self.begun, None
        if begun is None or begun.kind != kind:
            raise CommandRefused(WRONG_STATE)
        return begun
