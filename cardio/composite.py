"""Items made of items: the standard's constructed type ``B``, and the records of cyclic files (card.md §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cardio.answers import MalformedAnswerError
from cardio.codec import Codec, CodecError, within
from cardio.names import padding_stripped
from cardio.tlv import decode_simple, encode_simple

SEPARATOR = "^"
"""Between the parts in a text of the reader interface (card.md §6)."""

_BLANKS: Final = (0x00, 0x20, 0xFF)


@dataclass(frozen=True)
class Part:
    """:param tag: one byte; ``None`` in a cyclic record, whose parts stand side by side without tags."""

    key: str
    codec: Codec[Any]
    tag: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Composite:
    """Parts in order. The value is a mapping of the parts' words; blank when every part is.

    Either every part has a tag or none has.
    """

    parts: tuple[Part, ...]

    @property
    def kind(self) -> str:
        return "B" if self._tagged else "+".join(part.codec.kind for part in self.parts)

    @property
    def _tagged(self) -> bool:
        return self.parts[0].tag is not None

    @property
    def length(self) -> int:
        return sum(part.codec.length + (2 if self._tagged else 0) for part in self.parts)

    def decode(self, raw: bytes) -> Mapping[str, Any] | None:
        raw = within(raw, self.length)
        if not raw or (raw[0] in _BLANKS and raw.count(raw[0]) == len(raw)):
            return None
        pieces = self._by_tag(raw) if self._tagged else self._by_place(raw)
        values = {part.key: part.codec.decode(pieces.get(part.key, b"")) for part in self.parts}
        return None if all(value is None for value in values.values()) else values

    def _by_place(self, raw: bytes) -> dict[str, bytes]:
        if len(raw) != self.length:
            raise CodecError(f"{len(raw)} bytes for a record of {self.length}")
        pieces, at = {}, 0
        for part in self.parts:
            pieces[part.key] = raw[at : at + part.codec.length]
            at += part.codec.length
        return pieces

    def _by_tag(self, raw: bytes) -> dict[str, bytes]:
        """A part may be missing; one that is no part of this item is refused, and so is one that comes twice."""
        keys = {part.tag: part.key for part in self.parts}
        pieces: dict[str, bytes] = {}
        for piece in _pieces(raw, frozenset(tag for tag in keys if tag is not None)):
            key = keys.pop(piece[0], None)
            if key is None:
                raise CodecError(f"tag {piece[0]:02X} twice, or not of this item")
            pieces[key] = piece[1]
        return pieces

    def encode(self, value: Mapping[str, Any] | None) -> bytes:
        values = value or {}
        if unknown := values.keys() - {part.key for part in self.parts}:
            raise CodecError(f"no part {', '.join(sorted(unknown))}")
        raw = b"".join(self._encoded(part, values.get(part.key)) for part in self.parts)
        if any(each is not None for each in values.values()) and self.decode(raw) is None:
            raise CodecError("values that read as a blank together")
        return raw

    @staticmethod
    def _encoded(part: Part, value: object) -> bytes:
        raw = part.codec.encode(value)
        return raw if part.tag is None else encode_simple(part.tag, raw)

    def show(self, value: Mapping[str, Any] | None) -> str:
        if value is None:
            return ""
        return SEPARATOR.join(part.codec.show(value.get(part.key)) for part in self.parts)

    def parse(self, text: str) -> Mapping[str, Any] | None:
        if not text:
            return None
        texts = text.split(SEPARATOR)
        if len(texts) != len(self.parts):
            raise CodecError(f"{len(texts)} parts, not {len(self.parts)}")
        return {part.key: part.codec.parse(each) for part, each in zip(self.parts, texts, strict=True)}


def _pieces(raw: bytes, tags: frozenset[int]) -> list[tuple[int, bytes]]:
    """Tag and value of each part. What fills up a shorter item is no part of it: 00 and FF are no tags here."""
    at = 0
    while at + 2 <= len(raw) and raw[at] in tags:
        at += 2 + raw[at + 1]
    if at < len(raw) and not padding_stripped(raw[at:]):
        raw = raw[:at]
    try:
        return [(each.tag, each.value) for each in decode_simple(raw)]
    except MalformedAnswerError as error:
        raise CodecError(error.detail) from None
