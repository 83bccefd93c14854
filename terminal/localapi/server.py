"""The server: loopback alone, a thread for each connection, limits on everything."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Final

import h11

from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.exchange import HEADER_LIMIT, Exchange, House
from terminal.localapi.line import Clock, Line
from terminal.localapi.places import MOST, Place, Places

_log = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
FAREWELL: Final = 1.0
"""Seconds for the other side to read its answer although it still sends."""

_PAUSE: Final = 0.2
"""Seconds before the next try where no connection can be taken, as when the process has too many files open."""


class Server:
    """:param port: 0 takes a free one, for tests.
    :param house: who is admitted, and to which calls.
    :param now: counts the seconds of the deadlines.
    :raises LocalApiError: PORT_TAKEN.
    """

    def __init__(self, port: int, house: House, now: Clock = time.monotonic) -> None:
        self._house, self._now = house, now
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((HOST, port))
            self._listener.listen(MOST)
        except OSError as cause:
            self._listener.close()
            raise LocalApiError(LocalApiFault.PORT_TAKEN, type(cause).__name__, port=port) from cause
        self.port = int(self._listener.getsockname()[1])
        self.places = Places()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="local-api", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Refuse new connections and end those that are open."""
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._thread.is_alive():
            self._thread.join()
        for place in self.places.close():
            if place.thread is not None:
                place.thread.join()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError as error:
                if not self._stopped.is_set():
                    _log.info("a connection could not be taken: %s", type(error).__name__)
                    self._stopped.wait(_PAUSE)
                continue
            line = Line(connection, self._now)
            place = self.places.take(connection)
            if place is None:
                connection.close()
                continue
            place.thread = threading.Thread(target=self._serve, args=(line, place), name="local-api-call", daemon=True)
            place.thread.start()

    def _serve(self, line: Line, place: Place) -> None:
        try:
            Exchange(line, self.port, self._house, lambda program: self.places.show(place, program)).run()
            _farewell(line)
        except (OSError, h11.LocalProtocolError) as error:
            _log.debug("a connection ended: %s", type(error).__name__)
        except Exception:  # noqa: BLE001 - one connection that fails must not end the server
            _log.exception("a connection failed")
        finally:
            self.places.leave(place)
            line.connection.close()


def _farewell(line: Line) -> None:
    """Let the other side read its answer although it still sends: closing at once would throw the answer away."""
    line.connection.shutdown(socket.SHUT_WR)
    line.within(FAREWELL)
    for _ in range(HEADER_LIMIT // 1024):
        if not line.receive():
            return
