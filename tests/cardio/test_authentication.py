"""Proving a card and opening its holder's file, with key sources that cannot, and cards that do not."""

from __future__ import annotations

import dataclasses

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import PUK, RK_SSSE
from cardio.profile import PROFILES
from cardio.record import CardRecord
from cardio.refusals import Refusals
from cardio.security import authentication
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import TableLink


def read(answers: dict[str, str], *sources: Keys) -> tuple[CardRecord, TableLink]:
    link = TableLink(answers, cards.ATR)
    return CardSession(link, sources).read(), link


def faults(record: CardRecord) -> list[object]:
    return [error.fault if isinstance(error, CardError) else error for error in record.errors]


def count(link: TableLink, head: str) -> int:
    return sum(apdu.hex().upper().startswith(head) for apdu in link.sent)


class CentreDown(Exception):  # noqa: N818 - stands for any cause a key source may give
    """What stands in the way of a key source."""


# --- key sources that cannot serve


@pytest.mark.parametrize("down", ["nonce", "check_internal"])
@pytest.mark.parametrize("generation", [1, 2, 3])
def test_the_next_source_proves_the_card(generation: int, down: str) -> None:
    cause = CentreDown()
    first, second = Keys("psam", down=[down], cause=cause), Keys("hsm")
    record, _ = read(cards.table(generation), first, second)
    assert (record.authenticated, record.authenticated_by) == (True, "hsm")
    assert record.errors == (cause,)
    assert record.holder is not None


def test_a_source_that_is_simply_not_there_leaves_no_trace_when_another_helps() -> None:
    record, _ = read(cards.table(2), Keys("psam", down=["nonce"]), Keys("hsm"))
    assert (record.authenticated_by, record.errors) == ("hsm", ())


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_with_nobody_to_ask(generation: int) -> None:
    """Generation 3 gives its free records, the others their holder as well, and none of it is proven."""
    causes = (CentreDown("a"), CentreDown("b"))
    sources = [Keys("psam", down=["nonce"], cause=causes[0]), Keys("hsm", down=["nonce"], cause=causes[1])]
    record, link = read(cards.table(generation), *sources)
    assert (record.authenticated, record.authenticated_by) == (False, None)
    assert record.card_number == "D2143569X"
    assert record.issued_on is not None
    assert (record.holder is None) == (generation == 3)
    assert faults(record) == [*causes, CardFault.NO_KEY_SOURCE]
    assert "psam, hsm" in str(record.errors[-1])
    assert count(link, "0084") == count(link, "0088") == 0
    assert count(link, cards.SELECT_EF06) == (generation != 3)


def test_the_holder_stays_closed_when_only_the_key_is_missing() -> None:
    cause = CentreDown()
    record, link = read(cards.table(3), Keys("psam", down=["external"], cause=cause))
    assert (record.authenticated, record.authenticated_by, record.holder) == (True, "psam", None)
    assert faults(record) == [cause, CardFault.NO_KEY_SOURCE]
    assert count(link, "0082") == 0


def test_another_source_may_hold_the_key() -> None:
    record, _ = read(cards.table(3), Keys("psam", down=["external"]), Keys("hsm"))
    assert (record.authenticated, record.authenticated_by, record.errors) == (True, "psam", ())
    assert record.holder is not None


# --- cards that do not convince


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_a_wrong_answer_ends_it(generation: int) -> None:
    second = Keys("hsm")
    record, link = read(cards.table(generation), Keys("psam", convinced=False), second)
    assert (record.authenticated, record.authenticated_by, record.holder) == (False, None, None)
    assert faults(record) == [CardFault.NOT_GENUINE]
    assert second.asked == []
    assert count(link, cards.SELECT_EF06) == 0


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("6A88", CardFault.STATUS_UNEXPECTED),
        ("6985", CardFault.STATUS_UNEXPECTED),
        ("6D00", CardFault.STATUS_UNEXPECTED),
        ("6F00", CardFault.STATUS_UNEXPECTED),
        ("6581", CardFault.STATUS_UNEXPECTED),
        ("6C08", CardFault.STATUS_UNEXPECTED),
        ("9000", CardFault.ANSWER_MALFORMED),
        ("01020304 9000", CardFault.ANSWER_MALFORMED),
        ("00" * 9 + "9000", CardFault.ANSWER_MALFORMED),
        ("FF" * 8 + "9000", CardFault.NOT_GENUINE),
    ],
)
def test_a_card_that_evades_the_question_is_closed(generation: int, answer: str, fault: CardFault) -> None:
    """Else a forger would answer with a status word and pass as merely unproven. Only a wrong answer disproves it."""
    answers = cards.table(generation, t0=False) | {cards.internal(generation): answer}
    second = Keys("second")
    record, link = read(answers, Keys(), second)
    assert (record.authenticated, record.holder, faults(record)) == (False, None, [fault])
    assert record.rejected is record.errors[0]
    assert second.asked == []
    assert count(link, cards.SELECT_EF06) == 0


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("6D00", CardFault.STATUS_UNEXPECTED),
        ("9000", CardFault.ANSWER_MALFORMED),
        ("0102039000", CardFault.ANSWER_MALFORMED),
    ],
)
def test_a_card_without_challenges_is_closed(answer: str, fault: CardFault) -> None:
    record, _ = read(cards.table(2) | {cards.GET_CHALLENGE: answer}, Keys())
    assert (record.authenticated, record.holder, faults(record)) == (False, None, [fault])
    assert record.rejected is not None


