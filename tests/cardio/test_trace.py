"""What the trace shows, and what it never can."""

from __future__ import annotations

import logging

import pytest

from cardio.apdu import Command
from cardio.channel import Channel
from cardio.errors import CardError, CardFault
from tests.support.scripted import ScriptedLink, Step

SECRET = "CA7A417E"


def traced(caplog: pytest.LogCaptureFixture, command: Command, *script: Step) -> str:
    caplog.set_level(logging.DEBUG, "cardio.trace")
    with ScriptedLink(script) as link, link.transaction():
        try:
            Channel(link).send(command, range(0x10000))
        except CardError as error:
            assert error.fault is CardFault.CARD_REMOVED
    return caplog.text


@pytest.mark.parametrize(
    "head", ["00200000", "805E0100", "84240001", "00DC0800", "04D60000", "00820004", "00880000", "80FA0000", "00D20000"]
)
def test_data_of_commands_are_a_number_of_bytes(caplog: pytest.LogCaptureFixture, head: str) -> None:
    cla, ins, p1, p2 = bytes.fromhex(head)
    text = traced(caplog, Command(cla, ins, p1, p2, bytes.fromhex(SECRET)), (f"{head}04{SECRET}", "63C2"))
    assert f"{head} Lc=04 (4 bytes) -> 63C2" in text
    assert SECRET not in text


@pytest.mark.parametrize("command", ["00B2080004", "00B0950A04", "0084000004", "80CA9F7904"])
def test_answers_are_a_number_of_bytes(caplog: pytest.LogCaptureFixture, command: str) -> None:
    text = traced(caplog, Command.decode(bytes.fromhex(command)), (command, SECRET + "9000"))
    assert f"{command[:8]} Le=04 -> (4 bytes) 9000" in text
    assert SECRET not in text


def test_get_response_shows_no_more_than_its_command(caplog: pytest.LogCaptureFixture) -> None:
    command = Command(0x00, 0x88, 0x00, 0x00, bytes.fromhex(SECRET), 8)
    text = traced(caplog, command, (f"0088000004{SECRET}", "6104"), ("00C0000004", SECRET + "9000"))
    assert SECRET not in text


def test_selection_is_shown_whole(caplog: pytest.LogCaptureFixture) -> None:
    command = Command(0x00, 0xA4, 0x04, 0x00, b"\xa0\x01", 256)
    text = traced(caplog, command, ("00A4040002A001", "6102"), ("00C0000002", "6F009000"))
    assert "00A40400 Lc=02 A001 -> 6102" in text
    assert "00C00000 Le=02 -> 6F00 9000" in text


def test_an_exchange_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    command = Command(0x00, 0x20, 0x00, 0x00, bytes.fromhex(SECRET))
    text = traced(caplog, command, (f"0020000004{SECRET}", CardFault.CARD_REMOVED))
    assert "00200000 Lc=04 (4 bytes) -> CARD_REMOVED" in text
    assert SECRET not in text
