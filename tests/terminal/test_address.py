"""What may stand in an address, in which one form, and how much of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import TerminalError, TerminalFault
from terminal.model.address import MOST, Address, mask, require, tidy

GOOD = "测试镇东风村三组18号"
HERE = "379999"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "测试街道幸福小区3号楼2单元501室",
        "测试镇𠮷村18号",  # beyond the basic plane
        "测试镇䶮村18号",  # in GB 18030, not in GBK
        "测试镇（东区）、18号",  # brackets and commas are full-width in Chinese
    ],
)
def test_what_is_written_so_stays_so(text: str) -> None:
    assert require(HERE, text, "sandbox") == Address(HERE, text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("测试镇东风村１８号Ａ座", "测试镇东风村18号A座"),
        ("  测试镇　　东风村 18 号 ", "测试镇 东风村 18 号"),
        ("测试镇Cafe\u0301村", "测试镇Café村"),
    ],
)
def test_what_looks_the_same_has_one_form(typed: str, kept: str) -> None:
    assert require(HERE, typed, "sandbox").text == kept


@pytest.mark.parametrize(
    ("region", "text", "fault"),
    [
        ("", GOOD, TerminalFault.REGION_UNKNOWN),
        ("37999", GOOD, TerminalFault.REGION_UNKNOWN),
        ("009999", GOOD, TerminalFault.REGION_UNKNOWN),
        ("３79999", GOOD, TerminalFault.REGION_UNKNOWN),
        (HERE, "东风村", TerminalFault.ADDRESS_LENGTH),
        (HERE, "，，，，，，", TerminalFault.ADDRESS_LENGTH),
        (HERE, "村" * (MOST + 1), TerminalFault.ADDRESS_LENGTH),
        (HERE, "测试镇\ue000东风村", TerminalFault.ADDRESS_CHARACTERS),  # private use, as ID readers give
        (HERE, "测试镇\u200b东风村", TerminalFault.ADDRESS_CHARACTERS),
        (HERE, "测试镇\n东风村", TerminalFault.ADDRESS_CHARACTERS),
        (HERE, "测试镇葛\U000e0100村", TerminalFault.ADDRESS_CHARACTERS),
        (HERE, "测试镇\ud842东风村", TerminalFault.ADDRESS_CHARACTERS),
    ],
)
def test_what_is_none_is_told_apart(region: str, text: str, fault: TerminalFault) -> None:
    with pytest.raises(TerminalError) as refused:
        require(region, text, "sandbox")
    assert refused.value.fault is fault
    assert GOOD not in str(refused.value)


def test_a_made_up_region_is_none_in_production() -> None:
    with pytest.raises(TerminalError) as refused:
        require(HERE, GOOD, "production")
    assert refused.value.fault is TerminalFault.REGION_UNKNOWN
    assert require("370181", GOOD, "production").region == "370181"


def test_the_characters_are_counted_not_their_bytes() -> None:
    assert require(HERE, "𠮷" * MOST, "sandbox").text == "𠮷" * MOST


@given(st.text(max_size=90))
def test_the_one_form_is_its_own_form(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    try:
        kept = require(HERE, text, "sandbox")
    except TerminalError:
        return
    assert require(HERE, kept.text, "sandbox") == kept
    kept.text.encode("gb18030")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (GOOD, "379999 测试镇****"),
        ("测试街道办事处幸福路18号", "379999 测试街道办事处****"),
        ("幸福路18号3单元501室", "379999 ****"),
    ],
)
def test_it_is_shown_to_the_township(text: str, shown: str) -> None:
    assert mask(Address(HERE, text)) == shown
    assert text not in repr(Address(HERE, text))
