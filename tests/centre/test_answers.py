"""What the sandbox centre says of its demonstration people, through the client."""

from __future__ import annotations

from datetime import date

import pytest

from terminal.centre import contract
from terminal.centre.contract import ApplicationState, Beneficiary, LeaseRequest, PaymentState
from terminal.model.card_state import card_status_view
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.money import SHANGHAI
from terminal.sandbox.people import Population
from tests.centre.support import Member, card_id_of, prove


def _statement(member: Member, population: Population, slug: str, year: int | None = None) -> contract.SubsidyStatement:
    person = population.find(slug)
    client = member.client()
    return client.subsidies(prove(client, person).token, card_id_of(person), year)


def test_the_elder_has_a_long_account_with_everything_in_it(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    statement = _statement(member, population, "elder")
    assert len(statement.years) == 5
    assert statement.years == sorted(statement.years, reverse=True)
    replaced = {payment.reissue_of for payment in statement.payments} - {None}
    assert len(replaced) == 3  # one payment returned once, one twice
    assert any(payment.beneficiary is Beneficiary.HOUSEHOLD for payment in statement.payments)
    assert any(item.sensitive for item in statement.items)
    assert {item.code for item in statement.items} == {payment.item for payment in statement.payments}


def test_one_year_is_that_year(centre: SandboxCentre, member: Member, population: Population) -> None:
    whole = _statement(member, population, "farmer")
    one = _statement(member, population, "farmer", 2025)
    assert one.years == [2025]
    assert one.payments == [payment for payment in whole.payments if payment.year == 2025]
    assert _statement(member, population, "farmer", 2001).payments == []


def test_a_holder_without_subsidies_has_an_empty_account(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    statement = _statement(member, population, "nothing")
    assert statement.payments == []
    assert statement.items == []
    assert len(statement.years) == 5


def test_a_reported_loss_ends_by_itself(centre: SandboxCentre, member: Member, population: Population) -> None:
    person, client = population.find("lost"), member.client()
    status = client.card_status(prove(client, person).token, card_id_of(person))
    assert status.state is ApplicationState.TEMPORARY_LOSS
    assert status.loss_expires_on is not None
    assert status.since < status.as_of.astimezone(SHANGHAI).date() < status.loss_expires_on
    assert person.card.pan is not None
    assert status.account_last4 == person.card.pan[-4:]


def test_who_asks_about_a_lent_person_is_told_who_has_them(
    centre: SandboxCentre, member: Member, new_member: Member, population: Population
) -> None:
    person, borrower = population.people[160], new_member.client()
    card_id, number = card_id_of(person), new_member.identity.terminal
    lease = borrower.lease(number, LeaseRequest(drive="village-a", card_id=card_id, subject="0" * 64))
    told = member.client().card_status(prove(member.client(), person).token, card_id)
    assert told.lent_to == "village-a"
    assert told.lent_until is not None
    assert int(told.lent_until.timestamp()) == lease.until // 1000
    fact = card_status_view(told).facts[-1]
    assert fact.tone == "warning"
    assert "village-a" in fact.value.zh
    assert "village-a" in fact.value.en
    own = borrower.card_status(prove(borrower, person).token, card_id)
    assert own.lent_to is None  # the borrower knows


def test_a_card_that_was_never_activated_gets_nothing(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    statement = _statement(member, population, "inactive")
    sent = [one for one in statement.payments if one.paid_on and one.paid_on >= date(2024, 10, 15)]
    assert sent
    assert all(one.reason is contract.ReturnReason.CARD_NOT_ACTIVATED for one in sent)
    assert all(one.credited_on is None for one in sent)


@pytest.mark.parametrize("kind", [contract.Payment, contract.CardStatus, contract.VisitToken, contract.Cryptogram])
def test_what_is_private_has_no_repr(kind: type[contract.PrivateAnswer]) -> None:
    assert issubclass(kind, contract.PrivateAnswer)


def test_the_text_of_a_statement_stays_out_of_sight(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    statement = _statement(member, population, "disabled")
    shown = repr(statement) + repr(statement.payments[0])
    assert shown == "<SubsidyStatement><Payment>"
    assert {payment.state for payment in statement.payments} >= {PaymentState.PAID}
