"""The local interface with a desk of nothing but a thread and a seat, and a program that calls it by hand."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, RejectConnection, Request, TextMessage

from cardio.interface33 import Book, Ending, Interface33, Keypad, NoBook, Purpose, Write
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from cardio.worker import CardWorker, Timer
from terminal.clock import SystemClock
from terminal.desk_loop import Loop
from terminal.localapi.errors import LocalApiError
from terminal.localapi.programs import Programs
from terminal.localapi.seat import PURPOSES, Seat, Sitting
from terminal.localapi.service import LocalApi
from terminal.people.operators import Operator, Role
from terminal.people.session import no_second
from terminal.settings import Settings
from terminal.views.common import Fact
from terminal.views.programs import ProgramView

READER = "Reader A"
PAGE = "https://hall.example"
OTHER = "https://other.example:8443"


class ListBook(NoBook):
    """A book on paper: what was begun and how it ended. :param closed: why nothing can be written down."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.people: list[tuple[str | None, str | None]] = []
        self.closed: LocalApiError | None = None

    def ready(self, sitting: Sitting | None, family: str) -> None:
        if self.closed is not None:
            raise self.closed
        if sitting is not None:
            both = (sitting.operator, sitting.reviewer)
            self.people.append((both[0].number if both[0] else None, both[1].number if both[1] else None))

    def begin(self, write: Write) -> None:
        self.lines.append(f"{write.function} begun")

    def end(self, ending: Ending, proof: bytes) -> None:
        self.lines.append(ending.value)


def person(number: str) -> Operator:
    return Operator(number, number, frozenset({Role.OPERATOR, Role.REVIEWER}))


class Counter:
    """The people at the counter. :param second: who comes when a second person is asked for."""

    def __init__(self) -> None:
        self.operator: Operator | None = person("1001")
        self.agreed: list[tuple[Fact, ...]] = []
        self.asked: Future[Operator] | None = None

    def ask_second(self, lines: tuple[Fact, ...]) -> Future[Operator]:
        self.agreed.append(lines)
        self.asked = Future()
        return self.asked

    def cancel(self) -> None:
        asked, self.asked = self.asked, None
        if asked is not None:
            asked.set_exception(no_second())


