"""The application as a screen sees it: every call returns at once and is done on the desk's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from terminal.desk_core import DeskCore
from terminal.desk_notes import TAKE_CARD, TIMED_OUT
from terminal.errors import TerminalError
from terminal.model.people import plain_values
from terminal.pin import PinBuffer
from terminal.rules import require_unmask
from terminal.views import DayEndView, DeskView, FaultView, HealthLine, QueueView, Stage

if TYPE_CHECKING:
    from terminal.localapi.seat import Seat
    from terminal.localapi.service import LocalApi

__all__ = ["TAKE_CARD", "TIMED_OUT", "Desk"]

_log = logging.getLogger(__name__)


class Desk(DeskCore):
    """Implements :class:`terminal.views.DeskPort`.

    :param readers: PC/SC, or readers in process.
    :param new_visit: makes the visit of one insertion in a reader, for the person who serves.
    :param release: lets the card of a reader go, so that nothing proven on it stays.
    :param stop_cards: ends the card threads.
    :param reception: makes what knows who is here; it is handed what to call when somebody came in.
    :param queue: makes the queue beside the desk. :param close_room: closes the store and ends the sender.
    """

    local_api: LocalApi | None = None
    """Serves the outlet's other programs; set before the start where the settings want it."""

    @property
    def programs(self) -> Seat:
        """Where those programs sit down."""
        return self._programs

    @property
    def view(self) -> DeskView:
        return self._showing.view

    def subscribe(self, listener: Callable[[DeskView], None]) -> Callable[[], None]:
        """Call ``listener`` with every new view, from the desk's thread. Gives the function that ends it."""
        return self._showing.subscribe(listener)

    def start(self) -> None:
        """Begin to watch readers and centre."""
        self._loop.start()
        self._watcher.start()
        self._reception.start(self._pool.submit, self._loop, self._publish)
        self._centre.start(self._pool, self._loop, self._centre_moved)
        self._queue.start(self._pool, self._loop, self._queue_moved)
        if self.local_api is not None:
            self.local_api.start()

    def stop(self) -> None:
        """End; the holder before us is dropped. Returns when the desk's thread is gone."""
        if self.local_api is not None:
            self.local_api.stop()
        self._watcher.stop()
        self._loop.post(self._drop)
        self._loop.post(self._reception.stop)
        self._loop.stop()
        self._stop_cards()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._close_room()

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
        self._do(lambda: self._on_pin(lambda pin: pin.add(digit)))

    def pin_erase(self) -> None:
        self._do(lambda: self._on_pin(lambda pin: pin.erase()))

    def pin_enter(self) -> None:
        self._do(self._pin_done)

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
            self._reception.unmasked(field_name)
        return value

    def health(self) -> Future[tuple[HealthLine, ...]]:
        return self._pool.submit(self._health)

    # --- people and queue

    def secret_number(self, number: str) -> None:
        self._do(lambda: self._type(lambda entry: entry.set_number(number)))

    def secret_char(self, character: str) -> None:
        self._do(lambda: self._type(lambda entry: entry.add(character)))

    def secret_erase(self) -> None:
        self._do(lambda: self._type(lambda entry: entry.secret.erase()))

    def secret_enter(self) -> None:
        self._do(lambda: self._secret_done("enter", self._reception.enter))

    def secret_cancel(self) -> None:
        self._do(lambda: self._secret_done("cancel", self._reception.cancel))

    def touch(self) -> None:
        self._loop.post(self._touch)

    def lock(self) -> None:
        self._do(lambda: self._shut(self._reception.lock))

    def sign_out(self) -> None:
        self._do(lambda: self._shut(self._reception.sign_out))

    def queue(self) -> Future[QueueView]:
        return self._queue.view()

    def queue_act(self, key: str, action: str) -> Future[FaultView | None]:
        return self._queue.act(key, action)

    def sync_now(self) -> None:
        self._do(self._centre.probe)
        self._queue.sync_now()

    def day_end(self) -> Future[DayEndView]:
        return self._queue.day_end()

    # --- another program of the outlet

    def program_allow(self) -> None:
        self._do(self._programs.allow)

    def program_refuse(self) -> None:
        self._do(self._programs.refuse)

    # --- parts

    def _on_pin(self, change: Callable[[PinBuffer], object]) -> None:
        if self._programs.at_pin:
            change(self._programs.pin)
        else:
            self._on_pin_page(lambda visit: change(visit.pin))

    def _pin_done(self) -> None:
        if self._programs.at_pin:
            self._programs.typed()
        elif self._journey is not None and self._at_pin():
            self._journey.send("enter")

    def _do(self, call: Callable[[], object]) -> None:
        def act() -> None:
            self._touch()
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
