"""What was paid, and how it went: each payment derived from the seed alone, so that a year later it is the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from msgspec import structs

from terminal.centre.contract import (
    AccountKind,
    Payment,
    PaymentState,
    ReturnReason,
    SubsidyStatement,
)
from terminal.sandbox.english import ENGLISH
from terminal.sandbox.items import ITEMS, Due, Item
from terminal.sandbox.people import Population
from terminal.sandbox.person import Mishap, Person

CARD_PAYMENT_FROM = date(2024, 10, 15)
"""From this day subsidies go to the social security card (domain.md §5.1)."""

YEARS_KEPT = 5
SHANGHAI = timezone(timedelta(hours=8), "UTC+8")

_BANK = "演示农村商业银行"
_OTHER_BANK = "演示储蓄银行"
_TO_BANK_DAYS = 3
_RETURN_DAYS = 2
_NOTICED_DAYS = 7
_REISSUE_LAG = 5
_RETURNED_PERMILLE = 22
_RETURNED_AGAIN_PERMILLE = 250
_NEVER_CORRECTED_PERMILLE = 120
_RECOVERED_PERMILLE = 3
_MOST_ATTEMPTS = 3
_REASONS = tuple(reason for reason in ReturnReason if reason is not ReturnReason.CARD_NOT_ACTIVATED)


@dataclass(frozen=True)
class _Attempt:
    """One try to pay, before its state is known.

    :param returned: why the bank gives it back. :param reissued_on: when the next try is approved.
    :param recovered_on: when it is taken back although it was credited.
    """

    number: int
    approved_on: date
    pays_on: date
    credited_on: date
    returned: ReturnReason | None
    reissued_on: date | None
    recovered_on: date | None


class _Draw:
    """Numbers that belong to one attempt and to nothing else, from 16 bytes of its hash. ``returned`` and
    ``recovered`` are from 0 to 999."""

    def __init__(self, raw: bytes) -> None:
        words = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, 8, 2)]
        self.returned, self.reason, self.days, self.recovered = words[0] % 1000, words[1], words[2], words[3] % 1000


class Ledger:
    """The province's payments to one population."""

    def __init__(self, population: Population) -> None:
        self._seed = population.seed

    def statement(self, person: Person, as_of: datetime, year: int | None = None) -> SubsidyStatement:
        """The plain account of one person, newest first: one year, or all that are kept."""
        today = as_of.astimezone(SHANGHAI).date()
        kept = range(today.year, today.year - YEARS_KEPT, -1)
        years = [kept_year for kept_year in kept if year in (None, kept_year)]
        payments = [payment for wanted in years for payment in self._year(person, wanted, today)]
        payments.sort(key=lambda payment: (payment.batch, payment.approved_on, payment.item), reverse=True)
        used = {payment.item for payment in payments}
        return SubsidyStatement(
            as_of=as_of,
            years=years,
            items=[item.described() for item in ITEMS if item.code in used],
            payments=payments,
        )

    def _year(self, person: Person, year: int, today: date) -> Iterator[Payment]:
        for item in ITEMS:
            if item.household and not person.head:
                continue
            for month in item.months:
                approved = date(year, month, item.day)
                if approved <= today and person.birth_date < approved:
                    due = item.rule(person, approved)
                    if due is not None:
                        yield from self._payments(person, item, approved, due, today)

    def _payments(self, person: Person, item: Item, approved: date, due: Due, today: date) -> Iterator[Payment]:
        """The payment of one batch and what replaced it."""
        before: str | None = None
        for attempt in self._attempts(person, item, approved):
            if attempt.approved_on > today:
                return
            identifier = "P" + self._hash(person, item, f"{approved:%Y%m}", attempt.number)[8:].hex().upper()
            plain = _payment(identifier, person, item, approved, due)
            yield _come_to(plain, person, attempt, before, today)
            before = identifier

    def _attempts(self, person: Person, item: Item, approved: date) -> Iterator[_Attempt]:
        batch = f"{approved:%Y%m}"
        mishap = next((one for one in person.mishaps if (one.item, one.batch) == (item.code, batch)), None)
        number, starts = 0, approved
        while True:
            pays_on = starts + timedelta(days=item.lag if number == 0 else _REISSUE_LAG)
            raw = self._hash(person, item, batch, number)
            attempt = _attempt(person, number, starts, pays_on, draw=_Draw(raw), mishap=mishap)
            yield attempt
            if attempt.reissued_on is None:
                return
            number, starts = number + 1, attempt.reissued_on

    def _hash(self, person: Person, item: Item, batch: str, number: int) -> bytes:
        words = f"{self._seed}/{person.number}/{item.code}/{batch}/{number}"
        return hashlib.blake2b(words.encode("ascii"), digest_size=16).digest()


