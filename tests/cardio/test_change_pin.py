"""CHANGE PIN: what goes to the card, what comes of it, and what is known when the answer is lost."""

from __future__ import annotations

import pytest

from cardio.apps import pin
from cardio.errors import CardError, CardFault
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import THIRD
from cardio.simulator.reader import SimulatedReaders
from tests.support import cards
from tests.support.scripted import ScriptedLink, Step

ENTER: Step = (cards.SELECT_SSSE, "9000")
OLD, NEW = "123456", "730519"
READER = "Simulated Reader 00"


def digits(text: str) -> bytearray:
    return bytearray(int(digit) for digit in text)


def changed(old: str, new: str, command: str, answer: str | CardFault) -> CardError | None:
    first, second = digits(old), digits(new)
    with ScriptedLink([ENTER, (command, answer)], cards.ATR) as link:
        try:
            CardSession(link).change_pin(first, second)
        except CardError as error:
            return error
        finally:
            assert (first, second) == (bytearray(), bytearray())
    return None


@pytest.mark.parametrize(
    ("old", "new", "command"),
    [
        ("123456", "730519", "805E010007 123456FF730519"),
        ("1234", "73051", "805E010006 1234FF73051F"),
        ("12345", "7305", "805E010006 12345FFF7305"),
        ("123456789012", "987654321098", "805E01000D 123456789012FF987654321098"),
    ],
)
def test_the_command_of_the_standard(old: str, new: str, command: str) -> None:
    assert changed(old, new, command, "9000") is None


@pytest.mark.parametrize(
    ("answer", "fault", "left", "kept"),
    [
        ("63C4", CardFault.PIN_WRONG, 4, True),
        ("6983", CardFault.PIN_LOCKED, 0, True),
        ("6A88", CardFault.PIN_UNSET, None, True),
        ("6700", CardFault.STATUS_UNEXPECTED, None, True),
        ("6581", CardFault.STATUS_UNEXPECTED, None, False),
        (CardFault.CARD_REMOVED, CardFault.CARD_REMOVED, None, False),
    ],
)
def test_every_other_end(answer: str | CardFault, fault: CardFault, left: int | None, kept: bool) -> None:
    error = changed(OLD, NEW, "805E010007 123456FF730519", answer)
    assert error is not None
    assert (error.fault, error.tries_left, pin.kept_old(error)) == (fault, left, kept)


@pytest.mark.parametrize(("old", "new"), [("123", NEW), (OLD, "123"), (OLD, "1" * 13)])
def test_no_pin_no_command(old: str, new: str) -> None:
    with ScriptedLink([], cards.ATR) as link, pytest.raises(CardError) as caught:
        CardSession(link).change_pin(digits(old), digits(new))
    assert caught.value.fault is CardFault.PIN_FORMAT


def session(card: SimulatedCard) -> tuple[SimulatedReaders, CardSession]:
    readers = SimulatedReaders((READER,))
    readers.insert(READER, card)
    return readers, CardSession(readers.connect(READER))


def has_pin(card: SimulatedCard, text: str) -> bool:
    _, opened = session(card)
    try:
        opened.verify_pin(digits(text))
    except CardError:
        return False
    return True


def initial() -> str:
    assert THIRD.pin is not None
    return THIRD.pin


def test_the_simulated_card_takes_the_new_pin_and_gives_all_tries_back() -> None:
    card = SimulatedCard(THIRD)
    _, opened = session(card)
    with pytest.raises(CardError):
        opened.verify_pin(digits("000001"))
    tries = card.pin_tries_left
    opened.change_pin(digits(initial()), digits(NEW))
    assert card.pin_tries_left > tries
    assert card.pin_verified
    assert has_pin(card, NEW)
    assert not has_pin(card, initial())


def test_a_wrong_old_pin_costs_a_try_and_changes_nothing() -> None:
    card = SimulatedCard(THIRD)
    _, opened = session(card)
    tries = card.pin_tries_left
    with pytest.raises(CardError) as caught:
        opened.change_pin(digits("999999"), digits(NEW))
    assert (caught.value.fault, caught.value.tries_left) == (CardFault.PIN_WRONG, tries - 1)
    assert has_pin(card, initial())


@pytest.mark.parametrize("at", range(1, 4))
@pytest.mark.parametrize("trouble", [Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER])
def test_pulled_at_every_command_the_outcome_is_one_of_two_and_known_only_before_the_change(
    trouble: Trouble, at: int
) -> None:
    card = SimulatedCard(THIRD, (Fault(trouble, at),))
    _, opened = session(card)
    try:
        opened.change_pin(digits(initial()), digits(NEW))
    except CardError as error:
        assert error.fault is CardFault.CARD_REMOVED
        assert pin.kept_old(error) == (at < 3)  # CHANGE PIN is the third
        assert has_pin(card, NEW) != has_pin(card, initial())
        assert has_pin(card, initial()) or not pin.kept_old(error)
    else:
        assert has_pin(card, NEW)
