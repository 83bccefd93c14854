"""The two kinds of tag-length-value that one card mixes.

EF records are simple TLV: one byte of tag, one of length, and 1F, 3F, 5F and 7F are tags like any other (card
specification part 6). FCI, DIR and the bank application are BER-TLV (ISO/IEC 7816-4 clause 5.2.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cardio.answers import MalformedAnswerError

MAX_DEPTH = 8
"""Templates within templates. The deepest the standards use is three."""

_FILLER = (0x00, 0xFF)  # may stand between BER-TLV objects, and are no tags


@dataclass(frozen=True)
class Simple:
    """One simple TLV. :param tag: one byte. :param value: up to 254 bytes."""

    tag: int
    value: bytes = field(repr=False)


def encode_simple(tag: int, value: bytes) -> bytes:
    """Tag, length, value.

    :raises ValueError: for a tag that is no byte, or a value over 254 bytes (FF as length is reserved).
    """
    if not 0 <= tag <= 0xFF or len(value) > 0xFE:
        raise ValueError("does not fit a simple TLV")
    return bytes((tag, len(value))) + value


def decode_simple(data: bytes) -> tuple[Simple, ...]:
    """Every record of ``data``, which must end with the last one.

    :raises CardError: ANSWER_MALFORMED when it is cut short.
    """
    found: list[Simple] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise MalformedAnswerError("a tag without a length")
        tag, length = data[at], data[at + 1]
        at += 2
        if length == 0xFF or at + length > len(data):
            raise MalformedAnswerError(f"tag {tag:02X} of {length} bytes, {len(data) - at} left")
        found.append(Simple(tag, data[at : at + length]))
        at += length
    return tuple(found)


def one_simple(data: bytes, tag: int) -> bytes:
    """The value of the one record that ``data`` must be.

    :raises CardError: ANSWER_MALFORMED for another tag, more than one record, or none.
    """
    if len(data) >= 2 and data[0] == tag and data[1] == len(data) - 2 and data[1] != 0xFF:
        return data[2:]  # as it nearly always is
    records = decode_simple(data)
    if len(records) != 1 or records[0].tag != tag:
        got = ", ".join(f"{one.tag:02X}" for one in records) or "nothing"
        raise MalformedAnswerError(f"wanted tag {tag:02X}, got {got}")
    return records[0].value


def start_of_simple(data: bytes, tag: int, length: int) -> bytes:
    """The first ``length`` bytes of a record's value; less when the record is shorter.

    The record may be longer than ``data``: a card asked for less than the whole may cut its answer there.

    :raises CardError: ANSWER_MALFORMED for another tag, when fewer bytes came than the record has up to ``length``, or
        when more came than it has.
    """
    if len(data) < 2 or data[0] != tag or data[1] == 0xFF:
        raise MalformedAnswerError(f"wanted tag {tag:02X}, got {data[:1].hex().upper() or 'nothing'}")
    value = data[2 : 2 + min(length, data[1])]
    if not min(length, data[1]) <= len(data) - 2 <= data[1]:
        raise MalformedAnswerError(f"tag {tag:02X} of {data[1]} bytes, {len(data) - 2} came")
    return value


@dataclass(frozen=True)
class Ber:
    """One BER-TLV. :param tag: as it stands in the data, such as ``0x9F0C``. :param children: of a template."""

    tag: int
    value: bytes = field(repr=False)
    children: tuple[Ber, ...] = ()


def encode_ber(tag: int, value: bytes) -> bytes:
    """Tag of one to three bytes, shortest length of up to three, value.

    :raises ValueError: for a value over 65535 bytes.
    """
    size = len(value)
    if size > 0xFFFF:
        raise ValueError("does not fit a BER-TLV of a card")
    prefix = b"" if size < 0x80 else b"\x81" if size <= 0xFF else b"\x82"
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1) + prefix + size.to_bytes(2 if size > 0xFF else 1) + value


def decode_ber(data: bytes, depth: int = MAX_DEPTH) -> tuple[Ber, ...]:
    """Every object of ``data`` with what is inside its templates.

    :raises CardError: ANSWER_MALFORMED when it is cut short, of indefinite length, or nested deeper than ``depth``.
    """
    if depth == 0:
        raise MalformedAnswerError(f"templates nested deeper than {MAX_DEPTH}")
    found: list[Ber] = []
    at = 0
    while at < len(data):
        if data[at] in _FILLER:
            at += 1
            continue
        constructed = bool(data[at] & 0x20)
        tag, at = _ber_tag(data, at)
        length, at = _ber_length(data, at)
        if at + length > len(data):
            raise MalformedAnswerError(f"tag {tag:X} of {length} bytes, {len(data) - at} left")
        value = data[at : at + length]
        found.append(Ber(tag, value, decode_ber(value, depth - 1) if constructed else ()))
        at += length
    return tuple(found)


def _ber_tag(data: bytes, at: int) -> tuple[int, int]:
    """Tag and where it ends: 5 low bits set mean that more bytes follow while their high bit is set."""
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - at > 3:
        raise MalformedAnswerError("a tag cut short or over three bytes")
    return int.from_bytes(data[at:end]), end


def _ber_length(data: bytes, at: int) -> tuple[int, int]:
    """Length and where the value begins."""
    if at >= len(data):
        raise MalformedAnswerError("a tag without a length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= 2 or at + 1 + count > len(data):
        raise MalformedAnswerError("a length that is indefinite, cut short or over two bytes")
    return int.from_bytes(data[at + 1 : at + 1 + count]), at + 1 + count


def walk(nodes: Sequence[Ber]) -> Iterator[Ber]:
    """Every object, each before what is inside it."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def find(nodes: Sequence[Ber], tag: int) -> bytes | None:
    """Value of the first object with ``tag`` at any depth."""
    return next((node.value for node in walk(nodes) if node.tag == tag), None)
