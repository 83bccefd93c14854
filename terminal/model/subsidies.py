"""The plain account (明白账) of one holder: totals by year and category, and each payment in words."""

from __future__ import annotations

from datetime import date, datetime

from terminal.centre.contract import AccountKind, Payment, PaymentState, SubsidyStatement
from terminal.model import ledger
from terminal.model.ledger import Entry
from terminal.model.money import yuan
from terminal.model.payment_texts import (
    ACCOUNT,
    ADVICE,
    APPROVED,
    BENEFICIARY,
    CARD_SINCE,
    COLUMNS,
    CREDITED,
    PAID_OUT,
    REASON,
    REMEDY,
    STATE,
    TONE,
    UNIT_EN,
    UNTOLD,
    UNTOLD_ADVICE,
)
from terminal.text import Text, named
from terminal.views import CategoryTotal, Fact, PaymentLine, SubsidyView, YearTotal


def when(moment: datetime) -> str:
    """A moment of the centre in local time, for “截至”."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _plain(label: tuple[str, str], value: str | Text | date | None) -> list[Fact]:
    if value is None or value == "":
        return []
    if isinstance(value, date):
        value = value.isoformat()
    return [Fact(Text(*label), value if isinstance(value, Text) else Text(value, value))]


def _reckoning(payment: Payment) -> Text | None:
    if payment.quantity is None or payment.rate is None:
        return None
    unit, rate = payment.unit or "", yuan(payment.rate)
    zh = f"{payment.quantity}{unit} × {rate} 元/{unit or '份'}"
    each = UNIT_EN.get(unit, unit) or "unit"
    return Text(zh, f"{payment.quantity} × {rate} yuan per {each}")


def _facts(entry: Entry) -> tuple[Fact, ...]:
    payment, item = entry.payment, entry.item
    account = ACCOUNT[payment.account_kind].format(last4=payment.account_last4)
    since = None if payment.account_kind is AccountKind.CARD else CARD_SINCE
    return tuple(
        _plain(("补贴项目", "Item"), Text(item.name, item.name_en))
        + _plain(("主管部门", "Department"), named(item.department, item.department_en))
        + _plain(("政策依据", "Basis"), named(item.basis, item.basis_en))
        + _plain(("期次", "Batch"), payment.batch)
        + _plain(("补贴对象", "For"), BENEFICIARY[payment.beneficiary])
        + _plain(("计算", "Reckoning"), _reckoning(payment))
        + _plain(("发放单位", "Payer"), named(payment.payer, payment.payer_en))
        + _plain(("代发银行", "Bank"), named(payment.bank, payment.bank_en))
        + [Fact(Text("收款账户", "Account"), account, note=since)]
        + _plain(("审批日期", "Approved on"), payment.approved_on)
        + _plain(("发放日期", "Paid on"), payment.paid_on)
        + _plain(("到账日期", "Credited on"), payment.credited_on)
        + _plain(("重发自", "Re-issue of"), payment.reissue_of)
        + _plain(("已重发为", "Re-issued as"), entry.replaced_by)
    )


def _dated(payment: Payment) -> tuple[str, Text]:
    """The last day that something happened to a payment, and what that was."""
    if payment.credited_on is not None:
        return payment.credited_on.isoformat(), CREDITED
    if payment.paid_on is not None:
        return payment.paid_on.isoformat(), PAID_OUT
    return payment.approved_on.isoformat(), APPROVED


def _line(entry: Entry, revealed: frozenset[str]) -> PaymentLine:
    payment, item = entry.payment, entry.item
    hidden = item.sensitive and payment.payment_id not in revealed
    replaced = entry.replaced_by is not None
    state = PaymentState.REISSUED if replaced else payment.state
    reason = None if payment.reason is None else REASON[payment.reason]
    # Once the money was sent again, the old reason still tells why, but asks for nothing.
    cured = state in {PaymentState.REISSUED, PaymentState.RECOVERED, PaymentState.PAID}
    remedy = REMEDY[payment.reason] if payment.reason is not None and not cured else ADVICE.get(state)
    category = Text(item.category_name, item.category_name_en)
    day, happened = _dated(payment)
    return PaymentLine(
        payment_id=payment.payment_id,
        year=payment.year,
        batch=payment.batch,
        title=category if hidden else Text(item.name, item.name_en),
        category=item.category,
        amount=payment.amount,
        state=UNTOLD if entry.untold else STATE[state],
        state_code="untold" if entry.untold else state.value,
        tone=TONE[PaymentState.TO_PAY] if entry.untold else TONE[state],
        date=day,
        date_label=happened,
        account=ACCOUNT[payment.account_kind].format(last4=payment.account_last4),
        hidden=hidden,
        reason=reason,
        reason_code=None if payment.reason is None else payment.reason.value,
        remedy=UNTOLD_ADVICE if entry.untold else remedy,
        facts=() if hidden else _facts(entry),
    )


def _year(year: int, among: list[Entry]) -> YearTotal:
    names = {entry.item.category: Text(entry.item.category_name, entry.item.category_name_en) for entry in among}
    categories = tuple(
        CategoryTotal(code, names[code], ledger.total(entry for entry in among if entry.item.category == code))
        for code in sorted(names)
    )
    return YearTotal(year, ledger.total(among), categories)


class PlainAccount:
    """A checked statement, ready to be shown by year and category.

    :raises TerminalError: ``STATEMENT_INCONSISTENT`` when made from a statement that contradicts itself.
    """

    def __init__(self, statement: SubsidyStatement) -> None:
        self._entries = ledger.entries(statement)
        self._as_of = when(statement.as_of)
        years = {*statement.years, *(entry.payment.year for entry in self._entries)}
        self.years = tuple(
            _year(year, [entry for entry in self._entries if entry.payment.year == year])
            for year in sorted(years, reverse=True)
        )

    def __repr__(self) -> str:
        return f"<PlainAccount of {len(self._entries)} payments>"

    def has(self, payment_id: str) -> bool:
        return any(entry.payment.payment_id == payment_id for entry in self._entries)

    def view(
        self, selected: int | None = None, category: str | None = None, revealed: frozenset[str] = frozenset()
    ) -> SubsidyView:
        """What the page shows: totals of all years, lines of the year and category chosen.

        :param revealed: ids of payments of sensitive items that the holder asked to see.
        """
        lines = tuple(
            _line(entry, revealed)
            for entry in self._entries
            if selected in {None, entry.payment.year} and category in {None, entry.item.category}
        )
        return SubsidyView(self._as_of, self.years, selected, category, lines, COLUMNS)
