"""How the chip writes values: ``an``, ``cn`` and ``b`` items, both ways (card specification part 6, V2.0 notice).

Blank is ``None`` in both directions. A reader meets three paddings (00, 20, FF) whatever the text says, and nibble F in
``cn``. Where a V2.0 item stands in the longer room of its predecessor, the room that is left is filled with nibble E
(V2.0 notice, annex C).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Protocol, TypeVar

from cardio import gbk
from cardio.names import padding_stripped

T = TypeVar("T")


class CodecError(ValueError):
    """Why bytes are no value, or a value no bytes. Never holds either of them."""


class Codec(Protocol[T]):
    """One data type. ``length`` is the bytes that the standard gives the item."""

    @property
    def kind(self) -> str:
        """``an``, ``cn`` or ``b``, as the standard's tables say."""
        ...

    @property
    def length(self) -> int: ...

    def decode(self, raw: bytes) -> T | None:
        """The value, or ``None`` for a blank item.

        :raises CodecError: when ``raw`` is neither.
        """
        ...

    def encode(self, value: T | None) -> bytes:
        """Exactly ``length`` bytes.

        :raises CodecError: for a value that does not fit.
        """
        ...

    def show(self, value: T | None) -> str:
        """The value as text, empty for a blank one, as the reader interface writes it (card.md §6)."""
        ...

    def parse(self, text: str) -> T | None:
        """What :meth:`show` gave.

        :raises CodecError: for a text that is no value.
        """
        ...


def within(raw: bytes, length: int) -> bytes:
    """``raw`` without the rest of a longer, older item: filler E, or ordinary padding.

    :raises CodecError: when something else stands there.
    """
    if len(raw) <= length:
        return raw
    rest = raw[length:]
    if any(byte != 0xEE for byte in rest) and padding_stripped(rest):
        raise CodecError(f"{len(raw)} bytes for an item of {length}")
    return raw[:length]


_BLANKS: Final = (0x00, 0x20, 0xFF)
_DIGIT_BLANKS: Final = (0x00, 0xFF)


def _uniform(raw: bytes, fillers: tuple[int, ...] = _BLANKS) -> bool:
    return not raw or (raw[0] in fillers and raw.count(raw[0]) == len(raw))


class Texts:
    """Values that are texts already."""

    def show(self, value: str | None) -> str:
        return value or ""

    def parse(self, text: str) -> str | None:
        return text or None


class Bytes:
    """Values that are bytes, told in hex."""

    def show(self, value: bytes | None) -> str:
        return (value or b"").hex().upper()

    def parse(self, text: str) -> bytes | None:
        return from_hex(text) or None