def test_a_forgery_found_by_the_second_source_undoes_the_first() -> None:
    record, _ = read(cards.table(3), Keys("psam", down=["external"]), Keys("hsm", convinced=False))
    assert (record.authenticated, record.authenticated_by, record.holder) == (False, None, None)
    assert faults(record) == [CardFault.NOT_GENUINE]


def test_no_bank_account_of_a_card_that_is_not_genuine() -> None:
    link = TableLink(cards.table(2) | cards.bank_table(), cards.ATR)
    record = CardSession(link, [Keys(convinced=False)]).read(fields_all=True)
    assert record.bank_account_last4 is None
    assert count(link, "00A40400") == 1


# --- cards that refuse the key


@pytest.mark.parametrize(
    ("sw", "fault", "left"),
    [
        ("63C2", CardFault.KEY_REFUSED, 2),
        ("63C1", CardFault.KEY_REFUSED, 1),
        ("63C0", CardFault.KEY_LOCKED, 0),
        ("6983", CardFault.KEY_LOCKED, 0),
        ("6300", CardFault.KEY_REFUSED, None),
        ("6988", CardFault.KEY_REFUSED, None),
        ("6985", CardFault.KEY_REFUSED, None),
        ("6984", CardFault.KEY_REFUSED, None),
        ("6A88", CardFault.KEY_REFUSED, None),
        ("6108", CardFault.KEY_REFUSED, None),
    ],
)
def test_a_refused_key_is_told_and_nothing_of_the_holder_is_read(sw: str, fault: CardFault, left: int | None) -> None:
    record, link = read(cards.table(3) | {cards.external(3): sw}, Keys())
    (error,) = record.errors
    assert isinstance(error, CardError)
    assert (error.fault, error.tries_left, error.sw) == (fault, left, int(sw, 16))
    assert (record.authenticated, record.authenticated_by, record.holder) == (True, "hsm", None)
    assert count(link, "0082") == 1


class KeyCounter:
    """A card that counts down its key's tries, as the standard says, and accepts only ``right``."""

    def __init__(self, tries: int, right: str | None = None) -> None:
        self.left = tries
        self.right = bytes.fromhex(right) if right else b""

    def link(self) -> TableLink:
        def twist(_: int, answer: bytes) -> bytes:
            apdu = link.sent[-1]
            if apdu[:2] != b"\x00\x82":
                return answer
            if not self.left:
                return b"\x69\x83"
            if apdu == self.right:
                return b"\x90\x00"
            self.left -= 1
            return bytes((0x63, 0xC0 | self.left))

        link = TableLink(cards.table(3), cards.ATR, twist=twist)
        return link


@pytest.mark.parametrize("tries", [2, 3, 4, 15])
def test_no_number_of_sources_and_readings_locks_a_key(tries: int) -> None:
    """Until the card says that one try is left, and never the last one."""
    card = KeyCounter(tries)
    session = CardSession(card.link(), [Keys(str(number), wrong_key=True) for number in range(20)])
    for _ in range(5):
        record = session.read()
        assert record.holder is None
        assert set(faults(record)) == {CardFault.KEY_REFUSED}
    assert card.left == 1


@pytest.mark.expects_log
def test_another_source_is_tried_while_the_card_has_tries() -> None:
    card = KeyCounter(3, cards.external(3))
    record = CardSession(card.link(), [Keys("psam", wrong_key=True), Keys("hsm")]).read()
    assert record.errors == ()
    assert record.holder is not None
    assert card.left == 2


@pytest.mark.expects_log
def test_a_source_that_was_wrong_is_not_tried_again_and_the_right_one_is() -> None:
    card = KeyCounter(4, cards.external(3))
    session = CardSession(card.link(), [Keys("psam", wrong_key=True), Keys("hsm")])
    readings = [session.read() for _ in range(5)]
    assert [record.holder is not None for record in readings] == [True] * 5
    assert [record.errors for record in readings] == [()] * 5
    assert card.left == 3


