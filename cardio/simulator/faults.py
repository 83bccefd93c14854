"""What can be wrong with a simulated card, as data (card.md §10.6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Trouble(Enum):
    """One thing that goes wrong. The first group needs ``at``, the number of the command it strikes, counted from 1
    over the whole life of the card; each strikes once."""

    REMOVED_BEFORE = "removed-before"  # pulled before the card got the command
    REMOVED_AFTER = "removed-after"  # the card carried the command out, its answer is lost
    TRUNCATED = "truncated"  # ``value`` bytes of data are left of the answer
    WRONG_STATUS = "wrong-status"  # the status word is ``value``, with no data; nothing is carried out
    TORN = "torn"  # power goes when ``value`` bytes of a record, piece or PIN are in; the rest is as it was
    TORN_ERASED = "torn-erased"  # the same, and the rest is FF
    HANG = "hang"  # the command does not come back until the card is released

    SLOW = "slow"  # every byte, both ways, takes ``value`` microseconds, as the contacts of a real card do
    MUTE = "mute"  # no answer to reset
    MAC_WRONG = "mac-wrong"  # 6988 to every command that is secured with a MAC
    FORGED = "forged"  # internal authentication gives a wrong answer
    APPLICATION_BLOCKED = "application-blocked"  # 9303
    CARD_BLOCKED = "card-blocked"  # 6A81 to everything
    NOT_SOCIAL_SECURITY = "not-social-security"  # 6A82 to the name

    BLANK_PERSONAL = "blank-personal"  # EF06 as before issue
    PADDED_00 = "padded-00"
    PADDED_20 = "padded-20"
    PADDED_FF = "padded-ff"
    VERSION_CUT = "version-cut"  # 规范版本 is "2.0" and a zero byte
    CARD_ID_OPEN = "card-id-open"  # 卡识别码 ends in FFFFFFFF, as on test cards
    REGION_33 = "region-33"  # a card of the region whose cities are not diversified
    NO_NAME_EXTENSION = "no-name-extension"  # no record 4E
    RARE_NAME = "rare-name"  # a long name, one character of which lies across 09 and 4E


TORN = frozenset({Trouble.TORN, Trouble.TORN_ERASED})
"""At a command that writes neither a file nor a new PIN there is nothing to tear, and the answer alone is lost."""

AT_A_COMMAND = TORN | {
    Trouble.REMOVED_BEFORE,
    Trouble.REMOVED_AFTER,
    Trouble.TRUNCATED,
    Trouble.WRONG_STATUS,
    Trouble.HANG,
}
"""The first group."""

AT_ANY_TIME = AT_A_COMMAND | {
    Trouble.SLOW,
    Trouble.MUTE,
    Trouble.MAC_WRONG,
    Trouble.FORGED,
    Trouble.APPLICATION_BLOCKED,
}
"""What can befall a card that was made before. The others are worked into what a new card holds."""


@dataclass(frozen=True)
class Fault:
    """:param at: number of the command, from 1; 0 where the trouble needs none.
    :param value: status word or count of bytes, where the trouble needs one.
    :raises ValueError: no such number: below 0, or a status word beyond two bytes.
    """

    trouble: Trouble
    at: int = 0
    value: int = 0

    def __post_init__(self) -> None:
        if min(self.at, self.value) < 0 or (self.trouble is Trouble.WRONG_STATUS and self.value > 0xFFFF):
            raise ValueError(f"{self.trouble.value} at {self.at} with {self.value}")
