"""What is in a made-up PSAM: numbers, ciphers, files and which keys (card.md §4.1 and §4.2). Every key is a toy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cardio.cardkeys import KEYS as CARD_KEYS
from cardio.keysource import STK, Algorithm, KeyRef

PURCHASE, MAC, CIPHER, BOTH, LOAD, TAC = 2, 6, 7, 8, 9, 12
"""Kinds of keys: the low five bits of the use byte."""

KINDS: Final = frozenset({PURCHASE, MAC, CIPHER, BOTH, LOAD, TAC})


def kind_of(use: int) -> int:
    """What a key is for, of its use byte."""
    return use & 0x1F


def levels_of(use: int) -> int:
    """How many levels of diversification are still to do: the high three bits of the use byte."""
    return use >> 5


KEYS: Final = tuple(
    key for key in CARD_KEYS if key.sam is not None and key.use is not None and kind_of(key.use) in KINDS
)
"""What a made-up PSAM holds unless told otherwise: every key with a use and an id in a PSAM, told or inferred
(:mod:`cardio.cardkeys`)."""


def _usual_keys() -> dict[tuple[int, int], bool]:
    return {(key.psam_use, key.psam_id): key is not STK for key in KEYS}


@dataclass(frozen=True)
class PsamContents:
    """One made-up PSAM.

    :param serial: 10 bytes.
    :param terminal: 终端机编号, 12 digits, the region first.
    :param algorithms: ciphers it knows: 3DES in the first environment, SM4 or SSF33 in the second. What an environment
        of SSF33 says of itself is all that there is of it: the cipher is not published.
    :param keys: use byte and id of each key, and whether it is diversified (the sandbox's STK is not). A PSAM of a city
        holds what the city got: one level to do.
    :param region: six digits of the city whose keys it holds.
    :raises ValueError: for numbers of another form.
    """

    serial: bytes = bytes.fromhex("37999900000000000001")
    terminal: str = "379999000001"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.TDES, Algorithm.SM4})
    keys: Mapping[tuple[int, int], bool] = field(default_factory=_usual_keys)
    region: str = "379999"

    def __post_init__(self) -> None:
        numbers = ((self.terminal, 12), (self.region, 6))
        right = all(re.fullmatch(rf"[0-9]{{{size}}}", text) for text, size in numbers)
        if len(self.serial) != 10 or not right or any(not 0 <= part <= 0xFF for place in self.keys for part in place):
            raise ValueError("no such PSAM")

    def without(self, key: KeyRef) -> PsamContents:
        """The same PSAM, lacking one key."""
        left = {place: rule for place, rule in self.keys.items() if place != (key.psam_use, key.psam_id)}
        return replace(self, keys=left)

    def at_level(self, key: KeyRef, levels: int) -> PsamContents:
        """The same PSAM, with one key of another number of levels."""
        moved = dict(self.without(key).keys)
        moved[levels << 5 | kind_of(key.psam_use), key.psam_id] = key is not STK
        return replace(self, keys=moved)


COUNTER_FILE: Final = 0x0019
KEY_FILES: Final = (0x0011, 0x0012, 0x0013)

_ISSUER, _VERSION, _TYPE, _FCI = b"\x01", b"\x01", b"\x01", bytes(2)


def files(contents: PsamContents, purchases: int) -> dict[int, bytes | None]:
    """What each file holds, by its FID; ``None`` is what nobody can read.

    Told are the numbers of the files, the fields of 0015 and the form of 0016. Ours: the values in 0015 beside the
    serial; 0019 as the number that the next purchase gets, 4 bytes; 001A, 001B and 001C as the region of the nation,
    the province and the city, 3 bytes cn each.

    :param purchases: how many were begun.
    """
    region = contents.region
    levels = ("000000", f"{region[:2]}0000", region)
    return {
        0x0015: _ISSUER + contents.serial + _VERSION + _TYPE + _FCI,
        0x0016: bytes.fromhex(contents.terminal),
        COUNTER_FILE: purchases.to_bytes(4),
        **{0x001A + number: bytes.fromhex(level) for number, level in enumerate(levels)},
        **dict.fromkeys(KEY_FILES),
    }
