"""The server: loopback alone, a thread for each connection, limits on everything.

HTTP is parsed by h11 and WebSocket by wsproto: both work on bytes alone, so threads, time and size are ours.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import h11
import msgspec

from terminal.localapi import requests
from terminal.localapi.calls import Caller
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import Program
from terminal.localapi.requests import Head, Refusal
from terminal.localapi.websocket import serve_socket

_log = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
MOST_CONNECTIONS: Final = 16
HEADER_LIMIT: Final = 16 * 1024
QUIET: Final = 10.0
"""Seconds without a byte before a request is whole."""


class Server:
    """:param port: 0 takes a free one, for tests.
    :param programs: the registered ones; asked for each request, so that a removal counts at once.
    :param caller: the calls of one program, the same object each time.
    :raises LocalApiError: PORT_TAKEN.
    """

    def __init__(
        self, port: int, programs: Callable[[], tuple[Program, ...]], caller: Callable[[Program], Caller]
    ) -> None:
        self._programs, self._caller = programs, caller
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((HOST, port))
            self._listener.listen(MOST_CONNECTIONS)
        except OSError as cause:
            self._listener.close()
            raise LocalApiError(LocalApiFault.PORT_TAKEN, type(cause).__name__, port=port) from cause
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._stopped = False
        self._thread = threading.Thread(target=self._accept, name="local-api", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Refuse new connections and end those that are open."""
        with self._lock:
            self._stopped = True
            connections = dict(self._open)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *connections.values()):
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            thread = threading.Thread(target=self._serve, args=(connection,), name="local-api-call", daemon=True)
            with self._lock:
                full = self._stopped or len(self._open) >= MOST_CONNECTIONS
                if not full:
                    self._open[connection] = thread
            if full:
                connection.close()
            else:
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(QUIET)
            Exchange(connection, self.port, self._programs, self._caller).run()
            _farewell(connection)
        except (OSError, h11.LocalProtocolError) as error:
            _log.debug("a connection ended: %s", type(error).__name__)
        except Exception:  # noqa: BLE001 - one connection that fails must not end the server
            _log.exception("a connection failed")
        finally:
            with self._lock:
                self._open.pop(connection, None)
            connection.close()


def _farewell(connection: socket.socket) -> None:
    """Let the other side read its answer although it still sends: closing at once would throw the answer away."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(1.0)
    for _ in range(8):
        if not connection.recv(HEADER_LIMIT):
            return


class Exchange:
    """One request on one connection, which then ends or becomes a WebSocket."""

    def __init__(
        self,
        connection: socket.socket,
        port: int,
        programs: Callable[[], tuple[Program, ...]],
        caller: Callable[[Program], Caller],
    ) -> None:
        self._connection, self._port = connection, port
        self._programs, self._caller = programs, caller
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_LIMIT)
        self._received = bytearray()

    def run(self) -> None:
        """Answer, whatever was sent."""
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
            data = self._connection.recv(8192)
            self._received += data
            self._http.receive_data(data)

    def _answer(self, head: Head) -> None:
        if head.get("transfer-encoding") is not None:
            raise Refusal(400, "transfer encoding")  # it would override the length that is checked
        requests.check_host(head, self._port)
        programs = self._programs()
        origin = requests.known_origin(head, programs)
        if head.method == "OPTIONS":
            self._send(204, None, requests.preflight(head, origin))
        elif head.target == requests.SOCKET and head.upgrades:
            self._connection.settimeout(None)
            serve_socket(self._connection, bytes(self._received), head, self._programs, self._caller)
        else:
            self._call(head, programs, origin)

    def _call(self, head: Head, programs: tuple[Program, ...], origin: str) -> None:
        program = requests.program_of(head, programs, head.token)
        function = requests.function_of(head)
        arguments = requests.ordered(function, requests.arguments_of(self._body(head)))
        answer = self._caller(program).call(function, arguments)
        self._send(200, msgspec.to_builtins(answer), requests.shared(origin))

    def _body(self, head: Head) -> bytes:
        length = head.get("content-length")
        if length is None or not length.isdecimal() or int(length) > requests.LARGEST:
            raise Refusal(411 if length is None else 413, "size")
        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._connection.sendall(self._http.send(go_on) or b"")
        body = bytearray()
        while isinstance(event := self._next(), h11.Data):
            body += event.data
            if len(body) > requests.LARGEST:
                raise Refusal(413, "size")
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
        self._connection.sendall(out)
