"""The outer layer of the sandbox centre: every answer is signed here, and here it goes wrong when it was told to."""

from __future__ import annotations

import errno
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from offline_cache.suite import INTL, Suite
from terminal.centre import packing, signing
from terminal.centre.contract import Acknowledgement, ProblemType
from terminal.centre.routes import ROUTES, URGENT
from terminal.model.decoding import decoded
from terminal.sandbox.app import PROBLEM_JSON
from terminal.sandbox.faults import FaultKind, FaultOrder, Faults
from terminal.sandbox.problems import RefusedError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = "<!DOCTYPE html><html><body><h1>请先登录网络</h1></body></html>".encode()
_DRIP_LIMIT = 2000
_BOMB = 32 << 20


@dataclass
class Outgoing:
    """An answer on its way out, still whole."""

    status: int
    headers: dict[str, str]
    body: bytes


Twist = Callable[[FaultOrder, "Signer", signing.Question, Outgoing], Outgoing]


@dataclass(frozen=True)
class Signer:
    """The centre's keys.

    :param now: seconds since 1970 by the centre's clock; :param ack: signs acknowledgements.
    :param packs: the asker takes gzip.
    """

    private: bytes
    key_id: str
    now: Callable[[], int]
    ack: Callable[[Acknowledgement], Acknowledgement]
    suite: Suite = INTL
    packs: bool = False

    def sign(self, question: signing.Question, answer: Outgoing) -> Outgoing:
        if self.packs and "Content-Encoding" not in answer.headers:
            body, coding = packing.packed(answer.body)
            answer = Outgoing(answer.status, {**answer.headers, **coding}, body)
        plain = {name.lower(): value for name, value in answer.headers.items()}
        reply = signing.Reply(answer.status, plain, answer.body)
        fields = signing.sign(self.private, self.key_id, question, reply, created=self.now(), suite=self.suite)
        return Outgoing(answer.status, {**answer.headers, **fields}, answer.body)


class Wire:
    """WSGI around the application."""

    def __init__(self, app: WSGIApplication, signer: Signer, faults: Faults) -> None:
        self._app = app
        self._signer = signer
        self._faults = faults
        self._first: dict[str, Outgoing] = {}
        self._last: dict[str | None, Outgoing] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        target = _target(environ)
        question = signing.Question(environ["REQUEST_METHOD"], target, environ.get("HTTP_X_REQUEST_ID"))
        route = route_of(question.method, urlsplit(target).path)
        # Whatever the answer will be, the body is taken in first: a sender that is cut off does not hear the refusal.
        length = environ.get("CONTENT_LENGTH") or "0"
        content = environ["wsgi.input"].read(int(length)) if length.isdigit() else b""
        plain = self._inner({**environ, "wsgi.input": io.BytesIO(content)})
        signer = replace(self._signer, packs=packing.accepted(environ.get("HTTP_ACCEPT_ENCODING", "")))
        order = self._faults.take(route, urgent=environ.get("HTTP_PRIORITY", "") == URGENT)
        if order is None:
            answer = signer.sign(question, plain)
            if answer.status == HTTPStatus.OK:
                self._first.setdefault(urlsplit(target).path, plain)
            self._last[route] = answer
            return _send(start_response, answer)
        if order.kind is FaultKind.SLOW:
            self._faults.cleared.wait(order.seconds)
            return _send(start_response, signer.sign(question, plain))
        if order.kind is FaultKind.LOST:
            raise ConnectionResetError(errno.ECONNRESET, "the answer is lost")  # the server closes without a word
        if order.kind is FaultKind.ACK_OLDER:
            return _send(start_response, signer.sign(question, self._first.get(urlsplit(target).path, plain)))
        if order.kind is FaultKind.REPLAY:
            return _send(start_response, self._last.get(route) or signer.sign(question, plain))
        if order.kind in _BODIES:
            return _send(start_response, signer.sign(question, plain), _BODIES[order.kind], order, self._faults)
        return _send(start_response, _TWISTS[order.kind](order, signer, question, plain))

    def _inner(self, environ: WSGIEnvironment) -> Outgoing:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda _data: None

        chunks = self._app(environ, start)
        body = b"".join(chunks)
        status, headers = started[-1]
        return Outgoing(int(status[:3]), dict(headers), body)


def route_of(method: str, path: str) -> str | None:
    """Name of the contract's route, or ``None``."""
    parts = path.split("/")
    for route in ROUTES:
        pattern = route.path.split("/")
        same = (want == have or want.startswith("{") for want, have in zip(pattern, parts, strict=False))
        if route.method == method and len(pattern) == len(parts) and all(same):
            return route.name
    return None


def _target(environ: WSGIEnvironment) -> str:
    """Path and query as they were sent; what is signed must be what the terminal asked, byte for byte."""
    raw = environ.get("REQUEST_URI")
    if raw:
        return str(raw)
    query = environ.get("QUERY_STRING")
    return f"{environ.get('PATH_INFO', '/')}?{query}" if query else str(environ.get("PATH_INFO", "/"))


