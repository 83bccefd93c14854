"""The sender: one thread that does what the core says, and tells how things stand.

It owns nothing that matters: stop it anywhere, and the next one begins by asking the centre what it has.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from offline_cache.errors import StoreError
from terminal import faults
from terminal.clock import Clock
from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.status import Standing, SyncStatus
from terminal.sync.words import (
    Action,
    Alarm,
    Answered,
    Ask,
    Carry,
    ClockSet,
    Event,
    Knobs,
    Park,
    Pull,
    Renew,
    Resume,
    Send,
    Stuck,
    Tick,
    WaitUntil,
    Warn,
    Work,
)

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 30.0  # how often the clock is looked at while there is nothing to do
_CLOCK_JUMP = timedelta(seconds=30)
_REQUESTS = (Send, Ask, Pull, Renew, Carry)
_LOUD = frozenset({Alarm.STOPPED, Alarm.PARKED, Alarm.NEW_LIFE})


class Requests(Protocol):
    """The part of :class:`terminal.sync.courier.Courier` that is used here."""

    @property
    def error(self) -> Exception | None: ...

    def send(self, first: int | None, most: int, most_bytes: int) -> Answer: ...

    def ask(self) -> Answer: ...

    def pull(self) -> Answer: ...

    def renew(self) -> Answer: ...

    def carry(self) -> Answer: ...

    def park(self, seq: int) -> bool: ...

    def forked(self) -> bool: ...

    def urgent(self) -> bool: ...

    def stopped(self, reason: str) -> None: ...


class Driver:
    """Runs the core. :meth:`start` gives it a thread; :meth:`once` drains in the caller's.

    :param counts: numbers of the outbox, for :meth:`status`.
    :param changed: called, from the sender's thread, whenever :meth:`status` may say something new; must not block.
    """

    def __init__(
        self,
        requests: Requests,
        standing: Standing,
        clock: Clock,
        *,
        knobs: Knobs | None = None,
        roll: core.Roll | None = None,
        changed: Callable[[], None] = lambda: None,
        minute: Callable[[], None] = lambda: None,
    ) -> None:
        self._requests = requests
        self._standing = standing
        self._clock = clock
        self._knobs = knobs or Knobs()
        self._roll = roll or random.SystemRandom().random
        self._changed = changed
        self._minute = minute
        self._signals = threading.Condition()
        self._pending: list[type[Event]] = []
        self._stopping = False
        self._thread: threading.Thread | None = None

    # --- for everybody ---

    def start(self) -> None:
        """Begin to send in the background."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the request that is under way. Safe to call twice."""
        with self._signals:
            self._stopping = True
            self._signals.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wake(self) -> None:
        """Something was recorded."""
        self._signal(Work)

    def resume(self) -> None:
        """A person says: go on, also after a stop."""
        self._signal(Resume)

    def status(self) -> SyncStatus:
        """How things stand. Waits for the store's thread; call from a worker."""
        return self._standing.status(self._clock)

    def once(self, seconds: float = 120.0) -> SyncStatus:
        """Drain the outbox and fetch outcomes, now, in this thread; give up after ``seconds`` or when nothing helps.

        Done means: nothing waits, and the centre had nothing new to say. Call only while no thread runs.
        """
        self._stopping = False
        knobs = replace(self._knobs, splay=0.0, soon=0.0, cap=min(self._knobs.cap, seconds))
        deadline = self._clock.monotonic() + seconds
        state = self._beginning(knobs)
        event: Event = Tick(self._clock.monotonic())
        while True:
            state, actions = core.step(state, event, knobs, self._roll)
            over = _drained(state) or _hopeless(state) or self._stopping or self._clock.monotonic() >= deadline
            done = self._perform(
                tuple(action for action in actions if not (over and isinstance(action, _REQUESTS))), state
            )
            if over:
                return self.status()
            event = done or self._wait(min(_until(actions), deadline))

    # --- the sender's thread ---

    def _run(self) -> None:
        state = self._beginning(self._knobs)
        event: Event = Tick(self._clock.monotonic())
        offset = self._offset()
        while not self._stopping:
            state, actions = core.step(state, event, self._knobs, self._roll)
            done = self._perform(actions, state)
            event = done or self._wait(_until(actions))
            self._count()
            if type(event) is Tick and abs(self._offset() - offset) > _CLOCK_JUMP:
                offset = self._offset()
                event = ClockSet(event.now)

    def _beginning(self, knobs: Knobs) -> core.State:
        now, forked, urgent = self._clock.monotonic(), self._requests.forked(), self._requests.urgent()
        return core.start(now, knobs, self._roll, forked=forked, urgent=urgent)

    def _count(self) -> None:
        """What is counted while the program runs. A store that cannot keep it now keeps it later."""
        try:
            self._minute()
        except StoreError as error:
            _log.info("the time off-line was not kept", extra={"fault": faults.code_of(error)})

    def _offset(self) -> datetime:
        """Where the clock would have stood when the monotonic one began; moves when somebody sets it."""
        return self._clock.now() - timedelta(seconds=self._clock.monotonic())

    def _perform(self, actions: tuple[Action, ...], state: core.State) -> Event | None:
        """Do what the core says; the event that comes of it, or ``None`` when there is only waiting left."""
        event: Event | None = None
        for action in actions:
            if isinstance(action, Warn):
                self._warn(action)
                if action.alarm is Alarm.STOPPED:
                    self._requests.stopped(action.kind.value if action.kind else "")
            elif isinstance(action, Park) and not self._requests.park(action.seq):
                return Stuck(self._clock.monotonic())
            elif isinstance(action, _REQUESTS):
                self._standing.note(state, self._requests.error)
                answer = self._request(action)
                self._standing.heard(answer, self._requests.error, self._clock.now())
                event = Answered(self._clock.monotonic(), action.flight, answer)
        self._standing.note(state, self._requests.error)
        self._changed()
        return event

    def _request(self, action: Send | Ask | Pull | Renew | Carry) -> Answer:
        try:
            if isinstance(action, Send):
                return self._requests.send(action.first, action.most, self._knobs.most_bytes)
            if isinstance(action, Renew):
                return self._requests.renew()
            if isinstance(action, Carry):
                return self._requests.carry()
            return self._requests.ask() if isinstance(action, Ask) else self._requests.pull()
        except Exception:  # noqa: BLE001 - as it says
            # Our own mistake must not end the sender: it is told, and the same is tried again, later each time.
            _log.exception("the sender failed inside")
            return Answer(Kind.STORE)

    def _warn(self, warning: Warn) -> None:
        level = logging.WARNING if warning.alarm in _LOUD else logging.INFO
        kind = warning.kind.value if warning.kind else "nothing"
        fault = {"fault": faults.code_of(self._requests.error)} if self._requests.error else None
        _log.log(level, "sync: %s after %s", warning.alarm.value, kind, extra=fault)

    # --- waiting ---

    def _signal(self, event: type[Event]) -> None:
        with self._signals:
            if event not in self._pending:
                self._pending.append(event)
            self._signals.notify_all()

    def _wait(self, until: float) -> Event:
        """The next event: a signal, or the time itself."""
        with self._signals:
            if not self._pending and not self._stopping:
                left = until - self._clock.monotonic()
                self._signals.wait(max(0.0, min(left, _LOOK_SECONDS)))
            now = self._clock.monotonic()
            signal = self._pending.pop(0) if self._pending else Tick
        return Work(now, self._requests.urgent()) if signal is Work else signal(now)


def _drained(state: core.State) -> bool:
    """Nothing waits, and either no outcome is awaited or the last look for one brought nothing."""
    return not (state.work or state.ask or state.blobs) and (state.settled or state.idle_pulls > 0)


def _hopeless(state: core.State) -> bool:
    if state.forked:
        return state.renewals > 0
    return (
        state.stopped is not None
        or state.unknowns >= core.ASK_AFTER
        or max(state.failed_pulls, state.failed_blobs) >= core.ASK_AFTER
    )


def _until(actions: tuple[Action, ...]) -> float:
    """When the core wants to be asked again; a stopped one never does."""
    return next((action.time for action in actions if isinstance(action, WaitUntil)), float("inf"))
