"""Whole text messages out of a WebSocket's frames, counted while they come in (RFC 6455; parsed by wsproto)."""

from __future__ import annotations

from typing import Final

from wsproto import WSConnection
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.utilities import RemoteProtocolError

from terminal.localapi.line import Line

FIRST: Final = 512
"""Bytes of the message with the token."""

MOST_FRAMES: Final = 64
"""Frames of one message, and as many of control before the token; empty ones count."""

WHOLE: Final = 10.0
"""Seconds from the first byte of a message to its last."""

IDLE: Final = 30.0
"""Seconds without a byte until the other side is asked whether it is there, and again until it is given up."""

AWAY, WRONG_KIND, WRONG, NOT_ADMITTED, TOO_BIG, TRY_LATER = 1001, 1003, 1007, 1008, 1009, 1013


class Closed(Exception):  # noqa: N818 - how a conversation ends
    """:param code: with which we close; ``None`` where the other side has."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Messages:
    """:param line: with a deadline for the first message."""

    def __init__(self, line: Line, ws: WSConnection) -> None:
        self._line, self._ws = line, ws
        self._text: list[str] = []
        self._bytes = self._frames = self._control = 0
        self._asked = False

    def first(self) -> str:
        """The message that shows the token; under the deadline of the connection.

        :raises Closed: too big, no text, too late, or the other side has ended it.
        """
        try:
            return self._next(FIRST)
        except TimeoutError:
            raise Closed(NOT_ADMITTED) from None

    def next(self, most: int) -> str:
        """The next one. A page that is silent is asked whether it is still there.

        :param most: bytes of it.
        :raises Closed: as :meth:`first`.
        """
        self._line.within(IDLE)
        while True:
            try:
                return self._next(most)
            except TimeoutError:
                if self._asked or self._begun:
                    raise Closed(AWAY) from None
            self._asked = True
            self._line.send(self._ws.send(Ping()))
            self._line.within(IDLE)

    @property
    def _begun(self) -> bool:
        return self._frames > 0 or self._bytes > 0

    def _next(self, most: int) -> str:
        while True:
            event = self._event()
            if event is None:
                self._receive()
            elif self._whole(event, most):
                message = "".join(self._text)
                self._text, self._bytes, self._frames = [], 0, 0
                return message

    def _event(self) -> Event | None:
        try:
            return next(self._ws.events(), None)
        except RemoteProtocolError:
            raise Closed(WRONG) from None

    def _receive(self) -> None:
        data = self._line.receive()
        if not data:
            raise Closed(None)
        if self._asked:  # it is there
            self._asked = False
            self._line.within(IDLE)
        self._ws.receive_data(data)

    def _whole(self, event: Event, most: int) -> bool:
        """Take one event in; gives whether a message is complete."""
        if isinstance(event, TextMessage):
            if not self._begun:
                self._line.within(WHOLE)
            self._text.append(event.data)
            self._bytes += len(event.data.encode())
            self._frames += event.frame_finished
            if self._bytes > most or self._frames > MOST_FRAMES:
                raise Closed(TOO_BIG)
            return event.message_finished
        if isinstance(event, Ping | Pong):
            self._control += 1
            if most == FIRST and self._control > MOST_FRAMES:
                raise Closed(TOO_BIG)  # a page with a token may keep its connection alive as it likes
            if isinstance(event, Ping):
                self._line.send(self._ws.send(event.response()))
            return False
        if isinstance(event, CloseConnection):
            self._line.send(self._ws.send(event.response()))
            raise Closed(None)
        if isinstance(event, BytesMessage):
            raise Closed(WRONG_KIND)
        return False
