"""The simulated PSAM against card.md §4.2, by table and without the driver; keys by its own commands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio.keysource import IRK, PUK, RK_SSSE, STK, Algorithm
from cardio.simulator.card import CardGone
from cardio.simulator.psam import PsamContents, SimulatedPsam

SX1, SX2 = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "00A404000F7378322E73682EC9E7BBE1B1A3D5CF"
DF01 = "00A4040006D15600000590"
BEGIN = "BFEC00000137"
CITY, PROVINCE, CARD = "3337303130307378", "3337303030307368", "8649370100000001"
FACTOR, RAW = "1122334455667788", "0102030405060708"
DES, SM4 = [SX1, DF01, BEGIN], [SX2, DF01, BEGIN]
IRK_DES = f"BFDE670820{CARD}{CITY}{PROVINCE}{FACTOR}"
IRK_SM4 = f"BFDE670828{CARD}{CITY}{PROVINCE}{FACTOR}0000000000000000"


class Hand:
    def __init__(self, contents: PsamContents | None = None, *, t0: bool = False) -> None:
        self.psam = SimulatedPsam(contents, t0)
        self.psam.power_on()

    def __call__(self, *commands: str) -> str:
        answer = b""
        for command in commands:
            answer = self.psam.process(bytes.fromhex(command))
        return answer.hex().upper()


def test_check_values_of_both_ciphers() -> None:
    assert Hand()(*DES, IRK_DES, f"80FA000008{RAW}") == "3F10AF3A009309A09000"
    answer = bytes.fromhex(Hand()(*SM4, IRK_SM4, f"80FA000010{RAW}0000000000000000")[:-4])
    assert bytes(a ^ b for a, b in zip(answer[:8], answer[8:], strict=True)).hex().upper() == "D3D4E106A36DA5B1"


def test_check_values_of_the_pin_commands() -> None:
    """The reload of card.md §4 in two questions, each with its session key; STK is not diversified."""
    deliver = f"BFDE480918{CARD}{CITY}{FACTOR}"
    assert Hand()(*DES, deliver, "80FA0000080312345680000000") == "A4133DF32C2C2EE49000"
    whole = "842400010CA4133DF32C2C2EE4800000"
    assert Hand()(*DES, deliver, f"80FA0500180000000000000000{whole}") == "EB004C1A9000"
    assert Hand()(*DES, deliver, "80FA05001000000000000000008424000004800000") == "3B20864B9000"


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        (["00A4040006D15600000591"], "6A82"),
        (["00A4010006D15600000590"], "6A86"),
        ([BEGIN], "6985"),  # no application
        ([SX1, DF01, "BFEC0000023737"], "6700"),
        ([SX1, DF01, "BFEC01000137"], "6A86"),
        ([SX1, DF01, IRK_DES], "6985"),  # no environment
        ([*DES, f"BFDE670910{CARD}{FACTOR}"], "6A88"),  # no such key
        ([*DES, f"BFDE470818{CARD}{CITY}{FACTOR}"], "6A80"),  # there, but not for two levels
        ([*DES, f"BFDE670818{CARD}{CITY}{FACTOR}"], "6A80"),  # a factor too few
        ([*DES, IRK_SM4], "6A80"),
        ([*DES, f"80FA000008{RAW}"], "6985"),  # no session key
        ([*DES, IRK_DES, f"80FA000008{RAW}", f"80FA000008{RAW}"], "6985"),  # it serves once
        ([*DES, IRK_DES, f"80FA050010{'00' * 16}"], "6985"),  # a key for enciphering makes no MAC
        ([*DES, IRK_DES, "80FA00000701020304050607"], "6A80"),
        ([*DES, IRK_DES, f"80FA090008{RAW}"], "6A86"),
        ([*DES, IRK_DES, SX1, f"80FA000008{RAW}"], "6985"),  # another environment drops it
        (["00A40000020016", "00B0000006"], "3799990000019000"),
        (["00A40000020016", "00B0000007"], "6C06"),
        (["00A40000020016", "00B0000606"], "6B00"),
        (["00A40000020017"], "6A82"),
        (["00B0000006"], "6986"),
        (["00B2000006"], "6D00"),
        (["0CA40000020016"], "6E00"),
        (["00C0000008"], "6F00"),
        (["0084000007"], "6700"),
    ],
)
def test_status_words(commands: list[str], sw: str) -> None:
    assert Hand()(*commands) == sw


def test_public_information_has_the_serial() -> None:
    assert Hand()("00A40000020015", "00B000000F") == "01" + PsamContents().serial.hex().upper() + "010100009000"


def test_without_the_cipher_there_is_no_environment() -> None:
    narrow = Hand(PsamContents(algorithms=frozenset({Algorithm.TDES})))
    assert narrow(SX2) == "6A82"
    assert narrow(SX1)[-4:] == "9000"


def test_a_psam_may_lack_a_key_or_have_it_at_another_level() -> None:
    assert Hand(PsamContents().without(IRK))(*DES, IRK_DES) == "6A88"
    city = Hand(replace(PsamContents(), region="370100").at_level(IRK, 1))
    assert city(*DES, IRK_DES) == "6A80"
    assert city(*DES, f"BFDE270810{CARD}{FACTOR}") == "9000"
    assert city(f"80FA000008{RAW}") == "3F10AF3A009309A09000"  # the same, with the upper levels done before


def test_over_t0_answers_wait() -> None:
    hand = Hand(t0=True)
    assert hand(SX1)[:2] == "61"
    assert hand(*DES, IRK_DES, f"80FA000008{RAW}") == "6108"
    assert hand("00C0000000") == "6C08"
    assert hand("00C0000008") == "3F10AF3A009309A09000"


def test_without_power_it_answers_nothing() -> None:
    psam = SimulatedPsam()
    with pytest.raises(CardGone):
        psam.process(bytes.fromhex(SX1))
    psam.power_on()
    psam.power_off()
    with pytest.raises(CardGone):
        psam.process(bytes.fromhex(SX1))


def test_what_it_usually_holds() -> None:
    held = PsamContents().keys
    assert [(key.psam_use, key.psam_id) in held for key in (IRK, RK_SSSE, PUK, STK)] == [True] * 4
