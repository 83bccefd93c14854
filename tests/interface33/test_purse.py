"""Paying from the medical account by the HSM: both steps, over the simulated purse; and everything that stops it."""

from __future__ import annotations

import pytest

from cardio.interface33 import Code, Ending
from cardio.interface33.errors import FALL_BACK
from cardio.psam import PsamKeySource
from cardio.security import card_key, mac, session_key, transaction_code
from cardio.simulator.contents import TOY_ROOT, CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.spec import PsamSpec
from tests.interface33.support import Bench, Typist, bench, identity, info
from tests.interface33.test_writes import ListBook, booked
from tests.support.worlds import InProcess

PIN = "123456"
TIME = "20261128101500"
PAY = f"3000|2000+900|{TIME}|"
SEQUENCE = "00000007"


def amounts(pay: str = PAY) -> bytes:
    total, parts, _, _ = pay.split("|")
    return b"".join(int(each).to_bytes(4) for each in (total, *parts.split("+")))


def hsm(contents: CardContents, step: str, *, wrong: bool = False) -> tuple[str, bytes]:
    """What an HSM with the toy keys makes of the first step: pKey of the second, and the session's key."""
    algorithm, address, random, count, total, kind, terminal, time, end = step.split("|")
    assert (algorithm, address, end) == (f"{identity(contents).algorithm.card_code:02X}", "017F", "")
    assert (total, kind, terminal, time) == ("3000", "06", "0" * 12, TIME)
    factor = bytes.fromhex(random + count + SEQUENCE[4:])
    key = bytes(session_key(identity(contents).algorithm, card_key(identity(contents), TOY_ROOT), factor))
    said = amounts() + bytes.fromhex(kind + terminal + time)
    code = bytes(4) if wrong else mac(identity(contents).algorithm, key, said)
    return f"{SEQUENCE}|{time}|{code.hex()}|", key


def paying(contents: CardContents) -> Bench:
    desk = Bench((), Typist(*[PIN] * 4))
    desk.insert(contents).chip.purse.balance = 10_000
    return desk


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_both_steps_pay_and_prove_it(contents: CardContents) -> None:
    desk = paying(contents)
    try:
        step = desk.good("iDoDebit_HSM_Step1", 1, info(contents), PAY)
        key, session = hsm(contents, step)
        out = desk.good("iDoDebit_HSM_Step2", key).split("|")
        assert out[1:8] == [step.split("|")[0], "017F", "3000", "06", "0" * 12, SEQUENCE, TIME]
        algorithm = identity(contents).algorithm
        assert bytes.fromhex(out[0]) == mac(algorithm, session, amounts())
        said = amounts() + bytes.fromhex(f"06{'0' * 12}{SEQUENCE}{TIME}")
        assert bytes.fromhex(out[8]) == transaction_code(algorithm, card_key(identity(contents), TOY_ROOT), said)
        assert desk.card is not None
        assert (desk.card.chip.purse.balance, desk.card.chip.purse.pooled) == (8_000, 900)
        newest = desk.good("iReadDebitRecord", 1).split("|")[0].split("^")
        assert (newest[1], newest[3]) == ("6", TIME)
        again = desk.good("iDoDebit_HSM_Step1", 1, info(contents), PAY)
        assert again.split("|")[3] == "0001"
    finally:
        desk.interface.close()
        desk.worker.stop()


def test_a_wrong_mac_pays_nothing_and_ends_it() -> None:
    desk = paying(SECOND)
    try:
        key, _ = hsm(SECOND, desk.good("iDoDebit_HSM_Step1", 1, info(SECOND), PAY), wrong=True)
        assert desk.call("iDoDebit_HSM_Step2", key).code == -0x9302
        assert desk.call("iDoDebit_HSM_Step2", key).code == Code.NOT_CONNECTED
        assert desk.card is not None
        assert desk.card.chip.purse.balance == 10_000
    finally:
        desk.worker.stop()


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        (0x9302, [(Ending.UNDONE, b"\x93\x02")]),  # the code of the terminal is wrong
        (0x9401, [(Ending.UNDONE, b"\x94\x01")]),  # not so much in it
        (0x6982, [(Ending.UNDONE, b"\x69\x82")]),
        (0x6581, []),  # nobody knows
        (0x6F00, []),
    ],
)
def test_only_a_word_that_says_that_nothing_was_paid_ends_a_payment_as_undone(
    word: int, ended: list[tuple[Ending, bytes]]
) -> None:
    book = ListBook()
    desk = booked(book, Typist(PIN))
    card = desk.insert(SECOND)
    card.chip.purse.balance = 10_000
    try:
        key, _ = hsm(SECOND, desk.good("iDoDebit_HSM_Step1", 1, info(SECOND), PAY))
        card.faults = (Fault(Trouble.WRONG_STATUS, card.commands + 1, word),)  # DEBIT FOR PURCHASE
        assert desk.call("iDoDebit_HSM_Step2", key).code == -word
        assert ([(write.function, write.value) for write in book.begun], book.ended) == ([("iDoDebit", 3000)], ended)
    finally:
        desk.interface.close()
        desk.worker.stop()


