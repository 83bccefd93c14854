"""A connection with a clock: no wait passes its deadline, however the bytes are dealt out."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Final

Clock = Callable[[], float]
"""Seconds, of which only differences count."""

REQUEST: Final = 10.0
"""Seconds from the connection until a request, or the token of a WebSocket, must be there whole."""

SENDING: Final = 10.0
"""Seconds in which the other side has to take an answer."""

CHUNK: Final = 8192


class Line:
    """:param now: counts seconds; the first deadline counts from here."""

    def __init__(self, connection: socket.socket, now: Clock = time.monotonic) -> None:
        self.connection = connection
        self._now = now
        self._until = now() + REQUEST

    def within(self, seconds: float) -> None:
        """Set the deadline anew, from now."""
        self._until = self._now() + seconds

    def receive(self) -> bytes:
        """What has come; empty when the other side has ended.

        :raises TimeoutError: the deadline is over.
        :raises OSError: the connection broke.
        """
        left = self._until - self._now()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)
        return self.connection.recv(CHUNK)

    def send(self, data: bytes) -> None:
        """:raises OSError: the other side does not take it in time."""
        self.connection.settimeout(SENDING)
        self.connection.sendall(data)
