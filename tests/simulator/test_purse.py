"""The medical account in the simulated card: order of states, lengths and sums of the text; MACs as this card defines
them (card.md §3 gives no formula)."""

from __future__ import annotations

import pytest

from cardio.security import card_key, mac, session_key
from cardio.simulator.contents import TOY_ROOT, CardContents
from cardio.simulator.personas import PERSONAS, SECOND
from tests.simulator.hand import CHALLENGE, SELECT, Hand

DF04 = "00A4040006D15600000503"
PIN = "0020000003123456"
TERMINAL, SEQUENCE, MOMENT = "379999000001", "00000001", "20261128101500"


def at_the_purse(contents: CardContents = SECOND) -> Hand:
    hand = Hand(contents)
    hand(SELECT, PIN, DF04)
    return hand


def session_of(hand: Hand, answer: str, count_at: int, random_at: int, tail: str = "8000") -> bytes:
    raw = bytes.fromhex(answer[:-4])
    count, random = raw[count_at : count_at + 2], raw[random_at : random_at + 4]
    return made_of(hand, random + count + bytes.fromhex(tail))


def made_of(hand: Hand, factor: bytes) -> bytes:
    """A session key of the card's own key, which is the root over three levels."""
    return bytes(session_key(hand.identity.algorithm, card_key(hand.identity, TOY_ROOT), factor))


def load(hand: Hand, amount: int, *, wrong: bool = False) -> str:
    begun = hand(f"B02800010B01{amount:08X}{TERMINAL}")
    if begun[-4:] != "9000":
        return begun
    assert len(begun) == 2 * 16 + 4
    session = session_of(hand, begun, 4, 8)
    said = bytes.fromhex(f"{amount:08X}01{TERMINAL}{MOMENT}")
    code = mac(hand.identity.algorithm, session, said).hex()
    return hand(f"B02A00000B{MOMENT}{'00000000' if wrong else code}")


def pay(hand: Hand, total: int, account: int, pooled: int, *, wrong: bool = False, sent: str = SEQUENCE) -> str:
    amounts = f"{total:08X}{account:08X}{pooled:08X}"
    begun = hand(f"B02801011301{amounts}{TERMINAL}")
    if begun[-4:] != "9000":
        return begun
    assert len(begun) == 2 * 0x16 + 4
    session = session_of(hand, begun, 12, 18, SEQUENCE[4:])
    code = mac(hand.identity.algorithm, session, bytes.fromhex(f"{amounts}06{TERMINAL}{MOMENT}")).hex()
    return hand(f"B02C01000F{sent}{MOMENT}{'00000000' if wrong else code}")


def amounts_of(hand: Hand) -> list[int]:
    return [int(hand(f"B02600{which:02X}04")[:8], 16) for which in (1, 2, 3)]


@pytest.mark.parametrize("contents", PERSONAS)
def test_what_is_loaded_can_be_paid(contents: CardContents) -> None:
    hand = at_the_purse(contents)
    assert load(hand, 10_000)[-4:] == "9000"
    paid = pay(hand, 3_000, 2_000, 1_000)
    assert (len(paid), paid[-4:]) == (20, "9000")  # TAC and MAC2
    assert amounts_of(hand) == [8_000, 2_000, 1_000]
    hand.card.reset()
    hand(SELECT, DF04)
    assert amounts_of(hand) == [8_000, 2_000, 1_000]


def test_the_card_writes_down_what_was_paid() -> None:
    hand = at_the_purse()
    load(hand, 10_000)
    pay(hand, 3_000, 2_000, 1_000)
    assert hand("00B201441C") == f"000036{TERMINAL}{MOMENT}00000BB8000007D0000003E89000"
    hand.card.reset()
    assert hand(SELECT, DF04, "00B201441C") == "6982"


def test_a_wrong_mac_moves_nothing_and_ends_the_transaction() -> None:
    hand = at_the_purse()
    assert load(hand, 500, wrong=True) == "9302"
    assert hand(f"B02A00000B{MOMENT}00000000") == "6901"
    load(hand, 500)
    assert pay(hand, 100, 100, 0, wrong=True) == "9302"
    assert pay(hand, 100, 100, 0, sent="00000002") == "9302"  # the key is of the terminal's number too
    assert amounts_of(hand)[0] == 500


def test_a_proof_can_be_asked_for_again() -> None:
    hand = at_the_purse()
    load(hand, 500)
    answer = pay(hand, 100, 100, 0)
    assert hand("B02E0006020000") == answer
    assert hand("B02E0006020001") == "9406"
    assert hand("B02E000601" + "00") == "6700"


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([f"B02A00000B{MOMENT}00000000"], "6901"),  # nothing was begun
        ([f"B02C01000F00000001{MOMENT}00000000"], "6901"),
        ([f"B02800010B0100000001{TERMINAL}", f"B02C01000F00000001{MOMENT}00000000"], "6901"),  # another was
        ([f"B0280101130100000001{'00000001'}00000000{TERMINAL}"], "9401"),  # more than there is
        ([f"B0280101130900000000{'00000000'}00000000{TERMINAL}"], "9403"),  # no such key version
        ([f"B02800010A01{'00' * 9}"], "6700"),
        ([f"B02802010B0100000001{TERMINAL}"], "6A86"),
        (["B026000404"], "6A86"),
        (["B056020004"], "6A86"),
        ([SELECT, "B026000104"], "6985"),  # not in DF04
        (["0026000104"], "6D00"),
    ],
)
def test_status_words(commands: list[str], sw: str) -> None:
    assert at_the_purse()(*commands) == sw


def test_a_counter_at_its_end() -> None:
    hand = at_the_purse()
    load(hand, 500)
    hand.card.chip.purse.loads = hand.card.chip.purse.purchases = 0xFFFE
    assert load(hand, 500)[-4:] == pay(hand, 100, 100, 0)[-4:] == "9000"
    assert load(hand, 500) == pay(hand, 100, 100, 0) == "9402"
    assert amounts_of(hand)[0] == 900


def test_without_the_pin_nothing_is_begun() -> None:
    hand = Hand(SECOND)
    assert hand(SELECT, DF04, f"B02800010B0100000001{TERMINAL}") == "6982"


def test_a_new_year_begins_with_its_mac() -> None:
    hand = at_the_purse()
    load(hand, 500)
    pay(hand, 200, 100, 100)
    factor = bytes.fromhex(hand(CHALLENGE)[:16])
    session = made_of(hand, factor)
    code = mac(hand.identity.algorithm, session, bytes.fromhex("B05600000820270101")).hex()
    assert hand("B0560000082027010100000000") == "9302"
    assert hand(f"B05600000820270101{code}") == "6984"  # the challenge is used up
    factor = bytes.fromhex(hand(CHALLENGE)[:16])
    session = made_of(hand, factor)
    code = mac(hand.identity.algorithm, session, bytes.fromhex("B05600000820270101")).hex()
    assert hand(f"B05600000820270101{code}") == "9000"
    assert hand("B056010004") == "202701019000"
    assert amounts_of(hand) == [400, 0, 0]