class Timers:
    """A scheduler that a test winds by hand; what is due at once runs at once, on a thread of its own."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None], Event]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> Timer:
        off = Event()
        self.set.append((seconds, call, off))
        if not seconds:
            threading.Thread(target=call).start()
        return Canceller(off)

    def wind(self, seconds: float) -> int:
        """Run what is due in so many seconds and was not cancelled; gives how many."""
        due = [(call, off) for after, call, off in self.set if after == seconds and not off.is_set()]
        for call, off in due:
            off.set()
            call()
        return len(due)


class Canceller:
    def __init__(self, off: Event) -> None:
        self._off = off

    def cancel(self) -> None:
        self._off.set()


class Place:
    """One reader, one desk's thread, the interface, and programs registered by name."""

    def __init__(self, data: Path, *, writes: bool = True, patience: float = 30.0) -> None:
        free = socket.socket()
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        self.settings = Settings(
            environment="sandbox", data_dir=str(data), local_api_port=port, local_api_writes=writes, language="en"
        )
        self.programs = Programs(self.settings)
        self.readers = SimulatedReaders((READER,))
        self.worker = CardWorker(self.readers, READER)
        self.loop = Loop(SystemClock())
        self._moved = threading.Condition()
        self.shown: list[ProgramView | None] = [None]
        self.refusal: LocalApiError | None = None
        self.now = 0.0
        self.timers = Timers()
        self.people = Counter()
        self.seat = Seat(self.loop.post, self._see, lambda: self.refusal, self.people, patience=patience)
        self.journal: list[tuple[str, str, int]] = []
        self.book = ListBook()
        self.api = self.serving()
        self.tokens: dict[str, str] = {}

    def serving(self) -> LocalApi:
        return LocalApi(
            self.settings,
            self.seat,
            self._make,
            lambda program: self.book,
            lambda *line: self.journal.append(line),
            now=lambda: self.now,
            schedule=self.timers,
        )

    def _make(self, keypad: Keypad, book: Book) -> Interface33:
        return Interface33(self.readers, lambda name: self.worker, lambda: (ToyKeySource(),), keypad=keypad, book=book)

    def _see(self) -> None:
        with self._moved:
            self.shown.append(self.seat.view)
            self._moved.notify_all()

    def until(self, state: str | None) -> ProgramView | None:
        """Wait until the screen shows this state of a program."""
        with self._moved:
            fits: Callable[[], bool] = lambda: (self.shown[-1].state if self.shown[-1] else None) == state  # noqa: E731
            assert self._moved.wait_for(fits, 30), self.shown[-1]
            return self.shown[-1]

    def do(self, call: Callable[[], None]) -> None:
        """On the desk's thread, as a key of the screen."""

        def act() -> None:
            call()
            self._see()

        self.loop.post(act)

    def placed(self, count: int) -> None:
        """Wait until so many connections are open."""
        places = self.api.places
        assert places is not None
        with places.moved:
            assert places.moved.wait_for(lambda: len(places) == count, 30)

    def settled(self) -> None:
        """Wait until the desk's thread has done all that was posted before."""
        done = Event()
        self.loop.post(done.set)
        assert done.wait(30)

    def type(self, digits: str, purpose: Purpose = Purpose.CURRENT) -> None:
        asked = PURPOSES[purpose]
        with self._moved:
            assert self._moved.wait_for(lambda: self.shown[-1] is not None and self.shown[-1].purpose == asked, 30)
        for digit in digits:
            self.do(partial(self._digit, int(digit)))
        self.do(self.seat.typed)

    def _digit(self, digit: int) -> None:
        self.seat.pin.add(digit)

    def register(self, name: str, origin: str = PAGE, *, writes: bool = False) -> None:
        self.tokens[name] = self.programs.add(name, origin, writes=writes)

    def insert(self, contents: CardContents) -> SimulatedCard:
        card = SimulatedCard(contents)
        self.readers.insert(READER, card)
        return card

    @property
    def port(self) -> int:
        port = self.api.port
        assert port is not None
        return port

    def post(
        self,
        function: str,
        arguments: Mapping[str, object] | bytes,
        *,
        program: str = "Hall",
        origin: str | None = PAGE,
        method: str = "POST",
        changes: Mapping[str, str | None] | None = None,
    ) -> tuple[int, dict[str, object], dict[str, str]]:
        """One request. :param changes: of its headers; ``None`` leaves one out. Gives status, document and headers."""
        body = arguments if isinstance(arguments, bytes) else json.dumps(arguments).encode()
        headers: dict[str, str | None] = {
            "Authorization": f"Bearer {self.tokens.get(program, '')}",
            "Content-Type": "application/json",
            "Origin": origin,
            **(changes or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                method,
                f"/ld33/v1/{function}",
                body,
                {name: value for name, value in headers.items() if value is not None},
            )
            answer = connection.getresponse()
            said = answer.read()
            document = json.loads(said) if said else {}
            return answer.status, document, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def call(
        self, function: str, arguments: Mapping[str, object], *, program: str = "Hall", origin: str | None = PAGE
    ) -> dict[str, object]:
        """A call that the server lets through."""
        status, document, _ = self.post(function, arguments, program=program, origin=origin)
        assert status == 200
        return document


@contextmanager
def place(data: Path, *, writes: bool = True, patience: float = 30.0) -> Iterator[Place]:
    made = Place(data, writes=writes, patience=patience)
    made.loop.start()
    made.api.start()
    try:
        yield made
    finally:
        made.api.stop()
        made.loop.stop()
        made.worker.stop()


class Page:
    """A program that talks over a WebSocket."""

    def __init__(self, port: int, *, origin: str | None = PAGE, host: str | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._ws = WSConnection(ConnectionType.CLIENT)
        headers = [(b"Origin", origin.encode())] if origin is not None else []
        request = Request(host=host or f"127.0.0.1:{port}", target="/ld33/v1/socket", extra_headers=headers)
        self._socket.sendall(self._ws.send(request))
        self.opened = self._next()

    def _next(self) -> object:
        while True:
            for event in self._ws.events():
                return event
            data = self._socket.recv(8192)
            if not data:
                return None
            self._ws.receive_data(data)

    def send(self, message: object) -> None:
        self._socket.sendall(self._ws.send(TextMessage(message if isinstance(message, str) else json.dumps(message))))

    def hear(self) -> dict[str, object] | int | None:
        """The next message, or the code with which the other side closed."""
        event = self._next()
        if isinstance(event, TextMessage):
            heard: dict[str, object] = json.loads(event.data)
            return heard
        return event.code if isinstance(event, CloseConnection) else None

    def ask(self, message: object) -> dict[str, object] | int | None:
        self.send(message)
        return self.hear()

    def end(self) -> None:
        """Close, and wait until the other side has."""
        self._socket.sendall(self._ws.send(CloseConnection(1000)))
        while self._socket.recv(8192):
            pass
        self._socket.close()

    def close(self) -> None:
        self._socket.close()


__all__ = ["OTHER", "PAGE", "READER", "AcceptConnection", "Page", "Place", "RejectConnection", "place"]
