"""What goes on at the desk: one card at a time, who serves it, and what is shown at each moment.

All state belongs to the desk's one thread (:mod:`terminal.desk_loop`). Calls from outside are posted there by
:class:`terminal.desk.Desk`; card and network work runs elsewhere and comes back as a post, marked with the turn it
belongs to, so that an answer for a holder who has left is thrown away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from cardio.errors import CardError
from cardio.readers import ReaderSystem
from cardio.record import CardRecord
from cardio.watcher import Situation, Watcher
from terminal import faults
from terminal.admission import admitted, read_and_look, refused_for, tiles_of
from terminal.card_choice import CardChoice, Key, key
from terminal.centre_watch import CentreWatch
from terminal.clock import Clock
from terminal.desk_loop import Loop
from terminal.desk_notes import TAKE_CARD, TIMED_OUT, when_pulled
from terminal.desk_queue import QueueDesk
from terminal.desk_showing import Showing, surroundings
from terminal.errors import TerminalError
from terminal.journeys.engine import Journey
from terminal.localapi.seat import Seat, refusal_of
from terminal.model.people import holder_view
from terminal.people.operators import Operator
from terminal.people.reception import Reception
from terminal.people.secret import SecretEntry
from terminal.people.session import not_signed_in
from terminal.procedure import Procedure
from terminal.services import doubtful_card
from terminal.services.base import CardNeed, Service
from terminal.settings import Settings
from terminal.text import Text
from terminal.views import DeskView, FaultView, HealthLine, HolderView, ServiceTile, Stage
from terminal.visit import Visit

_log = logging.getLogger(__name__)


class DeskCore:
    """The state of the desk and every step between two states. See :class:`terminal.desk.Desk` for the parameters."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        readers: ReaderSystem,
        new_visit: Callable[[str, int, Operator | None], Visit],
        release: Callable[[str], None],
        stop_cards: Callable[[], None],
        centre: CentreWatch,
        services: Sequence[Service],
        health: Callable[[], tuple[HealthLine, ...]],
        reception: Callable[[Callable[[], None]], Reception],
        queue: Callable[[Reception], QueueDesk],
        close_room: Callable[[], None],
    ) -> None:
        self._settings, self._clock = settings, clock
        self._new_visit, self._release, self._stop_cards = new_visit, release, stop_cards
        self._centre, self._services, self._health = centre, services, health
        self._close_room = close_room
        self._loop = Loop(clock)
        self._reception = reception(self._came_in)
        self._queue = queue(self._reception)
        free = lambda: refusal_of(nobody=not self._reception.serves, visit=self._visit is not None)  # noqa: E731
        self._programs = Seat(self._loop.post, self._publish, free, self._reception)
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="desk-work")
        self._watcher = Watcher(readers, lambda situation: self._loop.post(lambda: self._seen(situation)))

        self._cards = CardChoice(settings.reader or None)
        self._stage = Stage.SIGN_IN if self._reception.closed else Stage.WAITING
        self._idle_watched = False
        self._doubtful = self._looked = False
        self._fault: FaultView | None = None
        self._here: Key | None = None
        self._visit: Visit | None = None
        self._holder: HolderView | None = None
        self._journey: Journey | None = None
        self._note: Text | None = None
        self._turn = 0
        self._touched = 0.0
        self._showing = Showing(self._picture())

    # --- who serves

    def _came_in(self) -> None:
        """Somebody signed in, or is back."""
        self._touched = self._clock.monotonic()
        if not self._idle_watched:
            self._idle_watched = True
            self._session_idle()
        self._settle()

    def _shut(self, close: Callable[[], None]) -> None:
        """End what is under way, then lock or sign out."""
        self._leave(None)
        self._programs.end()
        close()
        self._settle()
        self._queue.refresh_people()

    def _touch(self) -> None:
        self._touched = self._clock.monotonic()

    def _session_idle(self) -> None:
        quiet = self._clock.monotonic() - self._touched
        if quiet >= self._reception.idle and not self._reception.closed:
            self._shut(lambda: self._reception.lock("idle"))
            self._publish()
            quiet = 0.0
        self._loop.later(max(1.0, self._reception.idle - quiet), self._session_idle)

    def _entry(self) -> SecretEntry | None:
        """Where a number and a password are being typed."""
        if self._reception.view is not None:
            return self._reception.entry
        if self._visit is not None and self._journey is not None and self._journey.view.view == "second-person":
            return self._visit.counter.second
        return None

    def _type(self, change: Callable[[SecretEntry], object]) -> None:
        entry = self._entry()
        if entry is not None:
            change(entry)

    def _secret_done(self, event: str, otherwise: Callable[[], None]) -> None:
        if self._reception.view is not None:
            otherwise()
        elif self._entry() is not None and self._journey is not None:
            self._journey.send(event)

    # --- cards

    def _seen(self, situation: Situation) -> None:
        """The watcher tells what is in the readers."""
        self._cards.seen(situation)
        if self._here is not None and not self._cards.is_in(self._here):
            note = when_pulled(self._journey)
            self._drop()
            self._note = note
        self._settle()
        self._publish()

    def reader_stuck(self, name: str, stuck: bool) -> None:
        """A driver does not come back, or has come back. From any thread."""
        self._loop.post(lambda: self._stuck_moved(name, stuck))

    def _stuck_moved(self, name: str, stuck: bool) -> None:
        self._cards.stuck(name, stuck)
        if not stuck and self._stage is Stage.FAULT and self._here is not None and self._here[0] == name:
            self._read()
        self._publish()

    def _settle(self) -> None:
        """Without a card of ours: wait, say what is wrong, or begin with the card that is in."""
        if self._here is not None:
            return
        self._fault = None
        if self._reception.closed:
            self._stage = Stage.SIGN_IN
            return
        try:
            self._reception.require_serving()
            state = self._cards.candidate()
        except (CardError, TerminalError) as error:
            self._fault = None if faults.is_one_of(error, faults.NOBODY) else faults.explain(error)
            waits = self._fault is None or faults.is_one_of(error, faults.CHOICE)
            self._stage = Stage.WAITING if waits else Stage.FAULT
            return
        self._here, self._note = key(state), None
        self._stage = Stage.NOTICE
        self._touched = self._clock.monotonic()
        self._centre.probe()  # while the person reads the notice
        self._idle_later()

    def _choose(self, name: str) -> None:
        if self._here is None:
            self._cards.choose(name)
            self._settle()

    def _read(self) -> None:
        """Read, and prove, the card of this visit."""
        if self._here is None or self._programs.taken:
            return
        self._forget_person()
        self._turn += 1
        turn = self._turn
        self._stage, self._fault = Stage.READING, None
        visit = self._visit = self._new_visit(*self._here, self._reception.operator)
        work = self._pool.submit(lambda: read_and_look(visit))
        work.add_done_callback(lambda done: self._loop.post(lambda: self._came(turn, visit, done)))

    def _came(self, turn: int, visit: Visit, done: Future[tuple[CardRecord, bool]]) -> None:
        if turn != self._turn:
            visit.drop()
            return
        error = done.exception()
        if error is None:
            record, self._doubtful = done.result()
            error = self._admit(visit, record)
        if error is not None:
            self._refuse(error)
        elif self._doubtful:
            self._settle_doubtful(visit)
        self._publish()

    def _admit(self, visit: Visit, record: CardRecord) -> BaseException | None:
        """Show the holder of a card that may be served; otherwise why not."""
        try:
            fault = admitted(visit, record, self._settings.environment)
        except (CardError, TerminalError) as refused:
            return refused
        for error in record.errors:
            self._centre.learned(error)
        self._fault, self._holder, self._stage = fault, holder_view(record), Stage.HOLDER
        return None

    def _refuse(self, error: BaseException) -> None:
        self._forget_person()
        self._fault = faults.explain(error)
        self._stage = Stage.FAULT
        if self._fault.code == faults.INTERNAL:
            _log.error("reading a card failed", exc_info=error)

    def _again(self) -> None:
        self._centre.probe()
        if self._queue.nobody is not None:
            self._queue.refresh_people()
        if self._here is None:
            self._settle()
        elif self._stage is Stage.FAULT or (self._stage is Stage.HOLDER and self._fault is not None):
            self._read()

    def _begin(self, code: str) -> None:
        service = next((each for each in self._services if each.code == code), None)
        visit = self._visit
        if service is None or visit is None or self._stage is not Stage.HOLDER or self._refusal(service) is not None:
            return
        if self._doubtful and service.card is CardNeed.GENUINE:
            self._settle_doubtful(visit)  # nothing is written into a card of which nobody knows what it holds
        else:
            self._run(visit, service.code, service.title, service.procedure)

    def _settle_doubtful(self, visit: Visit) -> None:
        self._run(visit, doubtful_card.CODE, doubtful_card.TITLE, doubtful_card.PROCEDURE)

    def _run(self, visit: Visit, code: str, title: Text, procedure: Procedure[Any]) -> None:
        self._stage, self._looked = Stage.SERVICE, False
        self._journey = Journey(
            code=code,
            title=title,
            procedure=procedure,
            visit=visit,
            submit=self._pool.submit,
            post=self._loop.post,
            changed=self._journey_moved,
            ended=self._journey_over,
        )
        self._journey.start()

    def _journey_moved(self) -> None:
        if self._shows(doubtful_card.CODE, "result"):
            self._doubtful = False
        if self._journey is not None and self._journey.error is not None:
            self._centre.learned(self._journey.error)
        if not self._looked:
            self._look_for_news()  # what came while the page was not there yet
        self._publish()

    def _queue_moved(self) -> None:
        """Outcomes may have come: what was recorded in this visit is looked at again."""
        self._look_for_news()
        self._settle()
        self._publish()

    def _look_for_news(self) -> None:
        journey, visit = self._journey, self._visit
        if journey is not None and visit is not None and "news" in journey.view.actions:
            told = lambda _: self._loop.post(lambda: journey.send("news"))  # noqa: E731 - named for what it does
            self._pool.submit(visit.counter.look).add_done_callback(told)
            self._looked = True

    def _centre_moved(self) -> None:
        """A centre that is back has the list of those who may sign in."""
        if self._queue.nobody is not None and self._centre.view.reachable:
            self._queue.refresh_people()
        self._publish()

    def _fault_here(self) -> FaultView | None:
        """What is wrong with this page; where nobody can sign in, that."""
        if self._stage is Stage.SIGN_IN and self._queue.nobody is not None:
            return faults.explain(self._queue.nobody)
        return self._fault

    def _journey_over(self) -> None:
        if self._journey is not None and self._journey.error is not None:
            self._centre.probe()
        self._journey = None
        if self._stage is Stage.SERVICE:
            self._stage = Stage.HOLDER
        self._publish()

    def _shows(self, code: str, page: str) -> bool:
        view = self._journey.view if self._journey is not None else None
        return view is not None and (view.code, view.view) == (code, page)

    def _at_pin(self) -> bool:
        return self._journey is not None and self._journey.view.view in ("pin", "pin-change")

    def _on_pin_page(self, change: Callable[[Visit], object]) -> None:
        if self._visit is not None and self._at_pin():
            change(self._visit)

    def _refusal(self, service: Service) -> FaultView | None:
        error: BaseException | None = refused_for(service, self._visit, reachable=self._centre.usable)
        if error is None and service.leaves_something:
            error = self._no_recording(card=service.card is CardNeed.GENUINE)
        return None if error is None else faults.explain(error)

    def _no_recording(self, *, card: bool) -> BaseException | None:
        """Why nothing can be recorded here, as far as is known."""
        return not_signed_in() if self._reception.operator is None else self._queue.trouble(card=card)

    def _leave(self, note: Text | None) -> None:
        """End the visit with the card still in: it is not read again until it was out."""
        if self._here is None:
            return
        card = self._here
        self._drop()
        self._cards.over(card)
        self._note = note
        self._release(card[0])
        self._settle()

    def _forget_person(self) -> None:
        journey, visit = self._journey, self._visit
        self._journey = self._visit = self._holder = None
        if journey is not None:
            journey.end()
        if visit is not None:
            visit.drop()

    def _drop(self) -> None:
        """The holder is gone: nothing of this person stays."""
        self._turn += 1
        self._here = None
        self._stage, self._fault, self._note = Stage.WAITING, None, None
        self._doubtful = False
        self._cards.over()
        self._forget_person()

    def _idle_later(self) -> None:
        here, idle = self._here, self._settings.idle

        def look() -> None:
            if self._here is None or self._here != here:
                return
            quiet = self._clock.monotonic() - self._touched
            if quiet >= idle:
                self._leave(TIMED_OUT)
                self._publish()
            else:
                self._loop.later(idle - quiet, look)

        self._loop.later(idle, look)

    def _tiles(self) -> tuple[ServiceTile, ...]:
        return () if self._holder is None else tiles_of(self._services, self._refusal)

    def _picture(self) -> DeskView:
        notes = (self._note,) if self._note else ()
        take = (TAKE_CARD,) if self._here is None and self._cards.card_left_in else ()
        return replace(
            surroundings(self._settings, self._centre, self._services),
            stage=self._stage,
            readers=self._cards.views(),
            reader=self._here[0] if self._here else None,
            holder=self._holder,
            services=self._tiles(),
            journey=self._journey.view if self._journey is not None and not self._journey.over else None,
            fault=self._fault_here(),
            notices=(*notes, *take),
            operator=self._reception.person,
            secret=self._reception.view,
            queue=self._queue.badge,
            program=self._programs.view,
        )

    def _publish(self) -> None:
        self._showing.show(self._picture())
