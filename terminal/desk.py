"""The application as a screen sees it: one desk, one card at a time, and what is shown at each moment.

All state belongs to the desk's one thread (:mod:`terminal.desk_loop`). Calls from outside are posted there; card and
network work runs elsewhere and comes back as a post, marked with the turn it belongs to, so that an answer for a holder
who has left is thrown away.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from cardio.errors import CardError
from cardio.readers import ReaderSystem
from cardio.record import CardRecord
from cardio.watcher import Situation, Watcher
from terminal import faults
from terminal.card_choice import CardChoice, Key, key
from terminal.centre_watch import CentreWatch
from terminal.clock import Clock
from terminal.desk_loop import Loop
from terminal.errors import TerminalError
from terminal.journeys.engine import Journey
from terminal.model.people import holder_view, plain_values
from terminal.rules import check_region, require_unmask
from terminal.services.base import Offline, Service, refusal
from terminal.settings import Settings
from terminal.text import Text
from terminal.views import DeskView, FaultView, HealthLine, HolderView, JourneyView, ServiceTile, Stage
from terminal.visit import Visit, unproven_view

_log = logging.getLogger(__name__)

TAKE_CARD = Text("请取走卡片。", "Please take the card.")
TIMED_OUT = Text("长时间没有操作，已退出。", "Ended after a long time without a touch.")


class Desk:
    """Implements :class:`terminal.views.DeskPort`.

    :param readers: PC/SC, or readers in process.
    :param new_visit: makes the visit of one insertion in a reader.
    :param release: lets the card of a reader go, so that nothing proven on it stays.
    :param stop_cards: ends the card threads.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        readers: ReaderSystem,
        new_visit: Callable[[str, int], Visit],
        release: Callable[[str], None],
        stop_cards: Callable[[], None],
        centre: CentreWatch,
        services: Sequence[Service],
        health: Callable[[], tuple[HealthLine, ...]],
    ) -> None:
        self._settings, self._clock = settings, clock
        self._new_visit, self._release, self._stop_cards = new_visit, release, stop_cards
        self._centre, self._services, self._health = centre, services, health
        self._loop = Loop(clock)
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="desk-work")
        self._guard = threading.Lock()
        self._listeners: tuple[Callable[[DeskView], None], ...] = ()
        self._watcher = Watcher(readers, lambda situation: self._loop.post(lambda: self._seen(situation)))

        self._cards = CardChoice(settings.reader or None)
        self._stage = Stage.WAITING
        self._fault: FaultView | None = None
        self._here: Key | None = None
        self._visit: Visit | None = None
        self._holder: HolderView | None = None
        self._journey: Journey | None = None
        self._note: Text | None = None
        self._turn = 0
        self._touched = 0.0
        self._view = self._picture()

    # --- what a screen calls

    @property
    def view(self) -> DeskView:
        return self._view

    def subscribe(self, listener: Callable[[DeskView], None]) -> Callable[[], None]:
        """Call ``listener`` with every new view, from the desk's thread. Gives the function that ends it."""
        with self._guard:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._guard:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return end

    def start(self) -> None:
        """Begin to watch readers and centre."""
        self._loop.start()
        self._watcher.start()
        self._centre.start(self._pool, self._loop, self._publish)

    def stop(self) -> None:
        """End; the holder before us is dropped. Returns when the desk's thread is gone."""
        self._watcher.stop()
        self._loop.post(self._drop)
        self._loop.stop()
        self._stop_cards()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def accept_notice(self) -> None:
        self._do(lambda: self._read() if self._stage is Stage.NOTICE else None)

    def decline_notice(self) -> None:
        self._do(lambda: self._leave(None) if self._stage is Stage.NOTICE else None)

    def choose_reader(self, name: str) -> None:
        self._do(lambda: self._choose(name))

    def start_service(self, code: str) -> None:
        self._do(lambda: self._begin(code))

    def send(self, event: str, value: str = "") -> None:
        self._do(lambda: self._journey.send(event, value) if self._journey else None)

    def pin_digit(self, digit: int) -> None:
        self._do(lambda: self._on_pin_page(lambda visit: visit.pin.add(digit)))

    def pin_erase(self) -> None:
        self._do(lambda: self._on_pin_page(lambda visit: visit.pin.erase()))

    def pin_enter(self) -> None:
        self._do(lambda: self._journey.send("enter") if self._journey and self._at_pin() else None)

    def leave_service(self) -> None:
        self._do(lambda: self._journey.end() if self._journey else None)

    def end_visit(self) -> None:
        self._do(lambda: self._leave(None))

    def retry(self) -> None:
        self._do(self._again)

    def unmask(self, field_name: str) -> str | None:
        """The plain value, while the person holds “show”; ``None`` where there is none or it may not be shown."""
        visit = self._visit
        record = visit.record if visit is not None else None
        if record is None or not self._may_unmask():
            return None
        value = plain_values(record).get(field_name)
        if value is not None:
            _log.info("a field was shown in clear", extra={"field": field_name})
        return value

    def health(self) -> Future[tuple[HealthLine, ...]]:
        return self._pool.submit(self._health)

    # --- on the desk's thread from here on

    def _do(self, call: Callable[[], object]) -> None:
        def act() -> None:
            self._touched = self._clock.monotonic()
            self._note = None
            call()
            self._publish()

        self._loop.post(act)

    def _may_unmask(self) -> bool:
        try:
            require_unmask(self._settings.environment)
        except TerminalError:
            return False
        return True

    def _seen(self, situation: Situation) -> None:
        """The watcher tells what is in the readers."""
        self._cards.seen(situation)
        if self._here is not None and not self._cards.is_in(self._here):
            self._drop()
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
        try:
            state = self._cards.candidate()
        except CardError as error:
            self._stage = Stage.WAITING
            if not faults.is_one_of(error, faults.NOBODY):
                self._fault = faults.explain(error)
            if not faults.is_one_of(error, faults.CHOICE):
                self._stage = Stage.FAULT if self._fault else Stage.WAITING
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
        if self._here is None:
            return
        self._forget_person()
        self._turn += 1
        turn = self._turn
        self._stage, self._fault = Stage.READING, None
        visit = self._visit = self._new_visit(*self._here)
        work = self._pool.submit(visit.read)
        work.add_done_callback(lambda done: self._loop.post(lambda: self._came(turn, visit, done)))

    def _came(self, turn: int, visit: Visit, done: Future[CardRecord]) -> None:
        if turn != self._turn:
            visit.drop()
            return
        error = done.exception()
        if error is None:
            error = self._admit(visit, done.result())
        if error is not None:
            self._refuse(error)
        self._publish()

    def _admit(self, visit: Visit, record: CardRecord) -> BaseException | None:
        """Show the holder of a card that may be served; otherwise why not."""
        forged = next((error for error in record.errors if faults.is_one_of(error, faults.FORGED)), None)
        if forged is not None:
            return forged
        try:
            remark = check_region(record, self._settings.environment)
        except TerminalError as refused:
            return refused
        for error in record.errors:
            self._centre.learned(error)
        other = remark or next(iter(record.errors), None)
        unproven = None if visit.proven else unproven_view(record)
        self._fault = unproven or (None if other is None else faults.explain(other))
        self._holder = holder_view(record)
        self._stage = Stage.HOLDER
        return None

    def _refuse(self, error: BaseException) -> None:
        self._forget_person()
        self._fault = faults.explain(error)
        self._stage = Stage.FAULT
        if self._fault.code == faults.INTERNAL:
            _log.error("reading a card failed", exc_info=error)

    def _again(self) -> None:
        self._centre.probe()
        if self._here is None:
            self._settle()
        elif self._stage is Stage.FAULT or (self._stage is Stage.HOLDER and self._fault is not None):
            self._read()

    def _begin(self, code: str) -> None:
        service = next((each for each in self._services if each.code == code), None)
        visit = self._visit
        if service is None or visit is None or self._stage is not Stage.HOLDER or self._refusal(service) is not None:
            return
        self._stage = Stage.SERVICE
        self._journey = Journey(
            code=service.code,
            title=service.title,
            procedure=service.procedure,
            visit=visit,
            submit=self._pool.submit,
            post=self._loop.post,
            changed=self._journey_moved,
            ended=self._journey_over,
        )
        self._journey.start()

    def _journey_moved(self) -> None:
        if self._journey is not None and self._journey.error is not None:
            self._centre.learned(self._journey.error)
        self._publish()

    def _journey_over(self) -> None:
        if self._journey is not None and self._journey.error is not None:
            self._centre.probe()
        self._journey = None
        if self._stage is Stage.SERVICE:
            self._stage = Stage.HOLDER
        self._publish()

    def _at_pin(self) -> bool:
        return self._journey is not None and self._journey.view.view == "pin"

    def _on_pin_page(self, change: Callable[[Visit], object]) -> None:
        if self._visit is not None and self._at_pin():
            change(self._visit)

    def _refusal(self, service: Service) -> FaultView | None:
        proven = self._visit is not None and self._visit.proven
        error = refusal(service, proven=proven, reachable=self._centre.usable)
        return None if error is None else faults.explain(error)

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

    def _journey_view(self) -> JourneyView | None:
        return None if self._journey is None or self._journey.over else self._journey.view

    def _tiles(self) -> tuple[ServiceTile, ...]:
        if self._holder is None:
            return ()
        return tuple(
            ServiceTile(each.code, each.title, each.summary, each.shortcut, self._refusal(each))
            for each in self._services
        )

    def _picture(self) -> DeskView:
        take = TAKE_CARD if self._here is None and self._cards.card_left_in else None
        return DeskView(
            stage=self._stage,
            environment=self._settings.environment,
            outlet=self._centre.outlet,
            terminal=self._centre.terminal,
            centre=self._centre.view,
            readers=self._cards.views(),
            reader=self._here[0] if self._here else None,
            holder=self._holder,
            services=self._tiles(),
            journey=self._journey_view(),
            fault=self._fault,
            loss_hotline=self._centre.loss_hotline,
            bank_hotline=self._centre.bank_hotline,
            notices=tuple(note for note in (self._note, take) if note),
            offers=tuple(each.title for each in self._services),
            offers_offline=tuple(each.title for each in self._services if each.offline is not Offline.NEVER),
        )

    def _publish(self) -> None:
        picture = self._picture()
        if picture == self._view:
            return
        self._view = picture
        for listener in self._listeners:
            listener(picture)
