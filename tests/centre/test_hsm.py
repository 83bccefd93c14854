"""The centre's HSM as a key source: what a card must prove, and what its proof is good for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cardio import security
from cardio.keysource import PUK, RK_SSSE, Algorithm, CardIdentity, KeySourceUnavailable
from cardio.simulator.contents import TOY_ROOT
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.hsm import HsmKeySource
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import (
    FACTOR,
    Clock,
    Member,
    card_id_of,
    fault_of,
    identity_of,
    prove,
    right_answer,
    visit_request,
)

RAW = bytes.fromhex("0102030405060708")


@pytest.fixture
def card(population: Population) -> CardIdentity:
    return identity_of(population.find("elder"))


def _answer(card: CardIdentity, nonce: bytes) -> bytes:
    return security.authentication(card, TOY_ROOT, FACTOR, nonce)


def _cause(caught: pytest.ExceptionInfo[KeySourceUnavailable]) -> CentreFault:
    assert isinstance(caught.value.cause, CentreError)
    return caught.value.cause.fault


@pytest.mark.parametrize("slug", ["elder", "farmer", "first-generation"])
def test_a_card_of_each_generation_is_proven_and_opened(
    centre: SandboxCentre, member: Member, population: Population, slug: str
) -> None:
    card = identity_of(population.find(slug))
    source = HsmKeySource(member.client(), "0001")
    nonce = source.nonce(card)
    assert len(nonce) == 8
    assert source.check_internal(card, FACTOR, nonce, _answer(card, nonce))
    assert source.external(card, RK_SSSE, FACTOR, RAW) == security.authentication(card, TOY_ROOT, FACTOR, RAW)
    token = source.token_for(card.card_id)
    assert token is not None
    assert token.token not in repr(token)


def test_a_wrong_answer_is_not_genuine_and_spends_the_nonce(
    centre: SandboxCentre, member: Member, card: CardIdentity
) -> None:
    source = HsmKeySource(member.client())
    nonce = source.nonce(card)
    assert source.check_internal(card, FACTOR, nonce, bytes(8)) is False
    assert source.token_for(card.card_id) is None
    with pytest.raises(KeySourceUnavailable):
        source.check_internal(card, FACTOR, nonce, _answer(card, nonce))


def test_a_nonce_of_ones_own_proves_nothing(centre: SandboxCentre, member: Member, card: CardIdentity) -> None:
    source = HsmKeySource(member.client())
    source.nonce(card)
    with pytest.raises(KeySourceUnavailable) as caught:
        source.check_internal(card, FACTOR, bytes(8), _answer(card, bytes(8)))
    assert _cause(caught) is CentreFault.VISIT_EXPIRED


def test_a_recorded_answer_is_worthless(centre: SandboxCentre, member: Member, card: CardIdentity) -> None:
    source = HsmKeySource(member.client())
    recorded = _answer(card, source.nonce(card))
    assert source.check_internal(card, FACTOR, source.nonce(card), recorded) is False


def test_without_a_visit_no_key_is_opened(centre: SandboxCentre, member: Member, card: CardIdentity) -> None:
    with pytest.raises(KeySourceUnavailable) as caught:
        HsmKeySource(member.client()).external(card, RK_SSSE, FACTOR, RAW)
    assert _cause(caught) is CentreFault.VISIT_EXPIRED


def test_a_key_for_writing_is_not_opened_without_an_operation(
    centre: SandboxCentre, member: Member, card: CardIdentity
) -> None:
    source = HsmKeySource(member.client())
    nonce = source.nonce(card)
    assert source.check_internal(card, FACTOR, nonce, _answer(card, nonce))
    with pytest.raises(KeySourceUnavailable) as caught:
        source.external(card, PUK, FACTOR, RAW)
    assert _cause(caught) is CentreFault.REQUEST_REFUSED


def test_a_card_that_left_takes_its_token_along(centre: SandboxCentre, member: Member, card: CardIdentity) -> None:
    source = HsmKeySource(member.client())
    for forget in (lambda: source.forget(card), source.forget, lambda: source.nonce(card)):
        nonce = source.nonce(card)
        assert source.check_internal(card, FACTOR, nonce, _answer(card, nonce))
        assert source.token_for(card.card_id)
        forget()
        assert source.token_for(card.card_id) is None


def test_a_token_that_has_run_out_is_not_offered(centre: SandboxCentre, member: Member, card: CardIdentity) -> None:
    clock = Clock()
    source = HsmKeySource(member.client(now=clock))
    nonce = source.nonce(card)
    assert source.check_internal(card, FACTOR, nonce, _answer(card, nonce))
    clock.push(minutes=29)
    assert source.token_for(card.card_id)
    clock.push(minutes=2)
    assert source.token_for(card.card_id) is None


CHANGES: dict[str, Callable[[CardIdentity], CardIdentity]] = {
    "another card": lambda card: replace(card, card_id=bytes(16)),
    "copied on another chip": lambda card: replace(card, history=bytes(13)),
    "another algorithm": lambda card: replace(card, algorithm=Algorithm.TDES),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_card_that_is_not_in_the_register_is_unknown(
    centre: SandboxCentre, member: Member, card: CardIdentity, change: Callable[[CardIdentity], CardIdentity]
) -> None:
    with pytest.raises(KeySourceUnavailable) as caught:
        HsmKeySource(member.client()).nonce(change(card))
    assert _cause(caught) is CentreFault.CARD_UNKNOWN


def test_a_centre_that_is_away_is_a_source_that_is_away(
    centre: SandboxCentre, member: Member, card: CardIdentity
) -> None:
    source = HsmKeySource(member.client())
    nonce = source.nonce(card)
    centre.control.fault("down")
    for ask in (lambda: source.nonce(card), lambda: source.check_internal(card, FACTOR, nonce, _answer(card, nonce))):
        with pytest.raises(KeySourceUnavailable) as caught:
            ask()
        assert caught.value.source == "hsm"
    centre.control.clear()


def test_the_token_is_for_its_card_alone(centre: SandboxCentre, member: Member, population: Population) -> None:
    client = member.client()
    token = prove(client, population.find("elder"))
    own, others = card_id_of(population.find("elder")), card_id_of(population.find("farmer"))
    assert client.card_status(token.token, own).account_last4
    assert fault_of(lambda: client.card_status(token.token, others)) is CentreFault.VISIT_EXPIRED
    assert fault_of(lambda: client.subsidies("0" * 64, own)) is CentreFault.VISIT_EXPIRED


def test_a_proof_serves_once(centre: SandboxCentre, member: Member, population: Population) -> None:
    client, person = member.client(), population.find("elder")
    opened = client.open_visit(visit_request(person))
    proof = right_answer(person, opened.nonce)
    assert client.prove_visit(opened.visit, proof).token
    assert fault_of(lambda: client.prove_visit(opened.visit, proof)) is CentreFault.VISIT_EXPIRED


def test_the_centre_ends_a_visit_after_half_an_hour(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    clock, person = Clock(), population.find("elder")
    client = member.client(now=clock)
    token = prove(client, person)
    for minutes, lives in ((29, True), (2, False)):
        clock.push(minutes=minutes)
        centre.control.fault("clock", seconds=minutes * 60)
        if lives:
            assert client.card_status(token.token, card_id_of(person)).bank
        else:
            assert fault_of(lambda: client.card_status(token.token, card_id_of(person))) is CentreFault.VISIT_EXPIRED


def test_a_nonce_waits_two_minutes(centre: SandboxCentre, member: Member, population: Population) -> None:
    clock, person = Clock(), population.find("elder")
    client = member.client(now=clock)
    opened = client.open_visit(visit_request(person))
    clock.push(seconds=125)
    centre.control.fault("clock", seconds=125)
    answer = right_answer(person, opened.nonce)
    assert fault_of(lambda: client.prove_visit(opened.visit, answer)) is CentreFault.VISIT_EXPIRED
