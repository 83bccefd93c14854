"""Lists and proportions of the plain account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.centre.contract import ReturnReason
from terminal.model.money import yuan
from terminal.model.payment_texts import REASON, REMEDY
from terminal.views import SubsidyView, Total
from tests.ui.conftest import Open
from tests.ui.people import FAILED, SUBSIDIES, SUBSIDIES_EMPTY, YEARS
from tests.ui.scenes import in_service
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import has
from ui.models.subsidy_rows import add, category_rows, line_rows, selection_total, year_rows


def test_all_years_come_first_and_add_up() -> None:
    rows = year_rows(SUBSIDIES, "zh")
    assert [row.key for row in rows] == ["", "2026", "2025", "2024", "2023", "2022"]
    assert rows[0].paidCount == sum(row.paidCount for row in rows[1:])
    assert [row.selected for row in rows] == [False, True, False, False, False, False]


def test_columns_are_in_proportion_to_the_highest_year() -> None:
    for row, year in zip(year_rows(SUBSIDIES, "zh")[1:], YEARS, strict=True):
        highest = max(each.total.paid for each in YEARS)
        assert sum(part["share"] for part in row.segments) == pytest.approx(year.total.paid / highest)


def test_a_category_keeps_its_colour_in_every_year() -> None:
    colours: dict[str, set[int]] = {}
    for row in year_rows(SUBSIDIES, "zh"):
        for part in row.segments:
            colours.setdefault(part["category"], set()).add(part["series"])
    assert colours
    assert all(len(numbers) == 1 for numbers in colours.values())


def test_each_category_has_a_colour_of_its_own_whatever_is_chosen() -> None:
    codes = sorted({part.category for year in YEARS for part in year.categories})
    assert len(codes) > 1
    # The newest year comes first in the view, and the categories of it come in any order.
    view = replace(SUBSIDIES, years=tuple(replace(year, categories=year.categories[::-1]) for year in YEARS))
    for each in (SUBSIDIES, view, replace(SUBSIDIES, selected=2024, category=codes[-1])):
        told = {part["category"]: part["series"] for row in year_rows(each, "zh") for part in row.segments}
        told |= {row.key: row.series for row in category_rows(each, "zh")}
        assert told.items() <= dict(zip(codes, range(len(codes)), strict=True)).items()
        assert told


@pytest.mark.parametrize("category", [None, "farming", "forestry"])
@pytest.mark.parametrize("year", [None, 2024])
def test_the_total_is_that_of_what_is_chosen(year: int | None, category: str | None) -> None:
    view = replace(SUBSIDIES, selected=year, category=category)
    expected = sum(
        part.total.paid
        for each in YEARS
        for part in each.categories
        if year in (None, each.year) and category in (None, part.category)
    )
    assert selection_total(view).paid == expected


def test_categories_are_those_of_the_year_largest_first() -> None:
    newest = YEARS[0]
    part = next(each for each in newest.categories if each.category == "family")
    bare = replace(newest, categories=tuple(each for each in newest.categories if each is not part))
    rows = category_rows(replace(SUBSIDIES, years=(bare, *YEARS[1:])), "en")
    assert rows[0].share == 1.0
    assert [row.share for row in rows] == sorted((row.share for row in rows), reverse=True)
    assert "family" not in {row.key for row in rows}  # nothing in the year chosen, though in others


@pytest.mark.parametrize("view", [None, SubsidyView("", (), None, None, ())])
def test_nothing_is_nothing(view: SubsidyView | None) -> None:
    assert not [*year_rows(view, "zh"), *category_rows(view, "zh"), *line_rows(view, "zh")]
    assert selection_total(view) == Total(0, 0, 0, 0, 0, 0)


def test_an_account_without_a_payment_is_empty_though_it_has_years(open_window: Open) -> None:
    """The centre tells the years that it looked at, also where it found nothing."""
    assert SUBSIDIES_EMPTY.years
    window = open_window(ScriptedDesk(in_service("subsidies", data=SUBSIDIES_EMPTY)))
    assert window.model.subsidies.empty
    assert has(window, "empty")


def test_years_without_a_payment_have_no_column() -> None:
    bare = replace(SUBSIDIES, years=tuple(replace(year, categories=(), total=add(())) for year in YEARS))
    assert all(row.segments == [] for row in year_rows(bare, "zh"))
    assert category_rows(bare, "zh") == []


def test_a_line_says_why_and_what_to_do() -> None:
    line = next(row for row in line_rows(SUBSIDIES, "zh") if row.key == FAILED.payment_id)
    reason = ReturnReason.ID_EXPIRED
    assert (line.amount, line.tone) == ("¥" + yuan(FAILED.amount), "bad")
    assert (line.reason, line.remedy) == (REASON[reason].zh, REMEDY[reason].zh)
    assert [fact["label"] for fact in line.facts] == [fact.label.zh for fact in FAILED.facts]
