"""One walk over every declared file: the examples, both ways, with every padding, and nothing declared twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import filetable
from cardio.cardkeys import BY_CARD, KEYS, UNREACHABLE, UNTOLD
from cardio.codec import Codec, CodecError
from cardio.composite import Composite
from cardio.errors import CardError, CardFault
from cardio.files import (
    APPLICATIONS,
    BY_PATH,
    EF05,
    EF06,
    FILES,
    SSSE_APPLICATION,
    Content,
    ElementaryFile,
    Example,
    Need,
    Record,
    Structure,
)
from cardio.tlv import encode_simple

RECORDS = [pytest.param(ef, record, id=f"{ef.path}-{record.tag:02X}") for ef in FILES for record in ef.records]
CONTENTS = [pytest.param(ef, ef.content, id=ef.key) for ef in FILES if ef.content is not None]

SIZES = """
DF01EF05 20:02 21:50 0E:03 | DF01EF06 23:50 24:03 28:0F 2C:32 2D:0F | DF01EF07 29:01 | DF01EF08 2B:01
DF01EF09 2E:46 30:09 32:02 | DF01EF0A 37:03 38:02 39:04 | DF01EF15 2A:01 40:34x3
DF02EF05 42:03 41:03 43:6Cx2 44:65x2 | DF02EF06 4C:04 4B:05 4D:03 60:04 4F:06 50:03 3A:07
DF02EF09 55:10 56:46 96:04 97:03 | DF02EF15 99:10x4 0F:04 1F:03
DF03EF05 61:03 60:04 98:04 62:04 63:03 64:03 65:03 66:03
DF03EF06 45:14 46:02 47:02 48:01 49:01 67:04 6B:3C 4A:61x3 | DF03EF07 70:03 71:03 6E:04 6C:04 6F:04 73:04
DF03EF15 7A:03 7B:04 7C:04 | DF03EF16 51:03 5F:01 | DF03EF17 3B:14 3C:46 3D:01 3E:04 3F:3C
DF03EF18 74:03 75:03 76:01 77:04 78:04 | DF03EF19 79:27x4
DF04EF05 81:08 84:03 87:11 8C:01 80:04 8B:1D 8A:0F 83:09 86:09 89:09 7D:09 7E:09 7F:09 8D:09 8E:09 8F:01
DF04EF06 90:01 92:04 93:02 | DF07EF05 F0:02 F1:01 F2:04 F3:03 F4:04 | DF07EF06 F5:03 F6:04 F7:46 | DF07EF07 F8:04 F9:01
SSSEEF0D EA:0C EB:03 EC:01 ED:01
"""
"""Tags and sizes as the notice's tables print them, in their order; written down a second time, by another hand."""


def examples() -> Iterator[Any]:
    for ef in FILES:
        for record in ef.records:
            for number, example in enumerate(record.examples):
                yield pytest.param(record, example, id=f"{ef.path}-{record.tag:02X}-{number}")
        for number, example in enumerate(ef.content.examples if ef.content else ()):
            yield pytest.param(ef.content, example, id=f"{ef.key}-{number}")


def framed(place: Record[Any] | Content[Any], raw: bytes) -> bytes:
    return encode_simple(place.tag, raw) if isinstance(place, Record) else raw


@pytest.mark.parametrize(("place", "example"), list(examples()))
def test_examples_both_ways(place: Record[Any] | Content[Any], example: Example[Any]) -> None:
    raw = framed(place, bytes.fromhex(example.raw))
    assert place.decode(raw) == example.value
    if example.written and example.value is not None:
        assert place.encode(example.value) == raw
    assert place.decode(place.encode(example.value)) == example.value
    # As a text, too: what the reader interface hands to other programs comes back as the same value.
    codec = place.codec
    assert codec.parse(codec.show(example.value)) == example.value


@pytest.mark.parametrize("ef", FILES, ids=lambda ef: ef.path)
def test_every_file_tells_what_is_in_it_or_that_nobody_does(ef: ElementaryFile) -> None:
    for generation in ef.read:
        assert ef.content or bool(ef.of(generation)) != (generation in ef.untold)
    assert set(ef.untold) <= set(ef.read)


