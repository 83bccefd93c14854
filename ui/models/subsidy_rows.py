"""Rows of the plain account, and the proportions of its chart. Sums come from the core; only years are added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from terminal.text import Language, Text
from terminal.views import PaymentLine, SubsidyView, Total, YearTotal
from ui.models.facts import TONES, fact_rows
from ui.models.words import money, say

NO_TOTAL = Total(0, 0, 0, 0, 0, 0)
_ALL = Text("全部", "All")


@dataclass(frozen=True)
class YearRow:
    """A year card and its column in the chart.

    :param key: the year, empty for all of them.
    :param segments: the column from the ground up: ``category``, ``share`` (0 … 1 of the highest year), ``series``.
    """

    key: str
    label: str
    paid: str
    paidCount: int  # noqa: N815 - role names, seen from QML
    returnedCount: int  # noqa: N815
    pendingCount: int  # noqa: N815
    selected: bool
    segments: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class CategoryRow:
    """:param share: 0 … 1 of the largest category shown. :param series: which colour of the chart."""

    key: str
    name: str
    paid: str
    paidCount: int  # noqa: N815
    share: float
    series: int
    selected: bool


@dataclass(frozen=True)
class LineRow:
    key: str
    title: str
    batch: str
    amount: str
    stateText: str  # noqa: N815
    tone: str
    date: str
    account: str
    hidden: bool
    reason: str
    remedy: str
    series: int
    facts: list[dict[str, Any]] = field(default_factory=list)


def add(totals: Iterable[Total]) -> Total:
    """Field by field."""
    listed = list(totals)
    return Total(*(sum(getattr(total, f.name) for total in listed) for f in fields(Total)))


def selection_total(view: SubsidyView | None) -> Total:
    """The total of what is chosen: the year or all, the category or all."""
    if view is None:
        return NO_TOTAL
    years = [year for year in view.years if view.selected in (None, year.year)]
    if view.category is None:
        return add(year.total for year in years)
    return add(part.total for year in years for part in year.categories if part.category == view.category)


def year_rows(view: SubsidyView | None, language: Language) -> list[YearRow]:
    """All years first, then each year, newest first."""
    if view is None or not view.years:
        return []
    series = _series(view)
    highest = max((year.total.paid for year in view.years), default=0)
    everything = _year_row("", say(_ALL, language), add(year.total for year in view.years), view.selected is None)
    return [
        everything,
        *(
            _year_row(
                str(year.year), str(year.year), year.total, view.selected == year.year, _segments(year, highest, series)
            )
            for year in view.years
        ),
    ]


def _year_row(
    key: str, label: str, total: Total, selected: bool, segments: list[dict[str, Any]] | None = None
) -> YearRow:
    return YearRow(
        key=key,
        label=label,
        paid=money(total.paid),
        paidCount=total.paid_count,
        returnedCount=total.returned_count,
        pendingCount=total.pending_count,
        selected=selected,
        segments=segments or [],
    )


def _segments(year: YearTotal, highest: int, series: dict[str, int]) -> list[dict[str, Any]]:
    if highest <= 0:
        return []
    parts = sorted(year.categories, key=lambda part: series[part.category])
    return [
        {"category": part.category, "share": part.total.paid / highest, "series": series[part.category]}
        for part in parts
        if part.total.paid > 0
    ]


def category_rows(view: SubsidyView | None, language: Language) -> list[CategoryRow]:
    """Categories of the chosen years, the largest first."""
    if view is None:
        return []
    series = _series(view)
    names: dict[str, Text] = {}
    totals: dict[str, list[Total]] = {}
    for year in view.years:
        if view.selected in (None, year.year):
            for part in year.categories:
                names.setdefault(part.category, part.name)
                totals.setdefault(part.category, []).append(part.total)
    sums = {category: add(parts) for category, parts in totals.items()}
    largest = max((total.paid for total in sums.values()), default=0)
    return [
        CategoryRow(
            key=category,
            name=say(names[category], language),
            paid=money(total.paid),
            paidCount=total.paid_count,
            share=total.paid / largest if largest > 0 else 0.0,
            series=series[category],
            selected=category == view.category,
        )
        for category, total in sorted(sums.items(), key=lambda item: (-item[1].paid, item[0]))
    ]


def line_rows(view: SubsidyView | None, language: Language) -> list[LineRow]:
    if view is None:
        return []
    series = _series(view)
    return [_line_row(line, series, language) for line in view.lines]


def _line_row(line: PaymentLine, series: dict[str, int], language: Language) -> LineRow:
    return LineRow(
        key=line.payment_id,
        title=say(line.title, language),
        batch=line.batch,
        amount=money(line.amount),
        stateText=say(line.state, language),
        tone=line.tone if line.tone in TONES else "plain",
        date=line.date,
        account=say(line.account, language),
        hidden=line.hidden,
        reason=say(line.reason, language),
        remedy=say(line.remedy, language),
        series=series.get(line.category, 0),
        facts=[
            {"label": row.label, "value": row.value, "tone": row.tone, "note": row.note}
            for row in fact_rows(line.facts, language)
        ],
    )


def _series(view: SubsidyView) -> dict[str, int]:
    """A colour number for each category: the same in every year, whatever is chosen."""
    codes = sorted({part.category for year in view.years for part in year.categories})
    return {code: number for number, code in enumerate(codes)}
