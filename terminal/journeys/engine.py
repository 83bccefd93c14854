"""Runs a procedure: one thread steers, work is done elsewhere, and every way out cleans up.

The engine knows no Qt and no threads. ``submit`` does blocking work somewhere and gives a future; ``post`` brings a
call back to the steering thread. Faults, cancelling, a card that is pulled and time that runs out are handled here,
once for all services.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from terminal import faults
from terminal.procedure import END, Ask, Procedure, VisitPort, Work
from terminal.text import Text
from terminal.views import FaultView, JourneyView

_log = logging.getLogger(__name__)

Submit = Callable[[Callable[[], str]], "Future[str]"]
Post = Callable[[Callable[[], None]], None]


class Journey:
    """One run of one service. All methods belong to the steering thread and return at once.

    :param changed: called after every change of :attr:`view`.
    :param ended: called once, when the journey is over, however it came to that.
    """

    def __init__(
        self,
        *,
        code: str,
        title: Text,
        procedure: Procedure[Any],
        visit: VisitPort,
        submit: Submit,
        post: Post,
        changed: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._code, self._title, self._procedure, self._visit = code, title, procedure, visit
        self._submit, self._post, self._changed, self._ended = submit, post, changed, ended
        self._state: Any = procedure.state()
        self._at = procedure.first
        self._fault: FaultView | None = None
        self._retry = ""
        self._turn = 0
        self.error: BaseException | None = None
        """What led to the fault page, for the command line and for ``ended``; ``None`` elsewhere."""

    def __repr__(self) -> str:
        return f"<Journey {self._code} at {self._at}>"

    @property
    def over(self) -> bool:
        return self._at == END

    @property
    def view(self) -> JourneyView:
        """The step as its page shows it."""
        step = self._procedure.steps.get(self._at)
        if self._fault is not None:
            actions = ("retry", "back") if self._retry else ("back",)
            return JourneyView(self._code, self._title, self._at, "fault", fault=self._fault, actions=actions)
        if not isinstance(step, Ask):
            return JourneyView(self._code, self._title, self._at, "busy", actions=("back",))
        events = (arrow.event for arrow in self._procedure.arrows if arrow.step == self._at)
        data = step.show(self._visit, self._state)
        return JourneyView(
            self._code,
            self._title,
            self._at,
            step.view,
            data,
            actions=tuple(dict.fromkeys((*step.on, *step.at_once, *events))),
        )

    def start(self) -> None:
        self._enter(self._procedure.first)

    def send(self, event: str, value: str = "") -> None:
        """What the person does. An event that means nothing here is passed over: a second click is no fault."""
        if self.over:
            return
        if event == "back":
            self.end()
            return
        if self._fault is not None:
            if event == "retry" and self._retry:
                self._enter(self._retry)
            return
        step = self._procedure.steps[self._at]
        if isinstance(step, Ask):
            self._answer(step, event, value)

    def _answer(self, step: Ask[Any], event: str, value: str) -> None:
        change = step.on.get(event)
        if change is not None:
            change(self._state, value)
            self._changed()
            return
        decide = step.at_once.get(event)
        if decide is not None:
            event = decide(self._visit, self._state)
            if not event:
                self._changed()
                return
        to = self._procedure.next(self._at, event)
        if to is not None:
            self._enter(to)

    def refresh(self) -> None:
        """Something outside the journey's state that its page shows has changed, such as the count of digits."""
        if not self.over:
            self._changed()

    def end(self) -> None:
        """Stop wherever it is: digits are wiped, data is dropped, an answer that comes later is thrown away."""
        if self.over:
            return
        self._turn += 1
        self._at = END
        self._fault, self._retry = None, ""
        self._procedure.forget(self._state)
        self._state = None
        self._visit.pin.wipe()
        self._ended()
        self.error = None

    def _enter(self, step: str) -> None:
        if step == END:
            self.end()
            return
        self._at = step
        self._fault, self._retry, self.error = None, "", None
        self._turn += 1
        self._changed()
        found = self._procedure.steps[step]
        if isinstance(found, Work):
            self._work(found, self._turn)

    def _work(self, step: Work[Any], turn: int) -> None:
        state = self._state
        future = self._submit(lambda: step.run(self._visit, state))
        future.add_done_callback(lambda done: self._post(lambda: self._came(step, turn, done)))

    def _came(self, step: Work[Any], turn: int, done: Future[str]) -> None:
        if turn != self._turn:
            return
        error = done.exception()
        to = None if error is not None else self._procedure.next(self._at, done.result())
        if to is not None:
            self._enter(to)
            return
        self._failed(step, error or LookupError(f"{self._at} ended with an event that no arrow takes"))

    def _failed(self, step: Work[Any], error: BaseException) -> None:
        self._visit.pin.wipe()
        self._procedure.forget(self._state)
        self.error = error
        self._fault = faults.explain(error)
        self._retry = step.retry if faults.is_one_of(error, faults.PASSING) else ""
        fields = {"service": self._code, "step": self._at, "fault": self._fault.code}
        if self._fault.code == faults.INTERNAL:
            _log.error("a step failed", exc_info=error, extra=fields)
        else:
            _log.info("a step failed: %s", error, extra=fields)  # a network that is down is no reason for a trace
        self._changed()
