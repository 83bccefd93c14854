"""A card that answers what it likes, and the same way every time for the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cardio.link import Link

ATRS = (
    bytes.fromhex("3B6D000000814A444686605199000001AC"),
    bytes.fromhex("3B6D00000081008843866533010114F199"),
    bytes.fromhex("3B8D800100814A444686605199000001AC2D"),  # contactless, direct answers
)
HUGE = 66_000
"""Bytes of the largest answer; more than a short command can get by far."""

MOST_EXCHANGES = 4_000
"""Of one flow. The longest honest one, issuing with a photo, needs a few hundred."""

_WORDS = (0x9000, 0x6100, 0x6108, 0x61FF, 0x6C00, 0x6C12, 0x63C0, 0x63C5, 0x6300, 0x6581, 0x6700, 0x6982, 0x6983)
_MORE = (0x6984, 0x6985, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A86, 0x6A88, 0x6B00, 0x6D00, 0x6F00, 0x9303, 0x0000, 0xFFFF)


class EndlessError(AssertionError):
    """The driver does not come to an end."""


class HostileLink:
    """Answers by a script of bytes, over and over. With ``inner``, many answers are that card's own, some of them bent.

    One byte chooses what kind of answer comes; the next ones fill it.
    """

    def __init__(self, script: bytes, inner: Link | None = None) -> None:
        self._script = script or b"\x00"
        self._at = 0
        self._inner = inner
        self.exchanges = 0
        self.reader = "Hostile 0"
        self.atr = inner.atr if inner is not None else ATRS[self._byte() % len(ATRS)]

    def _byte(self) -> int:
        value = self._script[self._at % len(self._script)]
        self._at += 1
        return value

    def _bytes(self, count: int) -> bytes:
        start = self._at % len(self._script)
        self._at += count
        return (self._script[start:] + self._script * (count // len(self._script) + 1))[:count]

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        apdu = bytes(apdu)
        self.exchanges += 1
        if self.exchanges > MOST_EXCHANGES:
            raise EndlessError(f"{self.exchanges} exchanges")
        kind = self._byte()
        if self._inner is not None and kind < 0xC0:
            return self._own(self._inner, apdu, kind)
        return self._made_up(apdu, kind & 0x0F)

    def _own(self, inner: Link, apdu: bytes, kind: int) -> tuple[bytes, int]:
        """The real card's answer, one time in eight with something wrong."""
        data, sw = inner.transmit(apdu)
        if kind < 0xA8 or not data:
            return data, sw
        if kind < 0xB0:
            return data[: self._byte() % len(data)], sw
        if kind < 0xB8:
            bent = bytearray(data)
            bent[self._byte() % len(bent)] ^= self._byte()
            return bytes(bent), sw
        return data + self._bytes(self._byte()), sw

    def _made_up(self, apdu: bytes, kind: int) -> tuple[bytes, int]:
        words = _WORDS + _MORE
        if kind < 5:
            return b"", words[self._byte() % len(words)]
        if kind < 8:
            return self._bytes(self._byte()), 0x9000
        if kind < 11:  # what a record would look like: the tag asked for, some length, something
            length = self._byte() % 40
            return bytes((apdu[2], length)) + self._bytes(length), 0x9000
        if kind == 11:  # as long as was asked for
            return self._bytes((apdu[-1] or 256) if len(apdu) == 5 else 8), 0x9000
        if kind == 12:
            return bytes(HUGE), 0x9000
        if kind == 13:
            return self._bytes(2), int.from_bytes(self._bytes(2))
        return self._bytes(16), words[self._byte() % len(words)]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._inner is None:
            yield
            return
        with self._inner.transaction():
            yield

    def reset(self) -> None:
        if self._inner is not None:
            self._inner.reset()

    def close(self) -> None:
        if self._inner is not None:
            self._inner.close()
