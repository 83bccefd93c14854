"""The desk's one thread: everything that changes the desk happens here, one thing after the other."""

from __future__ import annotations

import heapq
import itertools
import logging
import queue
import threading
from collections.abc import Callable

from terminal.clock import Clock

_log = logging.getLogger(__name__)
Call = Callable[[], None]


class Loop:
    """Runs calls in the order in which they were posted, and timed ones when they are due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._timed: list[tuple[float, int, Call]] = []  # touched on the loop's thread only
        self._number = itertools.count()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after what was posted so far. Returns when the thread is gone."""
        self._calls.put(None)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def post(self, call: Call) -> None:
        """Have ``call`` run soon. From any thread."""
        self._calls.put(call)

    def later(self, seconds: float, call: Call) -> None:
        """Have ``call`` run after ``seconds``. From the loop's own thread."""
        heapq.heappush(self._timed, (self._clock.monotonic() + seconds, next(self._number), call))

    def _run(self) -> None:
        while True:
            try:
                call = self._calls.get(timeout=self._patience())
            except queue.Empty:
                call = _nothing
            if call is None:
                return
            self._do(call)
            call = _nothing  # what a call holds of a person must not wait here for the next one
            while self._timed and self._timed[0][0] <= self._clock.monotonic():
                self._do(heapq.heappop(self._timed)[2])

    def _patience(self) -> float | None:
        return max(0.0, self._timed[0][0] - self._clock.monotonic()) if self._timed else None

    @staticmethod
    def _do(call: Call) -> None:
        try:
            call()
        except Exception:  # noqa: BLE001 - one call that fails must not end the desk
            _log.exception("a call of the desk failed")


def _nothing() -> None:
    """What runs when only the time has come."""
