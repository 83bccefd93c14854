"""Simple TLV and BER-TLV, both ways, and against bytes that are neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import tlv
from cardio.errors import CardError, CardFault

GEN1_FCI = bytes.fromhex("6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388010B")
GEN3_FCI = bytes.fromhex("6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50988011E9F0C03860103")

PRIMITIVE_TAGS = st.sampled_from([0x01, 0x50, 0x5A, 0x84, 0x88, 0x9F0C, 0x5F24, 0xDF8101])
TEMPLATE_TAGS = st.sampled_from([0x61, 0x6F, 0x70, 0xA5, 0xBF0C])


def malformed(data: bytes) -> None:
    with pytest.raises(CardError) as caught:
        tlv.decode_ber(data)
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=254)), max_size=6))
def test_simple_records_come_back(records: list[tuple[int, bytes]]) -> None:
    data = b"".join(tlv.encode_simple(tag, value) for tag, value in records)
    assert [(one.tag, one.value) for one in tlv.decode_simple(data)] == records


@pytest.mark.parametrize("tag", [0x1F, 0x3F, 0x5F, 0x7F])
def test_tags_that_ber_would_continue_are_one_byte_in_records(tag: int) -> None:
    assert tlv.one_simple(bytes((tag, 1, 0x55)), tag) == b"\x55"


@pytest.mark.parametrize("data", ["01", "0102AA", "01FF", "08", "0101AA02"])
def test_simple_records_cut_short(data: str) -> None:
    with pytest.raises(CardError) as caught:
        tlv.decode_simple(bytes.fromhex(data))
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@pytest.mark.parametrize(("length", "whole"), [(0xFE, True), (0xFF, False)])
def test_ff_is_no_length_though_so_many_bytes_follow(length: int, whole: bool) -> None:
    for read in (tlv.decode_simple, lambda data: tlv.one_simple(data, 0x01)):
        data = bytes((0x01, length)) + bytes(length)
        if whole:
            assert read(data)
        else:
            with pytest.raises(CardError) as caught:
                read(data)
            assert caught.value.fault is CardFault.ANSWER_MALFORMED


@pytest.mark.parametrize("data", ["", "0201AA", "0101AA0101BB", "0101AA00"])
def test_one_record_is_exactly_one_with_its_tag(data: str) -> None:
    with pytest.raises(CardError) as caught:
        tlv.one_simple(bytes.fromhex(data), 0x01)
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@pytest.mark.parametrize(("tag", "value"), [(256, b""), (-1, b""), (1, bytes(255))])
def test_what_no_simple_record_holds(tag: int, value: bytes) -> None:
    with pytest.raises(ValueError, match="simple"):
        tlv.encode_simple(tag, value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("07 09 443231343335363958", "443231343335363958"),
        ("07 0F 443231343335363958", "443231343335363958"),  # a longer record, cut by the card at Le
        ("07 0F 443231343335363958 202020202020", "443231343335363958"),
        ("07 02 4432", "4432"),  # a shorter record
        ("07 00", ""),
    ],
)
def test_the_start_of_a_record_that_may_be_longer(data: str, value: str) -> None:
    assert tlv.start_of_simple(bytes.fromhex(data), 0x07, 9) == bytes.fromhex(value)


@pytest.mark.parametrize("data", ["", "07", "08 09 443231343335363958", "07 09 4432", "07 0F 4432", "07 FF 44"])
def test_a_start_that_did_not_come_whole(data: str) -> None:
    with pytest.raises(CardError) as caught:
        tlv.start_of_simple(bytes.fromhex(data), 0x07, 9)
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


@given(st.binary(max_size=20))
def test_any_bytes_have_a_start_or_a_fault(data: bytes) -> None:
    try:
        assert len(tlv.start_of_simple(data, 0x07, 9)) <= 9
    except CardError as error:
        assert error.fault is CardFault.ANSWER_MALFORMED


def test_fci_of_real_cards() -> None:
    first, third = tlv.decode_ber(GEN1_FCI), tlv.decode_ber(GEN3_FCI)
    assert tlv.find(first, 0x88) == b"\x0b"
    assert tlv.find(first, 0x9F0C) is None
    assert tlv.find(third, 0x84) == b"sx1.sh." + "社会保障".encode("gbk")
    assert tlv.find(third, 0x88) == b"\x1e"
    assert tlv.find(third, 0x9F0C) == bytes.fromhex("860103")


def ber_trees(depth: int = 3) -> st.SearchStrategy[bytes]:
    leaf = st.builds(tlv.encode_ber, PRIMITIVE_TAGS, st.binary(max_size=300))
    if depth == 0:
        return leaf
    inner = st.lists(ber_trees(depth - 1), max_size=3).map(b"".join)
    return st.one_of(leaf, st.builds(tlv.encode_ber, TEMPLATE_TAGS, inner))


def rebuilt(node: tlv.Ber) -> bytes:
    return tlv.encode_ber(node.tag, b"".join(map(rebuilt, node.children)) if node.children else node.value)


@given(st.lists(ber_trees(), max_size=3).map(b"".join))
def test_ber_trees_come_back(data: bytes) -> None:
    assert b"".join(map(rebuilt, tlv.decode_ber(data))) == data


@given(PRIMITIVE_TAGS, st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF]))
def test_ber_lengths(tag: int, size: int) -> None:
    (node,) = tlv.decode_ber(tlv.encode_ber(tag, bytes(size)))
    assert (node.tag, len(node.value)) == (tag, size)


@given(st.binary(max_size=80))
def test_any_bytes_are_ber_or_a_fault(data: bytes) -> None:
    try:
        nodes = tlv.decode_ber(data)
    except CardError as error:
        assert error.fault is CardFault.ANSWER_MALFORMED
    else:
        assert sum(len(node.value) for node in nodes) <= len(data)


@pytest.mark.parametrize("cut", range(1, len(GEN3_FCI)))
def test_an_fci_cut_anywhere_is_a_fault(cut: int) -> None:
    malformed(GEN3_FCI[:cut])


@pytest.mark.parametrize("data", ["6F80", "6F83000001AA", "6F8401", "9F", "9F8181810100", "5A", "5A82", "5A8201"])
def test_ber_that_is_none(data: str) -> None:
    malformed(bytes.fromhex(data))


def test_filler_between_objects_is_passed_over() -> None:
    assert [node.tag for node in tlv.decode_ber(bytes.fromhex("0000 8801 0B FFFF 5A01 12 00"))] == [0x88, 0x5A]


def test_nesting_has_an_end() -> None:
    data = b"\x5a\x01\x99"
    for _ in range(tlv.MAX_DEPTH - 1):
        data = tlv.encode_ber(0x70, data)
    assert tlv.find(tlv.decode_ber(data), 0x5A) == b"\x99"
    malformed(tlv.encode_ber(0x70, data))


def test_what_no_ber_object_holds() -> None:
    with pytest.raises(ValueError, match="BER"):
        tlv.encode_ber(0x5A, bytes(0x10000))


def test_values_are_not_in_the_repr() -> None:
    assert "secret" not in repr(tlv.Simple(1, b"secret")) + repr(tlv.Ber(1, b"secret"))
