"""The payments: coherent with their items, their people and the calendar, and the same ones every year."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.centre.contract import AccountKind, Beneficiary, Payment, PaymentState, ReturnReason
from terminal.model.payment_texts import UNIT_EN
from terminal.sandbox import money
from terminal.sandbox.items import CATEGORIES, ITEMS, Due
from terminal.sandbox.money import CARD_PAYMENT_FROM, SHANGHAI, Ledger
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person

AS_OF = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
BY_CODE = {item.code: item for item in ITEMS}
PENDING = {PaymentState.APPROVED, PaymentState.TO_PAY, PaymentState.AT_BANK}
FAILED = {PaymentState.RETURNED, PaymentState.TO_CORRECT, PaymentState.REISSUED}

population = Population()
ledger = Ledger(population)


@pytest.fixture(scope="module")
def accounts() -> list[tuple[Person, tuple[Payment, ...]]]:
    """Every third person's, to keep within the time budget."""
    return [(one, tuple(ledger.statement(one, AS_OF).payments)) for one in population.people[::3]]


@pytest.fixture(scope="module")
def paid(accounts: list[tuple[Person, tuple[Payment, ...]]]) -> list[tuple[Person, Payment]]:
    """The same, line by line."""
    return [(one, payment) for one, payments in accounts for payment in payments]


def test_there_are_enough_items_and_each_is_paid_to_somebody(paid: list[tuple[Person, Payment]]) -> None:
    assert len(ITEMS) >= 25
    assert len(BY_CODE) == len({item.name for item in ITEMS}) == len({item.name_en for item in ITEMS}) == len(ITEMS)
    assert {payment.item for _, payment in paid} == set(BY_CODE)
    assert {item.category for item in ITEMS} == set(CATEGORIES)
    assert any(item.sensitive for item in ITEMS)


def test_all_that_is_named_has_english(paid: list[tuple[Person, Payment]]) -> None:
    described = [item.described() for item in ITEMS]
    english = [each.department_en for each in described] + [each.basis_en for each in described]
    english += [name for _, payment in paid for name in (payment.payer_en, payment.bank_en)]
    assert all(name and name.isascii() for name in english)
    assert {payment.unit for _, payment in paid} <= set(UNIT_EN)


def test_a_category_does_not_tell_what_a_sensitive_item_is() -> None:
    revealing = ("残疾", "低保", "最低生活", "特困", "孤儿", "困境", "困难", "救助", "特别扶助")
    for item in ITEMS:
        assert not any(word in CATEGORIES[item.category][0] for word in revealing)
        if any(word in item.name for word in revealing):
            assert item.sensitive


def test_every_state_reason_and_account_occurs(paid: list[tuple[Person, Payment]]) -> None:
    assert {payment.state for _, payment in paid} == set(PaymentState)
    assert {payment.reason for _, payment in paid} - {None} == set(ReturnReason)
    assert {payment.account_kind for _, payment in paid} == set(AccountKind)
    assert {payment.year for _, payment in paid} == {2022, 2023, 2024, 2025, 2026}


def test_most_payments_go_well(paid: list[tuple[Person, Payment]]) -> None:
    states = Counter(payment.state for _, payment in paid)
    assert states[PaymentState.PAID] / len(paid) > 0.9


def test_an_amount_is_quantity_times_rate(paid: list[tuple[Person, Payment]]) -> None:
    for _, payment in paid:
        assert payment.quantity is not None
        assert payment.rate is not None
        assert payment.amount == Decimal(payment.quantity) * payment.rate
        assert payment.amount > 0


def test_dates_and_states_agree(paid: list[tuple[Person, Payment]]) -> None:
    today = AS_OF.date()
    for _, payment in paid:
        assert payment.approved_on <= today
        assert payment.batch.startswith(str(payment.year))
        assert (payment.paid_on is None) == (payment.state in PENDING)
        assert (payment.credited_on is None) == (payment.state in PENDING | FAILED)
        assert (payment.reason is None) == (payment.state not in FAILED)
        if payment.paid_on is not None:
            assert payment.approved_on < payment.paid_on <= today
        if payment.credited_on is not None and payment.paid_on is not None:
            assert payment.paid_on <= payment.credited_on <= today


def test_pending_payments_are_new(paid: list[tuple[Person, Payment]]) -> None:
    pending = [payment for _, payment in paid if payment.state in PENDING]
    assert pending
    assert all((AS_OF.date() - payment.approved_on).days <= 40 for payment in pending)


def test_payment_to_the_card_began_on_its_day(paid: list[tuple[Person, Payment]]) -> None:
    assert date(2024, 10, 15) == CARD_PAYMENT_FROM  # domain.md §5.1
    for person, payment in paid:
        if payment.paid_on is None:
            assert payment.account_kind is AccountKind.CARD
        else:
            assert (payment.account_kind is AccountKind.CARD) == (payment.paid_on >= CARD_PAYMENT_FROM)
        assert person.card.pan is not None
        assert payment.account_last4 == (
            person.card.pan[-4:] if payment.account_kind is AccountKind.CARD else person.old_account
        )


def test_household_items_go_to_the_head_alone(paid: list[tuple[Person, Payment]]) -> None:
    for person, payment in paid:
        household = BY_CODE[payment.item].household
        assert payment.beneficiary is (Beneficiary.HOUSEHOLD if household else Beneficiary.PERSON)
        assert person.head or not household


def test_whoever_is_not_the_head_gets_no_household_item() -> None:
    """In this population only heads have what such items are paid for, so take a head and make a member of it."""
    head = next(one for one in population.people if one.head and _household_items(one))
    assert _household_items(replace(head, head=False)) == set()


