"""Answers to reset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import atr
from cardio.errors import CardError, CardFault


@pytest.mark.parametrize(
    ("text", "history", "protocol"),
    [
        ("3B6D000000814A444686605199000001AC", "00814A444686605199000001AC", 0),
        ("3B6D0000008148424286535119000A671A", "008148424286535119000A671A", 0),
        ("3B6D00000081008843866533010114F199", "0081008843866533010114F199", 0),
        # Clock stop indicated by T=15, with a check byte at the end that is no historical byte.
        ("3BED0000801F0300814A444686605199000001AC5A", "00814A444686605199000001AC", 0),
        ("3BFD1300008131FE4500814A444686605199000001AC00", "00814A444686605199000001AC", 1),
        # Without contacts: T=0 and T=1 are both written, T=1 is meant.
        ("3B8D800100814A444686605199000001ACEC", "00814A444686605199000001AC", 1),
        ("3B00", "", 0),
    ],
)
def test_what_an_atr_says(text: str, history: str, protocol: int) -> None:
    parsed = atr.parse(bytes.fromhex(text))
    assert parsed.history == bytes.fromhex(history)
    assert parsed.protocol == protocol


@pytest.mark.parametrize(
    ("text", "contactless"),
    [
        ("3B8D800100814A444686605199000001ACEC", True),
        ("3B8D801F0300814A444686605199000001ACF1", False),  # a contact card that names T=0 and T=15
        ("3B6D000000814A444686605199000001AC", False),
    ],
)
def test_a_card_without_contacts_is_told_by_its_pattern(text: str, contactless: bool) -> None:
    assert atr.parse(bytes.fromhex(text)).contactless is contactless


@given(st.binary(max_size=40))
def test_any_bytes_are_an_atr_or_a_fault(data: bytes) -> None:
    try:
        parsed = atr.parse(data)
    except CardError as error:
        assert error.fault is CardFault.ANSWER_MALFORMED
    else:
        assert parsed.history in data
        assert parsed.protocol in (0, 1)


@pytest.mark.parametrize("length", range(17))
def test_an_atr_cut_short(length: int) -> None:
    with pytest.raises(CardError) as caught:
        atr.parse(bytes.fromhex("3B6D000000814A444686605199000001AC")[:length])
    assert caught.value.fault is CardFault.ANSWER_MALFORMED
