"""More years and categories than fit: everything is reached by the arrow keys."""

from __future__ import annotations

from dataclasses import replace

from terminal.text import Text
from terminal.views import CategoryTotal, Total, YearTotal
from tests.ui.conftest import Open
from tests.ui.people import LINES, SUBSIDIES
from tests.ui.scenes import in_service
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import named

CATEGORIES = tuple(
    CategoryTotal(f"c{number:02d}", Text(f"第{number}类", f"Kind {number}"), Total(1, 100_000 - number, 0, 0, 0, 0))
    for number in range(14)
)
YEARS = tuple(YearTotal(year, Total(14, 1_399_909, 0, 0, 0, 0), CATEGORIES) for year in range(2026, 2014, -1))
MANY = in_service("subsidies", data=replace(SUBSIDIES, years=YEARS, selected=2026, lines=LINES))


def test_the_arrow_keys_reach_every_category(open_window: Open) -> None:
    desk = ScriptedDesk(MANY)
    window = open_window(desk)
    named(window, "category-c00").forceActiveFocus()
    for _ in CATEGORIES:
        window.press("Down")
    window.press("Return")
    assert desk.calls == [("send", "category", "c13")]
    for _ in CATEGORIES:
        window.press("Up")
    window.press("Space")
    assert desk.calls[-1] == ("send", "category", "c00")


def test_the_arrow_keys_reach_every_year(open_window: Open) -> None:
    desk = ScriptedDesk(MANY)
    window = open_window(desk)
    named(window, "year-").forceActiveFocus()
    for _ in YEARS:
        window.press("Right")
    window.press("Return")
    assert desk.calls == [("send", "year", "2015")]


def test_the_keys_walk_the_payments(open_window: Open) -> None:
    window = open_window(ScriptedDesk(MANY))
    rows = named(window, "lines")
    for key, index in (("End", len(LINES) - 1), ("Up", len(LINES) - 2), ("Home", 0), ("PageDown", 3), ("PageUp", 0)):
        window.press(key)
        assert rows.property("currentIndex") == index, key
