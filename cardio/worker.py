"""One thread for each reader, with deadlines: no caller ever hangs on a driver."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from cardio import reader_causes as causes
from cardio.cardlink import CardLink
from cardio.errors import CardError
from cardio.link import Link
from cardio.readers import Presence, ReaderSystem

T = TypeVar("T")


class Timer(Protocol):
    """A call to come."""

    def cancel(self) -> None:
        """Do not make it."""
        ...


Scheduler = Callable[[float, Callable[[], None]], Timer]
"""Arrange a call after so many seconds, on any thread."""


def system_scheduler(seconds: float, call: Callable[[], None]) -> Timer:
    """The clock on the wall."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer


class _Job(Generic[T]):
    """One flow: what to do, and how it ended. Its caller's future is settled exactly once."""

    def __init__(self, call: Callable[[Link], T], deadline: float, insertion: int | None) -> None:
        self.call = call
        self.deadline = deadline
        self.insertion = insertion
        self.future: Future[T] = Future()
        self.expired = False
        self.ended = False

    def refuse(self, error: CardError) -> None:
        """It stood in line and will not be begun."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


_Entry = Callable[[CardError | None], None]
"""One place in the line: called with ``None`` when its turn comes, with an error when it never will."""


class CardWorker:
    """The card thread of one reader.

    The link is opened by the first flow of an insertion and kept until the card goes, because a PIN stays verified only
    while the card has power: flows of one visit follow each other on the same powered card. :meth:`release` ends it
    earlier, at the end of a visit.

    A deadline counts from the moment its flow begins; flows wait in line before that, and each in front has its own
    deadline. A flow that passes its deadline fails for its caller at once; the thread is left alone with the driver,
    which nothing can call back, and the reader is *stuck*: it refuses further flows until the driver returns. Then it
    recovers by itself, with a fresh link.

    :param on_stuck: told ``True`` when the reader gets stuck and ``False`` when it recovers, on any thread.
    """

    def __init__(
        self,
        system: ReaderSystem,
        reader: str,
        *,
        scheduler: Scheduler = system_scheduler,
        on_stuck: Callable[[bool], None] = lambda stuck: None,
    ) -> None:
        self.reader = reader
        self._system = system
        self._scheduler = scheduler
        self._on_stuck = on_stuck
        self._lock = threading.Lock()
        self._line: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._link: CardLink | None = None
        self._refusal: Callable[[str], CardError] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=f"card {reader}", daemon=True)
        self._thread.start()

    @property
    def stuck(self) -> bool:
        """Whether a flow passed its deadline and the driver has not come back."""
        return self._refusal is not None

    @property
    def waiting_for_turn(self) -> bool:
        """Whether a flow waits for another program to let go of the card."""
        link = self._link
        return link is not None and link.waiting_for_turn

    def submit(self, fn: Callable[[Link], T], deadline: float, *, insertion: int | None = None) -> Future[T]:
        """Run ``fn`` with a link to the card, on the card's thread.

        The link is the same object for all flows of one insertion, unless the reader failed in between; a session
        belongs to its link.

        :param deadline: seconds that ``fn`` may take, counted from its begin.
        :param insertion: of the card this flow is meant for; another one in the reader is CARD_CHANGED.
        :returns: a future with what ``fn`` gives or raises; or a :class:`CardError`: the connection fails,
            CARD_CHANGED, READER_STUCK at the deadline, or READER_BUSY when all that time another program had the card.
        """
        job = _Job(fn, deadline, insertion)
        with self._lock:
            refusal = causes.reader_gone if self._stopped else self._refusal
            if refusal is None:
                self._line.put(lambda error: self._do(job) if error is None else job.refuse(error))
                return job.future
        job.future.set_exception(refusal(self.reader))
        return job.future

    def release(self) -> Future[None]:
        """Let the card go once the flows in line are through: nothing proven on it stays.

        :returns: a future that comes when it is done; never, where the thread was stopped before.
        """
        done: Future[None] = Future()

        def act(error: CardError | None) -> None:
            if error is None:  # where it is refused the reader is stuck, and recovery ends the link anyway
                self._drop(causes.card_reset)
            done.set_result(None)

        self._line.put(act)
        return done

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread and let the card go. Waits ``timeout`` seconds for it, unless the reader is stuck."""
        with self._lock:
            self._stopped = True
            self._line.put(None)
        if not self.stuck:
            self._thread.join(timeout)

    # --- on the card's thread

    def _run(self) -> None:
        while (entry := self._line.get()) is not None:
            entry(None)
        self._drop(causes.card_removed)

    def _do(self, job: _Job[T]) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        timer = self._scheduler(job.deadline, lambda: self._expire(job))
        try:
            result = job.call(self._connected(job.insertion))
        except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
            timer.cancel()
            if self._in_time(job):
                job.future.set_exception(error)
        else:
            timer.cancel()
            if self._in_time(job):
                job.future.set_result(result)

    def _in_time(self, job: _Job[T]) -> bool:
        """Whether the flow came back before its deadline; if not, what it gave is dropped and the reader recovers."""
        with self._lock:
            job.ended = True
            if not job.expired:
                return True
        # Nobody knows what the late flow did to the card: the next one starts on a fresh link.
        self._drop(causes.card_reset)
        with self._lock:
            self._refusal = None
        self._on_stuck(False)
        return False

    def _connected(self, wanted: int | None) -> CardLink:
        """The link to the card that is in the reader now.

        :raises CardError: CARD_CHANGED or CARD_REMOVED where another card than ``wanted``, or none, is there; what
            :meth:`cardio.readers.ReaderSystem.connect` raises.
        """
        insertion, presence = self._look()
        if self._link is not None and (self._link.doubtful or self._link.insertion != insertion):
            same = self._link.insertion == insertion
            self._drop(causes.card_reset if same else causes.card_removed)
        if wanted is not None and insertion != wanted:
            gone = presence in (None, Presence.EMPTY)
            raise causes.card_removed(self.reader) if gone else causes.card_changed(self.reader)
        if self._link is None:
            link = CardLink(self._system.connect(self.reader), insertion)
            if self._look()[0] != insertion:  # it was changed while we connected: nobody asked for this one
                link.end(causes.card_removed)
                raise causes.card_removed(self.reader)
            self._link = link
        return self._link

    def _look(self) -> tuple[int, Presence | None]:
        """Insertion and presence in our reader; -1 and nothing where it is not attached."""
        for state in self._system.snapshot():
            if state.name == self.reader:
                return state.insertion, state.presence
        return -1, None

    def _drop(self, why: Callable[[str], CardError]) -> None:
        if self._link is not None:
            self._link.end(why)
            self._link = None

    # --- on the scheduler's thread

    def _expire(self, job: _Job[T]) -> None:
        """The deadline of a flow that runs."""
        with self._lock:
            if job.ended:
                return
            job.expired = True
            self._refusal = causes.reader_busy if self.waiting_for_turn else causes.reader_stuck
            error = self._refusal(self.reader)
            line = self._empty_line()
        job.future.set_exception(error)
        for entry in line:
            entry(error)
        self._on_stuck(True)

    def _empty_line(self) -> list[_Entry]:
        """Everyone who stands in line; the call to stop stays. The lock is held."""
        entries: list[_Entry | None] = []
        with suppress(queue.Empty):
            while True:
                entries.append(self._line.get_nowait())
        if None in entries:
            self._line.put(None)
        return [entry for entry in entries if entry is not None]
