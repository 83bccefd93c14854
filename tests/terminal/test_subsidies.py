"""The plain account: nothing counts twice, whatever a statement says and in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from terminal.centre.contract import (
    AccountKind,
    Beneficiary,
    Payment,
    PaymentState,
    ReturnReason,
    SubsidyItem,
    SubsidyStatement,
)
from terminal.errors import TerminalError, TerminalFault
from terminal.model import payment_texts
from terminal.model.subsidies import PlainAccount
from terminal.services.subsidy_enquiry import State, choose_category, choose_year, reveal
from terminal.views import PaymentLine, SubsidyView, Total

AS_OF = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
ITEMS = [
    SubsidyItem(
        code=f"I{number}",
        name=f"补贴{number}",
        name_en=f"Item {number}",
        category=f"C{number % 2}",
        category_name=f"类别{number % 2}",
        category_name_en=f"Category {number % 2}",
        department="民政",
        basis="依据",
        sensitive=number == 3,
    )
    for number in range(4)
]
FAILED = {PaymentState.RETURNED, PaymentState.TO_CORRECT}


def payment(number: int, **changes: object) -> Payment:
    plain = Payment(
        payment_id=f"P{number}",
        item="I0",
        year=2025,
        batch="202506",
        payer="财政所",
        bank="演示银行",
        beneficiary=Beneficiary.PERSON,
        quantity="2.5",
        unit="亩",
        rate=10000,
        amount=25000,
        state=PaymentState.PAID,
        approved_on=date(2025, 6, 1),
        paid_on=date(2025, 6, 10),
        credited_on=date(2025, 6, 11),
        account_kind=AccountKind.CARD,
        account_last4="5341",
    )
    return structs.replace(plain, **changes)


def statement(payments: Sequence[Payment], items: Sequence[SubsidyItem] = ITEMS) -> SubsidyStatement:
    return SubsidyStatement(as_of=AS_OF, years=[2024, 2025], items=list(items), payments=list(payments))


@st.composite
def honest(draw: st.DrawFn) -> list[Payment]:
    """Chains of payments: each but the last was returned and sent again."""
    made: list[Payment] = []
    for _ in range(draw(st.integers(0, 8))):
        year, item = draw(st.integers(2022, 2026)), f"I{draw(st.integers(0, 3))}"
        amount = draw(st.integers(0, 10**9))
        length = draw(st.integers(1, 4))
        before: str | None = None
        for link in range(length):
            last = link == length - 1
            state = draw(st.sampled_from([*PaymentState])) if last else PaymentState.REISSUED
            one = payment(
                len(made),
                year=year,
                item=item,
                amount=amount,
                state=state,
                reissue_of=before,
                credited_on=None if state is not PaymentState.PAID else date(year, 7, 1) + timedelta(link),
                reason=draw(st.sampled_from([None, *ReturnReason])),
            )
            before = one.payment_id
            made.append(one)
    return made


def summed(totals: Sequence[Total]) -> Total:
    return Total(*(sum(getattr(each, name) for each in totals) for name in Total.__dataclass_fields__))


@given(honest())
def test_totals_are_the_sums_of_the_lines_and_of_the_categories(payments: list[Payment]) -> None:
    view = PlainAccount(statement(payments)).view()
    for year in view.years:
        assert summed([each.total for each in year.categories]) == year.total
        lines = [line for line in view.lines if line.year == year.year]
        assert sum(line.amount for line in lines if line.tone == "good") == year.total.paid
        assert sum(line.amount for line in lines if line.tone == "bad") == year.total.returned
        assert sum(line.amount for line in lines if line.tone == "warning") == year.total.pending
    assert len(view.lines) == len(payments)


@given(honest())
def test_each_chain_counts_at_most_once(payments: list[Payment]) -> None:
    totals = summed([year.total for year in PlainAccount(statement(payments)).years])
    chains = sum(1 for each in payments if each.reissue_of is None)
    assert totals.paid_count + totals.returned_count + totals.pending_count <= chains


@given(honest(), st.data())
def test_no_money_is_out_of_sight(payments: list[Payment], data: st.DataObject) -> None:
    """Whatever part of the payments is told: each is in one column, or replaced by one that is told, or taken back."""
    told = [each for each in payments if data.draw(st.booleans())]
    years = PlainAccount(statement(told)).years
    totals = summed([year.total for year in years])
    replaced = {each.reissue_of for each in told}
    taken_back = [each for each in told if each.state is PaymentState.RECOVERED]
    standing = [each for each in told if each.payment_id not in replaced and each not in taken_back]
    assert totals.paid + totals.returned + totals.pending == sum(each.amount for each in standing)
    assert totals.paid_count + totals.returned_count + totals.pending_count == len(standing)


def test_a_reissue_that_is_not_told_is_pending_and_says_so() -> None:
    old = payment(1, state=PaymentState.REISSUED, reason=ReturnReason.NAME_MISMATCH, credited_on=None)
    view = PlainAccount(statement([old])).view()
    line = view.lines[0]
    assert (line.state, line.remedy) == (payment_texts.UNTOLD, payment_texts.UNTOLD_ADVICE)
    assert (line.state_code, line.reason_code) == ("untold", "name-mismatch")
    assert line.tone == payment_texts.TONE[PaymentState.TO_PAY]
    assert line.reason == payment_texts.REASON[ReturnReason.NAME_MISMATCH]
    assert view.years[0].total == Total(0, 0, 0, 0, 1, 25000)


def test_a_date_says_what_it_is_the_date_of() -> None:
    lines = {
        line.payment_id: (line.date, line.date_label.zh)
        for line in PlainAccount(
            statement(
                [
                    payment(1),
                    payment(2, state=PaymentState.AT_BANK, credited_on=None),
                    payment(3, state=PaymentState.APPROVED, credited_on=None, paid_on=None),
                ]
            )
        )
        .view()
        .lines
    }
    assert lines == {"P1": ("2025-06-11", "到账"), "P2": ("2025-06-10", "发放"), "P3": ("2025-06-01", "审批")}


def test_columns_and_lines_use_the_same_words() -> None:
    view = PlainAccount(
        statement(
            [payment(1), payment(2, state=PaymentState.RETURNED), payment(3, state=PaymentState.TO_PAY)],
        )
    ).view()
    assert {line.payment_id: line.state_code for line in view.lines} == {"P1": "paid", "P2": "returned", "P3": "to-pay"}
    paid, returned, pending = view.columns
    assert {"good": paid, "bad": returned, "warning": pending} == {line.tone: line.state for line in view.lines}


@given(honest(), st.randoms(use_true_random=False))
def test_the_order_of_payments_does_not_matter(payments: list[Payment], random: Random) -> None:
    shuffled = list(payments)
    random.shuffle(shuffled)
    assert PlainAccount(statement(shuffled)).view() == PlainAccount(statement(payments)).view()


@given(
    st.lists(
        st.builds(
            lambda number, state, of, item: payment(
                number, state=state, reissue_of=None if of is None else f"P{of}", item=f"I{item}"
            ),
            st.integers(0, 5),
            st.sampled_from([*PaymentState]),
            st.none() | st.integers(0, 5),
            st.integers(0, 4),
        ),
        max_size=8,
    )
)
def test_a_hostile_statement_is_refused_or_counts_nothing_twice(payments: list[Payment]) -> None:
    try:
        view = PlainAccount(statement(payments)).view()
    except TerminalError as error:
        assert error.fault is TerminalFault.STATEMENT_INCONSISTENT
        return
    replaced = {each.reissue_of for each in payments}
    counted = summed([year.total for year in view.years])
    standing = [each for each in payments if each.payment_id not in replaced]
    assert counted.paid_count + counted.returned_count + counted.pending_count <= len(standing)


@pytest.mark.parametrize(
    "payments",
    [
        [payment(1, item="unknown")],
        [payment(1), payment(1)],
        [payment(1, state=PaymentState.REISSUED, reissue_of="P1")],
        [
            payment(1, state=PaymentState.REISSUED, reissue_of="P2"),
            payment(2, state=PaymentState.REISSUED, reissue_of="P1"),
        ],
        [payment(1, state=PaymentState.RETURNED), payment(2, reissue_of="P1"), payment(3, reissue_of="P1")],
        [payment(1, state=PaymentState.PAID), payment(2, reissue_of="P1")],
        [payment(1, state=PaymentState.AT_BANK), payment(2, reissue_of="P1")],
    ],
)
def test_what_contradicts_itself_is_refused(payments: list[Payment]) -> None:
    with pytest.raises(TerminalError) as caught:
        PlainAccount(statement(payments))
    assert caught.value.fault is TerminalFault.STATEMENT_INCONSISTENT


def test_items_told_twice_are_refused() -> None:
    with pytest.raises(TerminalError):
        PlainAccount(statement([], [ITEMS[0], ITEMS[0]]))


def one_line(view: SubsidyView, payment_id: str) -> int:
    return next(at for at, line in enumerate(view.lines) if line.payment_id == payment_id)


def test_a_returned_payment_says_why_and_what_to_do() -> None:
    returned = payment(1, state=PaymentState.RETURNED, reason=ReturnReason.CARD_NOT_ACTIVATED, credited_on=None)
    line = PlainAccount(statement([returned])).view().lines[0]
    assert line.reason == payment_texts.REASON[ReturnReason.CARD_NOT_ACTIVATED]
    assert line.remedy == payment_texts.REMEDY[ReturnReason.CARD_NOT_ACTIVATED]
    assert line.tone == "bad"


@pytest.mark.parametrize("state", PaymentState)
def test_a_reason_asks_for_something_until_the_money_is_there_or_was_sent_again(state: PaymentState) -> None:
    line = PlainAccount(statement([payment(1, state=state, reason=ReturnReason.NAME_MISMATCH)])).view().lines[0]
    over = state in {PaymentState.PAID, PaymentState.REISSUED, PaymentState.RECOVERED}
    asked = payment_texts.REMEDY[ReturnReason.NAME_MISMATCH]
    if state is PaymentState.REISSUED:  # no other payment replaces it
        assert line.remedy == payment_texts.UNTOLD_ADVICE
    else:
        assert line.remedy == (payment_texts.ADVICE.get(state) if over else asked)
    assert line.reason == payment_texts.REASON[ReturnReason.NAME_MISMATCH]


def test_a_reissued_payment_is_muted_linked_and_asks_for_nothing() -> None:
    view = PlainAccount(
        statement(
            [
                payment(1, state=PaymentState.RETURNED, reason=ReturnReason.NAME_MISMATCH),
                payment(2, reissue_of="P1"),
            ]
        )
    ).view()
    old = view.lines[one_line(view, "P1")]
    assert (old.tone, old.state) == ("muted", payment_texts.STATE[PaymentState.REISSUED])
    assert any(fact.value.zh == "P2" for fact in old.facts)
    assert old.remedy == payment_texts.ADVICE[PaymentState.REISSUED]
    assert view.years[0].total == Total(1, 25000, 0, 0, 0, 0)


def test_a_reissue_of_a_payment_in_another_statement_counts_once() -> None:
    assert PlainAccount(statement([payment(1, reissue_of="elsewhere")])).years[0].total.paid_count == 1


def test_sensitive_items_stay_neutral_until_they_are_asked_for() -> None:
    account = PlainAccount(statement([payment(1, item="I3")]))
    hidden = account.view().lines[0]
    assert (hidden.hidden, hidden.title.zh, hidden.facts) == (True, "类别1", ())
    assert "补贴3" not in repr(hidden)
    shown = account.view(revealed=frozenset({"P1"})).lines[0]
    assert (shown.hidden, shown.title.zh) == (False, "补贴3")


def test_the_account_tells_its_kind_and_when_payment_to_the_card_began() -> None:
    line = (
        PlainAccount(statement([payment(1, account_kind=AccountKind.PASSBOOK, account_last4="0042")])).view().lines[0]
    )
    assert line.account.zh == "存折 尾号 0042"
    assert any(fact.note == payment_texts.CARD_SINCE for fact in line.facts)


def test_the_newest_event_comes_first_not_the_newest_approval() -> None:
    days = [date(2025, 3, 1), date(2025, 6, 1)]
    old = payment(1, approved_on=days[0], paid_on=days[1], credited_on=date(2025, 9, 1))
    new = payment(2, approved_on=days[1], paid_on=days[1], credited_on=date(2025, 6, 11))
    waiting = payment(3, approved_on=date(2025, 7, 1), paid_on=None, credited_on=None, state=PaymentState.APPROVED)
    sent = payment(4, approved_on=days[0], paid_on=date(2025, 8, 1), credited_on=None, state=PaymentState.RETURNED)
    view = PlainAccount(statement([old, new, waiting, sent])).view()
    assert [line.payment_id for line in view.lines] == ["P1", "P4", "P3", "P2"]


def test_a_recovered_payment_may_be_paid_again() -> None:
    """Taken back from the wrong account, then sent to the right one: counted once."""
    account = PlainAccount(statement([payment(1, state=PaymentState.RECOVERED), payment(2, reissue_of="P1")]))
    assert (account.years[0].total.paid_count, account.years[0].total.paid) == (1, 25000)


def test_english_is_the_centres_own_and_chinese_where_it_has_none() -> None:
    english = payment(1, payer_en="Finance office", bank_en="Demonstration Bank")
    told = structs.replace(ITEMS[0], department_en="Civil Affairs", basis_en="Regulations, art. 1")

    def said(line: PaymentLine) -> dict[str, str]:
        return {fact.label.en: fact.value.en for fact in line.facts}

    assert (
        said(PlainAccount(statement([english], [told])).view().lines[0]).items()
        >= {
            "Department": "Civil Affairs",
            "Basis": "Regulations, art. 1",
            "Payer": "Finance office",
            "Bank": "Demonstration Bank",
            "Reckoning": "2.5 × 100.00 yuan per mu",
        }.items()
    )
    plain = said(PlainAccount(statement([payment(1, unit="垧")])).view().lines[0])
    assert (plain["Payer"], plain["Bank"], plain["Reckoning"]) == ("财政所", "演示银行", "2.5 × 100.00 yuan per 垧")


def test_year_and_category_choose_lines_and_leave_the_totals() -> None:
    account = PlainAccount(statement([payment(1), payment(2, item="I1"), payment(3, year=2024)]))
    view = account.view(2025, "C1")
    assert [line.payment_id for line in view.lines] == ["P2"]
    assert [year.year for year in view.years] == [2025, 2024]


def test_another_year_begins_with_all_its_categories() -> None:
    state = State(account=PlainAccount(statement([payment(1), payment(2, item="I1", year=2024)])), selected=2025)
    choose_category(state, "C0")
    assert (state.selected, state.category) == (2025, "C0")
    choose_year(state, "2024")
    assert (state.selected, state.category) == (2024, None)
    choose_category(state, "C1")
    choose_year(state, "")
    assert (state.selected, state.category) == (None, None)


def test_what_no_page_offers_chooses_nothing() -> None:
    state = State(account=PlainAccount(statement([payment(1), payment(2, year=2024)])), selected=2025)
    reveal(state, "no-such")
    assert state.revealed == frozenset()
    reveal(state, "P1")
    assert state.revealed == {"P1"}
    for year in ("1999", "20２4", "x"):
        choose_year(state, "2024")
        choose_year(state, year)
        assert state.selected is None


def test_every_state_and_reason_has_words() -> None:
    assert set(payment_texts.STATE) == set(payment_texts.TONE) == set(PaymentState)
    assert set(payment_texts.ADVICE) == set(PaymentState) - {PaymentState.PAID}
    assert set(payment_texts.REASON) == set(payment_texts.REMEDY) == set(ReturnReason)
    assert set(payment_texts.ACCOUNT) == set(AccountKind)
