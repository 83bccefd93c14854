"""The queue page: what waits, what needs a person, and what can be done."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import pytest

from terminal.errors import TerminalError, TerminalFault
from terminal.views import FaultView, QueueView
from tests.ui import staff
from tests.ui.conftest import Open
from tests.ui.people import UNREACHABLE
from tests.ui.scenes import ASKED, NOTICE
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import click, everything_said, has, named, text_of, wait_for
from ui.models.queue import QueueRow
from ui.window import CounterWindow

BUSY = replace(WAITING, queue=staff.BADGE_PERSON)


def opened(open_window: Open, desk: ScriptedDesk) -> CounterWindow:
    window = open_window(desk)
    window.press("F6")
    window.settle()
    assert window.page == "queue"
    return window


def row(window: CounterWindow, key: str) -> QueueRow:
    return next(row for row in window.model.queue.lines.rows if isinstance(row, QueueRow) and row.key == key)


def test_the_badge_stands_on_every_page_and_opens_the_queue(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    window = open_window(desk)
    button = named(window, "queueButton")
    assert button.property("text") == "3 笔需处理"
    click(window, button)
    assert window.page == "queue"
    window.press("Escape")
    assert window.page == "waiting"
    assert window.model.queue.lines.count == 0


def test_without_a_queue_there_is_none_to_open(open_window: Open) -> None:
    desk = ScriptedDesk(replace(WAITING, queue=None))
    window = open_window(desk)
    window.press("F6")
    assert window.page == "waiting"
    assert not has(window, "queueButton")


def test_what_needs_a_person_comes_first(open_window: Open) -> None:
    window = opened(open_window, ScriptedDesk(BUSY))
    rows = [row for row in window.model.queue.lines.rows if isinstance(row, QueueRow)]
    assert [row.key for row in rows[:3]] == ["card-37", "op-40", "op-41"]
    assert [row.heading for row in rows[:4]] == ["需要人工处理（3）", "", "", "等待送往中心（12）"]
    said = everything_said(window)
    for word in (
        "需要人工处理（3）",
        "等待送往中心（12）",
        "最近联系中心 2026-11-23 09:12",
        "下次尝试 09:24",
        "已送达",
    ):
        assert word in said


def test_the_keys_walk_the_entries_and_show_their_facts(open_window: Open) -> None:
    window = opened(open_window, ScriptedDesk(BUSY))
    assert text_of(window, "queueTitle") == "社保密码修改"
    assert not has(window, "act-withdraw")
    assert has(window, "act-escalate")
    window.press("Down")
    assert text_of(window, "queueTitle") == "联系方式变更"
    assert has(window, "act-withdraw")
    assert not has(window, "act-retry")
    click(window, named(window, "row-op-41"))
    assert has(window, "act-retry")
    assert not has(window, "act-print")
    window.press("Down")  # from 41 to 42, which the list scrolls to
    assert (has(window, "act-park"), has(window, "act-print"), has(window, "act-retry")) == (True, True, False)
    assert window.model.queue.facts.count == 5


def choose(window: CounterWindow, key: str) -> None:
    click(window, named(window, f"row-{key}"))


def test_an_action_is_done_once_and_the_list_is_asked_again(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.act_future = running = Future[FaultView | None]()
    window = opened(open_window, desk)
    asked = desk.count("queue")
    choose(window, "op-41")
    click(window, named(window, "act-retry"))
    assert not named(window, "act-retry").isEnabled()
    window.model.queue.act("op-42", "park")
    assert [call for call in desk.calls if call[0] == "queue_act"] == [("queue_act", "op-41", "retry")]
    running.set_result(None)
    wait_for(window, lambda: not window.model.queue.busy)
    assert desk.count("queue") > asked
    assert not has(window, "queueFault")


def test_an_action_that_is_not_offered_is_not_asked_for(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    window = opened(open_window, desk)
    window.model.queue.act("card-37", "withdraw")
    window.model.queue.act("no such entry", "retry")
    assert desk.count("queue_act") == 0


def test_a_refused_action_says_why(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.act_future = Future()
    desk.act_future.set_result(UNREACHABLE)
    window = opened(open_window, desk)
    choose(window, "op-41")
    click(window, named(window, "act-retry"))
    assert has(window, "queueFault")
    assert "N101" in everything_said(window)


def test_a_second_person_comes_and_the_queue_is_there_again(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.act_future = running = Future[FaultView | None]()
    window = opened(open_window, desk)
    choose(window, "op-40")
    click(window, named(window, "act-withdraw"))
    desk.show(ASKED)
    window.settle()
    assert window.page == "second-person"
    window.press("F6")
    assert window.page == "second-person"
    desk.show(BUSY)
    running.set_result(None)
    wait_for(window, lambda: not window.model.queue.busy)
    assert window.page == "queue"
    assert window.model.queue.lines.count == 15


def test_a_card_that_comes_closes_the_queue(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    window = opened(open_window, desk)
    desk.show(NOTICE)
    window.settle()
    assert window.page == "notice"
    assert "000040" not in everything_said(window)


def test_the_list_follows_the_badge(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    window = opened(open_window, desk)
    desk.queue_view = staff.QUEUE_EMPTY
    desk.show(WAITING)
    wait_for(window, lambda: window.model.queue.empty)
    assert text_of(window, "queueEmpty") == "没有在等的业务，也没有要人工处理的"


def test_a_question_while_an_answer_is_under_way_is_asked_after_it(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.queue_future = slow = Future[QueueView]()
    window = opened(open_window, desk)
    assert window.model.queue.loading
    window.model.queue.refresh()
    window.model.queue.refresh()
    assert desk.count("queue") == 1
    desk.queue_future = None
    slow.set_result(staff.QUEUE_EMPTY)
    wait_for(window, lambda: window.model.queue.lines.count == 15)
    assert desk.count("queue") == 2


def test_a_store_that_cannot_be_read_says_so(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.queue_future = Future()
    desk.queue_future.set_exception(TerminalError(TerminalFault.SECOND_CANCELLED))
    window = opened(open_window, desk)
    assert window.model.queue.failed
    assert TerminalFault.SECOND_CANCELLED.value in everything_said(window)


@pytest.mark.expects_log
def test_an_unknown_failure_tells_nothing_of_itself(open_window: Open, caplog: pytest.LogCaptureFixture) -> None:
    desk = ScriptedDesk(BUSY)
    desk.queue_future = Future()
    desk.queue_future.set_exception(RuntimeError("canary in a message"))
    window = opened(open_window, desk)
    assert window.model.queue.failed
    assert "canary" not in everything_said(window) + caplog.text


def test_answers_may_come_after_the_window(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.queue_future = slow = Future[QueueView]()
    window = opened(open_window, desk)
    window.close()
    slow.set_result(staff.QUEUE)
    assert desk.listeners == 0


def test_sending_now_and_the_end_of_the_day(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    window = opened(open_window, desk)
    click(window, named(window, "syncNow"))
    assert desk.count("sync_now") == 1
    click(window, named(window, "dayEnd"))
    assert has(window, "dayFacts")
    assert "还有未了事项，请先处理或交接" in everything_said(window)
    window.press("Escape")
    assert window.page == "queue"
    assert not has(window, "dayFacts")
    desk.day = staff.DAY_READY
    click(window, named(window, "dayEnd"))
    assert "可以结束今天的工作" in everything_said(window)
    click(window, named(window, "closeDayEnd"))
    window.press("Escape")
    assert window.page == "waiting"


def test_the_queue_speaks_both_languages(open_window: Open) -> None:
    window = opened(open_window, ScriptedDesk(BUSY))
    window.press("F8")
    assert row(window, "op-40").words == "Refused by the centre"
    assert window.page == "queue"


def test_every_key_keeps_the_session_also_over_the_desks_page(open_window: Open) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    window.press("F6")
    assert desk.touches == 1  # at most one a second
    assert desk.count("queue") > 0


def test_a_page_that_has_stopped_says_why_and_names_no_next_try(open_window: Open) -> None:
    desk = ScriptedDesk(BUSY)
    desk.queue_view = replace(staff.QUEUE, next_try=None, stopped=UNREACHABLE)
    window = opened(open_window, desk)
    said = everything_said(window)
    assert UNREACHABLE.message.zh in said
    assert f"{UNREACHABLE.remedy.zh}  （故障代码 N101）" in said
    assert "下次尝试" not in said
    other = everything_said(opened(open_window, ScriptedDesk(BUSY)))
    assert "下次尝试 09:24" in other
