"""One request of HTTP. It is parsed by h11, which works on bytes alone: threads, time and size are ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

import h11
import msgspec

from terminal.localapi import requests
from terminal.localapi.calls import Answer, Caller
from terminal.localapi.errors import LocalApiError
from terminal.localapi.line import Line
from terminal.localapi.programs import Program
from terminal.localapi.requests import Argument, Head, Refusal
from terminal.localapi.websocket import serve_socket

_log = logging.getLogger(__name__)

HEADER_LIMIT: Final = 16 * 1024
_DIGITS: Final = 9  # of a length that is worth reading
_TOO_MANY: Final = 429


class House(Protocol):
    """What stands behind the server."""

    def programs(self) -> tuple[Program, ...]:
        """The registered ones; asked for each request, so that a removal counts at once.

        :raises LocalApiError: PROGRAMS_UNREADABLE.
        """
        ...

    def caller(self, program: Program) -> Caller:
        """The calls of one connection."""
        ...

    def call(self, program: Program, function: str, arguments: dict[str, Argument]) -> Answer:
        """One call by itself, or the next step of the flow whose handle is among the arguments.

        :raises Refusal: 400 for arguments that are not the function's.
        """
        ...


Admit = Callable[[Program], bool]
"""Whether the connection may be this program's, which has shown its token."""


class Exchange:
    """One request on one connection, which then ends or becomes a WebSocket."""

    def __init__(self, line: Line, port: int, house: House, admit: Admit) -> None:
        self._line, self._port, self._house, self._admit = line, port, house, admit
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_LIMIT)
        self._received = bytearray()

    def run(self) -> None:
        """Answer, whatever was sent.

        :raises OSError: the other side is gone, or too slow.
        """
        try:
            request = self._next()
            if not isinstance(request, h11.Request):
                return
            self._answer(Head.of(request))
        except Refusal as refusal:
            _log.info("a request was refused: %s", refusal.why)
            self._send(refusal.status, {}, [])
        except LocalApiError as error:
            _log.info("no programs: %s", error)
            self._send(503, {}, [])
        except h11.RemoteProtocolError as error:
            self._send(error.error_status_hint if error.error_status_hint in (413, 431) else 400, {}, [])

    def _next(self) -> object:
        while True:
            event = self._http.next_event()
            if event is h11.PAUSED or isinstance(event, h11.Event):
                return event
            data = self._line.receive()
            self._received += data
            self._http.receive_data(data)

    def _answer(self, head: Head) -> None:
        if head.get("transfer-encoding") is not None:
            raise Refusal(400, "transfer encoding")  # it would override the length that is checked
        requests.check_host(head, self._port)
        programs = self._house.programs()
        origin = requests.known_origin(head, programs)
        if head.method == "OPTIONS":
            self._send(204, None, requests.preflight(head, origin))
        elif head.target == requests.SOCKET and head.upgrades:
            serve_socket(self._line, bytes(self._received), head, self._house, self._admit)
        else:
            self._call(head, programs, origin)

    def _call(self, head: Head, programs: tuple[Program, ...], origin: str) -> None:
        program = requests.program_of(head, programs, head.token)
        if not self._admit(program):
            raise Refusal(_TOO_MANY, "connections of one program")
        function = requests.function_of(head)
        answer = self._house.call(program, function, requests.arguments_of(self._body(head)))
        self._send(200, msgspec.to_builtins(answer), requests.shared(origin))

    def _body(self, head: Head) -> bytes:
        length = head.get("content-length")
        if length is None:
            raise Refusal(411, "no size")
        if not length.isdecimal() or len(length) > _DIGITS or int(length) > requests.LARGEST:
            raise Refusal(413, "size")
        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._line.send(self._http.send(go_on) or b"")
        body = bytearray()
        while isinstance(event := self._next(), h11.Data):
            body += event.data
        return bytes(body)

    def _send(self, status: int, document: object, headers: list[tuple[str, str]]) -> None:
        body = b"" if document is None else msgspec.json.encode(document)
        head = [*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store"), ("Connection", "close")]
        if body:
            head += [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")]
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        out = self._http.send(h11.Response(status_code=status, headers=head)) or b""
        out += (self._http.send(h11.Data(data=body)) or b"") + (self._http.send(h11.EndOfMessage()) or b"")
        self._line.send(out)
