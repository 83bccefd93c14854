"""Arguments and outputs of the reader interface, both ways; nothing that a caller passes crashes them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardio.codec import Text
from cardio.errors import CardError, CardFault
from cardio.interface33 import FUNCTIONS, Code, Refused, arguments
from cardio.interface33.arguments import CardInfo, FileAddress, Item
from cardio.interface33.errors import code_of, message, of_status
from cardio.interface33.outputs import encode, line
from cardio.interface33.transfer import shown

ITEMS = st.one_of(
    st.builds(Item, st.integers(0, 0xFF), st.one_of(st.none(), st.integers(1, 99))),
    st.builds(Item, st.none(), st.integers(100, 254)),
)
ADDRESSES = st.builds(
    FileAddress,
    st.one_of(st.just("SSSE"), st.integers(1, 0x1F).map(lambda number: f"DF{number:02X}")),
    st.integers(0, 0x1F).map(lambda number: 0xEF00 | number),
    st.lists(ITEMS, max_size=6, unique=True).map(tuple),
)
TEXTS = st.text(st.characters(exclude_characters="|$^\x00", codec="gb18030"), max_size=40)


@given(st.lists(ADDRESSES, min_size=1, max_size=4, unique_by=lambda address: address.name))
def test_a_file_address_is_read_as_it_is_written(addresses: list[FileAddress]) -> None:
    written = "".join(address.written() for address in addresses)
    assert arguments.file_addresses(written) == tuple(addresses)
    assert arguments.file_addresses(written.encode("gbk") + b"\x00") == tuple(addresses)


@given(st.binary(min_size=16, max_size=16), st.text("0123456789ABCX", max_size=9))
def test_card_information_is_read_as_it_is_written(card_id: bytes, number: str) -> None:
    info = CardInfo(card_id, number)
    assert arguments.card_info(info.written()) == info


@given(st.lists(TEXTS, min_size=1, max_size=6))
@example(["亅", "丗"])  # GBK 817C and 815E: their second bytes are | and ^
def test_fields_come_back_from_their_line(values: list[str]) -> None:
    out = bytes(encode(line(values), 20480))
    assert arguments.fields(out, len(values)) == values


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_data_mirror_the_address(rows: list[list[str]]) -> None:
    addresses = tuple(
        FileAddress("DF01", 0xEF05 + number, tuple(Item(0x20 + index) for index in range(len(row))))
        for number, row in enumerate(rows)
    )
    written = "".join(address.name + "|" + line(row) + "$" for address, row in zip(addresses, rows, strict=True))
    assert arguments.write_data(written, addresses) == tuple(tuple(row) for row in rows)
    with pytest.raises(Refused) as refused:
        arguments.write_data(written + "DF01EF1F|x|$", addresses)
    assert refused.value.code == Code.DATA


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", Code.DATA),
        ("DF01EF0A|37|", Code.DATA),  # without its end
        ("DF01EF0A|37$", Code.DATA),
        ("DF01EF0A|37|37|$", Code.DATA),
        ("DF01EF0A|37|$DF01EF0A|38|$", Code.DATA),
        ("df01ef0a|37|$", Code.DATA),
        ("DF00EF0A|37|$", Code.DATA),
        ("DF01EF20|37|$", Code.DATA),
        ("DF01EF0A|3X|$", Code.DATA),
        ("DF01EF0A|37:0|$", Code.DATA),
        ("DF01EF0A|37:100|$", Code.DATA),
        (b"\xff\xff", Code.DATA),
        ("DF01EF0A|37|$\x00$", Code.DATA),
        (None, Code.ARGUMENT),
        (7, Code.ARGUMENT),
        (["DF01EF0A"], Code.ARGUMENT),
    ],
)
def test_what_is_not_of_the_grammar_is_refused(written: object, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        arguments.file_addresses(written)
    assert refused.value.code == code


def test_one_file_only() -> None:
    with pytest.raises(Refused):
        arguments.file_addresses("DF01EF0A|37|$DF01EF15|2A|$", one=True)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: arguments.card_info("12|X|"), Code.CARD_ID_FORMAT),
        (lambda: arguments.card_info("G" * 32 + "|X|"), Code.CARD_ID_FORMAT),
        (lambda: arguments.card_info("0" * 32 + "|X"), Code.DATA),
        (lambda: arguments.card_info("0" * 32 + "|ABCDEFGHIJ|"), Code.DATA),
        (lambda: arguments.pair("0" * 31), Code.OPERAND_LENGTH),
        (lambda: arguments.pair("0" * 30 + "xy"), Code.OPERAND_CHARACTERS),
        (lambda: arguments.pair("٠" * 32), Code.OPERAND_CHARACTERS),
        (lambda: arguments.basic_key("0" * 32), Code.DATA),
        (lambda: arguments.basic_key("0" * 32 + "|" + "1" * 30 + "|"), Code.OPERAND_LENGTH),
        (lambda: arguments.command("842400000400000000", bytes.fromhex("842400010C"), (4,)), Code.DATA),
        (lambda: arguments.command("8424000004000000", bytes.fromhex("8424000004"), (4,)), Code.OPERAND_LENGTH),
        (lambda: arguments.link_kind(0), Code.ARGUMENT),
        (lambda: arguments.link_kind(True), Code.ARGUMENT),
        (lambda: arguments.link_kind("1"), Code.ARGUMENT),
        (lambda: arguments.auth_kind(3), Code.ARGUMENT),
        (lambda: arguments.payment("1|2|20240506070809|"), Code.DATA),
        (lambda: arguments.payment("3|1+2|2024|"), Code.DATA),
    ],
)
def test_each_argument_has_its_code(call: object, code: Code) -> None:
    assert callable(call)
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.code == code


def test_a_command_may_come_with_its_header_or_without() -> None:
    head = bytes.fromhex("8424000004")
    assert arguments.command("8424000004A2F5D254", head, (4,)) == bytes.fromhex("A2F5D254")
    assert arguments.command("A2F5D254", head, (4,)) == bytes.fromhex("A2F5D254")


def test_an_output_never_passes_its_buffer() -> None:
    assert len(encode("x" * 511, 512)) == 511
    with pytest.raises(Refused) as refused:
        encode("x" * 512, 512)
    assert refused.value.code == Code.ARGUMENT
    with pytest.raises(Refused):
        encode("汉" * 256, 512)


@pytest.mark.parametrize("mark", ["|", "$", "\x00"])
def test_what_a_card_holds_never_becomes_a_field(mark: str) -> None:
    with pytest.raises(Refused) as refused:
        line([f"1{mark}2"])
    assert refused.value.code == Code.CHECKSUM
    with pytest.raises(Refused) as refused:
        shown(Text(9), f"1{mark}2")
    assert refused.value.code == Code.CHECKSUM


def test_every_fault_of_the_driver_has_a_code() -> None:
    for fault in CardFault:
        assert code_of(CardError(fault)) < 0
        assert message(code_of(CardError(fault)))


@pytest.mark.parametrize(
    ("sw", "code"),
    [
        (0x63C0, -25536), (0x63C1, -25537), (0x63C2, -25538), (0x6700, -26368), (0x6901, -26881), (0x6981, -27009),
        (0x6982, -27010), (0x6983, -27011), (0x6984, -27012), (0x6985, -27013), (0x6988, -27016), (0x6A80, -27264),
        (0x6A81, -27265), (0x6A82, -27266), (0x6A83, -27267), (0x6A88, -27272), (0x9302, -37634), (0x9303, -37635),
        (0x9403, -37891), (0x9406, -37894),
    ],
)  # fmt: skip
def test_status_words_by_the_standards_list(sw: int, code: int) -> None:
    assert of_status(sw) == code
    assert code_of(CardError(CardFault.STATUS_UNEXPECTED, sw=sw)) == code


def test_the_functions_are_those_of_the_standard() -> None:
    assert {name: function.buffer for name, function in FUNCTIONS.items()} == {
        "iReadCardBas": 1024, "iReadCard": 20480, "iWriteCard": 1024, "iVerifyPIN": 512, "iChangePIN": 512,
        "iReloadPIN": 512, "iUnblockPIN": 512, "iDoDebit": 512, "iReadDebitRecord": 2048,
        "iReadCardBas_HSM_Step1": 1024, "iReadCardBas_HSM_Step2": 1024,
        "iReadCard_HSM_Step1": 1024, "iReadCard_HSM_Step2": 20480,
        "iWriteCard_HSM_Step1": 1024, "iWriteCard_HSM_Step2": 1024,
        "iReloadPIN_HSM_Step1": 512, "iReloadPIN_HSM_Step2": 1024, "iReloadPIN_HSM_Step3": 1024,
        "iUnblockPIN_HSM_Step1": 512, "iUnblockPIN_HSM_Step2": 1024, "iUnblockPIN_HSM_Step3": 1024,
        "iDoDebit_HSM_Step1": 512, "iDoDebit_HSM_Step2": 1024,
    }  # fmt: skip
