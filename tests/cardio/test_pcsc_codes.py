"""Causes of PC/SC errors, the protocol from the ATR, the shape of commands, and PC/SC missing altogether."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cardio.errors import CardFault
from cardio.pcsc_codes import ON_CONNECT, ON_LINK, failure
from cardio.protocol import Protocol, offered, on_wire

CASES = [
    # code, before there is a link, on a link
    (0x8010001D, CardFault.SERVICE_STOPPED, CardFault.SERVICE_STOPPED),
    (0x8010001E, CardFault.SERVICE_STOPPED, CardFault.SERVICE_STOPPED),
    (0x80100003, CardFault.SERVICE_STOPPED, CardFault.SERVICE_STOPPED),
    (0x8010006A, CardFault.SERVICE_STOPPED, CardFault.SERVICE_STOPPED),
    (0x8010000B, CardFault.READER_BUSY, CardFault.READER_BUSY),
    (0x80100016, CardFault.CARD_REMOVED, CardFault.CARD_REMOVED),
    (0x80100069, CardFault.CARD_REMOVED, CardFault.CARD_REMOVED),
    (0x80100066, CardFault.CARD_MUTE, CardFault.CARD_MUTE),
    (0x80100067, CardFault.CARD_MUTE, CardFault.CARD_MUTE),
    (0x80100068, CardFault.CARD_RESET, CardFault.CARD_RESET),
    (0x8010000C, CardFault.NO_CARD, CardFault.CARD_REMOVED),
    (0x80100009, CardFault.READER_UNKNOWN, CardFault.READER_GONE),
    (0x80100017, CardFault.READER_UNKNOWN, CardFault.READER_GONE),
    (0x8010002E, CardFault.READER_UNKNOWN, CardFault.READER_GONE),
    (0x80100001, CardFault.READER_OTHER, CardFault.READER_OTHER),
    (0x00000057, CardFault.READER_OTHER, CardFault.READER_OTHER),
]


@pytest.mark.parametrize(("code", "before", "after"), CASES)
def test_every_code_has_its_cause(code: int, before: CardFault, after: CardFault) -> None:
    signed = code - (1 << 32) if code >> 31 else code  # as Windows gives them
    for number in (code, signed):
        assert failure(ON_CONNECT, number, "x").fault is before
        assert failure(ON_LINK, number, "x").fault is after
        assert failure(ON_LINK, number, "x").detail == f"x: {code:08X}"


@pytest.mark.parametrize(
    ("atr", "first"),
    [
        ("3B6D000000814A444686605199000001AC", Protocol.T0),  # the recorded generation 3 card
        ("3B9F95801FC78031E073FE211B63E207A8830F900088", Protocol.T0),  # T=0, then T=15
        ("3B8180018080", Protocol.T1),  # made by a contactless reader: says T=0 and means T=1
        ("3BB0110001", Protocol.T1),  # T=1 alone
        ("3BF0", Protocol.T0),  # cut short
        ("", Protocol.T0),
    ],
)
def test_the_atr_decides_the_protocol(atr: str, first: Protocol) -> None:
    order = offered(bytes.fromhex(atr))
    assert order[0] is first
    assert set(order) == set(Protocol)


@pytest.mark.parametrize(
    ("apdu", "wire"),
    [
        ("00200000", "0020000000"),
        ("0084000008", "0084000008"),
        ("00A4020002EF05", "00A4020002EF05"),
        ("00A4020002EF0500", "00A4020002EF05"),
        ("0020000000", "0020000000"),
    ],
)
def test_over_t0_a_command_has_a_five_byte_header_and_no_second_length(apdu: str, wire: str) -> None:
    assert bytes(on_wire(Protocol.T0, bytes.fromhex(apdu))) == bytes.fromhex(wire)
    assert bytes(on_wire(Protocol.T1, bytes.fromhex(apdu))) == bytes.fromhex(apdu)


SCRIPT = """
from cardio.errors import CardError
from cardio.pcsc import PcscReaders
readers = PcscReaders()
for call in (readers.snapshot, lambda: readers.wait((), 1), lambda: readers.connect("x")):
    try:
        call()
    except CardError as error:
        print(error.fault.name)
readers.cancel()
readers.close()
"""


MISSING = """
import sys
sys.modules["smartcard"] = None
from cardio.errors import CardError
from cardio.reader_support import pcsc_readers
readers = pcsc_readers()
for call in (readers.snapshot, lambda: readers.wait((), 1), lambda: readers.connect("x")):
    try:
        call()
    except CardError as error:
        print(error.fault.name)
readers.cancel()
readers.close()
"""


def test_without_reader_support_every_call_says_so() -> None:
    done = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["SUPPORT_MISSING"] * 3


def test_without_a_service_every_call_says_so() -> None:
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": "/nonexistent/pcscd.comm"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["SERVICE_STOPPED"] * 3
