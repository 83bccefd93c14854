"""Short ways to declare an item with its vectors: the value in hex as the standard pads it, and as cards are found to.

Each vector's hex is written down beside its value; only the padding is put on here, so the codecs are checked against
bytes that they did not make.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from cardio.codec import Cn, Day, Text
from cardio.composite import Composite, Part
from cardio.files.shape import Content, Example, Record

T = TypeVar("T")

_V2 = 2
"""The records of the applications are those of V2.0. In generation 1 several of their tags mean something else."""


def _padded(length: int, head: bytes, value: T, fillers: bytes, blanks: Sequence[bytes]) -> tuple[Example[T], ...]:
    """The value with each filler, the first of which is the standard's; with a longer old item's rest; and blanks."""
    room = length - len(head)
    told = [Example(head.ljust(length, bytes((filler,))).hex(), value, filler == fillers[0]) for filler in fillers]
    return (
        *(told if room else told[:1]),
        Example(head.ljust(length, fillers[:1]).hex() + "EEEE", value),
        *(Example(blank.hex(), None, number == 0) for number, blank in enumerate(blanks)),
    )


def text_examples(length: int, head: str, value: str) -> tuple[Example[str], ...]:
    """``an``: padded with 00, met with 20 and FF."""
    blanks = [bytes((filler,)) * length for filler in b"\x00\x20\xff"]
    return _padded(length, bytes.fromhex(head), value, b"\x00\x20\xff", blanks)


def digit_examples(length: int, head: str, value: T) -> tuple[Example[T], ...]:
    """``cn``: filled up with nibble F, met as 00 and FF when blank."""
    raw = bytes.fromhex(head.ljust(2 * length, "F"))
    return _padded(length, raw, value, b"\xff", [b"\xff" * length, bytes(length)])


def text(tag: int, title: str, length: int, head: str, value: str, *, key: str = "") -> Record[str]:
    """An ``an`` item. :param head: ``value`` in GBK, in hex, without padding."""
    return Record(tag, key or f"item_{tag:02x}", title, Text(length), text_examples(length, head, value), _V2)


def digits(
    tag: int, title: str, length: int, value: str, *, key: str = "", exact: bool = False, elsewhere: str = ""
) -> Record[str]:
    """A ``cn`` item. :param value: its digits. :param elsewhere: see :class:`cardio.files.shape.Record`."""
    codec, examples = Cn(length, exact=exact), digit_examples(length, value, value)
    return Record(tag, key or f"item_{tag:02x}", title, codec, examples, _V2, elsewhere=elsewhere)


def day(tag: int, title: str, value: date, head: str, *, key: str = "") -> Record[date]:
    """A ``cn`` item of four bytes that is a date. :param head: its eight digits."""
    return Record(tag, key or f"item_{tag:02x}", title, Day(), digit_examples(4, head, value), _V2)


def part(tag: int | None, codec: Any, key: str = "", title: str = "") -> Part:  # noqa: ANN401 - any codec
    """One part of a constructed item."""
    return Part(key or f"item_{tag:02x}", codec, tag, title)


def group(
    tag: int, title: str, parts: Sequence[Part], examples: Sequence[Example[Any]], *, count: int, key: str = ""
) -> Record[Any]:
    """A constructed item of which the file has ``count`` records."""
    codec = Composite(tuple(parts))
    blanks: tuple[Example[Any], ...] = (
        Example(codec.encode(None).hex(), None, written=True),
        *(Example((bytes((filler,)) * codec.length).hex(), None) for filler in b"\x00\x20\xff"),
    )
    return Record(tag, key or f"item_{tag:02x}", title, codec, (*examples, *blanks), _V2, count=count)


def cyclic(parts: Sequence[Part], *examples: Example[Any]) -> Content[Any]:
    """The record of a cyclic file. One that was never written is all FF."""
    codec = Composite(tuple(parts))
    blanks: tuple[Example[Any], ...] = tuple(
        Example((bytes((filler,)) * codec.length).hex(), None) for filler in b"\xff\x20"
    )
    return Content(codec, (*examples, *blanks), "cyclic record")
