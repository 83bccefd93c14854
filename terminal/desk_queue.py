"""The queue beside the desk: badge, page, acts, end of day. On the desk's thread; the store is asked elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, TypeVar

from offline_cache.errors import StoreError
from offline_cache.journal import Entry
from terminal import faults
from terminal.backroom import BackRoom
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.desk_loop import Loop
from terminal.people.operators import Operator
from terminal.people.reception import Reception
from terminal.people.session import not_signed_in, serving
from terminal.views import DayEndView, Fact, FaultView, QueueBadge, QueueView

if TYPE_CHECKING:
    from terminal.queue_papers import Papers
    from terminal.records import Records

_log = logging.getLogger(__name__)
T = TypeVar("T")


class QueueDesk:
    """:param room: whose store it is. :param reception: tells who acts, and asks for the second person.
    :param papers: how papers are printed; made on a worker.
    """

    def __init__(self, room: BackRoom, reception: Reception, clock: Clock, papers: Callable[[], Papers]) -> None:
        self._room, self._reception, self._clock, self._papers = room, reception, clock, papers
        self._pool: Executor | None = None
        self._loop: Loop | None = None
        self._changed: Callable[[], None] = lambda: None
        self._looking = self._again = False
        self._refused: dict[bool, BaseException | None] = {}
        self.nobody: BaseException | None = None
        """Why nobody can sign in to serve; ``None`` while somebody can, as far as is known."""
        self.badge: QueueBadge | None = None

    def start(self, pool: Executor, loop: Loop, changed: Callable[[], None]) -> None:
        """Open the store, get the list of operators, and show how the queue stands from now on."""
        self._pool, self._loop, self._changed = pool, loop, changed
        self._room.changed = lambda: loop.post(self.look)
        self._pool.submit(self._open).add_done_callback(lambda done: loop.post(lambda: self._opened(done)))

    def _open(self) -> None:
        import terminal.intake  # noqa: F401, PLC0415 - slow, and wanted soon

        self._room.open()

    def _opened(self, done: Future[None]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            level = logging.INFO if faults.code_of(error) != faults.INTERNAL else logging.ERROR
            _log.log(level, "the store cannot be opened", exc_info=error)
        self.refresh_people()
        self.look()

    def trouble(self, *, card: bool) -> BaseException | None:
        """Why nothing can be recorded, as far as is known.

        :param card: whether a card would be written for it.
        """
        return self._room.error or self._refused.get(card)

    def refresh_people(self) -> None:
        """Get the list of operators anew, quietly, and see whether anybody can sign in."""
        if self._pool is None or self._loop is None:
            return
        loop = self._loop
        self._pool.submit(self._people).add_done_callback(lambda done: loop.post(lambda: self._people_known(done)))

    def _people(self) -> None:
        """:raises TerminalError, CentreError: why nobody can sign in to serve."""
        try:
            self._room.refresh()
        except (CentreError, StoreError) as error:
            _log.info("the list of operators stays as it is", exc_info=error)
            if faults.is_one_of(error, faults.UNJOINED):
                raise
        self._room.operators()

    def _people_known(self, done: Future[None]) -> None:
        if not done.cancelled():
            self.nobody = done.exception()
            if self.nobody is None:
                self._reception.renewed()
            self._changed()

    def look(self) -> None:
        """Bring the badge up to date; several wishes at once are one look."""
        if self._pool is None or self._loop is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        loop = self._loop
        self._pool.submit(self._badge).add_done_callback(lambda done: loop.post(lambda: self._looked(done)))

    def _badge(self) -> QueueBadge | None:
        from terminal import queue_page  # noqa: PLC0415 - not before the first frame

        records, error = self._room.records, self._room.error
        if records is not None:
            self._refused = {card: _refusal(records, card) for card in (False, True)}
            return queue_page.badge(records)
        return None if error is None else queue_page.no_store(error)

    def _looked(self, done: Future[QueueBadge | None]) -> None:
        self._looking = False
        if done.cancelled():
            return
        if done.exception() is None:
            self.badge = done.result()
            self._changed()
        else:
            _log.info("the queue could not be looked at", exc_info=done.exception())
        if self._again:
            self._again = False
            self.look()

    # --- calls of the screen, from any thread

    def _submit(self, work: Callable[[Records], T]) -> Future[T]:
        if self._pool is None:
            failed: Future[T] = Future()
            failed.set_exception(RuntimeError("the desk has not started"))
            return failed
        return self._pool.submit(lambda: work(self._room.open()))

    def view(self) -> Future[QueueView]:
        """The page."""
        from terminal import queue_page  # noqa: PLC0415

        return self._submit(queue_page.queue_view)

    def day_end(self) -> Future[DayEndView]:
        """What stands open. A day on which nothing does is closed in the journal, by who asked."""
        from terminal import queue_page  # noqa: PLC0415

        operator = self._reception.operator

        def look(records: Records) -> DayEndView:
            number = operator.number if operator else ""
            view = queue_page.day_end(records, number)
            if view.ready and number:
                nothing: dict[str, str | int] = {"pending": 0, "people": 0, "doubtful": 0}
                records.journal.write(Entry("day-closed", {**nothing, "operator": number}))
            return view

        return self._submit(look)

    def sync_now(self) -> None:
        """Try at once, also after a stop."""
        self._submit(lambda records: records.sync.resume()).add_done_callback(_quiet)

    def act(self, key: str, action: str) -> Future[FaultView | None]:
        """Do it, after a second person has agreed where one is wanted."""
        from terminal.queue_acts import needs_two  # noqa: PLC0415

        answer: Future[FaultView | None] = Future()
        if self._loop is not None:
            self._loop.post(lambda: self._ask(key, action, answer, second=needs_two(action)))
        return answer

    def _ask(self, key: str, action: str, answer: Future[FaultView | None], *, second: bool) -> None:
        operator = self._reception.operator
        if not second:
            self._act(key, action, operator, None, answer)
            return
        from terminal.queue_acts import QueueActs  # noqa: PLC0415

        def shown(done: Future[tuple[Fact, ...]]) -> None:
            error = done.exception()
            if error is not None:
                answer.set_result(faults.explain(error))
            elif self._loop is not None:
                lines = done.result()
                self._loop.post(lambda: self._ask_second(key, action, lines, operator, answer))

        def look(records: Records) -> tuple[Fact, ...]:
            return QueueActs(records, self._clock, self._papers()).approval(key, action)

        self._submit(look).add_done_callback(shown)

    def _ask_second(
        self,
        key: str,
        action: str,
        lines: tuple[Fact, ...],
        operator: Operator | None,
        answer: Future[FaultView | None],
    ) -> None:
        """Open the page of the second person, unless somebody else serves by now."""
        if operator is None or self._reception.operator is not operator:
            answer.set_result(faults.explain(not_signed_in()))
            return

        def came(done: Future[Operator]) -> None:
            error = done.exception()
            if error is not None:
                answer.set_result(faults.explain(error))
            else:
                self._act(key, action, operator, done.result(), answer)

        self._reception.ask_second(lines).add_done_callback(came)

    def _act(
        self,
        key: str,
        action: str,
        operator: Operator | None,
        reviewer: Operator | None,
        answer: Future[FaultView | None],
    ) -> None:
        from terminal.queue_acts import QueueActs  # noqa: PLC0415

        def work(records: Records) -> None:
            QueueActs(records, self._clock, self._papers()).act(key, action, serving(operator), reviewer)

        def done(came: Future[None]) -> None:
            error = came.exception()
            answer.set_result(None if error is None else faults.explain(error))
            if self._loop is not None:
                self._loop.post(self.look)

        self._submit(work).add_done_callback(done)


def _refusal(records: Records, card: bool) -> StoreError | None:
    """What :meth:`offline_cache.outbox.Outbox.ready` raises."""
    try:
        records.outbox.ready(card=card)
    except StoreError as error:
        return error
    return None


def _quiet(done: Future[None]) -> None:
    if not done.cancelled() and done.exception() is not None:
        _log.info("not now", exc_info=done.exception())
