"""How payments count: every chain of re-issues at most once, and nothing twice.

A statement comes signed from the centre, but a signature does not make it consistent: what contradicts itself is
refused as a whole, because a wrong sum is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from terminal.centre.contract import Payment, PaymentState, SubsidyItem, SubsidyStatement
from terminal.errors import TerminalError, TerminalFault
from terminal.views import Total


class Counts(Enum):
    """Which column of the totals a payment stands in."""

    PAID = "paid"
    RETURNED = "returned"
    PENDING = "pending"
    NOWHERE = "nowhere"  # replaced by a re-issue that is told too, or taken back


_BY_STATE = {
    PaymentState.APPROVED: Counts.PENDING,
    PaymentState.TO_PAY: Counts.PENDING,
    PaymentState.AT_BANK: Counts.PENDING,
    PaymentState.PAID: Counts.PAID,
    PaymentState.RETURNED: Counts.RETURNED,
    PaymentState.TO_CORRECT: Counts.RETURNED,
    PaymentState.REISSUED: Counts.PENDING,  # unless its re-issue is told
    PaymentState.RECOVERED: Counts.NOWHERE,
}

_REPLACEABLE = {PaymentState.RETURNED, PaymentState.TO_CORRECT, PaymentState.REISSUED, PaymentState.RECOVERED}


@dataclass(frozen=True)
class Entry:
    """A payment with its item and its place in a chain of re-issues.

    :param replaced_by: id of the payment that was sent in its place.

    A payment that the centre calls re-issued, while the statement does not tell the re-issue (it may lie outside the
    years asked for), counts as pending: nobody can say from here that the money arrived, and in no column it would be
    lost from sight.
    """

    payment: Payment
    item: SubsidyItem
    counts: Counts
    replaced_by: str | None

    @property
    def untold(self) -> bool:
        """Whether it was re-issued and the re-issue is not told."""
        return self.replaced_by is None and self.payment.state is PaymentState.REISSUED


def _refuse(why: str) -> TerminalError:
    return TerminalError(TerminalFault.STATEMENT_INCONSISTENT, why)


def _successors(payments: dict[str, Payment]) -> dict[str, str]:
    """Replaced id to replacing id. A re-issue of a payment that is not in the statement stands for itself."""
    successors: dict[str, str] = {}
    for payment in payments.values():
        old = payment.reissue_of
        if old is None or old not in payments:
            continue
        if old in successors:
            raise _refuse("one payment re-issued twice side by side")
        if payments[old].state not in _REPLACEABLE:
            raise _refuse("a payment that did not fail was re-issued")
        successors[old] = payment.payment_id
    return successors


def _check_no_loop(successors: dict[str, str]) -> None:
    # Each payment has at most one successor and one predecessor, so a chain either ends or comes back to its start.
    settled: set[str] = set()
    for start in successors:
        seen: set[str] = set()
        at: str | None = start
        while at is not None and at not in settled:
            if at in seen:
                raise _refuse("re-issues in a circle")
            seen.add(at)
            at = successors.get(at)
        settled |= seen


def entries(statement: SubsidyStatement) -> tuple[Entry, ...]:
    """The payments of a statement, each with how it counts; newest first, whatever order they came in.

    :raises TerminalError: ``STATEMENT_INCONSISTENT`` for items or payments told twice, unknown items, circles of
        re-issues, two re-issues of one payment, a re-issue of a payment that was made.
    """
    items = {item.code: item for item in statement.items}
    payments = {payment.payment_id: payment for payment in statement.payments}
    if len(items) != len(statement.items) or len(payments) != len(statement.payments):
        raise _refuse("told twice")
    if any(payment.item not in items for payment in payments.values()):
        raise _refuse("a payment of an unknown item")
    successors = _successors(payments)
    _check_no_loop(successors)
    found = [
        Entry(
            payment,
            items[payment.item],
            Counts.NOWHERE if payment.payment_id in successors else _BY_STATE[payment.state],
            successors.get(payment.payment_id),
        )
        for payment in payments.values()
    ]
    return tuple(sorted(found, key=_order, reverse=True))


def _order(entry: Entry) -> tuple[object, ...]:
    payment = entry.payment
    return (payment.credited_on or payment.paid_on or payment.approved_on, payment.batch, payment.payment_id)


def total(among: Iterable[Entry]) -> Total:
    """Count and sum, by how the payments ended. Fen."""
    counts = dict.fromkeys(Counts, 0)
    sums = dict.fromkeys(Counts, 0)
    for entry in among:
        counts[entry.counts] += 1
        sums[entry.counts] += entry.payment.amount
    return Total(
        paid_count=counts[Counts.PAID],
        paid=sums[Counts.PAID],
        returned_count=counts[Counts.RETURNED],
        returned=sums[Counts.RETURNED],
        pending_count=counts[Counts.PENDING],
        pending=sums[Counts.PENDING],
    )
