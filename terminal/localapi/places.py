"""Who may hold a connection: few at once, fewer for one program, and none for long without a token.

A newcomer never waits for those who have not shown a token: the oldest of them makes room.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from terminal.localapi.programs import Program

MOST: Final = 32
"""Connections at once."""

MOST_OF_ONE: Final = 4
"""Connections of one program at once."""


@dataclass(eq=False)
class Place:
    """One connection. :param program: once its token was shown. :param thread: that serves it."""

    connection: socket.socket = field(repr=False)
    program: Program | None = None
    thread: threading.Thread | None = None


class Places:
    """Thread-safe."""

    def __init__(self) -> None:
        self.moved = self._lock = threading.Condition()
        self._taken: list[Place] = []  # the oldest first
        self._closed = False

    def take(self, connection: socket.socket) -> Place | None:
        """A place for a newcomer, if need be that of the oldest without a token; ``None`` where all have shown one."""
        with self._lock:
            if self._closed:
                return None
            if len(self._taken) >= MOST:
                oldest = next((place for place in self._taken if place.program is None), None)
                if oldest is None:
                    return None
                self._taken.remove(oldest)
                _cut(oldest.connection)
            place = Place(connection)
            self._taken.append(place)
            self.moved.notify_all()
            return place

    def show(self, place: Place, program: Program) -> bool:
        """The place is this program's from now on; false where it has as many as one may, or the place is gone."""
        with self._lock:
            full = sum(each.program == program for each in self._taken) >= MOST_OF_ONE
            if full or place not in self._taken:
                return False
            place.program = program
            return True

    def leave(self, place: Place) -> None:
        with self._lock:
            if place in self._taken:
                self._taken.remove(place)
                self.moved.notify_all()

    def __len__(self) -> int:
        return len(self._taken)

    def close(self) -> list[Place]:
        """Nobody comes any more; cuts off those who are here, and gives them."""
        with self._lock:
            self._closed = True
            taken = list(self._taken)
        for place in taken:
            _cut(place.connection)
        return taken


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
