"""Names over two records of the chip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import names
from cardio.errors import CardError, CardFault

# Everything of two bytes in GB 18030 that is an ideograph, with the characters that Python keeps in the private area.
IDEOGRAPHS = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    st.sampled_from("䶮·\u9fb4\u9fbb\U00020087\U000241fe"),
)
NAMES = st.text(st.one_of(IDEOGRAPHS, st.sampled_from("ABCxyz.- 　")), min_size=1, max_size=25).filter(
    lambda name: name == name.strip() and "  " not in name
)


@given(NAMES)
def test_names_come_back(name: str) -> None:
    first, extension = names.encode(name, extension=True)
    assert (len(first), len(extension)) == (30, 20)
    assert names.decode(first, extension if any(extension) else None) == name


@given(NAMES.filter(lambda name: len(name) <= 15), st.sampled_from([b"\x00", b"\x20", b"\xff"]))
def test_any_padding_comes_off(name: str, filler: bytes) -> None:
    first, _ = names.encode(name, extension=False)
    padded = names.padding_stripped(first).ljust(30, filler)
    assert names.decode(padded, None) == name


def test_a_character_across_the_two_records() -> None:
    name = "A" + "买" * 20
    first, extension = names.encode(name, extension=True)
    assert first[-1:] == "买".encode("gbk")[:1]
    assert names.decode(first, extension) == name


@pytest.mark.parametrize("filler", [b"\x00", b"\x20", b"\xff"])
def test_padding_of_the_first_part_before_an_extension(filler: bytes) -> None:
    """Some issuers begin the extension at a whole character."""
    assert names.decode("阿依古丽".encode("gbk").ljust(30, filler), "买买提".encode("gbk").ljust(20, filler)) == (
        "阿依古丽买买提"
    )


def test_a_space_on_the_border_belongs_to_the_name() -> None:
    name = "ABCDEFGHIJKLMNOPQRSTUVWXYZABC DEF"
    assert len("ABCDEFGHIJKLMNOPQRSTUVWXYZABC ") == names.FIRST_LENGTH
    assert names.decode(*names.encode(name, extension=True)) == name


def test_a_space_within_the_first_part_is_padding_before_an_extension() -> None:
    """Only at the border, behind 30 bytes, can it be one of the name's."""
    assert names.decode(b"ABC ".ljust(30, b"\x00"), b"DEF".ljust(20, b"\x00")) == "ABCDEF"


def test_the_middle_dot() -> None:
    first, _ = names.encode("阿依古丽·买提", extension=True)
    assert b"\xa1\xa4" in first
    assert names.decode(first, None) == "阿依古丽·买提"


def test_full_width_spaces_are_kept_inside_and_dropped_outside() -> None:
    assert names.decode("王　伟　".encode("gb18030"), None) == "王　伟"


def test_names_of_generations_to_come_are_read() -> None:
    """Four-byte characters are read though never written."""
    assert names.decode("王\U00020bb7".encode("gb18030"), None) == "王\U00020bb7"


def test_blank() -> None:
    assert names.decode(None, None) is None
    assert names.decode("　　".encode("gb18030"), None) is None


@pytest.mark.parametrize(
    "first",
    [b"\xd5", b"\xd5\x01", b"\x80\x80", b"AB\x00CD", b"A\x07", b"\xaa\xa1", b"\x84\x31\xa4\x37"],
    ids=["half", "no trail byte", "no lead byte", "hole", "bell", "private", "replacement"],
)
def test_bytes_that_are_no_name(first: bytes) -> None:
    with pytest.raises(names.NameUndecodableError) as caught:
        names.decode(first, None)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)  # which would carry the bytes


def test_an_extension_alone_is_no_name() -> None:
    with pytest.raises(names.NameUndecodableError):
        names.decode(None, b"\xc8\xfd")


@given(st.one_of(st.none(), st.binary(max_size=30)), st.one_of(st.none(), st.binary(max_size=20)))
def test_any_bytes_are_a_name_or_a_refusal(first: bytes | None, extension: bytes | None) -> None:
    try:
        name = names.decode(first, extension)
    except names.NameUndecodableError:
        return
    assert name is None or name == name.strip() != ""


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("", True),
        ("王\U00020bb7", True),  # beyond GBK
        ("王\u0000", True),
        ("王\ue000", True),  # private use
        ("王\ud800", True),
        (" 王", True),
        ("王　", True),
        ("A  B", True),
        ("买" * 26, True),
        ("买" * 16, False),
    ],
)
def test_names_the_chip_cannot_hold(name: str, extension: bool) -> None:
    with pytest.raises(CardError) as caught:
        names.encode(name, extension=extension)
    assert caught.value.fault is CardFault.NAME_UNWRITABLE
    assert not name or name not in str(caught.value)