def _send(
    start_response: StartResponse,
    answer: Outgoing,
    flow: Callable[[FaultOrder, Faults, bytes], Iterator[bytes]] | None = None,
    order: FaultOrder | None = None,
    faults: Faults | None = None,
) -> Iterable[bytes]:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    endless = order is not None and order.kind is FaultKind.OVERSIZE
    if not endless:
        headers["Content-Length"] = str(len(answer.body))
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Status"
    start_response(f"{answer.status} {phrase}", list(headers.items()))
    if flow is None or order is None or faults is None:
        return [answer.body]
    return flow(order, faults, answer.body)


# --- bodies that come badly ---


def _cut(_order: FaultOrder, _faults: Faults, body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]


def _drip(order: FaultOrder, faults: Faults, body: bytes) -> Iterator[bytes]:
    for index in range(min(len(body), _DRIP_LIMIT)):
        yield body[index : index + 1]
        faults.cleared.wait(order.seconds)
    yield body[_DRIP_LIMIT:]


def _endless(_order: FaultOrder, faults: Faults, body: bytes) -> Iterator[bytes]:
    yield body
    while not faults.cleared.is_set():
        yield b" " * 65536


_BODIES = {FaultKind.CUT: _cut, FaultKind.DRIP: _drip, FaultKind.OVERSIZE: _endless}


# --- answers that are wrong ---


def _retry(order: FaultOrder) -> dict[str, str]:
    return {} if order.retry_after is None else {"Retry-After": str(order.retry_after)}


def _refusal(kind: ProblemType, status: int, headers: dict[str, str]) -> Outgoing:
    document = RefusedError(kind, status=status).document
    return Outgoing(status, {"content-type": PROBLEM_JSON, **headers}, msgspec.json.encode(document))


def _html(_order: FaultOrder, _signer: Signer, _question: signing.Question, _plain: Outgoing) -> Outgoing:
    return Outgoing(200, {"Content-Type": "text/html; charset=utf-8"}, _PAGE)


def _gateway(order: FaultOrder, _signer: Signer, _question: signing.Question, _plain: Outgoing) -> Outgoing:
    return Outgoing(order.status or 502, {"Content-Type": "text/html", **_retry(order)}, b"<h1>Bad Gateway</h1>")


def _unsigned(_order: FaultOrder, _signer: Signer, _question: signing.Question, plain: Outgoing) -> Outgoing:
    return plain


def _bad_signature(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    signed = signer.sign(question, plain)
    value = signed.headers["Signature"]
    at = len(value) // 2
    signed.headers["Signature"] = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
    return signed


def _wrong_schema(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    return signer.sign(question, Outgoing(200, plain.headers, b'{"answer": 42}'))


def _wrong_type(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    return signer.sign(question, Outgoing(200, {**plain.headers, "content-type": "text/plain"}, plain.body))


def _bomb(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    """Small on the wire, and more than anybody takes once it is unpacked."""
    huge = gzip.compress(plain.body + b" " * _BOMB, 9, mtime=0)
    return signer.sign(question, Outgoing(plain.status, {**plain.headers, "Content-Encoding": packing.CODING}, huge))


def _ack_signature(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    def spoil(ack: Acknowledgement) -> Acknowledgement:
        first = "A" if ack.signature[0] != "A" else "B"
        return structs.replace(ack, signature=first + ack.signature[1:])

    return signer.sign(question, _other_ack(plain, spoil))


def _ack_head(_order: FaultOrder, signer: Signer, question: signing.Question, plain: Outgoing) -> Outgoing:
    return signer.sign(question, _other_ack(plain, lambda ack: signer.ack(structs.replace(ack, head="F" * 64))))


def _other_ack(plain: Outgoing, change: Callable[[Acknowledgement], Acknowledgement]) -> Outgoing:
    """The answer with its acknowledgement changed; another kind of answer stays as it is."""
    try:
        ack = decoded(plain.body, Acknowledgement)
    except msgspec.MsgspecError:
        return plain
    return Outgoing(plain.status, plain.headers, msgspec.json.encode(change(ack)))


def _busy(order: FaultOrder, signer: Signer, question: signing.Question, _plain: Outgoing) -> Outgoing:
    return signer.sign(question, _refusal(ProblemType.BUSY, order.status or 503, _retry(order)))


def _failed(_order: FaultOrder, signer: Signer, question: signing.Question, _plain: Outgoing) -> Outgoing:
    return signer.sign(question, _refusal(ProblemType.INTERNAL, 500, {}))


_TWISTS: dict[FaultKind, Twist] = {
    FaultKind.HTML: _html,
    FaultKind.GATEWAY: _gateway,
    FaultKind.UNSIGNED: _unsigned,
    FaultKind.BAD_SIGNATURE: _bad_signature,
    FaultKind.WRONG_SCHEMA: _wrong_schema,
    FaultKind.WRONG_TYPE: _wrong_type,
    FaultKind.BOMB: _bomb,
    FaultKind.ACK_SIGNATURE: _ack_signature,
    FaultKind.ACK_HEAD: _ack_head,
    FaultKind.BUSY: _busy,
    FaultKind.FAILED: _failed,
}
