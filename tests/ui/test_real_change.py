"""The second capability on the real desk: people sign in, change a number together, and see it leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.membership import key_port
from terminal.model.operations import PIN_RESET
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings, prepare_data
from tests.terminal.conftest import centre, running_centre
from tests.terminal.own import joined
from tests.terminal.test_unblock_pulls import cut_off
from tests.terminal.world import READER, World, settings_for
from tests.ui.conftest import Open
from tests.ui.test_real_desk import page, picture, to_holder, type_pin
from tests.ui.tree import click, everything_said, has, named, text_of, wait_for
from ui.models.queue import QueueRow
from ui.window import CounterWindow

__all__ = ["centre", "running_centre"]

PHONE = "13912345678"


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path) -> Settings:
    """A terminal of its own for each test: its queue is counted."""
    made = settings_for(tmp_path)
    port, now = key_port(made), SystemClock().now
    code = centre.control.new_code()
    enrol(prepare_data(made), centre.url, code, centre.authority, environment="sandbox", keys=port, now=now)
    return made


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """Nobody is signed in yet."""
    with World(settings, operator=None) as made:
        made.centre_known()
        yield made


def sign(window: CounterWindow, number: str) -> None:
    """Number, Enter, password, Enter, as a person does."""
    if number not in window.model.secret.number:
        window.type(number)
        window.press("Return")
    window.type(PASSWORDS[number])
    wait_for(window, lambda: window.model.secret.ready)
    window.press("Return")


def queue_rows(window: CounterWindow) -> list[QueueRow]:
    return [row for row in window.model.queue.lines.rows if isinstance(row, QueueRow)]


def to_second(window: CounterWindow) -> None:
    window.press("3")
    page(window, "form")
    window.type(PHONE)
    wait_for(window, lambda: window.model.form.complete)
    window.press("Return")
    page(window, "confirm")
    picture(window, "real-confirm")
    window.press("Return")
    window.press("Return")
    page(window, "second-person")


def test_two_people_change_a_number_off_line_and_it_leaves_later(
    centre: SandboxCentre, world: World, open_window: Open
) -> None:
    window = open_window(world.desk)
    page(window, "sign-in")
    picture(window, "real-sign-in")
    sign(window, "1001")
    page(window, "waiting")
    assert has(window, "operator")
    to_holder(window, world, "elder")
    centre.control.fault("down")
    to_second(window)
    sign(window, "2001")
    page(window, "result")
    picture(window, "real-result")
    assert text_of(window, "headline") == "已收件"
    number = text_of(window, "receiptNumber")
    assert PHONE not in everything_said(window)
    window.press("Escape")
    page(window, "holder")
    window.press("F6")
    page(window, "queue")
    wait_for(window, lambda: window.model.queue.lines.count == 1)
    assert number in everything_said(window)
    picture(window, "real-queue")
    centre.control.clear()
    click(window, named(window, "syncNow"))
    wait_for(window, lambda: window.model.staff.queueTone == "good", 60_000)
    wait_for(window, lambda: all(row.tone == "good" for row in queue_rows(window)), 60_000)
    picture(window, "real-queue-sent")
    window.close()


def test_a_wrong_password_a_lock_and_the_same_person_again(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    window.type("1001")
    window.press("Return")
    window.type("wrong")
    wait_for(window, lambda: window.model.secret.ready)
    window.press("Return")
    wait_for(window, lambda: has(window, "secretMessage"))
    picture(window, "real-wrong")
    sign(window, "1001")
    page(window, "waiting")
    window.press("F10")
    page(window, "sign-in")
    assert window.model.secret.fixedNumber
    picture(window, "real-locked")
    window.type(PASSWORDS["1001"])
    wait_for(window, lambda: window.model.secret.ready)
    window.press("Return")
    page(window, "waiting")
    window.close()


def test_the_operator_is_not_the_reviewer(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    sign(window, "2001")
    page(window, "waiting")
    to_holder(window, world, "elder")
    to_second(window)
    sign(window, "2001")
    wait_for(window, lambda: has(window, "secretMessage"))
    picture(window, "real-same")
    window.press("Escape")
    page(window, "confirm")
    window.close()


def test_a_pin_is_changed_in_the_chip(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    sign(window, "1001")
    page(window, "waiting")
    to_holder(window, world, "elder")
    window.press("4")
    page(window, "pin-change")
    for pin, entry in (("739182", "new"), ("268413", "again")):
        type_pin(window, pin)
        wait_for(window, lambda entry=entry: window.model.pin.entry == entry)  # type: ignore[misc]
    picture(window, "real-pin-change")
    type_pin(window, "268413")
    page(window, "result")
    picture(window, "real-pin-result")
    assert text_of(window, "headline") == "卡内已完成"
    window.close()


def test_a_locked_pin_that_two_people_settle_is_said_and_the_page_is_closed(
    centre: SandboxCentre, tmp_path: Path, open_window: Open
) -> None:
    own = joined(centre, tmp_path)
    card = cut_off(own, PIN_RESET, 1, after=False)
    card.chip.pin.restore(card.chip.pin.packed, 0)
    with World(own) as world:
        window = open_window(world.desk)
        world.centre_known()
        world.readers.insert(READER, card)
        page(window, "notice")
        window.press("Return")
        page(window, "doubtful")
        window.press("Return")
        wait_for(window, lambda: has(window, "doubtfulAsk") and "F6" in text_of(window, "doubtfulAsk"))
        assert not has(window, "settle")
        picture(window, "real-doubtful-locked")
        window.press("F6")  # what the page asks for is one key away, and the page stands when it is left
        page(window, "queue")
        window.press("F6")
        page(window, "doubtful")
        window.press("Return")
        page(window, "holder")