@pytest.mark.parametrize("ef", FILES, ids=lambda ef: ef.path)
def test_nothing_of_the_applications_is_told_for_generation_1(ef: ElementaryFile) -> None:
    """The tables of DF01 to DF07 are those of V2.0; the purse's own file is of no table."""
    if ef.application is not SSSE_APPLICATION and ef.structure is not Structure.INTERNAL and 1 in ef.read:
        assert 1 in ef.untold


@pytest.mark.parametrize(("ef", "record"), RECORDS)
def test_every_record_has_examples_of_a_value_and_reads_every_blank(ef: ElementaryFile, record: Record[Any]) -> None:
    assert any(example.value is not None and example.written for example in record.examples)
    assert record.le == len(record.encode(None))
    for filler in (0x00, 0xFF):
        assert record.decode(encode_simple(record.tag, bytes([filler]) * record.codec.length)) is None


@pytest.mark.parametrize(("ef", "content"), CONTENTS)
def test_every_content_has_a_value_and_a_blank(ef: ElementaryFile, content: Content[Any]) -> None:
    values = [example.value for example in content.examples]
    assert any(value is not None for value in values)
    assert None in values
    assert len(content.encode(None)) == content.codec.length == (ef.size or content.codec.length)


@pytest.mark.parametrize(("ef", "record"), RECORDS)
def test_answers_that_are_not_the_record(ef: ElementaryFile, record: Record[Any]) -> None:
    good = record.encode(next(example.value for example in record.examples if example.value is not None))
    wrong_tag = bytes((record.tag ^ 0x80,)) + good[1:]
    for answer in [good[:cut] for cut in range(len(good))] + [wrong_tag, good + b"\x00", good + good]:
        with pytest.raises(CardError) as caught:
            record.decode(answer)
        assert caught.value.fault is CardFault.ANSWER_MALFORMED
        assert good[2:].hex() not in str(caught.value).lower()


@pytest.mark.parametrize("ef", FILES, ids=lambda ef: f"{ef.path}-{ef.key}")
def test_declarations_are_sound(ef: ElementaryFile) -> None:
    tags = [record.tag for record in ef.records]
    keys = [record.key for record in ef.records]
    assert len(set(tags)) == len(tags)
    assert len(set(keys)) == len(keys)
    assert ef.sfi == ef.fid & 0x1F
    assert set(ef.read) <= {1, 2, 3}
    assert (ef.content is None) == (ef.structure is Structure.RECORDS)
    assert (ef.rows > 0) == (ef.structure is Structure.CYCLIC)
    assert not ef.records or ef.structure is Structure.RECORDS
    for rule in ef.read.values():
        assert (rule.key is not None) == (rule.need in {Need.KEY, Need.PIN_OR_KEY, Need.PIN_AND_KEY})
        assert rule.key is None or rule.key in KEYS
    assert ef.write in (*KEYS, BY_CARD, UNTOLD)


def test_an_item_with_two_possible_places_is_the_same_in_both() -> None:
    pairs = [(ef, record) for ef in FILES for record in ef.records if record.elsewhere]
    for ef, record in pairs:
        (other,) = (one for one in BY_PATH[record.elsewhere].records if one.tag == record.tag)
        assert (other.elsewhere, other.key, repr(other.codec)) == (ef.path, record.key, repr(record.codec))
    assert {(ef.path, record.tag) for ef, record in pairs} == {("DF02EF06", 0x60), ("DF03EF05", 0x60)}


def test_every_file_is_declared_once() -> None:
    places = [(ef.application.path, ef.fid) for ef in FILES]
    assert len(set(places)) == len(places)
    assert [BY_PATH[ef.path] for ef in FILES] == list(FILES)
    names = [application.name for application in APPLICATIONS if application.name]
    assert len(set(names)) == len(names)


