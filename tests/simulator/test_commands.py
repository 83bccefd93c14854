"""Every command of card.md §3 against the card in software: bytes in, status word out, worked out from the text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS, SECOND, THIRD
from tests.simulator.hand import CHALLENGE, EF05, EF08, NAME, SELECT, Hand

UK, PUK, RK, BK = 0x04, 0x06, 0x0A, 0x05
DF01, DF03, DF04 = "00A4040006D15600000500", "00A4040006D15600000502", "00A4040006D15600000503"
NUMBER = "0709" + "583030303030303139"


def opened(contents: CardContents, *keys: int, select: str = SELECT) -> Hand:
    hand = Hand(contents)
    hand(select)
    for key in keys:
        assert hand.authenticate(key) == "9000"
    return hand


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        (["00A4040005D156000005"], "6F088406D156000005009000"),  # the beginning of a name: the first of that beginning
        (["00A4040005D156000005", "00A4040205D156000005"], "6F088406D156000005019000"),  # the next
        (["00A4040205D156000005"], "6A82"),  # no current one to be next to
        ([SELECT, "00A4040205D156000005"], "6A82"),
        ([SELECT, f"00A404020F{NAME}"], "6A82"),
        ([DF04, "00A4040205D156000005"], "6F088406D156000005049000"),
        ([SELECT, "00A4000202EF05"], "6A82"),  # identifiers are unique
        ([SELECT, "00A4040004D1560000"], "6700"),  # a name has 5 to 16 bytes
        ([SELECT, "00A4040011" + "D1" * 17], "6700"),
        (["00A40000023F00", "00A4000002DF04"], "6F088406D156000005039000"),
        ([SELECT, "00A4000002DF04", "00A4020002EF05"], "9000"),
        (["00A4020002EF05"], "6A82"),  # an EF of no directory
        ([SELECT, "00A4000000", "00B2010012"], "6986"),  # empty means the MF
        ([SELECT, "00A40000023F00", "00A4020002EF05"], "6A82"),
    ],
)
def test_select(commands: list[str], sw: str) -> None:
    assert Hand(THIRD)(*commands) == sw


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([EF05, "00DC07000B" + NUMBER], "9000"),  # by identifier
        ([EF05, "00DC07040B" + NUMBER], "9000"),  # by number
        (["00DC07280B" + NUMBER], "9000"),  # short identifier 5, by identifier
        (["00DC072C0B" + NUMBER], "9000"),  # short identifier 5, by number
        ([EF05, "00DC07010B" + NUMBER], "9000"),  # the last of that identifier
        ([EF05, "00B2020403", "00DC07020B" + NUMBER], "9000"),  # the next
        ([EF05, "00B2070403", "00DC07000B" + NUMBER], "9000"),
        ([EF05, "00B207040B", "00DC00040B" + NUMBER], "9000"),  # number 0 is the current one
        ([EF05, "00DC08040B" + "0809" + "31" * 9], "9000"),  # number 8 is not there: appended
        ([EF05, "00DC63040B" + "0809" + "31" * 9, "00B208040B"], "0809" + "31" * 9 + "9000"),  # 99: the next, too
        ([EF05, "00DC08000B" + "0809" + "31" * 9], "9000"),  # an identifier that is not there: appended
        ([EF05, "00DC00040B" + NUMBER], "6A83"),  # no current record
        ([EF05, "00DC08000B" + NUMBER], "6A80"),  # P1 and the record do not agree
        ([EF05, "00DC07000B" + "0708" + "31" * 9], "6A85"),  # Lc and the TLV do not agree
        ([EF05, "00DC07000107"], "6A85"),
        ([EF05, "00DC07000C" + NUMBER + "00"], "6A85"),
        ([EF05, "00DC070000"], "6700"),
        ([EF05, "00DC07050B" + NUMBER], "6A86"),  # these modes name no single record
        ([EF05, "00DC07060B" + NUMBER], "6A86"),
        ([EF05, "00DC07070B" + NUMBER], "6A86"),
        ([EF05, "00DC07F80B" + NUMBER], "6A86"),
        (["00DC07000B" + NUMBER], "6986"),  # no current file
        (["00DC07A80B" + NUMBER], "6A82"),  # no file 15
        ([EF08, "00DC07000B" + NUMBER], "6981"),  # a transparent file
        ([EF05, "80DC07000B" + NUMBER], "6D00"),
    ],
)
def test_update_record(commands: list[str], sw: str) -> None:
    assert opened(THIRD, UK)(*commands) == sw
    if sw == "9000":
        assert Hand(THIRD)(SELECT, *commands) == "6982"  # never without its key
        assert opened(THIRD, RK)(*commands) == "6982"  # nor with another


@pytest.mark.parametrize("contents", PERSONAS)
def test_what_was_updated_is_read_and_outlives_the_power(contents: CardContents) -> None:
    hand = opened(contents, UK)
    assert hand("00DC07280B" + NUMBER) == "9000"
    assert hand("00B207280B") == NUMBER + "9000"
    hand.card.reset()
    assert hand(SELECT, "00B207280B") == NUMBER + "9000"
    assert hand("00DC07280B" + NUMBER) == "6982"


def test_a_linear_file_ends() -> None:
    hand = opened(THIRD, UK)
    hand(EF05)
    answers = [hand(f"00DC{tag:02X}00FA{tag:02X}F8" + "00" * 0xF8) for tag in range(0x20, 0x28)]
    assert answers[0] == "9000"
    assert answers[-1] == "6A84"


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([EF08, "00D6000004" + "FFD8FFE0"], "9000"),
        (["00D6880004" + "FFD8FFE0"], "9000"),  # by short identifier
        ([EF08, "00D60FFC04" + "FFD8FFE0"], "9000"),  # to the end
        ([EF08, "00D60FFD04" + "FFD8FFE0"], "6A84"),  # past it
        ([EF08, "00D6100004" + "FFD8FFE0"], "6B00"),  # beyond it
        ([EF08, "00D6000000"], "6700"),
        (["00D6000004" + "FFD8FFE0"], "6986"),
        (["00D6800004" + "FFD8FFE0"], "6986"),
        (["00D69F0004" + "FFD8FFE0"], "6A82"),
        (["00D6A80004" + "FFD8FFE0"], "6A86"),
        ([EF05, "00D6000004" + "FFD8FFE0"], "6981"),
    ],
)
def test_update_binary(commands: list[str], sw: str) -> None:
    assert opened(SECOND, UK)(*commands) == sw
    if sw == "9000":
        assert Hand(SECOND)(SELECT, *commands) == "6982"


def test_bytes_that_were_updated_are_read() -> None:
    hand = opened(SECOND, UK, RK)
    assert hand("00D6881004" + "FFD8FFE0", "00B0881004") == "FFD8FFE09000"


@pytest.mark.parametrize("le", ["04", "08", "10"])
def test_a_challenge_of_each_length_is_fresh(le: str) -> None:
    hand = Hand(THIRD)
    hand(SELECT)
    first, second = hand(f"00840000{le}"), hand(f"00840000{le}")
    assert len(first) == int(le, 16) * 2 + 4
    assert first != second


@pytest.mark.parametrize("contents", PERSONAS)
@pytest.mark.parametrize("version", ["", "00", "01", "02", "03"])
def test_a_key_version_may_follow(contents: CardContents, version: str) -> None:
    hand = Hand(contents)
    hand(SELECT)
    assert len(hand(f"00880000{16 + len(version) // 2:02X}" + "00" * 16 + version)) == 20
    factor = bytes.fromhex(hand(CHALLENGE)[:16])
    proof = hand.proof(factor, bytes(8))
    assert hand(f"008200{UK:02X}{16 + len(version) // 2:02X}{proof.hex()}{'00' * 8}{version}") == "9000"


class TestKeysOfDirectories:
    def test_each_opens_its_own_file_and_counts_for_itself(self) -> None:
        hand = opened(SECOND, select=DF01)
        assert hand("00B2202852") == "6982"
        assert hand.authenticate(0x88) == "9000"
        assert hand("00B2202804")[-4:] == "9000"
        assert hand.authenticate(0x83, wrong=True) == "63C2"
        assert hand.authenticate(0x84, wrong=True) == "63C2"
        assert hand.card.key_tries_left(0x83, 0xDF01) == 2
        hand(DF03)
        assert hand.card.key_tries_left(0x83, 0xDF03) == SECOND.key_tries
        assert hand.authenticate(0x83, wrong=True) == "63C2"

    def test_the_pin_opens_what_says_so_and_stays(self) -> None:
        hand = opened(SECOND)
        assert hand("0020000003123456", DF01, "00B2202804")[-4:] == "9000"
        assert hand(DF03, "00B2612805")[-4:] in {"9000", "6A83"}
        hand.card.reset()
        assert hand(DF01, "00B2202804") == "6982"

    def test_a_key_of_the_whole_card_serves_in_a_directory(self) -> None:
        assert opened(THIRD, select=DF01).authenticate(UK) == "9000"

    def test_a_key_of_another_directory_is_not_there(self) -> None:
        assert opened(SECOND, select=DF04).authenticate(0x8E) == "6A88"
        assert opened(SECOND).authenticate(0x83) == "6A88"

    def test_pin_and_key_where_the_rule_wants_both(self) -> None:
        read = "00B2903003"
        key = opened(SECOND, 0x84, select=DF04)
        assert key(read) == "6982"
        assert key("0020000003123456", read)[-4:] == "9000"
        pin = opened(SECOND, select=DF04)
        assert pin("0020000003123456", read) == "6982"


class TestPinMaintenance:
    @pytest.mark.parametrize("contents", PERSONAS)
    def test_unblock_wants_puk_a_challenge_and_a_mac(self, contents: CardContents) -> None:
        hand = Hand(replace(contents, pin_tries=1))
        hand(SELECT, "0020000003999999")
        assert hand("0020000003123456") == "6983"
        assert hand.secured("84240000") == "6982"
        assert hand.authenticate(PUK) == "9000"
        assert hand("842400000412345678") == "6984"
        assert hand.secured("84240000", wrong=True) == "6988"
        assert hand("8424000000") == "6987"
        assert hand.secured("84240000") == "9000"
        assert hand("0020000003123456") == "9000"

    @pytest.mark.parametrize("contents", PERSONAS)
    def test_reload_replaces_the_pin_and_gives_the_tries_back(self, contents: CardContents) -> None:
        hand = Hand(replace(contents, pin_tries=1))
        hand(SELECT, "0020000003999999")
        assert hand.authenticate(PUK) == "9000"
        assert hand.secured("84240001", "246813") == "9000"
        assert hand("0020000003246813") == "9000"
        assert hand("0020000003123456") == "63C0"

    def test_lengths_and_parameters(self) -> None:
        hand = opened(SECOND, PUK)
        assert hand("8424000108" + "00" * 8) == "6700"
        assert hand("842400000C" + "00" * 12) == "6700"
        assert hand("8424000204" + "00" * 4) == "6A86"
        assert hand("8424010004" + "00" * 4) == "6A86"
        assert hand("0024000004" + "00" * 4) == "6D00"
        assert opened(THIRD, PUK)("842400010C" + "00" * 12) == "6700"  # 16 and 4 for a wide block

    def test_a_pin_that_is_none_is_refused(self) -> None:
        hand = opened(SECOND, PUK)
        assert hand.secured("84240001", "12") == "6A80"
        assert hand("0020000003123456") == "9000"

    def test_a_challenge_serves_one_command(self) -> None:
        hand = opened(SECOND, PUK)
        assert hand.secured("84240000") == "9000"
        assert hand("8424000004" + "00" * 4) == "6984"

    def test_a_card_without_a_pin_gets_one_but_is_not_unblocked(self) -> None:
        hand = opened(replace(SECOND, pin=None), PUK)
        assert hand.secured("84240000") == "6A88"
        assert hand.secured("84240001", "246813") == "9000"
        assert hand("0020000003246813") == "9000"

    def test_wrong_macs_lock_nothing(self) -> None:
        hand = opened(SECOND, PUK)
        assert {hand.secured("84240000", wrong=True) for _ in range(20)} == {"6988"}
        assert hand.secured("84240000") == "9000"


class TestBlocking:
    @pytest.mark.parametrize("contents", PERSONAS)
    def test_an_application_is_blocked_for_good(self, contents: CardContents) -> None:
        hand = opened(contents, select=DF03)
        assert hand.secured("841E0001") == "6982"
        assert hand.authenticate(0x83) == "9000"
        assert hand.secured("841E0001", wrong=True) == "6988"
        assert hand.secured("841E0001") == "9000"
        assert hand(DF03) == hand("00B2012812") == hand(CHALLENGE) == "9303"
        hand.card.reset()
        assert hand(DF03) == "9303"
        assert hand(SELECT)[-4:] == "9000"  # the others live on
        assert hand("00B2012812")[-4:] == "9000"

    def test_only_where_there_is_a_key_for_it(self) -> None:
        assert opened(SECOND).secured("841E0001") == "6A88"
        assert opened(SECOND, select=DF03)("841E000004" + "00" * 4) == "6A86"
        assert opened(SECOND, 0x83, select=DF03)("841E000104" + "00" * 4) == "6984"
        assert opened(SECOND, 0x83, select=DF03)("841E000100") == "6987"
        assert opened(SECOND, 0x83, select=DF03)("841E000105" + "00" * 5) == "6700"

    @pytest.mark.parametrize("contents", PERSONAS)
    def test_a_card_is_blocked_for_good(self, contents: CardContents) -> None:
        hand = opened(contents)
        assert hand.secured("84160000") == "6982"
        assert hand.authenticate(BK) == "9000"
        assert hand("8416000004" + "00" * 4) == "6984"
        assert hand.secured("84160000", wrong=True) == "6988"
        assert hand("8416010004" + "00" * 4) == "6A86"
        assert hand.secured("84160000") == "9000"
        assert hand(SELECT) == hand(CHALLENGE) == hand("00A40000") == "6A81"
        hand.card.reset()
        assert hand(SELECT) == "6A81"


class TestSecureUpdate:
    """CLA 04; the standard's applications do not use it."""

    def test_with_its_mac_it_writes(self) -> None:
        hand = opened(SECOND, UK)
        assert hand.mac_only("04DC0728", NUMBER) == "9000"
        assert hand("00B207280B") == NUMBER + "9000"
        assert hand.mac_only("04D68800", "FFD8") == "9000"

    def test_without_or_with_a_wrong_one_it_does_not(self) -> None:
        hand = opened(SECOND, UK)
        assert hand("04DC072804" + "00" * 4) == "6987"
        assert hand("04DC07280F" + NUMBER + "00" * 4) == "6984"
        hand(CHALLENGE)
        assert hand("04DC07280F" + NUMBER + "00" * 4) == "6988"