def _household_items(person: Person) -> set[str]:
    return {one.item for one in ledger.statement(person, AS_OF).payments if BY_CODE[one.item].household}


def test_nothing_is_due_before_the_day_after_birth() -> None:
    """An item is approved on its day: who is born on that day has no part in it, who is born a day before has."""
    item = next(one for one in ITEMS if not one.household and one.months == tuple(range(1, 13)))
    batch = date(2026, 3, item.day)
    anybody = next(one for one in population.people if one.slug is None)

    def paid_to_one_born_on(born: date) -> bool:
        person = replace(anybody, birth_date=born)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(money, "ITEMS", (replace(item, rule=lambda _, __: Due(10, "月", 1000)),))
            return any(one.batch == f"{batch:%Y%m}" for one in ledger.statement(person, AS_OF, 2026).payments)

    assert [paid_to_one_born_on(batch - timedelta(days)) for days in (1, 0)] == [True, False]


APPROVED, PAYS = date(2026, 3, 1), date(2026, 3, 20)


@pytest.mark.parametrize(
    ("changes", "on", "state"),
    [
        ({}, date(2026, 3, 3), PaymentState.APPROVED),
        ({}, date(2026, 3, 4), PaymentState.TO_PAY),
        ({}, date(2026, 3, 16), PaymentState.TO_PAY),
        ({}, date(2026, 3, 17), PaymentState.AT_BANK),
        ({}, date(2026, 3, 20), PaymentState.AT_BANK),
        ({}, date(2026, 3, 21), PaymentState.PAID),
        ({"recovered_on": date(2026, 6, 1)}, date(2026, 5, 31), PaymentState.PAID),
        ({"recovered_on": date(2026, 6, 1)}, date(2026, 6, 1), PaymentState.RECOVERED),
        ({"returned": ReturnReason.ID_EXPIRED}, date(2026, 3, 21), PaymentState.AT_BANK),
        ({"returned": ReturnReason.ID_EXPIRED}, date(2026, 3, 22), PaymentState.RETURNED),
        ({"returned": ReturnReason.ID_EXPIRED}, date(2026, 3, 28), PaymentState.RETURNED),
        ({"returned": ReturnReason.ID_EXPIRED}, date(2026, 3, 29), PaymentState.TO_CORRECT),
        (
            {"returned": ReturnReason.ID_EXPIRED, "reissued_on": date(2026, 5, 1)},
            date(2026, 4, 30),
            PaymentState.TO_CORRECT,
        ),
        (
            {"returned": ReturnReason.ID_EXPIRED, "reissued_on": date(2026, 5, 1)},
            date(2026, 5, 1),
            PaymentState.REISSUED,
        ),
    ],
)
def test_each_state_begins_on_its_day(changes: dict[str, Any], on: date, state: PaymentState) -> None:
    plain = money._Attempt(0, APPROVED, PAYS, PAYS + timedelta(1), returned=None, reissued_on=None, recovered_on=None)
    assert money._state(replace(plain, **changes), on) is state


def test_age_rules_hold(paid: list[tuple[Person, Payment]]) -> None:
    limits = {"LN01": (80, 200), "MZ06": (0, 17), "MZ07": (0, 17), "MZ09": (0, 17), "WJ01": (60, 200), "XC01": (15, 22)}
    for person, payment in paid:
        least, most = limits.get(payment.item, (0, 200))
        batch = date(int(payment.batch[:4]), int(payment.batch[4:]), BY_CODE[payment.item].day)
        assert least <= person.age(batch) <= most


def test_reissues_are_chains_without_loops(accounts: list[tuple[Person, tuple[Payment, ...]]]) -> None:
    lengths: Counter[int] = Counter()
    for _, account in accounts:
        payments = {payment.payment_id: payment for payment in account}
        replaced = [payment.reissue_of for payment in payments.values() if payment.reissue_of is not None]
        assert len(set(replaced)) == len(replaced)  # nothing is replaced twice
        for payment in payments.values():
            assert (payment.state is PaymentState.REISSUED) == (payment.payment_id in replaced)
            length, before = 0, payment.reissue_of
            while before is not None:
                older = payments[before]
                assert (older.item, older.batch, older.amount) == (payment.item, payment.batch, payment.amount)
                assert older.approved_on < payment.approved_on
                length, before = length + 1, older.reissue_of
            lengths[length] += 1
    assert set(lengths) == {0, 1, 2}


def test_identifiers_are_unique_and_tell_nothing(paid: list[tuple[Person, Payment]]) -> None:
    identifiers = [payment.payment_id for _, payment in paid]
    assert len(set(identifiers)) == len(identifiers)
    assert all(person.number not in payment.payment_id for person, payment in paid[:500])


@given(st.integers(0, 4999), st.datetimes(datetime(2022, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive by Hypothesis' rule
def test_an_account_is_the_same_each_time_and_never_loses_a_line(index: int, moment: datetime) -> None:
    person = population.people[index]
    statement = ledger.statement(person, moment)
    assert statement == Ledger(Population()).statement(person, moment)
    year = moment.astimezone(SHANGHAI).year
    assert statement.years == list(range(year, year - 5, -1))
    known = {payment.payment_id for payment in statement.payments}
    for one in statement.years:
        single = ledger.statement(person, moment, one)
        assert {payment.payment_id for payment in single.payments} <= known
    later = {payment.payment_id for payment in ledger.statement(person, moment.replace(month=12, day=31)).payments}
    assert known <= later | {payment.payment_id for payment in statement.payments if payment.year < year - 3}
