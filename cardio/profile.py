"""Generations of the card as data: what is where, what opens it, and how the card proves itself.

A real card that differs is a change of one declaration here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cardio.answers import unknown_generation
from cardio.files import EF06, Need
from cardio.keysource import Algorithm, KeyRef

SSSE: Final = b"sx1.sh." + "社会保障".encode("gbk")
"""Name of the social security system environment, 15 bytes (card specification part 3)."""

MASTER_FILE: Final = 0x3F00

PAYMENT_DIRECTORY: Final = b"1PAY.SYS.DDF01"
BANK_DEBIT: Final = bytes.fromhex("A000000333010101")
BANK_CREDIT: Final = bytes.fromhex("A000000333010102")


@dataclass(frozen=True)
class Profile:
    """One generation.

    :param versions: first characters of 规范版本 that belong to it.
    :param algorithms: ciphers its keys may use.
    :param raw_from_card: take the raw value of internal authentication from the card's last challenge but one, not from
        the verifier's nonce. Some terminals do; a recorded answer is then worth something to a thief. Off by default.
    """

    generation: int
    versions: tuple[str, ...]
    algorithms: frozenset[Algorithm]
    raw_from_card: bool = False

    @property
    def holder_key(self) -> KeyRef | None:
        """The key that opens EF06 for reading, or ``None`` where it is free."""
        rule = EF06.read[self.generation]
        return rule.key if rule.need is Need.KEY else None


PROFILES: Final[Mapping[int, Profile]] = {
    1: Profile(1, ("1.",), frozenset({Algorithm.TDES, Algorithm.SSF33})),
    2: Profile(2, ("2.",), frozenset(Algorithm)),
    3: Profile(3, ("3.",), frozenset(Algorithm)),
}

_CODES: Final = {algorithm.card_code: algorithm for algorithm in Algorithm}


def algorithm_of(code: bytes | None, card_id: bytes | None) -> Algorithm:
    """The cipher of the card's keys (reader interface 10.2).

    :param code: tag 86 within 9F0C of the FCI; ``None`` when the card does not say.
    :param card_id: 16 bytes. A card that does not say uses SSF33 when it is from Beijing (11), else DES.
    :raises CardError: UNKNOWN_GENERATION for a code nobody has defined.
    """
    if code is None:
        return Algorithm.SSF33 if card_id is not None and card_id[0] == 0x11 else Algorithm.TDES
    algorithm = _CODES.get(int.from_bytes(code)) if len(code) == 1 else None
    if algorithm is None:
        raise unknown_generation(f"algorithm {code[:4].hex().upper() or 'empty'}")
    return algorithm


def profile_of(
    version: str | None, algorithm: Algorithm, *, readable: bool = True, profiles: Mapping[int, Profile] = PROFILES
) -> Profile:
    """The generation of a card.

    An empty version means 1.x (reader interface 10.2), unless the keys are SM4, which only the third generation was
    born with. Where the version could not be read at all, generation 2 is assumed in place of 1: it reads all that a
    generation 1 card has, and does not cut a long name.

    :param version: first three characters of 规范版本, or ``None`` when it is blank.
    :raises CardError: UNKNOWN_GENERATION when no profile covers version and algorithm together.
    """
    if version is None:
        generation = 3 if algorithm is Algorithm.SM4 else 1 if readable else 2
        return profiles[generation]
    for profile in profiles.values():
        if version.startswith(profile.versions) and algorithm in profile.algorithms:
            return profile
    raise unknown_generation(f"version {version} with {algorithm.value}")
