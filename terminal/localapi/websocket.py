"""The same calls over a WebSocket: the first message shows the token, every other one is a call (RFC 6455)."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import RemoteProtocolError

from terminal.localapi import requests
from terminal.localapi.calls import Caller
from terminal.localapi.programs import Program
from terminal.localapi.requests import Head, Refusal

_log = logging.getLogger(__name__)

GREETING: Final = 10.0
"""Seconds until the token must have come."""

NOT_ADMITTED, TOO_BIG, WRONG, WRONG_KIND = 1008, 1009, 1007, 1003


class _Closed(Exception):  # noqa: N818 - how a conversation ends
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first message."""

    token: str


def serve_socket(
    connection: socket.socket,
    received: bytes,
    head: Head,
    programs: Callable[[], tuple[Program, ...]],
    caller: Callable[[Program], Caller],
) -> None:
    """Talk until one side ends it. Host and origin were checked.

    :param received: the request as it came, which wsproto reads once more.
    """
    ws = WSConnection(ConnectionType.SERVER)
    try:
        ws.receive_data(received)
        request = next(ws.events(), None)
    except RemoteProtocolError as error:
        connection.sendall(ws.send(error.event_hint or RejectConnection()))
        return
    if not isinstance(request, Request):
        return
    connection.sendall(ws.send(AcceptConnection()))
    messages = _messages(connection, ws)
    served: Caller | None = None
    try:
        connection.settimeout(GREETING)
        program = _admitted(next(messages, None), head, programs())
        connection.settimeout(None)
        served = caller(program)
        connection.sendall(ws.send(TextMessage(b'{"ready":true}'.decode())))
        for message in messages:
            _still(program, programs())
            connection.sendall(ws.send(TextMessage(_answered(served, message))))
    except _Closed as closed:
        _log.info("a program was cut off: %s", closed.code)
        connection.sendall(ws.send(CloseConnection(closed.code)))
    except TimeoutError:
        connection.sendall(ws.send(CloseConnection(NOT_ADMITTED)))
    finally:
        if served is not None:
            served.close()


def _admitted(message: str | None, head: Head, programs: tuple[Program, ...]) -> Program:
    try:
        shown = msgspec.json.decode(message or "", type=Token)
        return requests.program_of(head, programs, shown.token)
    except (msgspec.DecodeError, UnicodeEncodeError, Refusal):
        raise _Closed(NOT_ADMITTED) from None


def _still(program: Program, programs: tuple[Program, ...]) -> None:
    """A program that was removed meanwhile is cut off."""
    if program not in programs:
        raise _Closed(NOT_ADMITTED)


def _answered(caller: Caller, message: str) -> str:
    try:
        call = requests.call_of(message)
        arguments = requests.ordered(call.function, call.arguments)
    except Refusal:
        raise _Closed(WRONG) from None
    answer = caller.call(call.function, arguments)
    return msgspec.json.encode({"id": call.id, **msgspec.to_builtins(answer)}).decode()


def _messages(connection: socket.socket, ws: WSConnection) -> Iterator[str]:
    """Whole text messages, until the other side ends it.

    :raises _Closed: for what is too big or no text.
    """
    parts: list[str] = []
    while True:
        try:
            for event in ws.events():
                if isinstance(event, TextMessage):
                    parts.append(event.data)
                    if sum(len(part) for part in parts) > requests.LARGEST:
                        raise _Closed(TOO_BIG)
                    if event.message_finished:
                        message = "".join(parts)
                        parts.clear()
                        yield message
                elif isinstance(event, Ping):
                    connection.sendall(ws.send(event.response()))
                elif isinstance(event, CloseConnection):
                    connection.sendall(ws.send(event.response()))
                    return
                elif isinstance(event, BytesMessage):
                    raise _Closed(WRONG_KIND)
            data = connection.recv(8192)
            if not data:
                return
            ws.receive_data(data)
        except RemoteProtocolError as error:
            connection.sendall(ws.send(error.event_hint or CloseConnection(WRONG)))
            return