def test_the_memory_can_outlive_the_card() -> None:
    """A wrong key in the centre costs each card one try, however often it is put in."""
    card, refusals = KeyCounter(3), Refusals()
    for _ in range(10):
        record = CardSession(card.link(), [Keys(wrong_key=True)], refusals=refusals).read()
        assert faults(record) == [CardFault.KEY_REFUSED]
    assert card.left == 2


def test_what_one_card_refused_is_not_held_against_another_card_or_key() -> None:
    refusals = Refusals()
    card, other = cards.identity(3), cards.identity(3, cards.CARD_ID[:-1] + b"\x0e")
    refusals.note(card, RK_SSSE, "psam", CardError(CardFault.KEY_REFUSED, tries_left=1))
    assert refusals.standing(card, RK_SSSE) is not None
    for source in (None, "psam"):
        assert refusals.standing(other, RK_SSSE, source) is None
        assert refusals.standing(card, PUK, source) is None


def test_a_card_without_a_second_challenge_keeps_its_holder() -> None:
    """Nothing was shown to the card, so its key is not held to be refused."""
    challenges = 0

    def twist(_: int, answer: bytes) -> bytes:
        nonlocal challenges
        challenges += link.sent[-1][:2] == b"\x00\x84"
        return b"\x6f\x00" if link.sent[-1][:2] == b"\x00\x84" and challenges == 2 else answer

    link = TableLink(cards.table(3), cards.ATR, twist=twist)
    session = CardSession(link, [Keys()])
    record = session.read()
    assert (record.authenticated, record.holder, faults(record)) == (True, None, [CardFault.STATUS_UNEXPECTED])
    assert session.read().holder is not None


# --- cards that keep their holder closed although their generation does not


def closed(generation: int, *, key_opens: bool = True) -> TableLink:
    """A card whose EF06 answers 6982 until key 0A has opened it."""
    opened = False
    key = f"0082000A10{_key_proof(generation).hex()}{cards.CHALLENGE.hex()}"
    answers = cards.table(generation) | {key: "9000"}

    def twist(_: int, answer: bytes) -> bytes:
        nonlocal opened
        apdu = link.sent[-1]
        if apdu[:2] == b"\x00\x82":
            opened = key_opens
        holders = apdu[:2] == b"\x00\xb2" and apdu[2] in cards.EF06
        return b"\x69\x82" if holders and not opened else answer

    link = TableLink(answers, cards.ATR, twist=twist)
    return link


def _key_proof(generation: int) -> bytes:
    return authentication(cards.identity(generation), cards.ROOT, cards.CHALLENGE, cards.CHALLENGE)


@pytest.mark.parametrize("generation", [1, 2])
def test_the_card_decides_whether_its_holder_is_free(generation: int) -> None:
    record = CardSession(closed(generation), [Keys()]).read()
    assert (record.authenticated, record.errors) == (True, ())
    assert record.holder is not None
    assert record.holder.name == cards.NAME


@pytest.mark.parametrize(("generation", "key_opens"), [(1, False), (2, False), (3, False)])
def test_a_holder_that_no_key_opens_is_one_fault(generation: int, key_opens: bool) -> None:
    record = CardSession(closed(generation, key_opens=key_opens), [Keys()]).read()
    assert (record.authenticated, record.holder) == (True, None)
    assert faults(record) == [CardFault.FIELD_UNREADABLE]


def test_a_closed_holder_with_nobody_to_ask() -> None:
    link = closed(2)
    record = CardSession(link).read()
    assert (record.authenticated, record.holder) == (False, None)
    assert faults(record) == [CardFault.NO_KEY_SOURCE, CardFault.FIELD_UNREADABLE]
    assert count(link, "0082") == 0


def test_a_closed_holder_whose_key_is_refused() -> None:
    record = CardSession(closed(2), [Keys(wrong_key=True)]).read()
    assert (record.authenticated, record.holder) == (True, None)
    assert faults(record) == [CardFault.KEY_REFUSED]


# --- where the raw value comes from


def test_the_verifier_asks_its_own_question() -> None:
    _, link = read(cards.table(2), Keys())
    assert count(link, "0084") == 1
    assert bytes.fromhex(cards.internal(2)) in link.sent


def test_a_profile_may_take_both_values_from_the_card() -> None:
    profiles = {**PROFILES, 2: dataclasses.replace(PROFILES[2], raw_from_card=True)}
    link = TableLink(cards.table(2), cards.ATR)
    keys = Keys(convinced=True)
    CardSession(link, [keys], profiles).read()
    assert count(link, "0084") == 2
    assert "nonce" not in keys.asked
    assert bytes.fromhex(f"0088000010{cards.CHALLENGE.hex()}{cards.CHALLENGE.hex()}") in link.sent
