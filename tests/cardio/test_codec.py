"""Values as the chip writes them, and bytes that are no values."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.codec import An, CardId, Cn, Codec, CodecError, Day, Hex, NamePart

CODECS: list[Codec[Any]] = [
    An(4),
    An(9),
    Cn(1, exact=True),
    Cn(3),
    Day(),
    Hex(12),
    CardId(),
    NamePart(30),
]
PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)


@given(st.text(PRINTABLE, min_size=1, max_size=18))
def test_letters_come_back_from_any_padding(text: str) -> None:
    codec = An(18)
    raw = codec.encode(text)
    assert len(raw) == 18
    assert codec.decode(raw) == text
    for filler in (b"\x00", b"\x20", b"\xff"):
        assert codec.decode(text.encode().ljust(18, filler)) == text
    assert codec.decode(text.encode()) == text


@given(st.integers(1, 10**6 - 1).map(lambda number: f"{number:06d}"))
def test_digits_come_back(digits: str) -> None:
    if digits == "202020":
        return
    assert Cn(3).decode(Cn(3).encode(digits)) == digits


@given(st.integers(1, 999).map(str))
def test_odd_and_short_numbers_are_filled_up_with_nibble_f(digits: str) -> None:
    raw = Cn(3).encode(digits)
    assert raw.hex() == digits.ljust(6, "f")
    assert Cn(3).decode(raw) == digits


@given(st.dates())
def test_days_come_back(day: date) -> None:
    raw = Day().encode(day)
    assert len(raw) == 4
    assert Day().decode(raw) == day


@given(st.sampled_from(CODECS), st.binary(max_size=40))
def test_any_bytes_are_a_value_or_a_refusal(codec: Codec[Any], raw: bytes) -> None:
    try:
        value = codec.decode(raw)
    except CodecError as error:
        assert error.__cause__ is None
        return
    if value is not None:
        # What was read can be written again and means the same.
        assert codec.decode(codec.encode(value)) == value


@pytest.mark.parametrize("codec", CODECS, ids=repr)
@pytest.mark.parametrize("filler", [0x00, 0x20, 0xFF])
def test_every_padding_is_blank(codec: Codec[Any], filler: int) -> None:
    if isinstance(codec, Cn) and codec.length == 1 and filler == 0x20:
        assert codec.decode(b"\x20") == "20"  # 傈僳族
        return
    assert codec.decode(bytes([filler]) * codec.length) is None
    assert codec.decode(b"") is None


@pytest.mark.parametrize("codec", CODECS, ids=repr)
def test_blank_is_written_as_blank(codec: Codec[Any]) -> None:
    raw = codec.encode(None)
    assert len(raw) == codec.length
    assert codec.decode(raw) is None


@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        (Cn(3), "379999EEEE", "379999"),
        (Day(), "19810101EE", date(1981, 1, 1)),
        (An(4), "322E3030EEEEEE", "2.00"),
        (An(4), "322E30302020FF", "2.00"),
    ],
)
def test_an_item_in_the_room_of_a_longer_older_one(codec: Codec[Any], raw: str, value: object) -> None:
    assert codec.decode(bytes.fromhex(raw)) == value


def test_a_name_that_ends_in_ee_is_not_cut() -> None:
    raw = b"\xd5\xee" * 15
    assert NamePart(30).decode(raw) == raw


@pytest.mark.parametrize(
    ("codec", "raw"),
    [
        (An(4), "322E8030"),  # no character
        (An(4), "3200332E"),  # a hole
        (An(4), "322E303031"),  # too long
        (An(4), "322E3030EE31"),  # an older item's rest only begins with its filler
        (An(4), "322E303031EE"),  # or only ends with it
        (Cn(3), "37A999"),  # no digit
        (Cn(3), "F79999"),  # filler in front
        (Cn(1, exact=True), "1F"),
        (Day(), "20240230"),
        (Day(), "202405FF"),
        (Day(), "240506"),
        (Hex(12), "9156"),
        (CardId(), "379999D156"),
        (CardId(), "37999AD15600000500000001FFFFFFFF"),
        (CardId(), "379999D15600000500000001FFFFFFFF01"),
        (NamePart(4), "D5C5C8FDB7"),
    ],
)
def test_bytes_that_are_no_value(codec: Codec[Any], raw: str) -> None:
    with pytest.raises(CodecError) as caught:
        codec.decode(bytes.fromhex(raw))
    assert raw not in str(caught.value).upper()


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        (An(4), "2.000"),
        (An(4), "张"),
        (An(4), "2. "),
        (Cn(3), "37 9"),
        (Cn(3), "3799991"),
        (Cn(3), "000000"),
        (Cn(3), "３７"),
        (Cn(1, exact=True), "1"),
        (Hex(2), "12"),
        (Hex(2), "xy"),
        (Hex(2), "FFFF"),
        (CardId(), b"\x37"),
        (CardId(), b"\xff" * 16),
        (NamePart(2), b"123"),
    ],
)
def test_values_that_no_bytes_hold(codec: Codec[Any], value: object) -> None:
    with pytest.raises(CodecError):
        codec.encode(value)