class TestCyclicFile:
    """EF07 of DF02: records of the same length without tags, the newest is number 1."""

    SELECT = "00A4040006D15600000501"

    def test_adding_pushes_the_oldest_out(self) -> None:
        hand = opened(SECOND, 0x85, select=self.SELECT)
        hand("0020000003123456")
        before = [hand(f"00B2{number:02X}3C55") for number in (1, 2, 3, 4)]
        for byte in range(4):
            assert hand("00DC003B55" + f"{byte:02X}" * 0x55) == "9000"
        assert hand("00B2013C55") == "03" * 0x55 + "9000"
        assert hand("00B2043C55") == "00" * 0x55 + "9000"
        assert before[0] not in {hand(f"00B2{number:02X}3C55") for number in (1, 2, 3, 4)}

    def test_other_ways_to_write_are_refused(self) -> None:
        hand = opened(SECOND, 0x85, select=self.SELECT)
        data = "55" + "00" * 0x55
        assert hand("00DC013C" + data) == "6981"
        assert hand("00DC0038" + data) == "6981"
        assert hand("00DC013B" + data) == "6A86"
        assert hand("00DC003B54" + "00" * 0x54) == "6700"
        assert opened(SECOND, 0x83, select=self.SELECT)("00DC003B" + data) == "6982"


def test_processing_options_of_the_bank_lead_to_its_record() -> None:
    hand = Hand(THIRD)
    assert hand("80A8000002830000") == "6985"
    hand("00A4040008A000000333010101")
    assert hand("80A8000002830000") == "80067C00100101009000"
    assert hand("80A8000001830000") == "6700"
    assert hand("80A8010002830000") == "6A86"
