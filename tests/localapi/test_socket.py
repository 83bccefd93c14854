"""The same calls over a WebSocket: who is let in, what is counted, when it ends."""

from __future__ import annotations

import socket
from typing import cast

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.connection import Connection
from wsproto.events import Event, Ping, Pong, TextMessage

from cardio.simulator.personas import THIRD
from terminal.localapi.line import REQUEST, Line
from terminal.localapi.messages import FIRST, IDLE, MOST_FRAMES, WHOLE, Closed, Messages
from terminal.localapi.requests import LARGEST
from tests.interface33.support import info
from tests.localapi.support import PAGE, READER, AcceptConnection, Page, Place

READ = {"iType": 1}


def test_the_same_over_a_websocket(spot: Place) -> None:
    spot.insert(THIRD)
    page = Page(spot.port)
    try:
        assert isinstance(page.opened, AcceptConnection)
        assert page.ask({"token": spot.tokens["Hall"]}) == {"ready": True}
        heard = page.ask({"id": 7, "function": "iReadCardBas", "arguments": READ})
        assert isinstance(heard, dict)
        assert (heard["id"], heard["code"]) == (7, 0)
        page.send({"id": 8, "function": "iReadCard_HSM_Step1",
                   "arguments": {"iType": 1, "pCardInfo": info(THIRD), "pFileAddr": "SSSEEF06|08|$"}})  # fmt: skip
        assert isinstance(page.hear(), dict)
    finally:
        page.close()
    spot.until(None)  # a page that is gone holds no card
    assert spot.worker.reader == READER


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"token": "wrong"}, 1008),
        ("nonsense", 1008),
        ({"function": "iReadCardBas", "arguments": READ}, 1008),
    ],
)
def test_a_websocket_without_its_token(spot: Place, message: object, code: int) -> None:
    page = Page(spot.port)
    assert page.ask(message) == code
    page.close()


@pytest.mark.parametrize(
    ("message", "code"),
    [("{", 1007), ({"function": "iReadCardBas"}, 1007), ({"function": "iNo"}, None), ("x" * 70_000, 1009)],
)
def test_a_message_that_is_no_call_ends_it(spot: Place, message: object, code: int | None) -> None:
    page = Page(spot.port)
    page.ask({"token": spot.tokens["Hall"]})
    heard = page.ask(message)
    if code is None:  # a call like any other, of a function that does not exist
        assert isinstance(heard, dict)
        assert heard["code"] == -13
        assert spot.journal == [("Hall", "?", -13)]
    else:
        assert heard == code
    page.close()


@pytest.mark.parametrize(
    ("origin", "host"), [("https://attacker.example", None), (PAGE, "attacker.example"), (None, "x")]
)
def test_a_websocket_from_elsewhere_is_not_opened(spot: Place, origin: str | None, host: str | None) -> None:
    page = Page(spot.port, origin=origin, host=host)
    assert not isinstance(page.opened, AcceptConnection)
    page.close()


def test_a_removed_program_is_cut_off(spot: Place) -> None:
    page = Page(spot.port)
    page.ask({"token": spot.tokens["Hall"]})
    spot.programs.remove("Hall")
    assert page.ask({"function": "iReadCardBas", "arguments": READ}) == 1008
    page.close()


# --- what is counted, with a clock that a test moves


class Dealt:
    """The other end of a connection, which deals its bytes out. :param pause: seconds before each piece."""

    def __init__(self, data: bytes, pause: float, piece: int = 1) -> None:
        self._data, self._pause, self._piece, self._waits = data, pause, piece, 0.0
        self.now = 0.0
        self.sent = b""

    def settimeout(self, seconds: float) -> None:
        self._waits = seconds

    def recv(self, size: int) -> bytes:
        if self._pause > self._waits or not self._data:
            self.now += self._waits
            raise TimeoutError
        self.now += self._pause
        dealt, self._data = self._data[: self._piece], self._data[self._piece :]
        return dealt

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def line(self) -> Line:
        return Line(cast(socket.socket, self), lambda: self.now)


def frames(*events: Event) -> bytes:
    client = Connection(ConnectionType.CLIENT)
    return b"".join(client.send(event) for event in events)


def messages_of(dealt: Dealt) -> Messages:
    return Messages(dealt.line(), cast(WSConnection, Connection(ConnectionType.SERVER)))


def test_a_request_has_one_deadline_however_its_bytes_are_dealt_out() -> None:
    dealt = Dealt(b"POST / HTTP/1.1\r\n" + b"X" * 1000, 4.0)
    line = dealt.line()
    with pytest.raises(TimeoutError):
        while True:
            line.receive()
    assert dealt.now <= REQUEST


def test_the_token_comes_under_the_deadline_of_the_connection() -> None:
    dealt = Dealt(frames(TextMessage('{"token":"x"}')), 2.0)
    with pytest.raises(Closed) as closed:
        messages_of(dealt).first()
    assert (closed.value.code, dealt.now <= REQUEST) == (1008, True)
    quick = Dealt(frames(TextMessage('{"token":"x"}')), 0.1)
    assert messages_of(quick).first() == '{"token":"x"}'


@pytest.mark.parametrize(
    "events",
    [
        [TextMessage(" ", message_finished=False), *[TextMessage("", message_finished=False)] * MOST_FRAMES],
        [TextMessage("x" * (FIRST + 1), message_finished=False)],
        [TextMessage("中" * (FIRST // 3 + 1), message_finished=False)],  # bytes, not characters
        [Ping()] * (MOST_FRAMES + 1),
    ],
)
def test_before_the_token_little_is_taken(events: list[Event]) -> None:
    with pytest.raises(Closed) as closed:
        messages_of(Dealt(frames(*events), 0.0)).first()
    assert closed.value.code == 1009


def test_after_the_token_a_message_may_be_larger_and_pings_are_free() -> None:
    dealt = Dealt(frames(*[Ping()] * 100, TextMessage("中" * (FIRST + 1))), 0.0)
    assert len(messages_of(dealt).next(LARGEST)) == FIRST + 1
    empty = [TextMessage("{", message_finished=False), *[TextMessage("", message_finished=False)] * MOST_FRAMES]
    with pytest.raises(Closed) as closed:
        messages_of(Dealt(frames(*empty), 0.0)).next(LARGEST)
    assert closed.value.code == 1009


def test_a_message_that_has_begun_has_to_end() -> None:
    dealt = Dealt(frames(TextMessage("x" * 100)), 1.0)
    with pytest.raises(Closed) as closed:
        messages_of(dealt).next(LARGEST)
    assert closed.value.code == 1001
    assert dealt.now < 2 * WHOLE < IDLE  # the head of the frame, and then no longer than a whole message may take


def test_a_silent_page_is_asked_once_whether_it_is_there() -> None:
    dealt = Dealt(b"", 0.0)
    with pytest.raises(Closed) as closed:
        messages_of(dealt).next(LARGEST)
    assert (closed.value.code, dealt.now) == (1001, 2 * IDLE)
    assert dealt.sent[0] == 0x89  # a ping
    there = Dealt(frames(Pong(), Pong(), TextMessage("{}")), IDLE * 0.9, piece=6)
    assert messages_of(there).next(LARGEST) == "{}"
