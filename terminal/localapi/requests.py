"""What a request must be before anybody looks at what it asks: its host, its origin, its token, its size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import h11
import msgspec

from cardio.interface33 import FUNCTIONS
from terminal.localapi.programs import NATIVE, Program, admitted
from terminal.model.decoding import decoded

PATH: Final = "/ld33/v1/"
SOCKET: Final = PATH + "socket"
RELEASE: Final = "release"
"""In place of a function: the program has lost its handle, or wants no next step."""
LARGEST: Final = 64 * 1024
"""Bytes of a body or a message; pWriteData in hex for the largest file is far below."""

Argument = int | str


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call in JSON, as a WebSocket message has it. :param arguments: by name, as the standard names them."""

    function: str
    arguments: dict[str, Argument] = {}
    id: int | str | None = None


class Refusal(Exception):  # noqa: N818 - an answer
    """:param status: of HTTP. :param why: a word for the log; nothing of the request."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class Head:
    """A request without its body."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, request: h11.Request) -> Head:
        """:raises Refusal: 400 for a header that may come once and comes twice."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in request.headers:
            name = raw_name.decode("ascii").lower()
            if name in headers and name in ("host", "origin", "authorization", "content-type", "upgrade"):
                raise Refusal(400, "a header twice")
            headers[name] = raw_value.decode("latin-1")
        return cls(request.method.decode("ascii"), request.target.decode("latin-1"), headers)

    def get(self, name: str) -> str | None:
        return self.headers.get(name)

    @property
    def origin(self) -> str | None:
        return self.get("origin")

    @property
    def token(self) -> str:
        """Of ``Authorization: Bearer``; empty where there is none."""
        scheme, _, token = (self.get("authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def upgrades(self) -> bool:
        return (self.get("upgrade") or "").lower() == "websocket"


def check_host(head: Head, port: int) -> None:
    """A name that was bent to point here is no name of ours (DNS rebinding).

    :raises Refusal: 421.
    """
    if head.get("host") not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
        raise Refusal(421, "host")


def known_origin(head: Head, programs: tuple[Program, ...]) -> str:
    """The request's origin, if some program is registered for it.

    :raises Refusal: 403.
    """
    origin = NATIVE if head.origin is None else head.origin
    # A page may name its origin "native"; only who sends none is one.
    if head.origin == NATIVE or all(program.origin != origin for program in programs):
        raise Refusal(403, "origin")
    return origin


def program_of(head: Head, programs: tuple[Program, ...], token: str) -> Program:
    """:raises Refusal: 401 for a token that is none, or belongs to another origin."""
    program = admitted(programs, head.origin, token)
    if program is None:
        raise Refusal(401, "token")
    return program


def preflight(head: Head, origin: str) -> list[tuple[str, str]]:
    """The answer to a browser that asks beforehand (Fetch §3.2; Private Network Access §3).

    :raises Refusal: 403 for what is never allowed.
    """
    wanted = {each.strip().lower() for each in (head.get("access-control-request-headers") or "").split(",")} - {""}
    if head.get("access-control-request-method") != "POST" or wanted - {"authorization", "content-type"}:
        raise Refusal(403, "preflight")
    headers = [
        *shared(origin),
        ("Access-Control-Allow-Methods", "POST"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
        ("Access-Control-Max-Age", "600"),
    ]
    if head.get("access-control-request-private-network") == "true":
        headers.append(("Access-Control-Allow-Private-Network", "true"))
    return headers


def shared(origin: str) -> list[tuple[str, str]]:
    """What lets the page of one origin, and no other, read the answer."""
    return [] if origin == NATIVE else [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]


def function_of(head: Head) -> str:
    """Which function a request is for, or :data:`RELEASE`.

    :raises Refusal: 404, 405, 415.
    """
    if not head.target.startswith(PATH) or head.target.removeprefix(PATH) not in (*FUNCTIONS, RELEASE):
        raise Refusal(404, "path")
    if head.method != "POST":
        raise Refusal(405, "method")
    kind, _, rest = (head.get("content-type") or "").partition(";")
    if kind.strip().lower() != "application/json" or rest.strip().lower() not in ("", "charset=utf-8"):
        raise Refusal(415, "content type")  # and so no page sends one without asking beforehand
    return head.target.removeprefix(PATH)


def arguments_of(body: bytes) -> dict[str, Argument]:
    """:raises Refusal: 400."""
    try:
        return decoded(body, dict[str, Argument])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "body") from None


def call_of(message: str) -> Call:
    """:raises Refusal: 400."""
    try:
        return decoded(message, Call)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise Refusal(400, "message") from None


def ordered(function: str, named: dict[str, Argument]) -> tuple[object, ...]:
    """Arguments in the standard's order.

    :raises Refusal: 400 unless they are exactly the function's own.
    """
    parameters = FUNCTIONS[function].parameters if function in FUNCTIONS else ()
    if set(named) != set(parameters):
        raise Refusal(400, "arguments")
    return tuple(named[name] for name in parameters)
