"""Wrong passwords in a row, by number: kept over a restart, so that a restart gives no new tries.

A lock ends by the time that has really passed: neither setting the clock nor trying other numbers lifts it, and after a
start of the machine, of which nobody knows how long it stood still, it is waited for anew.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from offline_cache.canonical import NotCanonicalError, decode, encode
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.people.operators import SignInRules

KEPT = "sign-in-attempts"
_MOST_UNKNOWN = 200
"""Numbers of nobody that are remembered; the ones tried longest ago are forgotten first. Those of people never are."""


class Shelf(Protocol):
    """The part of :class:`offline_cache.kept.Kept` that is used here."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, value: bytes) -> None: ...


class MemoryShelf:
    """For a machine whose store cannot be opened."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._values.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._values[name] = value


@dataclass(frozen=True)
class _Row:
    """:param failed: in a row. :param known: somebody has this number. :param at: milliseconds since ``boot``, of the
    last one."""

    failed: int
    known: bool
    at: int
    boot: str


class Attempts:
    """Counts for every number, known or not: the answer must not tell which numbers exist."""

    def __init__(self, clock: Clock) -> None:
        self._lock = threading.Lock()
        self._clock = clock

    def require(self, shelf: Shelf, number: str, rules: SignInRules) -> None:
        """:raises TerminalError: ``SIGN_IN_LOCKED`` with ``minutes`` to wait."""
        with self._lock:
            table = self._read(shelf)
            row = table.get(number)
            if row is None or row.failed < rules.tries:
                return
            if row.boot != self._clock.boot():
                row = table[number] = self._row(row.failed, row.known)
                self._write(shelf, table)
        whole = rules.lock_seconds * 1000
        left = whole - (self._row(0, False).at - row.at)
        if left > 0:
            raise _locked(min(left, whole))

    def failed(self, shelf: Shelf, number: str, rules: SignInRules, *, known: bool) -> int:
        """One more wrong password; gives the tries left. After a lock has ended the count begins anew."""
        with self._lock:
            table = self._read(shelf)
            failed = table[number].failed if number in table else 0
            failed = 1 if failed >= rules.tries else failed + 1
            table.pop(number, None)  # the newest stands last
            table[number] = self._row(failed, known)
            self._write(shelf, table)
        return rules.tries - failed

    def cleared(self, shelf: Shelf, number: str) -> None:
        """The right password: the count begins anew."""
        with self._lock:
            table = self._read(shelf)
            if table.pop(number, None) is not None:
                self._write(shelf, table)

    def _row(self, failed: int, known: bool) -> _Row:
        return _Row(failed, known, int(self._clock.monotonic() * 1000), self._clock.boot())

    @staticmethod
    def _read(shelf: Shelf) -> dict[str, _Row]:
        try:
            found = decode(shelf.get(KEPT) or b"\x80")
        except NotCanonicalError:
            return {}
        table = {}
        for row in found if isinstance(found, list) else ():
            match row:
                case [str(number), int(failed), bool(known), int(at), str(boot)]:
                    table[number] = _Row(failed, known, at, boot)
        return table

    @staticmethod
    def _write(shelf: Shelf, table: dict[str, _Row]) -> None:
        nobodys = [number for number, row in table.items() if not row.known]
        forgotten = set(nobodys[:-_MOST_UNKNOWN])
        rows = [[n, row.failed, row.known, row.at, row.boot] for n, row in table.items() if n not in forgotten]
        shelf.put(KEPT, encode(rows))


def _locked(left: int) -> TerminalError:
    return TerminalError(TerminalFault.SIGN_IN_LOCKED, minutes=-(-left // 60_000))