@pytest.mark.parametrize("size", [7, 4, 0])
def test_a_debit_that_is_proven_by_too_little_is_not_told_as_one(size: int) -> None:
    """TAC and MAC2 are eight bytes; the payment was made, or not, so it stays open."""
    book = ListBook()
    desk = booked(book, Typist(PIN))
    card = desk.insert(SECOND)
    card.chip.purse.balance = 10_000
    try:
        key, _ = hsm(SECOND, desk.good("iDoDebit_HSM_Step1", 1, info(SECOND), PAY))
        card.faults = (Fault(Trouble.TRUNCATED, card.commands + 2, size),)  # the answer of DEBIT FOR PURCHASE
        assert desk.call("iDoDebit_HSM_Step2", key).code == Code.CHECKSUM
        assert (len(book.begun), book.ended) == (1, [])
    finally:
        desk.interface.close()
        desk.worker.stop()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", Code.DATA),
        (f"0|{TIME}|00000000|", Code.OPERAND_LENGTH),
        (f"0000000X|{TIME}|00000000|", Code.OPERAND_CHARACTERS),
        ("00000001|today|00000000|", Code.DATA),
        (f"00000001|{TIME}|0000|", Code.OPERAND_LENGTH),
        (f"00000001|{TIME}|00000000|more|", Code.DATA),
    ],
)
def test_a_second_step_that_is_none(key: str, code: Code) -> None:
    desk = paying(SECOND)
    try:
        desk.good("iDoDebit_HSM_Step1", 1, info(SECOND), PAY)
        assert desk.call("iDoDebit_HSM_Step2", key).code == code
        assert desk.card is not None
        assert desk.card.chip.purse.balance == 10_000
    finally:
        desk.worker.stop()


@pytest.mark.parametrize(
    ("pay", "code"),
    [
        (f"3|1|{TIME}|", Code.DATA),
        (f"3|1+x|{TIME}|", Code.DATA),
        (f"3|2+2|{TIME}|", Code.DATA),  # more than the total
        (f"4294967296|0+0|{TIME}|", Code.DATA),
        ("3|1+2|20261128|", Code.DATA),
        ("3|1+2|20261328101500|", Code.DATA),  # no such month
        ("3|1+2|2026112810150|", Code.DATA),
        (f"30000|20000+0|{TIME}|", -0x9401),  # more than there is
    ],
)
def test_what_is_not_begun(pay: str, code: int) -> None:
    desk = paying(SECOND)
    try:
        assert desk.call("iDoDebit_HSM_Step1", 1, info(SECOND), pay).code == code
    finally:
        desk.worker.stop()


def test_another_card_and_a_wrong_pin() -> None:
    with bench(keypad=Typist("000000")) as desk:
        desk.insert(SECOND)
        assert desk.call("iDoDebit_HSM_Step1", 1, info(THIRD), PAY).code == Code.OTHER_CARD
        assert desk.call("iDoDebit_HSM_Step1", 1, info(SECOND), PAY).code == Code.PIN_WRONG
        assert desk.call("iDoDebit", 1, info(SECOND), "3|1|x|").code == Code.DATA
        assert desk.call("iDoDebit_HSM_Step2", "x").code == Code.NOT_CONNECTED


def test_without_a_psam_a_caller_is_sent_to_the_hsm_as_by_every_other_function() -> None:
    with bench() as desk:
        card = desk.insert(SECOND)
        code = desk.call("iDoDebit", 1, info(SECOND), PAY).code
        assert code == Code.NO_PSAM
        assert code in FALL_BACK
        assert card.commands == 0


def test_payment_by_a_psam_is_told_as_unsupported_and_begins_nothing() -> None:
    """No source tells the data of the PSAM's two commands, so none is sent: neither to it nor to the card."""
    world = InProcess()
    world.insert_psam(1, PsamSpec())
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    book = ListBook()
    desk = booked(book, Typist(PIN), [source])
    card = desk.insert(SECOND)
    card.chip.purse.balance = 10_000
    try:
        reply = desk.call("iDoDebit", 1, info(SECOND), PAY)
        assert (reply.code, reply.text) == (Code.NOT_SUPPORTED, "动态库不支持该命令")
        assert (card.commands, card.chip.purse.balance, book.begun, desk.keypad.asked) == (0, 10_000, [], [])
        assert desk.call("iDoDebit", 1, info(SECOND), "3|1|x|").code == Code.DATA
    finally:
        source.close()
        desk.interface.close()
        desk.worker.stop()