def from_hex(text: str) -> bytes:
    """:raises CodecError: for anything but pairs of hex digits."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise CodecError("not hex") from None


@dataclass(frozen=True)
class An(Texts):
    """Letters and digits, left aligned."""

    length: int
    kind: ClassVar[str] = "an"

    def decode(self, raw: bytes) -> str | None:
        text = padding_stripped(within(raw, self.length)).decode("latin-1")
        if not (text.isascii() and text.isprintable()):
            raise CodecError("a byte that is no character of this type")
        return text or None

    def encode(self, value: str | None) -> bytes:
        text = value or ""
        if len(text) > self.length:
            raise CodecError(f"{len(text)} characters for an item of {self.length}")
        if any(not "\x20" <= char <= "\x7e" for char in text) or text != text.rstrip(" "):
            raise CodecError("a character that this type does not have, or a space at the end")
        return text.encode("ascii").ljust(self.length, b"\x00")


@dataclass(frozen=True)
class Text(Texts):
    """Characters of GBK, left aligned, as addresses and names of firms are."""

    length: int
    kind: ClassVar[str] = "an"

    def decode(self, raw: bytes) -> str | None:
        try:
            # A full-width space at the end is one more padding.
            return gbk.decode(padding_stripped(within(raw, self.length))).strip() or None
        except gbk.NotGbkError as error:
            raise CodecError(str(error)) from None

    def encode(self, value: str | None) -> bytes:
        try:
            raw = gbk.encode(value or "")
        except gbk.NotGbkError as error:
            raise CodecError(str(error)) from None
        if len(raw) > self.length or (value or "") != (value or "").strip():
            raise CodecError(f"{len(raw)} bytes for an item of {self.length}, or spaces that would read as padding")
        return raw.ljust(self.length, b"\x00")


@dataclass(frozen=True)
class Number:
    """An unsigned number, high byte first: amounts in cents and counters. Blank when all bytes are FF."""

    length: int
    kind: ClassVar[str] = "b"

    def decode(self, raw: bytes) -> int | None:
        raw = within(raw, self.length)
        if _uniform(raw, (0xFF,)):
            return None
        if len(raw) != self.length:
            raise CodecError(f"{len(raw)} bytes for an item of {self.length}")
        return int.from_bytes(raw)

    def encode(self, value: int | None) -> bytes:
        if value is not None and not 0 <= value < (1 << 8 * self.length) - 1:
            raise CodecError(f"a number that {self.length} bytes do not hold")
        return b"\xff" * self.length if value is None else value.to_bytes(self.length)

    def show(self, value: int | None) -> str:
        return "" if value is None else str(value)

    def parse(self, text: str) -> int | None:
        if text and not (text.isascii() and text.isdecimal()):
            raise CodecError("not a number")
        return int(text) if text else None


@dataclass(frozen=True)
class Cn(Texts):
    """Digits, two to a byte, left aligned, filled up with nibble F.

    :param exact: every digit must be there; otherwise a shorter number is taken as it stands.
    """

    length: int
    exact: bool = False
    kind: ClassVar[str] = "cn"

    def decode(self, raw: bytes) -> str | None:
        if len(raw) > self.length:
            raw = within(raw, self.length)
        # One byte 20 is a code (傈僳族); several are somebody's blanks.
        if not raw or (raw.count(raw[0]) == len(raw) and raw[0] in (_BLANKS if self.length > 1 else _DIGIT_BLANKS)):
            return None
        digits = raw.hex().rstrip("f")
        if not digits.isdecimal():
            raise CodecError("a nibble that is no digit")
        if self.exact and len(digits) != 2 * self.length:
            raise CodecError(f"{len(digits)} digits, not {2 * self.length}")
        return digits

    def encode(self, value: str | None) -> bytes:
        digits = value or ""
        if digits and not (digits.isascii() and digits.isdecimal()):
            raise CodecError("not digits")
        if len(digits) > 2 * self.length or (self.exact and digits and len(digits) != 2 * self.length):
            raise CodecError(f"{len(digits)} digits for an item of {2 * self.length}")
        if digits and self.decode(bytes.fromhex(digits.ljust(2 * self.length, "f"))) is None:
            raise CodecError("digits that read as a blank")
        return bytes.fromhex(digits.ljust(2 * self.length, "f"))


@dataclass(frozen=True)
class Day:
    """A date as eight digits YYYYMMDD."""

    length: ClassVar[int] = 4
    kind: ClassVar[str] = "cn"
    _digits: ClassVar[Cn] = Cn(4, exact=True)

    def decode(self, raw: bytes) -> date | None:
        digits = self._digits.decode(raw)
        if digits is None:
            return None
        try:
            return date.fromisoformat(digits)
        except ValueError:
            # The original error repeats the digits, which may be somebody's birthday.
            raise CodecError("no date of the calendar") from None

    def encode(self, value: date | None) -> bytes:
        return self._digits.encode(self.show(value) or None)

    def show(self, value: date | None) -> str:
        return "" if value is None else f"{value:%Y%m%d}".zfill(8)

    def parse(self, text: str) -> date | None:
        return self.decode(self._digits.encode(text)) if text else None


@dataclass(frozen=True)
class Hex(Texts):
    """Bytes told as upper-case hex. Blank when all are 00 or all FF."""

    length: int
    kind: ClassVar[str] = "cn"

    def decode(self, raw: bytes) -> str | None:
        raw = within(raw, self.length)
        if _uniform(raw):
            return None
        if len(raw) != self.length:
            raise CodecError(f"{len(raw)} bytes for an item of {self.length}")
        return raw.hex().upper()

    def encode(self, value: str | None) -> bytes:
        raw = from_hex(value) if value is not None else b"\xff" * self.length
        if len(raw) != self.length or (value is not None and self.decode(raw) is None):
            raise CodecError(f"{len(raw)} bytes for an item of {self.length}, or a blank")
        return raw


@dataclass(frozen=True)
class CardId(Bytes):
    """卡的识别码: region in digits (3 bytes), D156000005, serial (4), authentication code (4, may be FFFFFFFF)."""

    length: ClassVar[int] = 16
    kind: ClassVar[str] = "b"

    def decode(self, raw: bytes) -> bytes | None:
        raw = within(raw, self.length)
        if _uniform(raw):
            return None
        if len(raw) != self.length:
            raise CodecError(f"{len(raw)} bytes for an item of {self.length}")
        if not raw[:3].hex().isdecimal():
            raise CodecError("the region is not six digits")
        return raw

    def encode(self, value: bytes | None) -> bytes:
        if value is None:
            return b"\xff" * self.length
        if len(value) != self.length or self.decode(value) is None:
            raise CodecError("no card id")
        return value


@dataclass(frozen=True)
class NamePart(Bytes):
    """The bytes of 姓名 or 姓名扩展. They become characters only together: see :mod:`cardio.names`."""

    length: int
    kind: ClassVar[str] = "an"

    def decode(self, raw: bytes) -> bytes | None:
        # Within its own length nothing is a filler: EE ends a good character.
        raw = within(raw, self.length).ljust(self.length, b"\x00")
        return raw if padding_stripped(raw) else None

    def encode(self, value: bytes | None) -> bytes:
        part = value or b""
        if len(part) > self.length:
            raise CodecError(f"{len(part)} bytes for an item of {self.length}")
        return part.ljust(self.length, b"\x00")
