"""What the HSM functions share: factor and raw value go out, a cryptogram comes back (card.md §5 and §6)."""

from __future__ import annotations

from dataclasses import dataclass

from cardio import status
from cardio.apdu import Command
from cardio.found import Found
from cardio.interface33.arguments import CardInfo
from cardio.interface33.errors import Code, Refused, of_status
from cardio.interface33.flows import Dialect
from cardio.interface33.outputs import line
from cardio.keysource import Algorithm, KeyRef
from cardio.selection import Selection
from cardio.session import CardSession


@dataclass(frozen=True)
class Challenge:
    """:param factor: the card's last challenge. :param raw: what was drawn before it, and is authenticated."""

    factor: bytes
    raw: bytes

    @classmethod
    def of(cls, selection: Selection) -> Challenge:
        """Two challenges of the card, as the flow of the interface has it."""
        raw = selection.challenge()
        return cls(selection.challenge(), raw)


def algorithm_id(algorithm: Algorithm) -> str:
    """算法标识, two digits."""
    return f"{algorithm.card_code:02X}"


def key_address(key: KeyRef, dialect: Dialect) -> str:
    """密钥地址, four hex digits.

    :raises CardError: KEY_UNKNOWN.
    """
    return key.hsm_address + (f"{key.psam_id:02X}" if dialect.address_suffix else "")


def request(algorithm: Algorithm, key: KeyRef, challenge: Challenge, dialect: Dialect) -> str:
    """``算法标识|密钥地址|过程因子|原始信息|``."""
    return line([algorithm_id(algorithm), key_address(key, dialect), challenge.factor, challenge.raw])


def open_key(selection: Selection, key: KeyRef, cryptogram: bytes, raw: bytes) -> None:
    """EXTERNAL AUTHENTICATE with what a key system computed.

    :raises Refused: the card's status word.
    """
    sw = selection.send(Command(0x00, 0x82, 0x00, key.card_key, cryptogram + raw), status.ANY).sw
    if sw != status.SW.OK:
        raise Refused(of_status(sw), key.name, tries_left=status.tries_left(sw))


def the_card(session: CardSession, info: CardInfo) -> Found:
    """Identify the card and make sure that it is the one that the caller means.

    :raises Refused: OTHER_CARD.
    """
    found = session.identify()
    if found.identity.card_id != info.card_id or (found.card_number or "") != info.number:
        raise Refused(Code.OTHER_CARD)
    return found
