"""Who can prove a card and open it: the port behind which a PSAM, the centre's HSM or the sandbox's toy keys stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

from cardio.errors import CardError, CardFault

_Part = TypeVar("_Part", int, str)


class Algorithm(Enum):
    """Block cipher of the card's keys, by the words of the interfaces; ``card_code`` is tag 86 of the FCI."""

    TDES = "3DES"
    SSF33 = "SSF33"
    SM4 = "SM4"

    @property
    def card_code(self) -> int:
        return {"3DES": 0x01, "SSF33": 0x02, "SM4": 0x03}[self.value]


@dataclass(frozen=True)
class CardIdentity:
    """What a key source must know of a card to find its keys. Nothing here is secret.

    :param card_id: 卡识别码, 16 bytes; the first three are the region.
    :param history: 卡复位信息, the 13 historical bytes of the ATR; the last eight are the card's
        diversification factor.
    """

    card_id: bytes
    history: bytes
    algorithm: Algorithm
    generation: int

    @property
    def region(self) -> str:
        """Six digits of the issuing region."""
        return self.card_id[:3].hex()

    @property
    def factor(self) -> bytes:
        """Card diversification factor, 8 bytes (spec part 9 §7.3)."""
        return self.history[5:13]


@dataclass(frozen=True)
class KeyRef:
    """One card key and where each kind of key source keeps its root (card.md §4.1).

    Parts that no source tells are ``None`` here; whoever asks for one of them gets a fault, and nothing goes out.

    :param p2: key id in P2 of EXTERNAL AUTHENTICATE. :param use: key use byte of the PSAM's DELIVERY SESSION KEY.
    :param sam: key id there. :param address: four hex digits of the HSM.
    :param doubt: what is not certain about it.
    :param more: addresses of the groups 2 and 3, where they are told; the card is asked for its default group.
    """

    name: str
    p2: int | None
    use: int | None
    sam: int | None
    address: str | None
    doubt: str = field(default="", compare=False)
    more: tuple[str, ...] = field(default=(), compare=False)

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of it in the HSM, of all groups."""
        return frozenset((*((self.address,) if self.address else ()), *self.more))

    @property
    def card_key(self) -> int:
        """Key id on the card.

        :raises CardError: KEY_UNKNOWN, as every other part.
        """
        return _told(self.p2, self.name, "id on the card")

    @property
    def psam_use(self) -> int:
        """Key use byte of DELIVERY SESSION KEY."""
        return _told(self.use, self.name, "use in the PSAM")

    @property
    def psam_id(self) -> int:
        """Key id of DELIVERY SESSION KEY."""
        return _told(self.sam, self.name, "id in the PSAM")

    @property
    def hsm_address(self) -> str:
        """Four hex digits."""
        return _told(self.address, self.name, "address in the HSM")


def _told(part: _Part | None, name: str, which: str) -> _Part:
    if part is None:
        raise CardError(CardFault.KEY_UNKNOWN, f"{name}: {which}")
    return part


IRK = KeyRef("IRK", 0x00, 0x67, 0x08, "0170", more=("0171", "0172"))
STK = KeyRef("STKSSSE", 0x02, 0x48, 0x09, "0173", "PSAM use 26 or 48")
BK = KeyRef("BK", 0x05, 0x28, 0x11, "0091")
UK_SSSE = KeyRef("UKSSSE", 0x04, 0x28, 0x12, "0094", "PSAM use 28 or 48", more=("0095", "0096"))
PUK = KeyRef("PUK", 0x06, 0x28, 0x10, "0090")
RK_SSSE = KeyRef("RKSSSE", 0x0A, 0x47, 0x0A, "004C", more=("004D", "004E"))
"""The other keys of a card stand in :mod:`cardio.cardkeys`."""


class KeySourceUnavailable(Exception):  # noqa: N818 - a state of the world, not an error of the program
    """This source cannot serve now (no PSAM in the slot, centre down, key not held); the next one may.

    :param cause: what stood in the way, to be reported.
    :param passing: that the next source is asked is the ordinary way, so the cause is reported only if none helps.
    """

    def __init__(self, source: str, cause: Exception | None = None, *, passing: bool = False) -> None:
        super().__init__(f"key source {source} is not available")
        self.source = source
        self.cause = cause
        self.passing = passing


class KeySource(Protocol):
    """A holder of diversified keys. May block (network, reader); is called on the card's thread.

    Any method may raise :class:`KeySourceUnavailable`.
    """

    @property
    def name(self) -> str:
        """``psam``, ``hsm`` or ``sandbox``."""
        ...

    @property
    def toy(self) -> bool:
        """Whether its keys are public ones, which made-up cards alone hold: that a card's answer is not of them says
        nothing against a real card."""
        ...

    def nonce(self, card: CardIdentity) -> bytes:
        """Eight unpredictable bytes of the verifier, the raw value of one internal authentication."""
        ...

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        """Whether ``answer`` (8 bytes) proves that the card holds IRK. ``factor`` is the card's last challenge."""
        ...

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        """The 8-byte cryptogram that opens ``key`` on the card; ``factor`` is the card's last challenge."""
        ...

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes | bytearray:
        """A command secured with ``key`` (STK): MAC, and the new PIN enciphered where there is one.

        :param factor: the card's last challenge.
        :param header: CLA INS P1 P2 Lc of the command; Lc counts the MAC.
        :param new_pin: packed as VERIFY sends it. Not kept; the caller wipes it.
        :returns: the whole command, or only what follows the header.
        """
        ...
