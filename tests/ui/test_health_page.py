"""The health page while checks run, when they fail, and after the window has gone."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from terminal.views import HealthLine
from tests.ui.conftest import Open
from tests.ui.people import HEALTH, UNREACHABLE
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import everything_said, shown_texts, wait_for

Lines = tuple[HealthLine, ...]


def test_it_waits_and_asks_only_once(open_window: Open) -> None:
    desk = ScriptedDesk()
    desk.health_future = running = Future[Lines]()
    window = open_window(desk)
    window.press("F7")
    window.model.health.check()
    assert window.model.health.checking
    assert desk.count("health") == 1
    running.set_result(HEALTH)
    wait_for(window, lambda: not window.model.health.checking)
    assert window.model.health.faults == 1
    said = everything_said(window)
    assert "N101" in said
    assert "有 1 项需要处理" in said


def test_a_fault_is_said_once(open_window: Open) -> None:
    """The core's line of a failed check has the fault's own sentence as its value."""
    window = open_window(ScriptedDesk())
    window.press("F7")
    said = [item.property("text") for item in shown_texts(window)]
    assert said.count(UNREACHABLE.message.zh) == 1


@pytest.mark.expects_log
def test_checks_that_break_say_so(open_window: Open, caplog: pytest.LogCaptureFixture) -> None:
    desk = ScriptedDesk()
    desk.health_future = running = Future[Lines]()
    window = open_window(desk)
    window.press("F7")
    running.set_exception(RuntimeError("canary in a message"))
    wait_for(window, lambda: window.model.health.failed)
    assert "自检没有完成" in everything_said(window)
    assert "canary" not in caplog.text
    assert not window.model.health.checking


def test_checks_may_end_after_the_window(open_window: Open) -> None:
    desk = ScriptedDesk()
    desk.health_future = running = Future[Lines]()
    window = open_window(desk)
    window.press("F7")
    window.close()
    running.set_result(HEALTH)
    assert desk.listeners == 0
