"""Tells what happens at the readers, for as long as the program runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cardio import reader_causes as causes
from cardio.errors import CardError
from cardio.readers import ReaderState, ReaderSystem

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Situation:
    """All readers at one moment.

    :param readers: empty while ``error`` is set.
    :param error: why there is none: SERVICE_STOPPED, NO_READER, or what else PC/SC says.
    """

    readers: tuple[ReaderState, ...] = ()
    error: CardError | None = None

    def same_as(self, other: Situation | None) -> bool:
        """Whether a listener would learn nothing new from ``other``."""
        if other is None or self.readers != other.readers:
            return False
        mine, theirs = self.error, other.error
        return (mine and mine.fault) is (theirs and theirs.fault)


class Watcher:
    """One thread that reports every change at the readers, the first look included.

    It survives the service being stopped and started and readers coming and going; while the service is away it tries
    again with growing pauses. It never touches a card. A card pulled and put back between two looks is reported as one
    change, by another ``insertion``.

    :param on_change: called on the watcher's thread; must return soon. What it raises is logged and forgotten.
    :param pauses: seconds to wait before the next try, the last one for ever.
    :param wait: waits for an event, no longer than so many seconds.
    """

    def __init__(
        self,
        system: ReaderSystem,
        on_change: Callable[[Situation], None],
        pauses: Sequence[float] = (0.1, 0.2, 0.5, 1.0, 2.0),
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        self._system = system
        self._on_change = on_change
        self._pauses = tuple(pauses)
        self._wait = wait
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader watcher", daemon=True)
        self._last: Situation | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End. Returns when the thread has ended, which is at once; no report comes after it."""
        self._stopping.set()
        while self._thread.is_alive() and self._thread is not threading.current_thread():
            # Again and again: a cancel that comes just before the thread begins to wait is not kept by PC/SC.
            self._system.cancel()
            self._thread.join(0.05)

    def _run(self) -> None:
        failures = 0
        states: tuple[ReaderState, ...] | None = None
        while not self._stopping.is_set():
            try:
                states = self._system.snapshot() if states is None else self._system.wait(states, None)
            except CardError as error:
                states = None
                self._report(Situation(error=error))
                pause = self._pauses[min(failures, len(self._pauses) - 1)]
                failures += 1
                self._wait(self._stopping, pause)
            else:
                failures = 0
                self._report(Situation(states) if states else Situation(error=causes.no_reader()))

    def _report(self, situation: Situation) -> None:
        if self._stopping.is_set() or situation.same_as(self._last):
            return
        self._last = situation
        try:
            self._on_change(situation)
        except Exception:  # noqa: BLE001 - a listener's mistake must not end the watching
            _log.exception("a listener of the reader watcher failed")
