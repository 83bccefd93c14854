"""The same calls over a WebSocket: the first message shows the token, every other one is a call (RFC 6455)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, RejectConnection, Request, TextMessage
from wsproto.utilities import RemoteProtocolError

from terminal.localapi import requests
from terminal.localapi.calls import Caller
from terminal.localapi.line import Line
from terminal.localapi.messages import NOT_ADMITTED, TRY_LATER, WRONG, Closed, Messages
from terminal.localapi.programs import Program
from terminal.localapi.requests import Head, Refusal
from terminal.model.decoding import decoded

if TYPE_CHECKING:
    from terminal.localapi.exchange import House

_log = logging.getLogger(__name__)


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first message."""

    token: str


def serve_socket(line: Line, received: bytes, head: Head, house: House, admit: Callable[[Program], bool]) -> None:
    """Talk until one side ends it. Host and origin were checked.

    :param received: the request as it came, which wsproto reads once more.
    :param admit: whether the connection may be the program's.
    :raises OSError: the other side is gone.
    """
    ws = WSConnection(ConnectionType.SERVER)
    try:
        ws.receive_data(received)
        request = next(ws.events(), None)
    except RemoteProtocolError as error:
        line.send(ws.send(error.event_hint or RejectConnection()))
        return
    if not isinstance(request, Request):
        return
    line.send(ws.send(AcceptConnection()))
    try:
        _talk(line, ws, head, house, admit)
    except Closed as closed:
        if closed.code is not None:
            _log.info("a program was cut off: %s", closed.code)
            line.send(ws.send(CloseConnection(closed.code)))


def _talk(line: Line, ws: WSConnection, head: Head, house: House, admit: Callable[[Program], bool]) -> None:
    messages = Messages(line, ws)
    program = _admitted(messages.first(), head, house.programs())
    if not admit(program):
        raise Closed(TRY_LATER)
    served = house.caller(program)
    try:
        line.send(ws.send(TextMessage('{"ready":true}')))
        while True:
            message = messages.next(requests.LARGEST)
            _still(program, house.programs())
            line.send(ws.send(TextMessage(_answered(served, message))))
    finally:
        served.close()


def _admitted(message: str, head: Head, programs: tuple[Program, ...]) -> Program:
    try:
        shown = decoded(message, Token)
        return requests.program_of(head, programs, shown.token)
    except (msgspec.DecodeError, UnicodeEncodeError, Refusal):
        raise Closed(NOT_ADMITTED) from None


def _still(program: Program, programs: tuple[Program, ...]) -> None:
    """A program that was removed meanwhile is cut off."""
    if program not in programs:
        raise Closed(NOT_ADMITTED)


def _answered(caller: Caller, message: str) -> str:
    try:
        call = requests.call_of(message)
        arguments = requests.ordered(call.function, call.arguments)
    except Refusal:
        raise Closed(WRONG) from None
    answer = caller.call(call.function, arguments)
    return msgspec.json.encode({"id": call.id, **msgspec.to_builtins(answer)}).decode()
