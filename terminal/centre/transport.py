"""One HTTPS exchange with the centre, whole or not at all. The only user of ``requests``.

A connection is opened for each exchange: a kept one that a gateway has forgotten would leave "was it done?" open, and
a visit has five exchanges. Everything, name lookup and handshake included, ends by one deadline.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from terminal.centre import causes, packing
from terminal.centre.contract import ProblemType
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.signing import Reply

_CONNECT_SECONDS = 5.0
_NOT_YET_VALID = 9  # X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL
_MOST_HEADERS = 64
_REFUSALS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")
"""Parts of the names of TLS alerts (RFC 8446 §6.2) that speak of our certificate; other alerts do not."""


@dataclass(frozen=True)
class Call:
    """One request, ready to go. ``headers`` may hold a token: never shown."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None

    def __repr__(self) -> str:
        return f"<Call {self.method}>"


class ClosingSocket(ssl.SSLSocket):
    """Closed where the other side is gone before the handshake: CPython's ``SSLSocket`` raises there, outside of the
    part that cleans up, and leaves the descriptor to the garbage collector.
    """

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        try:
            return super().recv(buflen, flags)
        except OSError:
            if self.version() is None:
                self.close()
            raise


class _Guard:
    """Holds a second handle of the socket of an exchange, so that another thread can end it at the deadline."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._over = False
        self.connected = False
        """Whether somebody took the connection."""
        self.secured = False
        """Whether the handshake was done, so that a request may have gone out."""

    def watch(self, connection: socket.socket) -> None:
        with self._lock:
            self.connected = True
            # A duplicate stays valid while TLS takes the descriptor over, and shuts down the same connection.
            self._handle = connection.dup()
            if self._over:
                self._cut()

    def end(self) -> None:
        with self._lock:
            self._over = True
            self._cut()

    def _cut(self) -> None:
        if self._handle is not None:
            with contextlib.suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)
            self._handle.close()
            self._handle = None


class _Adapter(HTTPAdapter):
    """Trusts exactly what ``context`` trusts; requests would add its own bundle."""

    def __init__(self, context: ssl.SSLContext, guard: _Guard) -> None:
        self._context = context
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_ignored: object) -> None:
        guard = self._guard

        class GuardedConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                guard.watch(connection)
                return connection

            def connect(self) -> None:
                super().connect()
                guard.secured = True

        class GuardedPool(HTTPSConnectionPool):
            ConnectionCls = GuardedConnection

        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = {"https": GuardedPool}

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Leave trust to the context: nothing is added, nothing is taken away."""


def exchange(call: Call, context: ssl.SSLContext, *, deadline: float, limit: int) -> Reply:
    """Send ``call`` and give the answer, whatever its status.

    :param deadline: seconds for all of it.
    :param limit: most bytes of a body.
    :raises CentreError: ``UNREACHABLE``, ``CONNECTION_LOST``, ``TOO_SLOW``, ``SERVER_CERTIFICATE``, ``CLOCK_WRONG``,
        ``TERMINAL_REFUSED``, ``ANSWER_INVALID``.
    """
    guard = _Guard()
    result: list[Callable[[], Reply]] = []
    end = time.monotonic() + deadline

    def work() -> None:
        try:
            reply = _send(call, context, guard, deadline, limit)
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
            # What breaks at the deadline breaks because of it, whichever thread of a busy machine sees it first.
            result.append(_raiser(error if time.monotonic() < end else _too_slow(deadline)))
        else:
            result.append(lambda: reply)

    thread = threading.Thread(target=work, name="centre-exchange", daemon=True)
    thread.start()
    thread.join(deadline)
    # The thread may still hang in a name lookup, which cannot be cut; it is left to end by itself.
    guard.end()
    if not result:
        raise _too_slow(deadline)
    return result[0]()


def _too_slow(deadline: float) -> CentreError:
    return CentreError(CentreFault.TOO_SLOW, f"no whole answer in {deadline:g} s")


def _raiser(error: BaseException) -> Callable[[], Reply]:
    def again() -> Reply:
        raise error

    return again


def _send(call: Call, context: ssl.SSLContext, guard: _Guard, deadline: float, limit: int) -> Reply:
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        session.adapters.clear()  # among them the one that speaks without TLS
        session.mount("https://", _Adapter(context, guard))
        try:
            with session.request(
                call.method,
                call.url,
                headers={**call.headers, "Connection": "close", "Accept-Encoding": packing.CODING},
                data=call.body,
                timeout=(min(_CONNECT_SECONDS, deadline), deadline + 1),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read(response, limit)
                return Reply(response.status_code, _headers(response), body)
        except (requests.RequestException, HTTPError, OSError) as error:
            # The texts of these errors hold the address, and that holds the card's id.
            raise _fault_of(error, guard) from None


def _headers(response: requests.Response) -> dict[str, str]:
    if len(response.headers) > _MOST_HEADERS:
        raise causes.answer_invalid("too many header fields")
    return {name.lower(): value for name, value in response.headers.items()}


def _read(response: requests.Response, limit: int) -> bytes:
    """The body as sent. A shorter one than announced is an error of the connection, a longer one than allowed ours."""
    body = bytearray()
    for chunk in response.raw.stream(16384, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise causes.answer_invalid(f"more than {limit} bytes")
    return bytes(body)


def _fault_of(error: BaseException, guard: _Guard) -> CentreError:
    """The cause behind what requests, urllib3, ssl or the system raised; found by types, never by texts for people."""
    chain = _chain(error)
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code == _NOT_YET_VALID:
                return causes.clock_wrong("the certificate of the centre is not yet valid")
            return CentreError(CentreFault.SERVER_CERTIFICATE, f"verify code {cause.verify_code}")
        reason = (cause.reason or "") if isinstance(cause, ssl.SSLError) else ""
        if "ALERT" in reason and any(part in reason for part in _REFUSALS):
            return causes.problem(ProblemType.TERMINAL_REVOKED, reason)
    names = " < ".join(type(cause).__name__ for cause in chain)
    if guard.secured:
        return CentreError(CentreFault.CONNECTION_LOST, names)
    # Somebody is there who does not get to the handshake: the network is not what should be looked at.
    silent = guard.connected and any(isinstance(cause, TimeoutError) for cause in chain)
    return _too_slow(_CONNECT_SECONDS) if silent else causes.unreachable(names)


def _chain(error: BaseException) -> list[BaseException]:
    """``error`` and everything it came from, through causes and through the arguments that urllib3 hides them in."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        cause = waiting.pop(0)
        if any(cause is known for known in found):
            continue
        found.append(cause)
        related = [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
        waiting.extend(item for item in related if isinstance(item, BaseException))
    return found
