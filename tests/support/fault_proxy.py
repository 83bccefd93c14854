"""A proxy on loopback that does to a connection what networks do, without looking into it: TLS goes through as it is.

Each connection takes the next order of a list; without one it is passed on whole. Every wait ends with :meth:`close`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections import deque
from enum import Enum
from types import TracebackType

_CHUNK = 65536
_DRIP_SECONDS = 0.05


class Way(Enum):
    PASS = "pass"
    RESET = "reset"  # RST as soon as it is made
    BLACKHOLE = "blackhole"  # taken, and never a byte
    LOST = "lost"  # the request goes, the answer does not: RST in its place
    HALF = "half"  # the beginning of the answer, then RST
    SLOW = "slow"  # one byte of the answer at a time
    CERTIFICATE = "certificate"  # somebody else answers, with a certificate of his own
    PORTAL = "portal"  # plain HTTP 200 with a page, on the port where TLS is expected


class FaultProxy:
    """Use with ``with``. :param target: port of the centre on loopback. :param stranger: TLS of ``CERTIFICATE``."""

    def __init__(self, target: int, stranger: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._stranger = stranger
        self._orders: deque[Way] = deque()
        self._always: Way | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.met: list[Way] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._listen, name="fault-proxy", daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def order(self, *ways: Way) -> None:
        """What the next connections meet, one each."""
        with self._lock:
            self._orders.extend(ways)

    def partition(self, way: Way | None) -> None:
        """What every connection meets until it is ``None`` again; those that are open are cut."""
        with self._lock:
            self._always = way
            open_now = list(self._open) if way is not None else []
        for one in open_now:
            _cut(one)

    def heal(self) -> None:
        with self._lock:
            self._orders.clear()
            self._always = None

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_now = list(self._open)
        for one in open_now:
            _cut(one)
        for thread in self._threads:
            thread.join(10)

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                way = self._orders.popleft() if self._orders else self._always or Way.PASS
                self.met.append(way)
                self._open.add(client)
            thread = threading.Thread(target=self._serve, args=(client, way), name="fault-proxy", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket, way: Way) -> None:
        try:
            with contextlib.suppress(OSError):
                self._treat(client, way)
        finally:
            with self._lock:
                self._open.discard(client)
            client.close()

    def _treat(self, client: socket.socket, way: Way) -> None:
        if way is Way.RESET:
            _reset(client)
        elif way is Way.BLACKHOLE:
            while client.recv(_CHUNK):  # until the other side gives up, or we are closed
                pass
        elif way is Way.PORTAL:
            client.recv(_CHUNK)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nlogin")
        elif way is Way.CERTIFICATE and self._stranger is not None:
            with self._stranger.wrap_socket(client.dup(), server_side=True) as secured:
                secured.recv(_CHUNK)
        else:
            self._pass_on(client, way)

    def _pass_on(self, client: socket.socket, way: Way) -> None:
        with socket.create_connection(("127.0.0.1", self._target)) as centre:
            with self._lock:
                self._open.add(centre)
            asked = threading.Event()
            up = threading.Thread(target=_pump, args=(client, centre, asked), name="fault-proxy", daemon=True)
            up.start()
            try:
                self._down(client, centre, way)
            finally:
                _cut(centre)
                _cut(client)
                up.join(10)
                with self._lock:
                    self._open.discard(centre)

    def _down(self, client: socket.socket, centre: socket.socket, way: Way) -> None:
        """The answers. In TLS 1.3 the server speaks once before the request (its flight, to which the client answers
        with its own and the request); tickets may follow. What is larger than those, or ends the connection, is it."""
        spoken = 0
        while data := centre.recv(_CHUNK):
            spoken += 1
            if spoken > 1 and way is Way.LOST:
                self._swallow(centre)
                return _reset(client)
            if spoken > 1 and way is Way.HALF and len(data) > 600:
                client.sendall(data[: len(data) // 2])
                self._swallow(centre)
                return _reset(client)
            if spoken > 1 and way is Way.SLOW:
                for byte in data:
                    client.sendall(bytes([byte]))
                    if self._over.wait(_DRIP_SECONDS):
                        return None
                continue
            client.sendall(data)
        return None

    @staticmethod
    def _swallow(centre: socket.socket) -> None:
        """The centre ends what it does: the whole answer is read, and nobody gets it."""
        centre.settimeout(2)
        with contextlib.suppress(OSError):
            while centre.recv(_CHUNK):
                pass


def _pump(source: socket.socket, sink: socket.socket, asked: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            asked.set()
            sink.sendall(data)


def _reset(one: socket.socket) -> None:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