def test_sizes_are_those_of_the_standard() -> None:
    """64 and 91 bytes, as cards give the files whole by one command; generation 1 lacks the extension of the name."""
    assert sum(record.le for record in EF05.of(3)) == 64
    assert sum(record.le for record in EF06.of(3)) == 91
    assert sum(record.le for record in EF06.of(1)) == 91 - 22
    for line in SIZES.replace("\n", "|").split("|"):
        path, *items = line.split() or ["SSSEEF05"]
        if items:
            declared = [
                f"{one.tag:02X}:{one.codec.length:02X}" + (f"x{one.count}" if one.count > 1 else "")
                for one in BY_PATH[path].records
            ]
            assert declared == items, path
    rows = {ef.path: (ef.content.codec.length, ef.rows) for ef in FILES if ef.content is not None and ef.rows}
    assert rows == {
        "DF02EF07": (0x55, 4),
        "DF02EF16": (0x12, 4),
        "DF04EF08": (0x1C, 30),
        "DF04EF15": (0x03, 8),
    }


CODECS: list[Codec[Any]] = [
    *{repr(record.codec): record.codec for ef in FILES for record in ef.records}.values(),
    *{repr(ef.content.codec): ef.content.codec for ef in FILES if ef.content is not None}.values(),
]


@given(st.sampled_from(CODECS), st.data())
def test_any_bytes_of_a_file_are_a_value_or_a_refusal(codec: Codec[Any], data: st.DataObject) -> None:
    raw = data.draw(st.binary(max_size=codec.length + 8) | st.binary(min_size=codec.length, max_size=codec.length))
    try:
        value = codec.decode(raw)
    except CodecError as error:
        assert not raw or len(raw) < 4 or raw.hex() not in str(error)
        return
    if value is not None:
        assert codec.decode(codec.encode(value)) == value


@given(st.sampled_from([codec for codec in CODECS if isinstance(codec, Composite)]), st.data())
def test_parts_come_back_alone_and_together(codec: Composite, data: st.DataObject) -> None:
    """Any choice of parts, each with one of the values its type can have."""
    values: Mapping[str, Any] = {
        part.key: data.draw(st.none() | _values(part.codec), label=part.key) for part in codec.parts
    }
    wanted = None if all(value is None for value in values.values()) else values
    assert codec.decode(codec.encode(values)) == wanted
    assert codec.decode(codec.encode(values) + b"\xee" * 3) == wanted


def _values(codec: Codec[Any]) -> st.SearchStrategy[Any]:
    return st.binary(min_size=codec.length, max_size=codec.length).map(lambda raw: _value(codec, raw))


def _value(codec: Codec[Any], raw: bytes) -> object:
    try:
        return codec.decode(bytes(0x31 + byte % 9 for byte in raw))
    except CodecError:
        return None


def test_a_value_that_does_not_fit_has_its_fault() -> None:
    sex = next(record for record in EF06.records if record.key == "sex")
    with pytest.raises(CardError) as caught:
        sex.encode("12")
    assert caught.value.fault is CardFault.FIELD_UNWRITABLE


def test_a_key_that_nobody_tells_is_refused() -> None:
    for key in (key for key in KEYS if key.p2 is None):
        with pytest.raises(CardError) as caught:
            _ = key.card_key
        assert caught.value.fault is CardFault.KEY_UNKNOWN
        assert key.name in str(caught.value)


def test_the_table_in_the_documentation_is_fresh() -> None:
    """Made by ``python -m cardio.filetable``; every declared file, record and key stands in it."""
    page = filetable.page()
    assert (Path(__file__).parents[2] / "docs" / "cards.md").read_text("utf-8") == page
    for ef in FILES:
        assert f"`{ef.key}`" in page
        for record in ef.records:
            assert f"| `{record.key}` | {record.title or '–'} | {record.codec.kind} | {record.codec.length} |" in page
    assert [(key.name, key.p2) for key in UNREACHABLE] == [("UK1DF05", 0x83), ("UK1DF06", 0x85), ("UK2DF06", 0x86)]
    assert all(f"| {key.name} | {key.p2:02X} | ? | ? | ? | {key.doubt} |" in page for key in UNREACHABLE if key.p2)
    for key in KEYS:
        assert f"\n| {key.name} | " in page
