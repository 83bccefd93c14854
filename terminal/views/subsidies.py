"""The plain account (明白账)."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Text
from terminal.views.common import Fact


@dataclass(frozen=True)
class Total:
    """Payments counted by how they ended. Amounts in fen. A payment whose re-issue is told too is in none of them."""

    paid_count: int
    paid: int
    returned_count: int
    returned: int
    pending_count: int
    pending: int


@dataclass(frozen=True)
class CategoryTotal:
    category: str
    name: Text
    total: Total


@dataclass(frozen=True)
class YearTotal:
    year: int
    total: Total
    categories: tuple[CategoryTotal, ...]


_DAY = Text("日期", "Date")


@dataclass(frozen=True)
class PaymentLine:
    """:param title: the item, or its neutral category while ``hidden``.
    :param tone: ``good`` paid, ``warning`` on its way, ``bad`` returned, ``muted`` replaced by a re-issue or recovered.
    :param facts: what the line unfolds to.
    :param date_label: what happened on ``date``: 到账, 发放 or 审批.
    :param state_code: ``state`` for programs: a value of :class:`terminal.centre.contract.PaymentState`, or ``untold``
        where the centre says that it was issued again, and not as what.
    :param reason_code: ``reason`` for programs: a value of :class:`terminal.centre.contract.ReturnReason`.
    """

    payment_id: str
    year: int
    batch: str
    title: Text
    category: str
    amount: int
    state: Text
    state_code: str
    tone: str
    date: str
    account: Text
    hidden: bool
    reason: Text | None
    reason_code: str | None
    remedy: Text | None
    facts: tuple[Fact, ...] = ()
    date_label: Text = _DAY


@dataclass(frozen=True)
class SubsidyView:
    """The plain account (明白账). ``years`` is newest first; ``lines`` are those of ``selected``, newest first.

    :param selected: a year, or ``None`` for all of them.
    :param columns: what paid, returned and pending are called, the same words as on the lines.
    """

    as_of: str
    years: tuple[YearTotal, ...]
    selected: int | None
    category: str | None
    lines: tuple[PaymentLine, ...]
    columns: tuple[Text, ...] = ()
