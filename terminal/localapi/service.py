"""The local interface as a whole: who may call, their calls, and the server. Starts and ends with the desk."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from cardio.interface33 import Book, Interface33, Keypad
from cardio.worker import Scheduler, system_scheduler
from terminal.localapi import requests
from terminal.localapi.calls import Answer, Caller, Journal, ProgramBook
from terminal.localapi.errors import LocalApiError
from terminal.localapi.line import Clock
from terminal.localapi.places import Places
from terminal.localapi.programs import Program, Programs
from terminal.localapi.requests import Argument
from terminal.localapi.seat import Seat
from terminal.localapi.server import Server
from terminal.settings import Settings
from terminal.text import Text

_log = logging.getLogger(__name__)

HANDLE = "handle"
"""The argument, beside those of the function, that goes on with a flow over HTTP."""


class LocalApi:
    """Implements :class:`terminal.localapi.exchange.House`.

    :param make: makes one connection's interface, handed the keypad and the book that it shall use.
    :param book: makes the book of card writes of one program.
    :param journal: writes down program, function and code of every call.
    :param now: counts the seconds of deadlines. :param schedule: calls when a card has waited long enough.
    """

    def __init__(
        self,
        settings: Settings,
        seat: Seat,
        make: Callable[[Keypad, Book], Interface33],
        book: Callable[[Program], ProgramBook],
        journal: Journal,
        *,
        now: Clock = time.monotonic,
        schedule: Scheduler = system_scheduler,
    ) -> None:
        self._settings, self._seat = settings, seat
        self._make, self._book, self._journal = make, book, journal
        self._now, self._schedule = now, schedule
        self._programs = Programs(settings)
        self._lock = threading.Lock()
        self._waiting: dict[str, Caller] = {}
        self._at_work: list[Caller] = []
        self._server: Server | None = None
        self._error: LocalApiError | None = None

    @property
    def port(self) -> int | None:
        """Where it listens; ``None`` while it does not."""
        return self._server.port if self._server else None

    @property
    def places(self) -> Places | None:
        """Who is connected."""
        return self._server.places if self._server else None

    def start(self) -> None:
        """Listen. Where the port is taken the terminal goes on without; the health page and the log say so."""
        try:
            self._server = Server(self._settings.local_api_port, self, self._now)
        except LocalApiError as error:
            self._error = error
            _log.warning("no local interface: %s", error)
            return
        self._server.start()

    def stop(self) -> None:
        """Cut every program off and let the card go. The desk's thread still runs, so that nobody waits in vain."""
        self._seat.close()
        if self._server is not None:
            self._server.stop()
        with self._lock:
            callers = tuple(self._waiting.values())
        for caller in callers:
            caller.close()

    def check(self) -> Text:
        """For the health page.

        :raises LocalApiError: PORT_TAKEN, PROGRAMS_UNREADABLE.
        """
        if self._error is not None:
            raise self._error
        count = len(self._programs.all())
        return Text(f"端口 {self.port}，已登记 {count} 个程序", f"Port {self.port}, {count} programs registered")

    # --- of the server

    def programs(self) -> tuple[Program, ...]:
        return self._programs.all()

    def caller(self, program: Program) -> Caller:
        return Caller(
            program,
            self._seat,
            self._make,
            self._book(program),
            self._journal,
            writes=self._settings.local_api_writes,
            language=self._settings.language,
            schedule=self._schedule,
        )

    def call(self, program: Program, function: str, arguments: dict[str, Argument]) -> Answer:
        if function == requests.RELEASE:
            return self._release(program, arguments)
        handle = str(arguments.pop(HANDLE, ""))
        ordered = requests.ordered(function, arguments)
        with self._lock:
            known = self._waiting.get(handle)
            caller = known if known is not None and known.program == program else self.caller(program)
            self._at_work.append(caller)
        try:
            answer = caller.call(function, ordered)
        finally:
            with self._lock:
                self._at_work.remove(caller)
        with self._lock:
            self._waiting = {each: of for each, of in self._waiting.items() if of is not caller and of.waiting}
            if not caller.waiting:
                return answer
            handle = secrets.token_urlsafe(16)  # a new one for each step
            self._waiting[handle] = caller
        return replace(answer, handle=handle)

    def _release(self, program: Program, arguments: dict[str, Argument]) -> Answer:
        """Let the card of this program go that waits over HTTP for its next step, whoever has its handle.

        Between two steps nothing is half-written: what it costs is the flow, which begins anew. One that is at work, a
        first step too, refuses: otherwise it would wait for its next step unheard of afterwards.
        """
        if arguments:
            raise requests.Refusal(400, "arguments")
        with self._lock:
            known = (*self._at_work, *self._waiting.values())
        own = next((each for each in known if each.program == program), None)
        answer = (own or self.caller(program)).release()
        with self._lock:
            self._waiting = {each: of for each, of in self._waiting.items() if of.waiting}
        return answer