def _attempt(
    person: Person, number: int, starts: date, pays_on: date, *, draw: _Draw, mishap: Mishap | None
) -> _Attempt:
    reason, corrected = _outcome(person, number, pays_on, draw, mishap)
    recovered = reason is None and person.slug is None and draw.recovered < _RECOVERED_PERMILLE
    return _Attempt(
        number=number,
        approved_on=starts,
        pays_on=pays_on,
        credited_on=pays_on + timedelta(days=draw.days % 2),
        returned=reason,
        reissued_on=pays_on + timedelta(days=_RETURN_DAYS + 15 + draw.days % 45) if reason and corrected else None,
        recovered_on=pays_on + timedelta(days=60 + draw.days % 120) if recovered else None,
    )


def _outcome(
    person: Person, number: int, pays_on: date, draw: _Draw, mishap: Mishap | None
) -> tuple[ReturnReason | None, bool]:
    """Why the bank returns this attempt, if it does, and whether that is put right."""
    if mishap is not None:
        return (mishap.reason, mishap.corrected) if number < mishap.attempts else (None, False)
    if not person.account_active_on(pays_on, CARD_PAYMENT_FROM):
        return ReturnReason.CARD_NOT_ACTIVATED, False
    if person.slug is not None or number + 1 >= _MOST_ATTEMPTS:
        return None, False
    if draw.returned >= (_RETURNED_PERMILLE if number == 0 else _RETURNED_AGAIN_PERMILLE):
        return None, False
    return _REASONS[draw.reason % len(_REASONS)], draw.recovered >= _NEVER_CORRECTED_PERMILLE


def _payment(identifier: str, person: Person, item: Item, approved: date, due: Due) -> Payment:
    """The payment on the day it is approved."""
    whole, part = divmod(due.tenths, 10)
    return Payment(
        payment_id=identifier,
        item=item.code,
        year=approved.year,
        batch=f"{approved:%Y%m}",
        payer=f"演示县{item.department}",
        payer_en=f"Demonstration county: {ENGLISH[item.department]}",
        bank=_BANK,
        bank_en=ENGLISH[_BANK],
        beneficiary=item.beneficiary,
        quantity=f"{whole}.{part}" if part else str(whole),
        unit=due.unit,
        rate=due.rate,
        amount=due.tenths * due.rate // 10,
        state=PaymentState.APPROVED,
        approved_on=approved,
        paid_on=None,
        credited_on=None,
        account_kind=AccountKind.CARD,
        account_last4="",
    )


def _come_to(plain: Payment, person: Person, attempt: _Attempt, before: str | None, today: date) -> Payment:
    """The payment as it stands today, after this attempt."""
    state = _state(attempt, today)
    sent = state not in (PaymentState.APPROVED, PaymentState.TO_PAY, PaymentState.AT_BANK)
    credited = state in (PaymentState.PAID, PaymentState.RECOVERED)
    kind, last4 = _account(person, attempt.pays_on)
    bank = _OTHER_BANK if kind is AccountKind.PASSBOOK else _BANK
    return structs.replace(
        plain,
        state=state,
        bank=bank,
        bank_en=ENGLISH[bank],
        approved_on=attempt.approved_on,
        paid_on=attempt.pays_on if sent else None,
        credited_on=attempt.credited_on if credited else None,
        account_kind=kind,
        account_last4=last4,
        reason=attempt.returned if sent else None,
        reissue_of=before,
    )


def _state(attempt: _Attempt, today: date) -> PaymentState:
    """Where the attempt stands today."""
    returned_on = attempt.pays_on + timedelta(days=_RETURN_DAYS)
    if today < attempt.approved_on + timedelta(days=_TO_BANK_DAYS):
        return PaymentState.APPROVED
    if today < attempt.pays_on - timedelta(days=_TO_BANK_DAYS):
        return PaymentState.TO_PAY
    if today < (returned_on if attempt.returned else attempt.credited_on):
        return PaymentState.AT_BANK
    if attempt.returned is None:
        taken_back = attempt.recovered_on is not None and today >= attempt.recovered_on
        return PaymentState.RECOVERED if taken_back else PaymentState.PAID
    if attempt.reissued_on is not None and today >= attempt.reissued_on:
        return PaymentState.REISSUED
    return PaymentState.RETURNED if today < returned_on + timedelta(days=_NOTICED_DAYS) else PaymentState.TO_CORRECT


def _account(person: Person, on: date) -> tuple[AccountKind, str]:
    if on >= CARD_PAYMENT_FROM and person.card.pan:
        return AccountKind.CARD, person.card.pan[-4:]
    return (AccountKind.PASSBOOK if person.passbook else AccountKind.BANK_CARD), person.old_account
