"""How the sender stands, for the queue page, the health page and ``sync``: true numbers, from one query."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from offline_cache.blob_rows import NOTHING, Load
from offline_cache.operations import Counts, State
from terminal.clock import Clock
from terminal.sync import core
from terminal.sync.answers import RULES, Answer, Kind


@dataclass(frozen=True)
class SyncStatus:
    """:param waiting: recorded here, and the centre's word that it has them is not here yet.
    :param received: the centre's word is stored, the outcome is not here; :param people: somebody must look at them.
    :param oldest: since when the oldest of the waiting ones waits.
    :param last_contact: last answer that was the centre's own, also to an earlier process.
    :param next_try: when the sender goes on by itself.
    :param stopped: it does not go on by itself; :param why: what the last answer amounted to, when it was no good one.
    :param photos: that the centre has not yet.
    :param error: the fault behind that, for :func:`terminal.faults.explain`.
    """

    waiting: int
    received: int
    people: int
    oldest: datetime | None
    last_contact: datetime | None
    next_try: datetime | None
    stopped: bool
    why: Kind | None
    error: Exception | None
    photos: Load = NOTHING

    @property
    def clear(self) -> bool:
        """Everything recorded here is at the centre by its own signed word, and nobody need look at anything."""
        return not (self.waiting or self.photos.count or self.people or self.stopped)


class Standing:
    """What the sender's thread notes and others read. ``counts``, ``photos`` and ``heard`` are asked at each reading.

    :param heard: when the centre was last heard as the store has it, for a process that has not heard it yet.
    """

    def __init__(
        self,
        counts: Callable[[], Counts],
        photos: Callable[[], Load] = lambda: NOTHING,
        heard: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._counts, self._photos, self._kept = counts, photos, heard
        self._lock = threading.Lock()
        self._state = core.State()
        self._error: Exception | None = None
        self._contact: datetime | None = None

    def note(self, state: core.State, error: Exception | None) -> None:
        """The core's state after a step. The last error stays while its trouble does."""
        with self._lock:
            self._state = state
            if error is not None or state.trouble is None:
                self._error = error

    def heard(self, answer: Answer, error: Exception | None, now: datetime) -> None:
        with self._lock:
            if RULES[answer.kind].of_the_centre:
                self._contact = now
            if error is not None:
                self._error = error

    def status(self, clock: Clock) -> SyncStatus:
        """Everything at this moment."""
        counts, photos = self._counts(), self._photos()
        with self._lock:
            state, error, contact = self._state, self._error, self._contact
        count, since = counts.count, counts.oldest.get(State.PENDING)
        due = max(state.not_before, 0.0 if state.work or state.ask else state.pull_at)
        ahead = max(0.0, due - clock.monotonic())
        return SyncStatus(
            waiting=count.get(State.PENDING, 0),
            received=count.get(State.RECEIVED, 0) + count.get(State.HELD, 0),
            people=counts.people,
            oldest=None if since is None else datetime.fromtimestamp(since / 1000, UTC),
            last_contact=contact or self._kept(),
            next_try=None if state.stopped else clock.now() + timedelta(seconds=ahead),
            stopped=state.stopped is not None,
            why=state.stopped or state.trouble,
            error=error if state.stopped or state.trouble else None,
            photos=photos,
        )
