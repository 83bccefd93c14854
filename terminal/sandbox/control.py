"""The control port of the sandbox centre: a second, token-guarded listener on loopback that orders faults."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from offline_cache.errors import StoreError
from terminal import reference
from terminal.centre.routes import ROUTES
from terminal.model.decoding import decoded
from terminal.sandbox import certificates, losses
from terminal.sandbox.faults import FaultOrder
from terminal.sandbox.server import HOST, Centre

_MAX_BODY = 4096
_TICK_SECONDS = 0.1  # how soon an order to stop is seen
_ROUTES = {route.name for route in ROUTES}


class Revocation(msgspec.Struct, forbid_unknown_fields=True):
    """:param terminal: number of the terminal whose certificate is no longer good."""

    terminal: str


class Agreement(msgspec.Struct, forbid_unknown_fields=True):
    """A person at the centre agrees to a new life of a log.

    :param terminal: number of the terminal that asked for it.
    """

    terminal: str


class CodeOrder(msgspec.Struct, forbid_unknown_fields=True):
    """:param renews: number of the terminal that gets a new certificate; none makes a new terminal."""

    renews: str | None = None


class Medium(msgspec.Struct, forbid_unknown_fields=True):
    """:param path: of what a terminal exported, on this machine; :param disk: it is a dead machine's data folder."""

    path: str
    disk: bool = False


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """A person wants what was handed in to take effect. :param case: its number; without one all of this ``terminal``
    that only could not be joined to its log.
    """

    case: str | None = None
    terminal: str = ""


class Published(msgspec.Struct, forbid_unknown_fields=True):
    """What people at the centre say from now on. :param watch: 卡识别码 of cards, 32 hex digits each; :param off: codes
    of services. ``None`` leaves it as it is.
    """

    watch: list[str] | None = None
    off: list[str] | None = None


class ContactQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """:param card_id: 卡识别码 of the holder's card."""

    card_id: str


class ControlServer:
    """``POST /faults``, ``DELETE /faults``, ``POST /codes``, ``POST /revocations``.

    ``POST /agreements`` is the person at the centre who looked at a fork and lets the terminal go on in a new life.
    ``POST /backup`` keeps everything as it is, ``POST /restoration`` puts it back; ``POST /effects``, ``/blobs``,
    ``/contact`` and ``/alarms`` tell what happened here; ``POST /medium`` takes in what a terminal exported to a file,
    or what a dead machine's disk holds; ``POST /salvaged`` lists what of it is for people, and ``POST /acceptances`` is
    the person who wants one of these to take effect; ``POST /reference`` changes watch-list and catalogue.
    """

    def __init__(self, centre: Centre) -> None:
        self.token = secrets.token_urlsafe(24)
        self._server = ThreadingHTTPServer((HOST, 0), _handler(_actions(centre), self.token))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_TICK_SECONDS,), name="sandbox-control", daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


Action = Callable[[bytes], dict[str, str]]


def _actions(centre: Centre) -> dict[tuple[str, str], Action]:
    """What may be ordered, by method and path. Each takes the body and gives the answer."""

    def order_fault(body: bytes) -> dict[str, str]:
        order = decoded(body, FaultOrder)
        if order.route is not None and order.route not in _ROUTES:
            raise msgspec.ValidationError("no such route")
        centre.faults.set(order)
        return {}

    def clear(_body: bytes) -> dict[str, str]:
        centre.faults.clear()
        return {}

    def backup(_body: bytes) -> dict[str, str]:
        centre.state.backup(centre.backup_file)
        return {}

    def restore(_body: bytes) -> dict[str, str]:
        if not centre.state.restore(centre.backup_file):
            raise msgspec.ValidationError("no backup")
        return {}

    return {
        **_clerks(centre),
        ("POST", "/backup"): backup,
        ("POST", "/restoration"): restore,
        ("POST", "/blobs"): lambda _body: centre.office.effects.contents(),
        ("POST", "/effects"): lambda _body: centre.office.feed.effects(),
        ("POST", "/alarms"): lambda _body: centre.office.feed.alarms(),
        ("POST", "/faults"): order_fault,
        ("POST", "/faults-met"): lambda _body: centre.faults.met(),
        ("DELETE", "/faults"): clear,
    }


