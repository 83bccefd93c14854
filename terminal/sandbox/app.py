"""The sandbox centre as a WSGI application: the routes of the contract, and nothing that the contract does not name."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import falcon
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from terminal.centre import packing
from terminal.centre.contract import Answer, Body, ProblemType
from terminal.centre.routes import (
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_PATTERN,
    PATH_PARAMETERS,
    REQUEST_ID,
    REQUEST_ID_PATTERN,
    ROUTES,
    VISIT_TOKEN,
    Query,
    Route,
)
from terminal.model.decoding import decoded
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.visits import Terminal

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True)
class Request:
    """A request that passed the gate. ``terminal`` is ``None`` only where the route needs no certificate."""

    terminal: Terminal | None
    token: str | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Body | None


Handler = Callable[[Request], Answer]

Admit = Callable[[x509.Certificate], str | None]
"""Number of the terminal that may ask with a certificate of our authority."""


class Resource:
    """One route: the gate before its handler. Order: who, how, what."""

    def __init__(self, route: Route, handler: Handler, admit: Admit) -> None:
        self._route = route
        self._handler = handler
        self._admit = admit
        setattr(self, f"on_{route.method.lower()}", self._serve)

    def _serve(self, request: falcon.Request, response: falcon.Response, **path: str) -> None:
        if not _fits(REQUEST_ID_PATTERN, request.get_header(REQUEST_ID) or ""):
            raise RefusedError(ProblemType.BAD_REQUEST, REQUEST_ID)
        if request.method == "POST" and not _fits(IDEMPOTENCY_PATTERN, request.get_header(IDEMPOTENCY_KEY) or ""):
            raise RefusedError(ProblemType.BAD_REQUEST, IDEMPOTENCY_KEY)
        asked = Request(
            terminal=self._terminal(request) if self._route.needs_certificate else None,
            token=request.get_header(VISIT_TOKEN),
            path=_checked(path),
            query=self._query(request),
            body=self._body(request),
        )
        if self._route.needs_visit and not asked.token:
            raise RefusedError(ProblemType.VISIT_REQUIRED)
        response.content_type = JSON
        response.data = msgspec.json.encode(self._handler(asked))

    def _terminal(self, request: falcon.Request) -> Terminal:
        pem = request.env.get("SSL_CLIENT_CERT")
        if not pem:
            raise RefusedError(ProblemType.CERTIFICATE_REQUIRED)
        # TLS has checked the chain and the dates; what remains is whether we know the terminal.
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        number = self._admit(certificate)
        if number is None:
            raise RefusedError(ProblemType.TERMINAL_REVOKED)
        key = certificate.public_key()
        known = key if isinstance(key, ec.EllipticCurvePublicKey) else None
        return Terminal(f"{certificate.serial_number:x}", number, known)

    def _query(self, request: falcon.Request) -> dict[str, str]:
        allowed = {parameter.name: parameter for parameter in self._route.query}
        given: Mapping[str, object] = request.params
        found = {}
        for name, value in given.items():
            parameter = allowed.get(name)
            if parameter is None or not isinstance(value, str) or not _suits(parameter, value):
                raise RefusedError(ProblemType.BAD_REQUEST, "query")
            found[name] = value
        return found

    def _body(self, request: falcon.Request) -> Body | None:
        if self._route.body is None:
            return None
        if (request.content_type or "").split(";")[0].strip().lower() != JSON:
            raise RefusedError(ProblemType.BAD_REQUEST, "content type", 415)
        content = request.bounded_stream.read(self._route.most_bytes + 1)
        if len(content) > self._route.most_bytes:
            raise RefusedError(ProblemType.TOO_LARGE)
        coding = request.get_header("Content-Encoding") or ""
        try:
            content = packing.unpacked({"content-encoding": coding}, content, self._route.most_bytes)
        except packing.UnpackedTooLargeError:
            raise RefusedError(ProblemType.TOO_LARGE) from None
        except packing.PackedBadlyError as error:
            raise RefusedError(ProblemType.BAD_REQUEST, str(error)) from None
        try:
            return decoded(content, self._route.body)
        except msgspec.MsgspecError as error:
            raise RefusedError(ProblemType.BAD_REQUEST, "body") from error


def _suits(parameter: Query, value: str) -> bool:
    """Whether a query parameter has a value that the contract allows."""
    if parameter.pattern is not None:
        return _fits(parameter.pattern, value)
    return _NUMBER.match(value) is not None and parameter.least <= int(value) <= parameter.most


def _fits(pattern: str, value: str) -> bool:
    """Whole match of a pattern of the contract; ``$`` alone would let a line feed through."""
    return re.fullmatch(pattern, value) is not None


def _checked(path: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in path.items():
        if not _fits(PATH_PARAMETERS[name], value):
            raise RefusedError(ProblemType.BAD_REQUEST, name)
    return path


def _refused(_request: falcon.Request, response: falcon.Response, error: RefusedError, _params: object) -> None:
    response.status = error.status
    response.content_type = PROBLEM_JSON
    response.data = msgspec.json.encode(error.document)


def _not_served(request: falcon.Request, response: falcon.Response, error: falcon.HTTPError, params: object) -> None:
    """What Falcon itself refuses: an unknown path, another method, a request it cannot read."""
    status = falcon.http_status_to_code(error.status)
    kind = ProblemType.NOT_FOUND if status in (404, 405) else ProblemType.BAD_REQUEST
    for name, value in (error.headers or {}).items() if isinstance(error.headers, Mapping) else error.headers or ():
        response.set_header(name, value)
    _refused(request, response, RefusedError(kind, status=status), params)


def _failed(request: falcon.Request, response: falcon.Response, error: Exception, params: object) -> None:
    # Everybody here is made up, so the whole trace may stand in the log of the sandbox.
    request.log_error("".join(traceback.format_exception(error)))
    _refused(request, response, RefusedError(ProblemType.INTERNAL), params)


def application(handlers: Mapping[str, Handler], admit: Admit) -> falcon.App[falcon.Request, falcon.Response]:
    """Every route of the contract, each with its handler by name."""
    app = falcon.App()
    app.req_options.keep_blank_qs_values = True
    app.req_options.auto_parse_qs_csv = False
    app.add_error_handler(Exception, _failed)
    app.add_error_handler(falcon.HTTPError, _not_served)
    app.add_error_handler(RefusedError, _refused)
    for route in ROUTES:
        app.add_route(route.path, Resource(route, handlers[route.name], admit))
    return app
