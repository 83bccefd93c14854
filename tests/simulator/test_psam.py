"""The simulated PSAM against card.md §4.2, by table and without the driver; keys by its own commands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio.keysource import IRK, PUK, RK_SSSE, STK, Algorithm
from cardio.simulator.card import CardGone
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from tests.simulator.psam_hand import CITY, DF01, SX1, SX2, Hand

BEGIN = "BFEC00000137"
PROVINCE, CARD = "3337303030307368", "8649370100000001"
FACTOR, RAW = "1122334455667788", "0102030405060708"
DES, SM4 = [SX1, DF01, BEGIN], [SX2, DF01, BEGIN]
IRK_DES = f"BFDE670820{CARD}{CITY}{PROVINCE}{FACTOR}"
IRK_SM4 = f"BFDE670828{CARD}{CITY}{PROVINCE}{FACTOR}0000000000000000"


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
        ([*DES, IRK_DES, SX1, DF01, f"80FA000008{RAW}"], "6985"),  # also for whoever comes back
        ([*DES, IRK_DES, f"BFDE670910{CARD}{FACTOR}", f"80FA000008{RAW}"], "6985"),  # so does a key that is refused
        ([*DES, IRK_DES, f"80FA040008{RAW}"], "6A86"),
        ([*DES, IRK_DES, f"80FA000108{RAW}"], "6A86"),
        ([*DES, "BFDE220110" + CARD + FACTOR], "6985"),  # a key for purchases gives no session key
        ([*DES, f"BFDE2C4C10{CARD}{FACTOR}"], "6A80"),  # one for TAC takes no factor of a session
        ([SX1, IRK_DES.replace("BFDE", "801A")], "6985"),
        ([*DES, IRK_DES.replace("BFDE67", "801A47")], "6A80"),
        ([SX1, "00A40000023F00", DF01], "6F0884" + DF01[8:] + "9000"),
        (["00A40000020016", "00B0000006"], "3799990000019000"),
        (["00B0960006"], "3799990000019000"),
        (["00B0960106", "00B0000006"], "3799990000019000"),  # which makes it current
        (["00B0800006"], "6986"),
        (["00B0810006"], "6A82"),
        (["00B0F60006"], "6A86"),
        (["00A40000020016", SX1, "00B0000006"], "6986"),
        (["00A40000020011"], "9000"),
        (["00A40000020011", "00B0000010"], "6982"),
        (["00A40000020011", "00B0FFFF10"], "6A86"),
        (["00B0920010"], "6982"),
        (["00B0930000"], "6982"),
        (["00B0990004"], "000000009000"),
        (["00B09A0003"], "0000009000"),
        (["00B09B0003"], "3700009000"),
        (["00B09C0003"], "3799999000"),
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


# --- chained CIPHER DATA

STK_DES = f"BFDE480918{CARD}{CITY}{FACTOR}"
STK_SM4 = f"BFDE480920{CARD}{CITY}{FACTOR}0000000000000000"
ZERO, ONE, TWO = "0000000000000000", "842400010CA4133D", "F32C2C2EE4800000"
FIRST, MIDDLE, LAST = f"80FA070010{ZERO}{ONE}", f"80FA030008{ONE}", f"80FA010008{TWO}"
PART, REST = f"80FA020008{ONE}", f"80FA000008{TWO}"


def test_the_check_value_of_a_pin_command_in_a_chain() -> None:
    hand = Hand()
    assert hand(*DES, STK_DES, FIRST) == "9000"
    assert hand(LAST) == "EB004C1A9000"


@pytest.mark.parametrize("start", [[*DES, STK_DES], [*SM4, STK_SM4]], ids=["3DES", "SM4"])
@pytest.mark.parametrize("cuts", [[1, 2], [2, 4], [1, 2, 3, 5], [4]])
def test_a_chain_gives_what_one_command_gives(start: list[str], cuts: list[int]) -> None:
    """Six blocks, cut where ``cuts`` says; before those of a MAC its initial value."""
    size = 8 if start[0] == SX1 else 16
    blocks = bytes(range(6 * size))
    parts = [blocks[size * low : size * high] for low, high in zip([0, *cuts], [*cuts, 6], strict=True)]
    for initial, forms, whole in ((bytes(range(size)), (7, 3, 1), 5), (b"", (2, 2, 0), 0)):
        hand = Hand()
        answers = []
        for number, part in enumerate(parts):
            form = forms[0] if not number else forms[2] if number == len(parts) - 1 else forms[1]
            data = part if number else initial + part
            answers.append(hand(*([] if number else start), f"80FA{form:02X}00{len(data):02X}{data.hex()}"))
        assert {answer[-4:] for answer in answers} == {"9000"}
        in_one = Hand()(*start, f"80FA{whole:02X}00{len(initial + blocks):02X}{(initial + blocks).hex()}")
        assert "".join(answer[:-4] for answer in answers) == in_one[:-4]


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([MIDDLE], "6985"),  # nothing was begun
        ([LAST], "6985"),
        ([MIDDLE, FIRST], "9000"),  # what was refused before a chain leaves the key
        ([f"80FA070008{ZERO}"], "6A80"),  # an initial value and nothing more
        ([f"80FA050008{ZERO}"], "6A80"),
        (["80FA030000"], "6985"),
        ([FIRST, f"80FA0300{'07' * 8}"], "6A80"),
        ([FIRST, f"80FA0300{'07' * 8}", LAST], "6985"),  # refused within: dropped
        ([FIRST, f"80FA0300{'07' * 8}", f"80FA050010{ZERO}{ONE}"], "6985"),  # and the key with it
        ([FIRST, FIRST], "6985"),
        ([FIRST, FIRST, LAST], "6985"),
        ([FIRST, f"80FA050010{ZERO}{ONE}"], "6985"),
        ([FIRST, REST], "6985"),
        ([FIRST, "0084000008", LAST], "6985"),  # another command between: dropped
        ([FIRST, "80FA", LAST], "6985"),  # even if it is no command
        ([FIRST, "8000000000", LAST], "6985"),
        ([FIRST, STK_DES, LAST], "6985"),
        ([FIRST, STK_DES, FIRST], "9000"),  # which a new key begins again
        ([FIRST, LAST, LAST], "6985"),  # the key has served
        ([FIRST, LAST, FIRST], "6985"),
        ([PART, FIRST], "6985"),
        ([PART, LAST], "6985"),
        ([PART, REST, REST], "6985"),
        ([PART, "0084000008", REST], "6985"),
    ],
)
def test_a_chain_is_one_operation(commands: list[str], sw: str) -> None:
    assert Hand()(*DES, STK_DES, *commands)[-4:] == sw


def test_a_key_for_enciphering_begins_no_chain_of_a_mac() -> None:
    assert Hand()(*DES, IRK_DES, FIRST) == "6985"


def test_over_t0_fetching_an_answer_does_not_end_a_chain() -> None:
    hand = Hand(t0=True)
    assert hand(*DES, STK_DES, PART) == "6108"
    assert hand("00C0000008")[-4:] == "9000"
    assert hand(REST) == "6108"


# --- older cards, and the purse's keys


def test_the_older_form_wants_no_environment() -> None:
    hand = Hand()
    assert hand(SX1, DF01, IRK_DES.replace("BFDE", "801A")) == "9000"
    assert hand(f"80FA000008{RAW}") == "3F10AF3A009309A09000"


def test_an_environment_of_ssf33_computes_nothing() -> None:
    known = frozenset({Algorithm.TDES, Algorithm.SSF33})
    assert Hand(PsamContents(algorithms=known))(*SM4, IRK_SM4) == "6A81"
