"""gzip on the wire: worth it or not, whole or not, and never more than was allowed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.centre import packing
from terminal.centre.packing import PackedBadlyError, UnpackedTooLargeError, packed, unpacked

LIMIT = 1 << 16


@given(st.binary(max_size=4096))
def test_what_is_packed_comes_out_again(body: bytes) -> None:
    sent, fields = packed(body)
    assert bool(fields) == (len(body) >= packing.WORTH)
    assert unpacked({name.lower(): value for name, value in fields.items()}, sent, LIMIT) == body


@given(st.binary(max_size=600))
def test_bytes_that_only_call_themselves_gzip_are_refused(body: bytes) -> None:
    with pytest.raises(PackedBadlyError):
        unpacked({"content-encoding": "gzip"}, body, LIMIT)


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[:-9],
        lambda whole: whole + b"\0",
        lambda whole: whole + whole,
        lambda whole: whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:],
        lambda whole: zlib.compress(gzip.decompress(whole)),
    ],
    ids=["cut", "cut more", "something behind", "a second member", "wrong check sum", "zlib"],
)
def test_nothing_but_one_whole_member_is_taken(change: Callable[[bytes], bytes]) -> None:
    whole, _ = packed(bytes(2000))
    with pytest.raises(PackedBadlyError):
        unpacked({"content-encoding": "gzip"}, change(whole), LIMIT)


def test_a_bomb_ends_at_the_limit() -> None:
    inner, _ = packed(bytes(LIMIT))
    assert unpacked({"content-encoding": "gzip"}, inner, LIMIT) == bytes(LIMIT)
    with pytest.raises(UnpackedTooLargeError):
        unpacked({"content-encoding": "gzip"}, packed(bytes(LIMIT + 1))[0], LIMIT)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate", "x-gzip"])
def test_another_coding_is_refused(coding: str) -> None:
    with pytest.raises(PackedBadlyError):
        unpacked({"content-encoding": coding}, b"", LIMIT)


@pytest.mark.parametrize(
    ("field", "taken"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("", False), ("identity", False)],
)
def test_who_takes_gzip(field: str, taken: bool) -> None:
    assert packing.accepted(field) is taken
