"""Purchases by the simulated PSAM, with the simulated card beside it: what each of the two refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import security
from cardio.answers import UnexpectedStatusError
from cardio.keysource import Algorithm, CardIdentity
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import TOY_ROOT, CardContents
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.psam_purchase import LAST_PURCHASE, PurchaseData
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.status import CommandRefused
from tests.simulator.psam_hand import AMOUNTS, CITY, COUNT, DF01, MOMENT, OF_CARD, RANDOM, SX1, SX2, Hand
from tests.simulator.psam_hand import PURCHASE as BEGIN
from tests.simulator.psam_hand import PURCHASE_DATA as DATA
from tests.support.purse_terminal import UNTOUCHED, Change, PurseTerminal

VERSION_AT = 26  # byte of the data


def mac_of(said: str, number: str = "0000") -> str:
    """What the card's own key gives, by the text alone."""
    identity = CardIdentity(SECOND.card_id, SECOND.history, Algorithm.TDES, 2)
    factor = bytes.fromhex(RANDOM + COUNT + number)
    session = security.session_key(Algorithm.TDES, security.card_key(identity, TOY_ROOT), factor)
    return security.mac(Algorithm.TDES, session, bytes.fromhex(said)).hex().upper()


MAC1 = mac_of(f"{AMOUNTS}06379999000001{MOMENT}")
MAC2 = mac_of(AMOUNTS)


def test_number_and_mac1_and_then_mac2() -> None:
    hand = Hand()
    assert hand(SX1, DF01, BEGIN) == f"00000000{MAC1}9000"
    assert hand(f"8072000004{MAC2}") == "9000"
    assert hand(BEGIN)[:8] == "00000001"  # and another session key
    assert hand(f"8072000004{MAC2}") == "9302"


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([SX1, BEGIN], "6985"),  # not in the application
        ([f"8070000024{DATA}"], "6A86"),
        ([f"8070010023{DATA[:-2]}"], "6700"),
        ([f"807001001C{DATA[:-16]}"], "6700"),  # no level at all
        ([f"807001003C{DATA}{CITY * 3}"], "6700"),  # four
        ([f"807001002C{DATA}{CITY}"], "6A80"),  # two, where one is to do
        ([BEGIN.replace("06" + MOMENT, "05" + MOMENT)], "6A80"),  # no purchase
        ([BEGIN.replace(f"0101{OF_CARD}", f"0401{OF_CARD}")], "6A88"),  # no such version
        ([BEGIN.replace(f"0101{OF_CARD}", f"0103{OF_CARD}")], "6A80"),  # SM4 in the environment of 3DES
        ([f"8072000004{MAC2}"], "6901"),  # nothing was begun
        ([BEGIN, "807200000400000000"], "9302"),
        ([BEGIN, "807200000400000000", f"8072000004{MAC2}"], "6901"),  # one try
        ([BEGIN, f"8072010004{MAC2}", f"8072000004{MAC2}"], "6901"),
        ([BEGIN, f"8072010004{MAC2}"], "6A86"),
        ([BEGIN, f"8072000003{MAC2[:-2]}"], "6700"),
        ([BEGIN, "0084000008", f"8072000004{MAC2}"], "6901"),  # something came between
        ([BEGIN, "80", f"8072000004{MAC2}"], "6901"),
        ([BEGIN, f"8072000004{MAC2}", f"8072000004{MAC2}"], "6901"),
        ([BEGIN, SX1, DF01, f"8072000004{MAC2}"], "6901"),
    ],
)
def test_status_words(commands: list[str], sw: str) -> None:
    assert Hand()(SX1, DF01, *commands) == sw


def test_over_t0_the_answer_is_fetched_between() -> None:
    hand = Hand(t0=True)
    assert hand(SX1, DF01, BEGIN) == "6108"
    assert hand("00C0000008") == f"00000000{MAC1}9000"
    assert hand(f"8072000004{MAC2}") == "9000"


def test_a_power_off_ends_the_purchase_and_keeps_the_counter() -> None:
    hand = Hand()
    hand(SX1, DF01, BEGIN)
    hand.psam.reset()
    assert hand(SX1, DF01, f"8072000004{MAC2}") == "6901"
    assert hand("00B0990004") == "000000019000"
    assert hand.psam.purchases == 1


def test_what_is_refused_uses_no_number() -> None:
    hand = Hand()
    hand(SX1, DF01, f"8070000024{DATA}", f"807001002C{DATA}{CITY}", f"8070010023{DATA[:-2]}")
    assert hand.psam.purchases == 0


def test_the_counter_ends() -> None:
    hand = Hand()
    hand.psam.age(0, LAST_PURCHASE - 1)
    assert hand(SX1, DF01, BEGIN)[:8] == "FFFFFFFE"
    assert hand(BEGIN) == "9402"
    with pytest.raises(ValueError, match="life"):
        hand.psam.age(0, LAST_PURCHASE + 1)


def test_keys_with_more_levels_to_go() -> None:
    province = PsamContents()
    for place in ((0x22, 1), (0x22, 2), (0x22, 3)):
        province = replace(province, keys={**province.keys, (0x62, place[1]): True})
        province = replace(province, keys={key: rule for key, rule in province.keys.items() if key != place})
    city, above = b"379999sx".hex(), b"370000sh".hex()
    hand = Hand(province)
    assert hand(SX1, DF01, f"8070010034{DATA}{city}{above}") == f"00000000{MAC1}9000"
    assert hand(BEGIN) == "6A80"


