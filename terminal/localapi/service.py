"""The local interface as a whole: who may call, their calls, and the server. Starts and ends with the desk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cardio.interface33 import Interface33, Keypad
from terminal.localapi.calls import Caller, Journal
from terminal.localapi.errors import LocalApiError
from terminal.localapi.programs import Program, Programs
from terminal.localapi.seat import Seat
from terminal.localapi.server import Server
from terminal.settings import Settings

_log = logging.getLogger(__name__)


class LocalApi:
    """:param make: makes one program's interface, handed the keypad that it shall use.
    :param journal: writes down program, function and code of every call.
    """

    def __init__(self, settings: Settings, seat: Seat, make: Callable[[Keypad], Interface33], journal: Journal) -> None:
        self._settings, self._seat, self._make, self._journal = settings, seat, make, journal
        self._programs = Programs(settings)
        self._lock = threading.Lock()
        self._callers: dict[Program, Caller] = {}
        self._server: Server | None = None

    @property
    def port(self) -> int | None:
        """Where it listens; ``None`` while it does not."""
        return self._server.port if self._server else None

    def start(self) -> None:
        """Listen. Where the port is taken the terminal goes on without, and the log says so."""
        try:
            self._server = Server(self._settings.local_api_port, self._programs.all, self._caller)
        except LocalApiError as error:
            _log.warning("no local interface: %s", error)
            return
        self._server.start()

    def stop(self) -> None:
        """Cut every program off and let the card go. The desk's thread still runs, so that nobody waits in vain."""
        self._seat.close()
        if self._server is not None:
            self._server.stop()
        with self._lock:
            callers = tuple(self._callers.values())
        for caller in callers:
            caller.close()

    def _caller(self, program: Program) -> Caller:
        with self._lock:
            if program not in self._callers:
                self._callers[program] = Caller(
                    program,
                    self._seat,
                    self._make,
                    self._journal,
                    writes=self._settings.local_api_writes,
                    language=self._settings.language,
                )
            return self._callers[program]
