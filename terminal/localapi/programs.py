"""The programs that may call: a name, an origin and a token each. Tokens are kept as hashes only."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from offline_cache.whole import write_whole
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.model.decoding import decoded
from terminal.settings import Settings, prepare_data

NATIVE = "native"
"""The origin of a program that is no web page and therefore sends none."""

_NAME = re.compile(r"[\w .()（）·-]{1,40}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Program(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One registered program.

    :param name: what the screen says.
    :param origin: of its pages, as a browser sends it, or :data:`NATIVE`.
    :param token_hash: SHA-256 of its token, in hex; a token has 256 random bits, so no slow hash is needed.
    :param writes: whether it may ask for writing at all; the settings decide too, and the operator each time.
    """

    name: str
    origin: str
    token_hash: str
    writes: bool = False


def origin_of(text: str) -> str:
    """An origin in the one spelling that browsers send.

    :raises LocalApiError: ORIGIN_INVALID.
    """
    if text == NATIVE:
        return text
    origin = _origin(text)
    if origin is None:
        raise LocalApiError(LocalApiFault.ORIGIN_INVALID)
    return origin


def _origin(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    bare = f"{parts.scheme}://{parts.netloc}" == text and parts.username is None
    if parts.scheme not in _DEFAULT_PORTS or not bare or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", host):
        return None
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port not in (None, _DEFAULT_PORTS[parts.scheme]) else "")


class Programs:
    """The file of registered programs. Read afresh by every method; changed by one command at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def _path(self) -> Path:
        return self._settings.data / "programs.json"

    def all(self) -> tuple[Program, ...]:
        """Every registered program.

        :raises LocalApiError: PROGRAMS_UNREADABLE: a list that cannot be read admits nobody.
        """
        try:
            return decoded(self._path.read_bytes(), tuple[Program, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as cause:
            raise LocalApiError(LocalApiFault.PROGRAMS_UNREADABLE, type(cause).__name__) from cause

    def add(self, name: str, origin: str, *, writes: bool) -> str:
        """Register a program; gives its token, which is nowhere kept.

        :raises LocalApiError: PROGRAM_KNOWN, ORIGIN_INVALID, PROGRAMS_UNREADABLE.
        """
        origin, known = origin_of(origin), self.all()
        taken = any(each.name == name or each.origin == origin != NATIVE for each in known)
        if taken or not _NAME.fullmatch(name):
            raise LocalApiError(LocalApiFault.PROGRAM_KNOWN, name=name)
        token = secrets.token_urlsafe(32)
        self._keep((*known, Program(name, origin, hashed(token), writes)))
        return token

    def remove(self, name: str) -> None:
        """:raises LocalApiError: PROGRAM_UNKNOWN, PROGRAMS_UNREADABLE."""
        known = self.all()
        if all(each.name != name for each in known):
            raise LocalApiError(LocalApiFault.PROGRAM_UNKNOWN, name=name)
        self._keep(tuple(each for each in known if each.name != name))

    def _keep(self, programs: tuple[Program, ...]) -> None:
        prepare_data(self._settings)
        write_whole(self._path, msgspec.json.encode(programs))


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def admitted(programs: tuple[Program, ...], origin: str | None, token: str) -> Program | None:
    """The program that ``token`` belongs to, if it calls from its own origin. Takes as long for every token.

    :param origin: as the request names it; ``None`` where it names none.
    """
    shown, found = hashed(token), None
    for program in programs:
        right = hmac.compare_digest(program.token_hash, shown)
        if right and program.origin == (NATIVE if origin is None else origin):
            found = program
    return found
