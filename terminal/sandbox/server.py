"""The sandbox centre put together and served: TLS on loopback, client certificates asked for but not demanded."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cheroot import errors, wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

from terminal.centre import chain
from terminal.sandbox.app import application
from terminal.sandbox.authority import Authority
from terminal.sandbox.faults import Faults
from terminal.sandbox.office import ENVIRONMENT, Office
from terminal.sandbox.people import Population
from terminal.sandbox.state import State
from terminal.sandbox.wire import Signer, Wire

HOST = "127.0.0.1"
_HANDSHAKE_SECONDS = 5
_MAX_REQUEST = 1024 * 1024
_TICK_SECONDS = 0.1  # how soon an order to stop is seen


class Centre:
    """One sandbox centre in this process.

    :param directory: its certificates and its memory.
    :param now: the time its clock starts from; by default the machine's.
    :param suite: see :class:`terminal.sandbox.authority.Authority`.
    """

    def __init__(
        self,
        directory: Path,
        population: Population,
        now: Callable[[], datetime] | None = None,
        suite: str | None = None,
    ) -> None:
        self.faults = Faults()
        self.population = population
        self._true_now = now or (lambda: datetime.now(UTC))
        self.authority = Authority(directory, suite)
        self.state = State(directory / "centre.db")
        self.office = Office(self.authority, self.state, population, self.now)
        self.backup_file = directory / "backup.db"
        signer = Signer(
            self.authority.signing_key,
            self.authority.signing_key_id,
            lambda: int(self.now().timestamp()),
            lambda ack: chain.acknowledge(ENVIRONMENT, ack, self.authority.keys["ack"], self.authority.suite),
            self.authority.suite,
        )
        self.wsgi = Wire(application(self.office.handlers(), self.office.admit), signer, self.faults)

    def now(self) -> datetime:
        """The centre's time, with the offset that was ordered."""
        return self._true_now() + timedelta(seconds=self.faults.offset())


class _Adapter(BuiltinSSLAdapter):
    """Asks for a client certificate of our authority; closes connections while the centre is to be down."""

    def __init__(self, authority: Authority, faults: Faults) -> None:
        super().__init__(str(authority.server_file), str(authority.server_key_file), str(authority.certificate_file))
        self._faults = faults
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(authority.server_file, authority.server_key_file)
        context.load_verify_locations(authority.certificate_file)
        context.verify_mode = ssl.CERT_OPTIONAL
        self.context = context

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        if self._faults.refuse_connection():
            sock.close()
            raise errors.FatalSSLAlert("down")
        # The handshake runs in the accepting thread: a silent visitor must not hold it for long.
        sock.settimeout(_HANDSHAKE_SECONDS)
        wrapped: tuple[ssl.SSLSocket, dict[str, str]] = super().wrap(sock)  # type: ignore[no-untyped-call]
        return wrapped


class CentreServer:
    """Serves a :class:`Centre` on 127.0.0.1. ``port`` 0 takes a free one; :attr:`port` tells which."""

    def __init__(self, centre: Centre, port: int = 0, log: Callable[[str], None] | None = None) -> None:
        self.centre = centre
        self._server = wsgi.Server((HOST, port), centre.wsgi, numthreads=6, max=12, request_queue_size=32)
        self._server.ssl_adapter = _Adapter(centre.authority, centre.faults)
        self._server.max_request_body_size = _MAX_REQUEST
        self._server.max_request_header_size = 64 * 1024
        self._server.shutdown_timeout = 1
        self._server.expiration_interval = _TICK_SECONDS
        self._server.error_log = self._log  # type: ignore[method-assign]
        self._write = log or (lambda _line: None)
        self._server.prepare()
        # Accepted connections inherit this, so that a restart gets its port back although old ones still fade away;
        # cheroot leaves it out where it took a free port.
        self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._thread = threading.Thread(target=self._server.serve, name="sandbox-centre", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.bind_addr[1])

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, close, forget nothing."""
        self.centre.faults.clear()
        self._server.stop()
        self._thread.join()
        self.centre.state.close()

    def _log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        self._write(f"{level} {msg.splitlines()[0] if msg else ''}")
