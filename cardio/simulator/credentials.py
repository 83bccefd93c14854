"""Keys and PIN of a card with their counters. They outlive a power off."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping

from cardio.cardkeys import RK_EF0C, UK_EF0D
from cardio.keysource import BK, PUK, RK_SSSE, UK_SSSE, CardIdentity
from cardio.simulator.status import (
    KEY_NOT_FOUND,
    LOCKED,
    WRONG_LENGTH,
    CommandRefused,
    tries_left,
)
from cardio.simulator.toykeys import authentication

GLOBAL_KEYS = {
    BK.card_key: 1,
    UK_SSSE.card_key: 1,
    PUK.card_key: 1,
    RK_SSSE.card_key: 2,
    RK_EF0C.card_key: 1,
    UK_EF0D.card_key: 1,
}
"""Keys of the whole card that external authentication can prove, and the first generation that has each."""

LOCAL = 0x80
"""This bit of a key id means a key of the selected directory."""


class CardKeys:
    """The card's keys, all from the toy root; the tries of each are counted by themselves.

    :param local: FID of each directory with keys of its own, and their ids.
    """

    def __init__(self, identity: CardIdentity, tries: int, local: Mapping[int, Iterable[int]]) -> None:
        self._identity = identity
        self._most = tries
        self._left = {(0, key): tries for key, since in GLOBAL_KEYS.items() if since <= identity.generation}
        self._left |= {(fid, key): tries for fid, keys in local.items() for key in keys}

    def left(self, key_id: int, directory: int = 0) -> int:
        """Tries left of one key."""
        return self._left[_place(key_id, directory)]

    def counters(self) -> Mapping[tuple[int, int], int]:
        """Tries left by FID of the directory (0 for the card's own) and key id."""
        return dict(self._left)

    def restore(self, counters: Mapping[tuple[int, int], int]) -> None:
        """Set the tries left.

        :raises ValueError: for a key that the card does not have, or a number that cannot be.
        """
        if counters.keys() - self._left.keys() or any(not 0 <= left <= self._most for left in counters.values()):
            raise ValueError("no such key or counter")
        self._left.update(counters)

    def answer(self, factor: bytes, raw: bytes) -> bytes:
        """What internal authentication with IRK answers, 8 bytes."""
        return authentication(self._identity, factor, raw)

    def check(self, key_id: int, directory: int, factor: bytes, raw: bytes, cryptogram: bytes) -> None:
        """External authentication: success gives the tries back, failure takes one.

        :raises CommandRefused: 6A88, 6983 or 63Cx.
        """
        self.usable(key_id, directory)
        place = _place(key_id, directory)
        if hmac.compare_digest(authentication(self._identity, factor, raw), cryptogram):
            self._left[place] = self._most
            return
        self._left[place] -= 1
        raise CommandRefused(tries_left(self._left[place]))

    def usable(self, key_id: int, directory: int) -> None:
        """:raises CommandRefused: 6A88 for a key that is not there or opens nothing, 6983 for a locked one."""
        left = self._left.get(_place(key_id, directory))
        if left is None:
            raise CommandRefused(KEY_NOT_FOUND)
        if not left:
            raise CommandRefused(LOCKED)


def _place(key_id: int, directory: int) -> tuple[int, int]:
    return (directory if key_id & LOCAL else 0, key_id)


Written = Callable[[bytes, bytes], bytes]


def _whole(old: bytes, new: bytes) -> bytes:
    return new


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

    @property
    def packed(self) -> bytes | None:
        """The PIN as the card keeps it; for saving a toy card, never for a log."""
        return self._packed

    def restore(self, packed: bytes | None, left: int) -> None:
        """:raises ValueError: for what cannot be a PIN or its counter."""
        if (packed is not None and not 2 <= len(packed) <= 8) or not 0 <= left <= self._most:
            raise ValueError("no PIN or counter of this card")
        self._packed, self._left = packed, left

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

    def change(self, data: bytes, written: Written = _whole) -> None:
        """CHANGE PIN: the old PIN, FF, the new one (card.md §3). Success gives the tries back.

        :param written: what writing the second over the first leaves, where power may go meanwhile.
        :raises CommandRefused: as :meth:`verify`; 6700 for a size that cannot be.
        """
        # An odd number of digits ends in the nibble F, which is never a whole FF.
        old, mark, new = data.partition(b"\xff")
        if not mark or not 2 <= len(new) <= 8:
            raise CommandRefused(WRONG_LENGTH)
        self.verify(old)
        self._packed = written(old, new)

    def unblock(self, new: bytes | None, written: Written = _whole) -> None:
        """All tries are back. :param new: the PIN from now on, packed; ``None`` keeps the old one.

        :param written: as for :meth:`change`.
        :raises CommandRefused: 6A88 for a card without a PIN that is to keep it.
        """
        if new is None and self._packed is None:
            raise CommandRefused(KEY_NOT_FOUND)
        if new is not None:
            self._packed = written(self._packed or b"", new)
        self._left = self._most
