"""A desk that shows what it is told to, and writes down what the screen asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TypeVar

from terminal.services.base import Offline
from terminal.services.catalogue import services
from terminal.text import Text
from terminal.views import (
    CentreView,
    DayEndView,
    DeskView,
    FaultView,
    HealthLine,
    JourneyData,
    JourneyView,
    QueueView,
    ReaderView,
    Stage,
)
from tests.ui.people import HEALTH, PLAIN
from tests.ui.staff import BADGE, DAY_OPEN, OPERATOR, QUEUE

READER = ReaderView("Virtual PCD 00 00", "empty")
WITH_CARD = replace(READER, state="card")

WAITING = DeskView(
    stage=Stage.WAITING,
    environment="sandbox",
    outlet="演示农村商业银行 · 槐荫村服务点",
    terminal="379999000001",
    centre=CentreView(True, "09:12"),
    readers=(READER,),
    bank_hotline="400-000-0000",
    operator=OPERATOR,
    queue=BADGE,
    offers=tuple(each.title for each in services()),
    offers_offline=tuple(each.title for each in services() if each.offline is not Offline.NEVER),
)


class ScriptedDesk:
    """Implements :class:`terminal.views.DeskPort` without any rule of its own.

    ``calls`` holds what the screen asked for, as ``(name, *arguments)``. ``plain`` is what :meth:`unmask` gives.
    ``answers`` may hold a function per call name that the call runs.
    """

    def __init__(self, view: DeskView = WAITING) -> None:
        self._view = view
        self._listeners: list[Callable[[DeskView], None]] = []
        self.calls: list[tuple[str | int, ...]] = []
        self.plain: dict[str, str] = dict(PLAIN)
        self.touches = 0
        self.answers: dict[str, Callable[..., None]] = {}
        self.health_lines: tuple[HealthLine, ...] = HEALTH
        self.health_future: Future[tuple[HealthLine, ...]] | None = None
        self.queue_view: QueueView = QUEUE
        self.queue_future: Future[QueueView] | None = None
        self.act_future: Future[FaultView | None] | None = None
        self.day: DayEndView = DAY_OPEN

    def show(self, view: DeskView) -> None:
        """Publish this view."""
        self._view = view
        for listener in list(self._listeners):
            listener(view)

    def show_from_thread(self, *views: DeskView) -> None:
        """Publish these views from another thread, as the real desk does."""

        def publish() -> None:
            for view in views:
                self.show(view)

        thread = threading.Thread(target=publish)
        thread.start()
        thread.join()

    def _call(self, name: str, *arguments: str | int) -> None:
        self.calls.append((name, *arguments))
        answer = self.answers.get(name)
        if answer is not None:
            answer(*arguments)

    def count(self, name: str) -> int:
        return sum(call[0] == name for call in self.calls)

    @property
    def view(self) -> DeskView:
        return self._view

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[DeskView], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self) -> None:
        self._call("start")

    def stop(self) -> None:
        self._call("stop")

    def accept_notice(self) -> None:
        self._call("accept_notice")

    def decline_notice(self) -> None:
        self._call("decline_notice")

    def choose_reader(self, name: str) -> None:
        self._call("choose_reader", name)

    def start_service(self, code: str) -> None:
        self._call("start_service", code)

    def send(self, event: str, value: str = "") -> None:
        self._call("send", event, value)

    def pin_digit(self, digit: int) -> None:
        self._call("pin_digit", digit)

    def pin_erase(self) -> None:
        self._call("pin_erase")

    def pin_enter(self) -> None:
        self._call("pin_enter")

    def leave_service(self) -> None:
        self._call("leave_service")

    def end_visit(self) -> None:
        self._call("end_visit")

    def retry(self) -> None:
        self._call("retry")

    def unmask(self, field_name: str) -> str | None:
        self._call("unmask", field_name)
        return self.plain.get(field_name)

    def health(self) -> Future[tuple[HealthLine, ...]]:
        self._call("health")
        return self.health_future or _done(self.health_lines)

    def secret_number(self, number: str) -> None:
        self._call("secret_number", number)

    def secret_char(self, character: str) -> None:
        self._call("secret_char", character)

    def secret_erase(self) -> None:
        self._call("secret_erase")

    def secret_enter(self) -> None:
        self._call("secret_enter")

    def secret_cancel(self) -> None:
        self._call("secret_cancel")

    def touch(self) -> None:
        self.touches += 1

    def lock(self) -> None:
        self._call("lock")

    def sign_out(self) -> None:
        self._call("sign_out")

    def queue(self) -> Future[QueueView]:
        self._call("queue")
        return self.queue_future or _done(self.queue_view)

    def queue_act(self, key: str, action: str) -> Future[FaultView | None]:
        self._call("queue_act", key, action)
        nothing: FaultView | None = None
        return self.act_future or _done(nothing)

    def sync_now(self) -> None:
        self._call("sync_now")

    def program_allow(self) -> None:
        self._call("program_allow")

    def program_refuse(self) -> None:
        self._call("program_refuse")

    def day_end(self) -> Future[DayEndView]:
        self._call("day_end")
        return _done(self.day)


Answer = TypeVar("Answer")


def _done(value: Answer) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(value)
    return future


def service(
    code: str,
    title: Text,
    view: str,
    *,
    data: JourneyData | None = None,
    fault: FaultView | None = None,
    actions: tuple[str, ...] = (),
) -> JourneyView:
    return JourneyView(code, title, step=view, view=view, data=data, fault=fault, actions=actions)
