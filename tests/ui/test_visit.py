"""A whole visit through the real screens: by keyboard alone, and by mouse alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.actor import VisitDesk
from tests.ui.conftest import Open
from tests.ui.people import FAILED, LINES
from tests.ui.tree import click, drawn, has, items, named, text_of, wait_for
from ui.window import CounterWindow


def type_pin(window: CounterWindow, digits: str) -> None:
    for digit in digits:
        window.press(digit)


def test_a_visit_by_keyboard_alone(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    assert window.page == "waiting"
    desk.insert()
    window.settle()
    assert window.page == "notice"
    window.press("Return")
    assert window.page == "holder"
    window.press("2")
    assert window.page == "pin"
    type_pin(window, "739182")
    assert desk.digits == 6
    window.press("Enter")
    assert window.page == "pin"
    assert desk.tries == 5
    assert "5" in text_of(window, "triesLeft")
    type_pin(window, "654321")
    window.press("Backspace")
    assert desk.digits == 5
    type_pin(window, "1")
    window.press("Return")
    assert window.page == "subsidies"
    for _ in range(LINES.index(FAILED)):
        window.press("Down")
    window.press("Return")
    assert window.model.subsidies.unfolded == FAILED.payment_id
    rows = named(window, "lines")
    row = next(item for item in items(rows) if item.property("key") == FAILED.payment_id)

    def below() -> float:
        return row.mapToItem(rows, QPointF(0, 0)).y() + min(row.height(), rows.height()) - rows.height()

    wait_for(window, lambda: below() <= 1)  # what unfolded is in sight
    window.press("Escape")
    assert window.page == "holder"
    window.press("1")
    assert window.page == "card-status"
    window.press("Escape")
    window.press("F9")
    assert window.page == "waiting"
    assert text_of(window, "waitingTitle") == "请取走卡"
    desk.take()
    window.settle()
    assert text_of(window, "waitingTitle") == "请插入社会保障卡"


def test_a_visit_by_mouse_alone(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.settle()
    click(window, named(window, "accept"))
    click(window, named(window, "service-subsidy-enquiry"))
    for name in ("1", "2", "3", "4", "5", "6"):
        click(window, named(window, f"key-{name}"))
    assert [call[1] for call in desk.calls if call[0] == "pin_digit"] == [1, 2, 3, 4, 5, 6]
    click(window, named(window, "key--2"))
    assert desk.digits == 5
    click(window, named(window, "key-0"))
    click(window, named(window, "enter"))
    type_pin(window, "739182")
    click(window, named(window, "enter"))
    assert window.page == "subsidies"
    click(window, named(window, "year-2023"))
    assert desk.calls[-1] == ("send", "year", "2023")
    click(window, named(window, "category-farming"))
    assert desk.calls[-1] == ("send", "category", "farming")
    click(window, named(window, "leave"))
    click(window, named(window, "endVisit"))
    assert window.page == "waiting"


def test_a_declined_notice_reads_nothing(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.settle()
    window.press("Escape")
    assert desk.calls == [("decline_notice",)]
    assert window.page == "waiting"


def test_a_held_key_presses_nothing_twice(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.settle()
    window.press("Return", repeats=5)
    assert desk.count("accept_notice") == 1
    assert window.page == "holder"
    window.press("2", repeats=5)
    assert desk.count("start_service") == 1
    assert desk.count("pin_digit") == 0
    window.press("7", repeats=9)
    assert desk.count("pin_digit") == 1


def test_a_double_click_starts_once(open_window: Open) -> None:
    desk = VisitDesk()
    desk.answers["start_service"] = lambda code: None  # a desk that takes its time
    window = open_window(desk)
    desk.insert()
    window.press("Return")
    tile = named(window, "service-subsidy-enquiry")
    click(window, tile)
    click(window, tile)
    assert desk.count("start_service") == 1


def test_a_second_enter_costs_no_second_try(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.press("Return")
    window.press("2")
    type_pin(window, "739182")
    desk.answers["pin_enter"] = lambda: None  # the card is still thinking
    window.press("Return")
    window.press("Return")
    assert desk.count("pin_enter") == 1


def test_too_short_a_pin_is_not_handed_in(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.press("Return")
    window.press("2")
    type_pin(window, "12345")
    window.press("Return")
    assert desk.count("pin_enter") == 0
    assert not named(window, "enter").isEnabled()


def test_the_digits_work_while_a_button_has_the_focus(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    desk.insert()
    window.press("Return")
    window.press("2")
    window.press("Tab")
    window.press("4")
    assert desk.digits == 1


def test_health_opens_anywhere_and_closes_when_a_card_comes(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    window.press("F7")
    assert window.page == "health"
    assert window.model.health.rows.count == len(desk.health_lines)
    window.press("Escape")
    assert window.page == "waiting"
    window.press("F7")
    desk.insert()
    window.settle()
    assert window.page == "notice"


def test_end_visit_is_not_under_the_key_when_nobody_is_here(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    window.press("F9")
    assert desk.calls == []
    assert not has(window, "endVisit")


def test_fast_swaps_of_cards_end_with_the_last(open_window: Open) -> None:
    desk = VisitDesk()
    window = open_window(desk)
    for _ in range(30):
        desk.insert()
        desk.answers["accept_notice"]()
        desk.answers["start_service"]("subsidy-enquiry")
        desk.take()
    desk.insert()
    window.settle()
    assert window.page == "notice"


def test_the_mouse_unfolds_a_payment_and_the_keys_go_on_there(open_window: Open) -> None:
    desk = VisitDesk()
    desk.tries = 5
    window = open_window(desk)
    desk.insert()
    window.press("Return")
    window.press("2")
    type_pin(window, "739182")
    window.press("Return")
    drawn(window)
    rows = named(window, "lines")
    point = rows.mapToScene(rows.boundingRect().topLeft()).toPoint()
    QTest.mouseClick(
        window.view,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        point.__class__(point.x() + 60, point.y() + 30),
    )
    window.settle()
    assert window.model.subsidies.unfolded == LINES[0].payment_id
    assert rows.property("currentIndex") == 0
