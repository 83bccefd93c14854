"""The sandbox's key source: every key descends from one public root."""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache

from cardio.keysource import Algorithm, CardIdentity, KeyRef, KeySourceUnavailable
from cardio.security import card_key, cryptogram, secured_command, session_key
from cardio.simulator.contents import TOY_ROOT

TOY_STK = bytes.fromhex("0123456789ABCDEF")


def maintenance_key(algorithm: Algorithm) -> bytes:
    """STK of every sandbox card, not diversified: the text does not say how an 8-byte key would be."""
    return TOY_STK if algorithm is Algorithm.TDES else TOY_ROOT


@lru_cache(maxsize=128)
def toy_key(card: CardIdentity) -> bytes:
    """The key of one card, kept: it is public, and each of its keys is this one."""
    return bytes(card_key(card, TOY_ROOT))


def authentication(card: CardIdentity, factor: bytes, raw: bytes) -> bytes:
    """The cryptogram of every key of a sandbox card, 8 bytes; the same as :func:`cardio.security.authentication`."""
    return cryptogram(card.algorithm, session_key(card.algorithm, toy_key(card), factor), raw)


class ToyKeySource:
    """Proves and opens simulated cards, and no others. Stands in for a PSAM or the centre's HSM in the sandbox.

    Every method but :meth:`nonce` raises :class:`KeySourceUnavailable` for an SSF33 card.
    """

    name = "sandbox"
    toy = True

    def nonce(self, card: CardIdentity) -> bytes:
        """Eight random bytes."""
        return secrets.token_bytes(8)

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        """Whether the card's answer is what IRK gives."""
        return hmac.compare_digest(self._authentication(card, factor, nonce), answer)

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        """The cryptogram for any key: the sandbox has one root for all of them."""
        return self._authentication(card, factor, raw)

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes:
        """The whole command, secured with STK."""
        if card.algorithm is Algorithm.SSF33:
            raise KeySourceUnavailable(self.name)
        return secured_command(card.algorithm, maintenance_key(card.algorithm), factor, header, new_pin or b"")

    def _authentication(self, card: CardIdentity, factor: bytes, raw: bytes) -> bytes:
        if card.algorithm is Algorithm.SSF33:
            raise KeySourceUnavailable(self.name)
        return authentication(card, factor, raw)
