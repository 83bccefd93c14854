"""The sandbox's key source: every key descends from one public root."""

from __future__ import annotations

import hmac
import secrets

from cardio.keysource import Algorithm, CardIdentity, KeyRef, KeySourceUnavailable
from cardio.security import authentication
from cardio.simulator.contents import TOY_ROOT


class ToyKeySource:
    """Proves and opens simulated cards, and no others. Stands in for a PSAM or the centre's HSM in the sandbox.

    Every method but :meth:`nonce` raises :class:`KeySourceUnavailable` for an SSF33 card.
    """

    name = "sandbox"

    def nonce(self, card: CardIdentity) -> bytes:
        """Eight random bytes."""
        return secrets.token_bytes(8)

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        """Whether the card's answer is what IRK gives."""
        return hmac.compare_digest(self._authentication(card, factor, nonce), answer)

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        """The cryptogram for any key: the sandbox has one root for all of them."""
        return self._authentication(card, factor, raw)

    def _authentication(self, card: CardIdentity, factor: bytes, raw: bytes) -> bytes:
        if card.algorithm is Algorithm.SSF33:
            raise KeySourceUnavailable(self.name)
        return authentication(card, TOY_ROOT, factor, raw)