def _of_terminals(centre: Centre) -> dict[tuple[str, str], Action]:
    """Who is a terminal, and who is one no longer."""

    def code(body: bytes) -> dict[str, str]:
        order = decoded(body or b"{}", CodeOrder)
        if order.renews is not None and not centre.state.is_terminal(order.renews):
            raise msgspec.ValidationError("no such terminal")
        return {"code": centre.office.new_code(order.renews)}

    def revoke(body: bytes) -> dict[str, str]:
        with centre.state.transaction() as db:
            if not certificates.revoke(db, decoded(body, Revocation).terminal, int(centre.now().timestamp())):
                raise msgspec.ValidationError("no such terminal")
        return {}

    def lose(body: bytes) -> dict[str, str]:
        with centre.state.transaction() as db:
            if not losses.report(db, decoded(body, Revocation).terminal):
                raise msgspec.ValidationError("no such terminal")
        return {}

    def find(body: bytes) -> dict[str, str]:
        with centre.state.transaction() as db:
            if not losses.over(db, decoded(body, Revocation).terminal):
                raise msgspec.ValidationError("this terminal is not reported lost")
        return {}

    return {
        ("POST", "/codes"): code,
        ("POST", "/revocations"): revoke,
        ("POST", "/losses"): lose,
        ("POST", "/losses-over"): find,
    }


def _clerks(centre: Centre) -> dict[tuple[str, str], Action]:
    """What the centre's own people do by hand."""

    def agree(body: bytes) -> dict[str, str]:
        epoch = centre.office.lives.agree(decoded(body, Agreement).terminal)
        if epoch is None:
            raise msgspec.ValidationError("this terminal has not asked for a new life of its log; run its sync first")
        return {"epoch": str(epoch)}

    def contact(body: bytes) -> dict[str, str]:
        return centre.office.feed.contact(decoded(body, ContactQuestion).card_id)

    def medium(body: bytes) -> dict[str, str]:
        order = decoded(body, Medium)
        try:
            taken = centre.office.take_medium(Path(order.path), disk=order.disk)
        except StoreError as error:
            raise msgspec.ValidationError(str(error)) from None
        return {name: str(count) for name, count in taken.counts().items()}

    def accept(body: bytes) -> dict[str, str]:
        try:
            order = decoded(body, Case)
            count = centre.office.accept_salvaged(order.case, order.terminal)
        except LookupError:
            raise msgspec.ValidationError("no such case, or none that can take effect") from None
        return {"accepted": str(count)}

    def publish(body: bytes) -> dict[str, str]:
        order, publishing = decoded(body, Published), centre.office.publishing
        if order.watch is not None:
            names = frozenset(sha256(bytes.fromhex(one)).hexdigest() for one in order.watch)
            publishing.publish(reference.WATCH_LIST, reference.encoded(reference.WatchList(names)))
        if order.off is not None:
            publishing.publish(reference.CATALOGUE, reference.encoded(reference.Catalogue(frozenset(order.off))))
        return {}

    return {
        ("POST", "/agreements"): agree,
        ("POST", "/reference"): publish,
        ("POST", "/medium"): medium,
        ("POST", "/salvaged"): lambda _body: centre.office.salvaged(),
        ("POST", "/acceptances"): accept,
        ("POST", "/contact"): contact,
        **_of_terminals(centre),
    }


def _handler(actions: Mapping[tuple[str, str], Action], token: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            self._serve()

        def do_DELETE(self) -> None:
            self._serve()

        def _serve(self) -> None:
            given = self.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode("ascii")):
                return self._answer(401, {})
            action = actions.get((self.command, self.path))
            length = self.headers.get("Content-Length", "0")
            if action is None or not length.isdigit() or int(length) > _MAX_BODY:
                return self._answer(404 if action is None else 413, {})
            try:
                return self._answer(200, action(self.rfile.read(int(length))))
            except msgspec.MsgspecError as error:
                return self._answer(400, {"detail": str(error)})

        def _answer(self, status: int, document: dict[str, str]) -> None:
            body = json.dumps(document).encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Orders are the caller's to log."""

    return Handler