def test_the_wide_environment_wants_its_own_cipher() -> None:
    assert Hand()(SX2, DF01, BEGIN) == "6A80"
    assert Hand()(SX2, DF01, BEGIN.replace(f"0101{OF_CARD}", f"0103{OF_CARD}"))[-4:] == "9000"


# --- with a card


def together(
    contents: CardContents, changes: Mapping[str, Change] = UNTOUCHED
) -> tuple[PurseTerminal, SimulatedCard, SimulatedPsam]:
    readers = SimulatedReaders(("Reader A", "Reader B"))
    card, psam = SimulatedCard(contents), SimulatedPsam()
    card.chip.purse.balance = 10_000
    readers.insert("Reader A", card)
    readers.insert("Reader B", psam)
    algorithm = Algorithm.SM4 if contents.generation == 3 else Algorithm.TDES
    identity = CardIdentity(contents.card_id, contents.history, algorithm, contents.generation)
    desk = PurseTerminal(readers.connect("Reader A"), readers.connect("Reader B"), identity, changes)
    return desk, card, psam


def bent(place: int, mask: int) -> Callable[[bytes], bytes]:
    """Changes one byte."""
    return lambda message: message[:place] + bytes((message[place] ^ mask,)) + message[place + 1 :]


CARDS = st.sampled_from([SECOND, THIRD])
MASKS = st.integers(1, 255)


@given(CARDS, st.integers(0, len(bytes.fromhex(DATA)) - 1), MASKS)
def test_a_byte_changed_on_the_way_to_the_psam(contents: CardContents, place: int, mask: int) -> None:
    """The PSAM refuses it, or makes a MAC1 that the card refuses. Versions of a key are one key in the sandbox."""
    if place == VERSION_AT and 1 ^ mask in {1, 2, 3}:
        mask = 0x80
    desk, card, psam = together(contents, {"to psam": bent(place, mask)})
    with pytest.raises(UnexpectedStatusError) as refused:
        desk.pay(3_000, 2_000, 1_000)
    assert refused.value.sw in {0x6A80, 0x6A88, 0x9302}
    assert card.chip.purse.balance == 10_000
    assert psam.purchases == (refused.value.sw == 0x9302)  # then MAC1 had gone out


@given(CARDS, st.integers(2, 14), MASKS)
def test_a_byte_changed_on_the_way_to_the_card(contents: CardContents, place: int, mask: int) -> None:
    """Number, date, time and MAC1."""
    desk, card, _ = together(contents, {"to card": bent(place, mask)})
    with pytest.raises(UnexpectedStatusError) as refused:
        desk.pay(3_000, 2_000, 1_000)
    assert refused.value.sw == 0x9302
    assert card.chip.purse.balance == 10_000


@given(CARDS, st.integers(0, 1), MASKS)
def test_the_high_bytes_of_the_number_are_in_the_tac_alone(contents: CardContents, place: int, mask: int) -> None:
    """JR/T 0025 puts the low two into the session key; MAC1 is over none of them."""
    desk, _, _ = together(contents, {"to card": bent(place, mask)})
    paid = desk.pay(3_000, 2_000, 1_000)
    assert not desk.proven(paid)


@given(CARDS, st.integers(0, 3), MASKS)
def test_a_changed_mac2(contents: CardContents, place: int, mask: int) -> None:
    desk, card, _ = together(contents, {"mac2": bent(place, mask)})
    with pytest.raises(UnexpectedStatusError) as refused:
        desk.pay(3_000, 2_000, 1_000)
    assert refused.value.sw == 0x9302
    assert card.chip.purse.balance == 8_000  # the card has paid: it is the terminal's to settle


# --- the parser


@given(st.binary(max_size=80))
def test_data_of_a_purchase_are_taken_apart_whole(data: bytes) -> None:
    try:
        parsed = PurchaseData.parse(data)
    except CommandRefused as refused:
        assert refused.sw == 0x6700
        assert len(data) not in {36, 44, 52}
        return
    assert len(parsed.factors) == (len(data) - 28) // 8
    head = parsed.random + parsed.count + parsed.amounts + bytes((parsed.kind,)) + parsed.moment
    assert head + bytes((parsed.version, parsed.algorithm)) + b"".join(parsed.factors) == data


HEADS = st.sampled_from(
    ["80700100", "80720000", "80FA0000", "80FA0700", "80FA0300", "80FA0100", "801A6708", "BFDE2C4C"]
)
COMMAND = st.one_of(
    st.builds(lambda head, data: bytes.fromhex(head) + bytes((len(data),)) + data, HEADS, st.binary(max_size=64)),
    st.sampled_from([BEGIN, DF01, SX1, SX2, "BFEC000001FF", "00C0000008", "0084000008"]).map(bytes.fromhex),
    st.binary(max_size=12),
)


@given(st.lists(COMMAND, max_size=12), st.booleans(), st.booleans())
def test_every_command_ends_with_a_status_word(commands: list[bytes], t0: bool, ssf33: bool) -> None:
    known = {Algorithm.TDES, Algorithm.SSF33 if ssf33 else Algorithm.SM4}
    psam = SimulatedPsam(PsamContents(algorithms=frozenset(known)), t0)
    psam.power_on()
    begun = 0
    for command in (bytes.fromhex(SX2), bytes.fromhex(DF01), *commands):
        answer = psam.process(command)
        assert answer[-2] >> 4 in {6, 9}
        assert len(answer) == 2 or answer[-2:] == b"\x90\x00"
        begun += command[:2] == b"\x80\x70" and answer[-2:] in {b"\x90\x00", b"\x61\x08"}
    assert psam.purchases == begun
