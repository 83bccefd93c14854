"""Views come from any thread, each one, in order; none after the end."""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from terminal.views import DeskView
from tests.ui.conftest import Open
from tests.ui.scenes import AT_HOLDER, NOTICE
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import wait_for
from ui.qt import Property


def test_every_view_arrives_in_order_on_the_thread_of_the_screen(open_window: Open) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    seen: list[tuple[DeskView, bool]] = []
    window.model.shown.connect(
        lambda: seen.append((window.model.view, QThread.currentThread() is window.model.thread()))
    )
    views = [replace(view, terminal=f"T-{number}") for number in range(10) for view in (WAITING, NOTICE, AT_HOLDER)]
    desk.show_from_thread(*views)
    wait_for(window, lambda: len(seen) == len(views))
    assert [view for view, _ in seen] == views
    assert all(right_thread for _, right_thread in seen)


def test_nothing_arrives_after_the_window_was_closed(open_window: Open) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    assert desk.listeners == 1
    late = desk._listeners[0]
    window.close()
    assert desk.listeners == 0
    late(AT_HOLDER)  # a view that was on its way


class Counter(QObject):
    """Something like our view-models."""

    moved = Signal()

    @Property(bool, notify=moved)
    def yes(self) -> bool:
        return True

    @Slot()
    def nothing(self) -> None:
        return None


def test_qt_does_not_eat_references(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python up to 3.11 takes references of None and bools it does not own, and aborts in the end."""
    counter = Counter()
    heard: list[None] = []
    counter.moved.connect(lambda: heard.append(None))
    rounds = 10_000

    def references() -> tuple[int, int, int]:
        return sys.getrefcount(None) - len(heard), sys.getrefcount(True), sys.getrefcount(False)

    before = references()
    for _ in range(rounds):
        counter.moved.emit()
        counter.property("yes")
        counter.nothing()
        counter.blockSignals(False)
    after = references()
    assert len(heard) == rounds
    assert all(abs(now - then) < rounds / 10 for now, then in zip(after, before, strict=True))
