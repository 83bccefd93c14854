"""Keys and PIN of a card with their counters. They outlive a power off."""

from __future__ import annotations

import hmac

from cardio.keysource import IRK, PUK, RK_SSSE, UK_SSSE, CardIdentity
from cardio.security import authentication
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.status import (
    KEY_NOT_FOUND,
    LOCKED,
    WRONG_LENGTH,
    CommandRefused,
    tries_left,
)


class CardKeys:
    """The card's keys, all from the toy root; the tries of each are counted by themselves."""

    def __init__(self, identity: CardIdentity, tries: int) -> None:
        self._identity = identity
        self._most = tries
        opening = [UK_SSSE, PUK] + ([RK_SSSE] if identity.generation >= 2 else [])
        self._left = {key.card_key: tries for key in opening}

    def left(self, key_id: int) -> int:
        """Tries left of one key."""
        return self._left[key_id]

    def answer(self, factor: bytes, raw: bytes) -> bytes:
        """What internal authentication with IRK answers, 8 bytes."""
        return authentication(self._identity, TOY_ROOT, factor, raw)

    def check(self, key_id: int, factor: bytes, raw: bytes, cryptogram: bytes) -> None:
        """External authentication: success gives the tries back, failure takes one.

        :raises CommandRefused: 6A88, 6983 or 63Cx.
        """
        self.usable(key_id)
        if hmac.compare_digest(authentication(self._identity, TOY_ROOT, factor, raw), cryptogram):
            self._left[key_id] = self._most
            return
        self._left[key_id] -= 1
        raise CommandRefused(tries_left(self._left[key_id]))

    def usable(self, key_id: int) -> None:
        """:raises CommandRefused: 6A88 for a key that is not there or opens nothing, 6983 for a locked one."""
        if key_id == IRK.card_key or key_id not in self._left:
            raise CommandRefused(KEY_NOT_FOUND)
        if not self._left[key_id]:
            raise CommandRefused(LOCKED)


class CardPin:
    """The PIN, packed as VERIFY sends it (card.md §5.1)."""

    def __init__(self, digits: str | None, tries: int) -> None:
        self._packed = None if digits is None else bytes.fromhex(digits + "F" * (len(digits) % 2))
        self._most = tries
        self._left = tries

    @property
    def left(self) -> int:
        """Tries left."""
        return self._left

    def query(self) -> None:
        """VERIFY without data: success means that no PIN is set.

        :raises CommandRefused: 63Cx with the tries left, or 6983.
        """
        if self._packed is None:
            return
        raise CommandRefused(tries_left(self._left) if self._left else LOCKED)

    def verify(self, packed: bytes) -> None:
        """:raises CommandRefused: 6700, 6A88 for a card without a PIN, 6983, or 63Cx for a wrong one."""
        if not 2 <= len(packed) <= 8:
            raise CommandRefused(WRONG_LENGTH)
        if self._packed is None:
            raise CommandRefused(KEY_NOT_FOUND)
        if not self._left:
            raise CommandRefused(LOCKED)
        if hmac.compare_digest(self._packed, packed):
            self._left = self._most
            return
        self._left -= 1
        raise CommandRefused(tries_left(self._left))

    def change(self, data: bytes) -> None:
        """CHANGE PIN: the old PIN, FF, the new one (card.md §3). Success gives the tries back.

        :raises CommandRefused: as :meth:`verify`; 6700 for a size that cannot be.
        """
        # An odd number of digits ends in the nibble F, which is never a whole FF.
        old, mark, new = data.partition(b"\xff")
        if not mark or not 2 <= len(new) <= 8:
            raise CommandRefused(WRONG_LENGTH)
        self.verify(old)
        self._packed = new
