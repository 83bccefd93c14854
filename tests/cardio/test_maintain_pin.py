"""Unblocking and replacing a PIN: what the card then has, and what each fault means for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio.apps import pin
from cardio.apps.pin import Outcome
from cardio.errors import CardError, CardFault
from cardio.keysource import STK, CardIdentity, KeyRef, KeySourceUnavailable
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import PERSONAS, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

NEW = "246813"


def digits(text: str) -> bytearray:
    return bytearray(int(one) for one in text)


class Sources(ToyKeySource):
    """The toy keys, with one habit.

    :param bare: give what follows the header, and not the whole command, as some HSMs do.
    """

    def __init__(self, *, bare: bool = False, cut: bool = False, down: bool = False) -> None:
        self._bare, self._cut, self._down = bare, cut, down
        self.asked: list[KeyRef] = []

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes:
        self.asked.append(key)
        if self._down:
            raise KeySourceUnavailable(self.name, ConnectionError("away"))
        made = super().maintenance(card, key, factor, header, new_pin)
        return made[len(header) if self._bare else 0 : -1 if self._cut else None]


def session_of(card: SimulatedCard, source: ToyKeySource | None = None) -> CardSession:
    readers = SimulatedReaders(["r"])
    readers.insert("r", card)
    return CardSession(readers.connect("r"), [source or ToyKeySource()])


def with_two_tries(contents: CardContents) -> SimulatedCard:
    return SimulatedCard(replace(contents, pin_tries=2))


def lock(card: SimulatedCard) -> None:
    opened = session_of(card)
    for _ in range(2):
        with pytest.raises(CardError):
            opened.verify_pin(digits("000000"))
    assert opened.pin_tries() == 0


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("contents", PERSONAS)
def test_a_locked_pin_is_unblocked_and_stays_the_same(contents: CardContents, bare: bool) -> None:
    card = with_two_tries(contents)
    lock(card)
    source = Sources(bare=bare)
    session_of(card, source).unblock_pin()
    assert source.asked == [STK]
    opened = session_of(card)
    assert opened.pin_tries() == 2
    opened.verify_pin(digits("123456"))


@pytest.mark.parametrize("new", ["2468", "24681", NEW, "987654321012"])
@pytest.mark.parametrize("contents", PERSONAS)
def test_a_new_pin_replaces_a_locked_one(contents: CardContents, new: str) -> None:
    card = with_two_tries(contents)
    lock(card)
    entered = digits(new)
    session_of(card).reload_pin(entered)
    assert entered == b""
    opened = session_of(card)
    assert opened.pin_tries() == 2
    opened.verify_pin(digits(new))
    with pytest.raises(CardError):
        opened.verify_pin(digits("123456"))


def test_a_pin_of_the_wrong_size_never_reaches_the_card() -> None:
    card = SimulatedCard(THIRD)
    entered = digits("123")
    with pytest.raises(CardError) as refused:
        session_of(card).reload_pin(entered)
    assert refused.value.fault is CardFault.PIN_FORMAT
    assert pin.outcome(refused.value) is Outcome.KEPT
    assert card.commands == len(entered) == 0


def test_a_source_that_cannot_serve_leaves_the_card_as_it_was() -> None:
    card = SimulatedCard(THIRD)
    with pytest.raises(CardError) as refused:
        session_of(card, Sources(down=True)).reload_pin(digits(NEW))
    assert refused.value.fault is CardFault.NO_KEY_SOURCE
    assert isinstance(refused.value.__cause__, ConnectionError)
    assert pin.outcome(refused.value) is Outcome.KEPT
    session_of(card).verify_pin(digits("123456"))


@pytest.mark.parametrize("bare", [False, True])
def test_an_answer_that_is_not_the_command_is_not_sent(bare: bool) -> None:
    card = SimulatedCard(THIRD)
    with pytest.raises(CardError) as refused:
        session_of(card, Sources(cut=True, bare=bare)).reload_pin(digits(NEW))
    assert refused.value.fault is CardFault.KEY_ANSWER
    assert pin.outcome(refused.value) is Outcome.KEPT
    session_of(card).verify_pin(digits("123456"))


class WrongMac(ToyKeySource):
    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes:
        return header + bytes(header[4])


def test_a_wrong_mac_is_refused_and_locks_nothing() -> None:
    card = SimulatedCard(THIRD)
    for _ in range(4):
        with pytest.raises(CardError) as refused:
            session_of(card, WrongMac()).unblock_pin()
        assert (refused.value.sw, pin.outcome(refused.value)) == (0x6988, Outcome.KEPT)
    session_of(card).unblock_pin()


def commands_of_a_reload(contents: CardContents) -> int:
    card = SimulatedCard(contents)
    session_of(card).reload_pin(digits(NEW))
    return card.commands


@pytest.mark.parametrize("trouble", [Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER])
@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_pulled_at_every_command_the_outcome_is_the_truth(contents: CardContents, trouble: Trouble) -> None:
    most = commands_of_a_reload(contents)
    seen = set()
    for at in range(1, most + 1):
        card = SimulatedCard(contents, [Fault(trouble, at)])
        with pytest.raises(CardError) as pulled:
            session_of(card).reload_pin(digits(NEW))
        told = pin.outcome(pulled.value)
        seen.add(told)
        assert (told is Outcome.UNKNOWN) == (at == most)  # the last command alone leaves it open
        settled = session_of(card)
        if told is Outcome.KEPT or trouble is Trouble.REMOVED_BEFORE:
            settled.verify_pin(digits("123456"))
        else:
            settled.verify_pin(digits(NEW))  # the answer was lost, the change was made
    assert seen == {Outcome.KEPT, Outcome.UNKNOWN}
    assert pin.outcome(None) is Outcome.CHANGED
