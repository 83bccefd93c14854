"""The card in software against the facts of the standards: exact bytes and exact status words (card.md §2 to §4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio.keysource import RK_SSSE, UK_SSSE
from cardio.simulator.card import CardGone, SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.toykeys import ToyKeySource
from tests.simulator.hand import CHALLENGE, EF05, EF06, EF08, NAME, SELECT, Hand


@pytest.mark.parametrize(
    ("contents", "fci"),
    [
        (FIRST, f"6F16840F{NAME}A50388010B9000"),  # as a recorded generation 1 card
        (SECOND, f"6F16840F{NAME}A50388010B9000"),
        (THIRD, f"6F1C840F{NAME}A50988011E9F0C038601039000"),  # as the recorded generation 3 card
    ],
)
def test_select_gives_the_recorded_fci_with_and_without_le(contents: CardContents, fci: str) -> None:
    assert Hand(contents)(SELECT) == Hand(contents)(SELECT + "00") == fci
    assert Hand(contents)("00A4000002DDF1") == fci
    size = f"{len(fci) // 2 - 2:02X}"
    assert Hand(contents, t0=True)(SELECT) == f"61{size}"
    assert Hand(contents, t0=True)(SELECT, f"00C00000{size}") == fci


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        (["00B2010012"], "6986"),  # no current file
        ([SELECT, "00B2010012"], "6986"),
        (["00A404000512345678AB"], "6A82"),
        (["00A404020F" + NAME], "6A82"),  # no next occurrence
        (["00A404010F" + NAME], "6A86"),
        (["00A4090002EF05"], "6A86"),
        ([SELECT, "00A4020002EF55"], "6A82"),
        ([SELECT, "00A4020001EF"], "6700"),
        ([SELECT, "00A4000002EF05"], "9000"),  # an EF under P1 00 as well
        ([SELECT, EF05], "9000"),
        (["00A40000023F00"], "9000"),
        (["00A40000"], "9000"),
        ([SELECT, EF05, "00A40000023F00", "00B2010012"], "6986"),
        ([SELECT, "00A4040006D15600000503"], "6F088406D156000005039000"),
        ([SELECT, "00A4000002DF07"], "6F088406D156000005049000"),
        ([SELECT, "00B0000010"], "6986"),
        ([SELECT, EF05, "00B0000010"], "6981"),
        ([SELECT, EF08, "00B2010010"], "6981"),
        ([SELECT, EF08, "00B0000010"], "6982"),
        ([SELECT, "00B0880010"], "6982"),
        ([SELECT, "00B0820010"], "6A82"),
        ([SELECT, "00B0A80010"], "6A86"),
        ([SELECT, "00B2012F12"], "6A86"),
        ([SELECT, "00B201F812"], "6A86"),
        (["00C0000008"], "6F00"),
        (["0084010008"], "6A86"),
        (["0084000007"], "6700"),
        (["0084000000"], "6C08"),
        (["0088000010" + "00" * 16], "6A88"),  # no keys at the MF
        ([SELECT, "008800000F" + "00" * 15], "6700"),
        ([SELECT, "0088010010" + "00" * 16], "6A86"),
        ([SELECT, "0088000011" + "00" * 16 + "09"], "6A88"),  # no such key version
        ([SELECT, "0082000A10" + "00" * 16], "6984"),  # no challenge
        ([SELECT, CHALLENGE, "0082000310" + "00" * 16], "6A88"),
        ([SELECT, CHALLENGE, "0082000010" + "00" * 16], "6A88"),  # IRK opens nothing
        ([SELECT, CHALLENGE, "0082000A0F" + "00" * 15], "6700"),
        (["0020000003123456"], "6985"),
        ([SELECT, "002000000112"], "6700"),
        ([SELECT, "0020000009123456789012345678"], "6700"),
        ([SELECT, "0020000008"], "6700"),
        ([SELECT, "0020010003123456"], "6A86"),
        ([SELECT, "00DC010403010100"], "6986"),
        ([SELECT, "805E000007123456FF123456"], "6A86"),
        ([SELECT, "805E01000212FF"], "6700"),
        (["0CA4020002EF05"], "6E00"),
        (["00A4"], "6700"),
        (["00A4040005FF"], "6700"),
    ],
)
def test_exact_status_words(commands: list[str], sw: str) -> None:
    assert Hand(THIRD)(*commands) == sw


@pytest.mark.parametrize("contents", PERSONAS)
def test_whole_files_by_one_command(contents: CardContents) -> None:
    hand = Hand(contents)
    assert len(hand(SELECT, EF05, "00B2010540")) == (64 + 2) * 2
    if contents.generation == 3:
        assert hand(EF06, "00B201055B") == "6982"
        hand.authenticate(RK_SSSE.card_key)
    size = 69 if contents.generation == 1 else 91
    assert len(hand(EF06, f"00B20105{size:02X}")) == (size + 2) * 2


CARD_ID = "0110" + SECOND.card_id.hex().upper() + "9000"
CLASS = "0201339000"
NUMBER = "0709" + SECOND.card_number.encode().hex().upper() + "9000"


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([EF05, "00B2010012"], CARD_ID),  # by identifier
        ([EF05, "00B2010412"], CARD_ID),  # by number
        (["00B2012812"], CARD_ID),  # short identifier 5, by identifier
        (["00B2012C12"], CARD_ID),  # short identifier 5, by number
        ([EF05, "00B207000B"], NUMBER),
        ([EF05, "00B207040B"], NUMBER),
        ([EF05, "00B2020103"], CLASS),  # the last of that identifier
        ([EF05, "00B2020203"], CLASS),  # the next
        ([EF05, "00B2010412", "00B2020203"], CLASS),
        ([EF05, "00B2020403", "00B2020203"], "6A83"),  # no second one after it
        ([EF05, "00B207040B", "00B2020303"], CLASS),  # the previous
        ([EF05, "00B2020403", "00B2000403"], CLASS),  # number 0 is the current one
        ([EF05, "00B2000403"], "6A83"),
        ([EF05, "00B207050B"], NUMBER),  # from the last to the last
        ([EF05, "00B2060611"], NUMBER[:-4] + "060420260708" + "9000"),  # backwards
        ([EF05, "00B2080003"], "6A83"),
        ([EF05, "00B2080403"], "6A83"),
        ([EF05, "00B2010000"], CARD_ID),  # Le 0 is up to 256
        ([EF05, "00B2010010"], "6C12"),
        (["00B20B5C00"], "6A83"),
        (["00B2083014"], "0812" + (SECOND.number or "").encode().hex().upper() + "9000"),
        (["00B24E3016"], "4E14" + "00" * 20 + "9000"),
    ],
)
def test_every_way_to_address_a_record(commands: list[str], answer: str) -> None:
    assert Hand(SECOND)(SELECT, *commands) == answer


def test_over_t0_lengths_are_exact_and_answers_wait() -> None:
    hand = Hand(SECOND, t0=True)
    assert hand(SELECT) == "6118"
    assert hand("00C0000000") == hand("00C0000019") == "6C18"
    assert hand("00C0000010")[-4:] == "6108"
    assert hand("00C0000008")[-4:] == "9000"
    assert hand("00C0000008") == "6F00"
    assert hand(EF05, "00B2010000") == hand("00B2010013") == hand("00B2010010") == "6C12"
    assert hand("0088000010" + "00" * 16) == "6108"
    assert hand("00B2010012")[-4:] == "9000"  # anything else lets what waited go
    assert hand("00C0000008") == "6F00"


def test_the_directory_names_the_applications() -> None:
    third, first = Hand(THIRD), Hand(FIRST)
    third(SELECT)
    first(SELECT)
    label = "公共应用信息区".encode("gb18030").hex().upper()
    assert third("00B201F400") == f"61184F06D15600000500500E{label}9000"
    assert third("00B205F400")[8:20] == "D15600000504"
    assert first("00B2045C00")[8:20] == "D15600000503"
    assert first("00B2055C00") == "6A83"  # DF07 came with the second generation


def test_a_first_generation_card_has_no_later_things() -> None:
    hand = Hand(FIRST)
    assert hand(SELECT, EF06, "00B24E0016") == "6A83"
    assert hand("00A4040006D15600000504") == "6A82"
    assert hand(SELECT, EF08) == "6A82"
    assert hand.authenticate(RK_SSSE.card_key) == "6A88"
    assert hand.authenticate(UK_SSSE.card_key) == "9000"


def test_a_picture_is_read_in_pieces_after_its_key() -> None:
    hand = Hand(SECOND)
    hand(SELECT)
    assert hand.authenticate(RK_SSSE.card_key) == "9000"
    assert hand("00B0880002") == b"BM".hex().upper() + "9000"  # its photo is a bitmap
    assert hand("00B00FF010") == "00" * 16 + "9000"
    assert hand("00B00FF800") == "00" * 8 + "9000"
    assert hand("00B00FF810") == "6C08"
    assert hand("00B0100010") == "6B00"


class TestSecurityStates:
    def test_holder_data_of_the_third_generation_need_the_key(self) -> None:
        hand = Hand(THIRD)
        assert hand(SELECT, EF06, "00B2080014") == "6982"
        assert hand("00B24E0016") == "6982"  # not even whether it is there
        assert hand.authenticate(RK_SSSE.card_key) == "9000"
        assert hand("00B2080014")[-4:] == "9000"
        assert hand(EF05, EF06, "00B2080014")[-4:] == "9000"  # selecting a file keeps it
        assert hand(SELECT, EF06, "00B2080014")[-4:] == "9000"  # so does the same application
        assert hand("00A4040006D15600000500", SELECT, EF06, "00B2080014") == "6982"  # another one does not

    def test_another_key_does_not_open_it(self) -> None:
        hand = Hand(THIRD)
        hand(SELECT)
        assert hand.authenticate(UK_SSSE.card_key) == "9000"
        assert hand(EF06, "00B2080014") == "6982"

    def test_power_off_closes_it(self) -> None:
        hand = Hand(THIRD)
        hand(SELECT)
        hand.authenticate(RK_SSSE.card_key)
        hand.card.reset()
        assert hand("00B2083014") == "6A82"  # not even an application is selected
        assert hand(SELECT, "00B2083014") == "6982"

    def test_a_failed_proof_closes_what_an_earlier_one_opened(self) -> None:
        hand = Hand(THIRD)
        hand(SELECT)
        hand.authenticate(RK_SSSE.card_key)
        assert hand.authenticate(RK_SSSE.card_key, wrong=True) == "63C2"
        assert hand("00B2083014") == "6982"

    def test_a_challenge_serves_once_and_only_the_last_one(self) -> None:
        hand = Hand(THIRD)
        first = bytes.fromhex(hand(SELECT, CHALLENGE)[:16])
        hand(CHALLENGE)
        proof = ToyKeySource().external(hand.identity, RK_SSSE, first, first)
        assert hand(f"0082000A10{proof.hex()}{first.hex()}") == "63C2"
        assert hand.authenticate(RK_SSSE.card_key, challenge=False) == "6984"

    def test_a_challenge_is_used_up_by_internal_authentication_too(self) -> None:
        hand = Hand(THIRD)
        factor = hand(SELECT, CHALLENGE)[:16]
        assert hand(f"0088000010{factor}{'01' * 8}")[-4:] == "9000"
        assert hand.authenticate(RK_SSSE.card_key, challenge=False) == "6984"

    def test_a_challenge_does_not_cross_applications(self) -> None:
        hand = Hand(THIRD)
        hand(SELECT, CHALLENGE, "00A4040006D15600000500")
        assert hand.authenticate(RK_SSSE.card_key, challenge=False) == "6984"

    def test_each_key_counts_for_itself_and_locks(self) -> None:
        hand = Hand(replace(THIRD, key_tries=3))
        hand(SELECT)
        assert [hand.authenticate(0x0A, wrong=True) for _ in range(2)] == ["63C2", "63C1"]
        assert hand.authenticate(0x0A) == "9000"  # success gives the tries back
        assert hand.card.key_tries_left(0x0A) == 3
        assert [hand.authenticate(0x0A, wrong=True) for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
        assert hand.authenticate(0x0A) == "6983"
        assert hand.card.key_tries_left(0x04) == 3
        assert hand.authenticate(0x04) == "9000"

    def test_the_pin_counts_restores_and_locks(self) -> None:
        hand = Hand(replace(THIRD, pin_tries=3))
        wrong, right, query = "0020000003123457", "0020000003123456", "00200000"
        assert hand(SELECT, query) == hand("0020000000") == "63C3"
        assert hand(wrong) == "63C2"
        assert hand(query) == "63C2"
        assert hand(right) == "9000"
        assert hand.card.pin_verified
        assert hand(query) == "63C3"
        assert [hand(wrong) for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
        assert not hand.card.pin_verified
        hand.card.reset()
        assert hand(SELECT, right) == hand(query) == "6983"  # the counter is not in the power

    def test_the_pin_stays_until_power_off(self) -> None:
        hand = Hand(THIRD)
        hand(SELECT, "0020000003123456", "00A4040006D15600000503")
        assert hand.card.pin_verified
        hand.card.power_off()
        assert not hand.card.pin_verified

    def test_an_odd_pin_ends_in_f_and_a_card_may_have_none(self) -> None:
        assert Hand(replace(THIRD, pin="12345"))(SELECT, "002000000312345F") == "9000"
        none = Hand(replace(THIRD, pin=None))
        assert none(SELECT, "00200000") == "9000"
        assert none("0020000003123456") == "6A88"

    def test_internal_authentication_proves_the_card(self) -> None:
        keys = ToyKeySource()
        for contents in PERSONAS:
            hand, forged = Hand(contents), Hand(contents, Trouble.FORGED)
            factor, nonce = bytes.fromhex(hand(SELECT, CHALLENGE)[:16]), keys.nonce(hand.identity)
            command = f"0088000010{factor.hex()}{nonce.hex()}"
            answer = bytes.fromhex(hand(command)[:-4])
            assert keys.check_internal(hand.identity, factor, nonce, answer)
            assert bytes.fromhex(forged(SELECT, command)[:-4]) != answer


class TestFaults:
    def test_blocked_cards(self) -> None:
        blocked = Hand(THIRD, Trouble.APPLICATION_BLOCKED)
        assert blocked(SELECT) == blocked(EF05) == blocked(CHALLENGE) == "9303"
        dead = Hand(THIRD, Trouble.CARD_BLOCKED)
        assert dead(SELECT) == dead(CHALLENGE) == "6A81"
        other = Hand(THIRD, Trouble.NOT_SOCIAL_SECURITY)
        assert other(SELECT) == other("00A4000002DDF1") == "6A82"
        assert other("00A4040008A000000333010101")[-4:] == "9000"

    def test_a_mute_card_has_no_atr_and_answers_nothing(self) -> None:
        card = SimulatedCard(THIRD, [Trouble.MUTE])
        assert card.power_on() == card.reset() == b""
        with pytest.raises(CardGone):
            card.process(bytes.fromhex(SELECT))

    def test_without_power_it_answers_nothing(self) -> None:
        with pytest.raises(CardGone):
            SimulatedCard(THIRD).process(bytes.fromhex(SELECT))

    def test_troubles_strike_once_at_their_command(self) -> None:
        hand = Hand(
            THIRD,
            Fault(Trouble.WRONG_STATUS, at=2, value=0x6581),
            Fault(Trouble.TRUNCATED, at=3, value=4),
            Fault(Trouble.REMOVED_BEFORE, at=5),
        )
        assert hand(SELECT)[-4:] == "9000"
        assert hand(EF05) == "6581"
        assert hand(SELECT) == "6F1C840F9000"
        assert hand("00B2012812")[-4:] == "9000"
        with pytest.raises(CardGone):
            hand(CHALLENGE)
        hand.card.reset()
        assert hand(SELECT)[-4:] == "9000"
        assert hand.card.commands == 6

    def test_an_answer_lost_is_a_command_done(self) -> None:
        hand = Hand(THIRD, Fault(Trouble.REMOVED_AFTER, at=2))
        hand(SELECT)
        with pytest.raises(CardGone):
            hand("0020000003999999")
        assert hand.card.pin_tries_left == 5

    def test_a_command_before_which_it_was_pulled_is_not_done(self) -> None:
        hand = Hand(THIRD, Fault(Trouble.REMOVED_BEFORE, at=2))
        hand(SELECT)
        with pytest.raises(CardGone):
            hand("0020000003999999")
        assert hand.card.pin_tries_left == 6


@pytest.mark.parametrize(("trouble", "rest"), [(Trouble.TORN, "before"), (Trouble.TORN_ERASED, "FF")])
def test_power_goes_in_the_middle_of_a_write(trouble: Trouble, rest: str) -> None:
    """The beginning is the new one; a record keeps its tag and length."""
    for command, head in (("00DC07280B0709" + "5A" * 9, "0709"), ("00D6880009" + "5A" * 9, "")):
        look = "00B207280B" if head else "00B0880009"
        hand = Hand(THIRD, Fault(trouble, at=7, value=4))
        hand(SELECT)
        hand.authenticate(UK_SSSE.card_key)
        hand.authenticate(RK_SSSE.card_key)
        old = hand(look)[len(head) : -4]
        with pytest.raises(CardGone):
            hand(command)
        hand.card.power_on()
        hand(SELECT)
        hand.authenticate(RK_SSSE.card_key)
        assert hand(look) == head + "5A" * 4 + (old[8:] if rest == "before" else "FF" * 5) + "9000"


def test_the_bank_application_is_proper_tlv_behind_its_own_door() -> None:
    hand = Hand(THIRD)
    assert hand("00A404000E315041592E5359532E4444463031")[-4:] == "9000"
    assert hand("00B2010C00")[:12] == "701861164F08"
    assert hand("00A4040008A000000333010101")[-4:] == "9000"
    record = hand("00B2011400")
    assert "5A0A6200379999000000030F" in record
    assert record.index("5A") < record.index("5A0A6200379999000000030F")  # a search for text is misled
    assert hand("00B2012812") == "6A82"
    assert hand("0020000003123456") == "6985"
    assert Hand(replace(THIRD, pan=None))("00A4040008A000000333010101") == "6A82"


def test_contents_that_no_card_can_hold_are_refused() -> None:
    for contents in (
        replace(FIRST, name="很" * 16),  # 32 bytes, and no extension
        replace(THIRD, name="很" * 26),
        replace(THIRD, card_id=bytes(15)),
        replace(THIRD, history=bytes(12)),
        replace(THIRD, version=b"3.000"),
    ):
        with pytest.raises(ValueError, match=r"."):
            SimulatedCard(contents)


def test_nothing_personal_in_a_repr() -> None:
    card = SimulatedCard(THIRD)
    for text in (repr(card), repr(card.contents)):
        for secret in (THIRD.name, THIRD.number, THIRD.pan, THIRD.pin):
            assert secret is not None
            assert secret not in text


@pytest.mark.parametrize(("trouble", "kept"), [(Trouble.TORN, "873456"), (Trouble.TORN_ERASED, "87FFFF")])
def test_power_goes_in_the_middle_of_a_new_pin(trouble: Trouble, kept: str) -> None:
    """One byte of 876543 is in. What is left opens by itself, where digits are left; its tries are there."""
    hand = Hand(THIRD, Fault(trouble, at=3, value=1))
    hand(SELECT)
    hand("0020000003999999")
    with pytest.raises(CardGone):
        hand("805E010007" + "123456" + "FF" + "876543")
    assert (hand.card.chip.pin.packed, hand.card.pin_tries_left) == (bytes.fromhex(kept), 6)
    hand.card.reset()
    hand(SELECT)
    assert [hand(f"0020000003{pin}") for pin in ("876543", "123456")] == ["63C5", "63C4"]
    assert (hand("0020000003873456") == "9000") is (trouble is Trouble.TORN)
