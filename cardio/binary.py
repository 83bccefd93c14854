"""What transparent files hold: pictures, fingerprints, certificates (card.md §2.1, §2).

A file is longer than what is in it. Pictures and certificates tell their own length, so the padding behind them is cut;
the rest is given as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from cardio.codec import Bytes, CodecError, from_hex

_BLANKS: Final = (0x00, 0x20, 0xFF)


def blank(raw: bytes) -> bool:
    """Whether nothing was ever written there."""
    return not raw or (raw[0] in _BLANKS and raw.count(raw[0]) == len(raw))


@dataclass(frozen=True)
class Opaque(Bytes):
    """Bytes that only other programs understand. :param others: further lengths that a card may have."""

    length: int
    others: tuple[int, ...] = ()
    kind: ClassVar[str] = "b"

    def decode(self, raw: bytes) -> bytes | None:
        if blank(raw):
            return None
        if len(raw) not in (self.length, *self.others):
            raise CodecError(f"{len(raw)} bytes for a file of {self.length}")
        return raw

    def encode(self, value: bytes | None) -> bytes:
        if value is None:
            return bytes(self.length)
        if self.decode(value) is None:
            raise CodecError("bytes that read as a blank")
        return value


@dataclass(frozen=True)
class Picture:
    """:param media_type: ``image/jpeg`` or ``image/bmp``. :param data: the picture alone, without padding."""

    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class PictureFile:
    """A photo, JPEG or BMP by its first bytes."""

    length: int
    kind: ClassVar[str] = "b"

    def decode(self, raw: bytes) -> Picture | None:
        if blank(raw):
            return None
        for media_type, start, measure in _FORMATS:
            if raw.startswith(start):
                return Picture(media_type, raw[: measure(raw)])
        raise CodecError("neither JPEG nor BMP")

    def measure(self, raw: bytes) -> int | None:
        """Bytes that the picture takes, as soon as the beginning ``raw`` tells, so that the rest need not be read."""
        try:
            picture = self.decode(raw)
        except CodecError:
            return int.from_bytes(raw[2:6], "little") if raw.startswith(b"BM") and len(raw) >= 6 else None
        return len(picture.data) if picture else None

    def encode(self, value: Picture | None) -> bytes:
        if value is None:
            return bytes(self.length)
        if len(value.data) > self.length or self.decode(value.data) != value:
            raise CodecError(f"no picture, or {len(value.data)} bytes for a file of {self.length}")
        return value.data.ljust(self.length, b"\x00")

    def show(self, value: Picture | None) -> str:
        return "" if value is None else value.data.hex().upper()

    def parse(self, text: str) -> Picture | None:
        return self.decode(from_hex(text))


def _jpeg_end(raw: bytes) -> int:
    """Behind the marker EOI (ITU-T T.81 annex B): segments tell their length up to SOS, then FF D9 ends the scan."""
    at = 2
    while at + 4 <= len(raw):
        if raw[at] != 0xFF:
            raise CodecError("a JPEG with something between its segments")
        if raw[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        if raw[at + 1] == 0xDA:
            end = raw.find(b"\xff\xd9", at)
            if end < 0:
                raise CodecError("a JPEG without an end")
            return end + 2
        at += 2 + max(2, int.from_bytes(raw[at + 2 : at + 4]))
    raise CodecError("a JPEG without a picture")


def _bmp_end(raw: bytes) -> int:
    """By the size that the file header tells, low byte first."""
    size = int.from_bytes(raw[2:6], "little")
    if not 26 <= size <= len(raw):
        raise CodecError("a BMP cut short")
    return size


_FORMATS: Final = (("image/jpeg", b"\xff\xd8\xff", _jpeg_end), ("image/bmp", b"BM", _bmp_end))


@dataclass(frozen=True)
class Certificate(Bytes):
    """One DER object, such as an X.509 certificate; no source tells the size of its file."""

    length: ClassVar[int] = 0
    kind: ClassVar[str] = "b"

    def measure(self, raw: bytes) -> int | None:
        """Bytes that the sequence takes, as soon as the beginning ``raw`` tells."""
        if len(raw) < 4 or raw[0] != 0x30:
            return None
        count = raw[1] & 0x7F if raw[1] & 0x80 else 0
        # 128 and more have their length in one or two bytes more (ITU-T X.690 clause 8.1.3).
        return None if count > 2 else 2 + count + (int.from_bytes(raw[2 : 2 + count]) if count else raw[1])

    def decode(self, raw: bytes) -> bytes | None:
        if blank(raw):
            return None
        end = self.measure(raw)
        if end is None or end > len(raw):
            raise CodecError("no DER sequence, or one cut short")
        return raw[:end]

    def encode(self, value: bytes | None) -> bytes:
        if value is None:
            return b""
        if self.decode(value) != value:
            raise CodecError("not exactly one DER sequence")
        return value


@dataclass(frozen=True)
class Whole(Bytes):
    """A file whose layout and size no source tells, as it stands."""

    length: ClassVar[int] = 0
    kind: ClassVar[str] = "b"

    def decode(self, raw: bytes) -> bytes | None:
        return None if blank(raw) else raw

    def encode(self, value: bytes | None) -> bytes:
        if value is not None and blank(value):
            raise CodecError("bytes that read as a blank")
        return value or b""
