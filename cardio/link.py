"""The transport to one powered card: the narrow socket that real readers, simulators and scripts fit into."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Link(Protocol):
    """One card, powered, in one reader. Used by one thread at a time.

    Every method raises :class:`cardio.errors.CardError` and nothing else when the card or the reader fails.
    """

    @property
    def reader(self) -> str:
        """Name of the reader as PC/SC gives it."""
        ...

    @property
    def atr(self) -> bytes:
        """Answer to reset, 2 to 33 bytes (ISO/IEC 7816-3)."""
        ...

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        """Send one short command of 4 to 261 bytes and give the data and the status word exactly as the card sent them.

        61xx and 6Cxx are not followed here; :mod:`cardio.channel` does that. A ``bytearray`` holds a secret, and is
        wiped by the caller when this returns: no copy of it is kept.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Keep other programs off the card for the length of one flow."""
        ...

    def reset(self) -> None:
        """Cut the power and give it again: every security state of the card is gone."""
        ...

    def close(self) -> None:
        """Let the card go. Safe to call twice."""
        ...
