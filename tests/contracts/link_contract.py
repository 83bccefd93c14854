"""What every link promises. The suite runs at three heights: a script, the simulator in process, and the simulator
behind vpcd, a real pcscd and the real pyscard."""

from __future__ import annotations

from typing import Protocol

import pytest

from cardio.errors import CardError, CardFault
from cardio.link import Link
from cardio.simulator.personas import THIRD

SSSE = "7378312E73682EC9E7BBE1B1A3D5CF"
ATR = b"\x3b\x6d\x00\x00" + THIRD.history

CARD_ID = "0110" + THIRD.card_id.hex().upper()
FCI = f"6F1C840F{SSSE}A50988011E9F0C03860103"

# One conversation over T=0: command, data, status word.
CONVERSATION = [
    (f"00A404000F{SSSE}", "", 0x611E),
    ("00C000001E", FCI, 0x9000),
    ("00A4020002EF05", "", 0x9000),
    ("00B2010000", "", 0x6C12),  # a wrong Le is not followed here
    ("00B2010012", CARD_ID, 0x9000),
    ("00B24E0016", "", 0x6A83),
    ("00200000", "", 0x63C6),
    ("00A4020002EF06", "", 0x9000),
    ("00B2080014", "", 0x6982),
    ("FFA4000000", "", 0x6E00),
]
READ_WITHOUT_FILE = "00B2010012"


class Bench(Protocol):
    """A link to THIRD, and a hand at the card."""

    link: Link
    reader: str

    def pull(self) -> None:
        """Before the next command."""
        ...

    def pull_in_mid_command(self, command: bytes) -> CardError:
        """Send ``command`` and pull the card while the card works on it; gives what the link raised."""
        ...


class LinkContract:
    """Subclasses give a fixture ``bench``."""

    def test_it_names_reader_and_card(self, bench: Bench) -> None:
        assert bench.link.reader == bench.reader
        assert bench.link.atr == ATR

    def test_it_gives_data_and_status_exactly_as_sent(self, bench: Bench) -> None:
        with bench.link.transaction():
            for command, data, sw in CONVERSATION:
                assert bench.link.transmit(bytes.fromhex(command)) == (bytes.fromhex(data), sw), command

    def test_transactions_follow_each_other_on_the_same_card(self, bench: Bench) -> None:
        with bench.link.transaction():
            bench.link.transmit(bytes.fromhex(CONVERSATION[0][0]))
        with bench.link.transaction():
            assert bench.link.transmit(bytes.fromhex("00A4020002EF05")) == (b"", 0x9000)

    def test_a_fault_within_a_transaction_ends_it(self, bench: Bench) -> None:
        with pytest.raises(KeyError), bench.link.transaction():
            raise KeyError("a mistake of the flow")
        with bench.link.transaction():
            assert bench.link.transmit(bytes.fromhex(CONVERSATION[0][0]))[1] == 0x611E

    def test_a_reset_makes_the_card_forget(self, bench: Bench) -> None:
        with bench.link.transaction():
            for command, _, _ in CONVERSATION[:3]:
                bench.link.transmit(bytes.fromhex(command))
        bench.link.reset()
        with bench.link.transaction():
            assert bench.link.transmit(bytes.fromhex(READ_WITHOUT_FILE)) == (b"", 0x6986)

    def test_a_pulled_card_is_told_at_the_next_command(self, bench: Bench) -> None:
        with pytest.raises(CardError) as error, bench.link.transaction():
            bench.link.transmit(bytes.fromhex(CONVERSATION[0][0]))
            bench.pull()
            bench.link.transmit(bytes.fromhex("00A4020002EF05"))
        assert error.value.fault is CardFault.CARD_REMOVED

    def test_a_card_pulled_in_mid_command(self, bench: Bench) -> None:
        error = bench.pull_in_mid_command(bytes.fromhex(CONVERSATION[0][0]))
        assert error.fault is CardFault.CARD_REMOVED
        assert error.sw is None  # the outcome is unknown

    def test_close_is_safe_twice(self, bench: Bench) -> None:
        bench.link.close()
        bench.link.close()
