"""One walk over every declared file: the examples, both ways, with every padding, and nothing declared twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardio import filetable
from cardio.errors import CardError, CardFault
from cardio.files import EF05, EF06, FILES, ElementaryFile, Example, Record, Structure
from cardio.tlv import encode_simple

RECORDS = [(ef, record) for ef in FILES for record in ef.records]


def examples() -> Iterator[Any]:
    for ef, record in RECORDS:
        for number, example in enumerate(record.examples):
            yield pytest.param(record, example, id=f"{ef.fid:04X}-{record.tag:02X}-{number}")


@pytest.mark.parametrize(("record", "example"), list(examples()))
def test_examples_both_ways(record: Record[Any], example: Example[Any]) -> None:
    raw = bytes.fromhex(example.raw)
    assert record.decode(encode_simple(record.tag, raw)) == example.value
    if example.written and example.value is not None:
        assert record.encode(example.value) == encode_simple(record.tag, raw)
    assert record.decode(record.encode(example.value)) == example.value


@pytest.mark.parametrize(("ef", "record"), RECORDS, ids=lambda one: one.key)
def test_every_record_has_examples_of_a_value_and_reads_every_blank(ef: ElementaryFile, record: Record[Any]) -> None:
    assert any(example.value is not None and example.written for example in record.examples)
    assert record.le == len(record.encode(None))
    for filler in (0x00, 0xFF):
        assert record.decode(encode_simple(record.tag, bytes([filler]) * record.codec.length)) is None


@pytest.mark.parametrize(("ef", "record"), RECORDS, ids=lambda one: one.key)
def test_answers_that_are_not_the_record(ef: ElementaryFile, record: Record[Any]) -> None:
    good = record.encode(next(example.value for example in record.examples if example.value is not None))
    wrong_tag = bytes((record.tag ^ 0x80,)) + good[1:]
    for answer in [good[:cut] for cut in range(len(good))] + [wrong_tag, good + b"\x00", good + good]:
        with pytest.raises(CardError) as caught:
            record.decode(answer)
        assert caught.value.fault is CardFault.ANSWER_MALFORMED
        assert good[2:].hex() not in str(caught.value).lower()


@pytest.mark.parametrize("ef", FILES, ids=lambda ef: ef.key)
def test_declarations_are_sound(ef: ElementaryFile) -> None:
    tags = [record.tag for record in ef.records]
    keys = [record.key for record in ef.records]
    assert len(set(tags)) == len(tags)
    assert len(set(keys)) == len(keys)
    assert ef.sfi == ef.fid & 0x1F
    assert set(ef.read) <= {1, 2, 3}
    assert (ef.structure is Structure.TRANSPARENT) == (ef.size is not None)


def test_sizes_are_those_of_the_standard() -> None:
    """64 and 91 bytes, as cards give the files whole by one command; generation 1 lacks the extension of the name."""
    assert sum(record.le for record in EF05.of(3)) == 64
    assert sum(record.le for record in EF06.of(3)) == 91
    assert sum(record.le for record in EF06.of(1)) == 91 - 22


def test_a_value_that_does_not_fit_has_its_fault() -> None:
    sex = next(record for record in EF06.records if record.key == "sex")
    with pytest.raises(CardError) as caught:
        sex.encode("12")
    assert caught.value.fault is CardFault.FIELD_UNWRITABLE


def test_the_table_in_the_documentation_is_fresh() -> None:
    """Made by ``python -m cardio.filetable``; every declared record stands in it."""
    path = Path(__file__).parents[2] / "docs" / "card-files.md"
    assert path.read_text("utf-8") == filetable.page()
    for _, record in RECORDS:
        assert record.title in filetable.page()
