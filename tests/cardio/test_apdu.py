"""Commands, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.apdu import Command
from cardio.errors import CardError, CardFault

BYTE = st.integers(0, 255)
COMMANDS = st.builds(
    Command,
    BYTE,
    BYTE,
    BYTE,
    BYTE,
    st.binary(max_size=255),
    st.one_of(st.none(), st.integers(min_value=1, max_value=256)),
)


@pytest.mark.parametrize(
    ("command", "case", "apdu"),
    [
        (Command(0x80, 0x10, 0, 0), 1, "80100000"),
        (Command(0x00, 0x84, 0, 0, le=8), 2, "0084000008"),
        (Command(0x00, 0xB2, 1, 0x14, le=256), 2, "00B2011400"),
        (Command(0x00, 0xA4, 2, 0, b"\xef\x05"), 3, "00A4020002EF05"),
        (Command(0x00, 0xA4, 4, 0, b"\xa0\x01", 256), 4, "00A4040002A00100"),
        (Command(0x00, 0xD6, 0, 0, bytes(255)), 3, "00D60000FF" + "00" * 255),
    ],
)
def test_the_four_cases(command: Command, case: int, apdu: str) -> None:
    assert command.case == case
    assert command.encode() == bytes.fromhex(apdu)
    assert Command.decode(bytes.fromhex(apdu)) == command
    assert command.head == apdu[:8]


@given(COMMANDS)
def test_every_command_comes_back(command: Command) -> None:
    apdu = bytes(command.encode())
    assert 4 <= len(apdu) <= 261
    assert Command.decode(apdu) == command


@given(st.binary(max_size=300))
def test_any_bytes_are_one_command_or_a_fault(apdu: bytes) -> None:
    try:
        command = Command.decode(apdu)
    except CardError as error:
        assert error.fault is CardFault.COMMAND_MALFORMED
    else:
        assert command.encode() == apdu


@pytest.mark.parametrize("apdu", ["", "00A404", "00A4040000A0", "00A4040003A000", "00A4040001A00000", "00B0000000000A"])
def test_what_is_no_short_command(apdu: str) -> None:
    with pytest.raises(CardError) as caught:
        Command.decode(bytes.fromhex(apdu))
    assert caught.value.fault is CardFault.COMMAND_MALFORMED


@pytest.mark.parametrize(
    "parts", [(256, 0, 0, 0), (0, -1, 0, 0), (0, 0, 0, 0, bytes(256)), (0, 0, 0, 0, b"", 0), (0, 0, 0, 0, b"", 257)]
)
def test_values_out_of_range(parts: tuple[int, int, int, int]) -> None:
    with pytest.raises(CardError) as caught:
        Command(*parts)
    assert caught.value.fault is CardFault.COMMAND_MALFORMED


def test_data_is_not_in_the_repr() -> None:
    assert "abc" not in repr(Command(0, 0x20, 0, 0, b"abc"))
