"""Wrong passwords in a row, by number: kept over a restart, so that a restart gives no new tries.

Every number is counted alike, whether somebody has it or not: nothing that is tried here tells which numbers exist. A
number is remembered until the time of a lock has passed since its last wrong password. That is the time that has really
passed: neither setting the clock nor trying other numbers ends it, and after a start of the machine, of which nobody
knows how long it stood still, it is waited for anew.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from offline_cache.canonical import NotCanonicalError, decode, encode
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.people.operators import SignInRules
from terminal.people.secret import MOST_NUMBER

KEPT = "sign-in-attempts"
MOST = 200
"""Numbers that are remembered at once. Nothing is forgotten before its time to make room: while there is none, a number
that is not among them is locked, real or not. Somebody who tries hundreds of numbers within one lock shuts the desk for
those not signed in; with fewer tries the same person could lock each of them by the number on any slip."""


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
    """:param failed: in a row. :param at: milliseconds since the start of the machine, of the last one."""

    failed: int
    at: int


class Attempts:
    """Counts for every number."""

    def __init__(self, clock: Clock) -> None:
        self._lock = threading.Lock()
        self._clock = clock

    def require(self, shelf: Shelf, number: str, rules: SignInRules) -> None:
        """:raises TerminalError: ``SIGN_IN_LOCKED`` with ``minutes`` to wait."""
        with self._lock:
            table = self._read(shelf, rules)
        row = table.get(_key(number))
        if row is None and len(table) >= MOST:
            row = min(table.values(), key=lambda each: each.at)  # the first to be forgotten
        elif row is None or row.failed < rules.tries:
            return
        raise _locked(row.at + rules.lock_seconds * 1000 - self._now())

    def failed(self, shelf: Shelf, number: str, rules: SignInRules) -> int:
        """One more wrong password; gives the tries left."""
        with self._lock:
            table = self._read(shelf, rules)
            row = table.get(_key(number))
            failed = row.failed + 1 if row is not None else 1
            if row is not None or len(table) < MOST:  # several may have been checked at once
                table[_key(number)] = _Row(failed, self._now())
                self._write(shelf, table)
        return max(0, rules.tries - failed)

    def cleared(self, shelf: Shelf, number: str, rules: SignInRules) -> None:
        """The right password: the count begins anew."""
        with self._lock:
            table = self._read(shelf, rules)
            if table.pop(_key(number), None) is not None:
                self._write(shelf, table)

    def _now(self) -> int:
        return int(self._clock.monotonic() * 1000)

    def _read(self, shelf: Shelf, rules: SignInRules) -> dict[str, _Row]:
        """What still counts. What was written before this start of the machine counts from now on."""
        try:
            found = decode(shelf.get(KEPT) or b"\x80")
        except NotCanonicalError:
            return {}
        boot, rows = found if isinstance(found, list) and len(found) == 2 else ("", ())
        now, table = self._now(), dict[str, _Row]()
        for each in rows if isinstance(rows, list) else ():
            match each:
                case [str(number), int(failed), int(at)]:
                    table[number] = _Row(failed, at if boot == self._clock.boot() else now)
        if table and boot != self._clock.boot():
            self._write(shelf, table)
        return {number: row for number, row in table.items() if now - row.at < rules.lock_seconds * 1000}

    def _write(self, shelf: Shelf, table: dict[str, _Row]) -> None:
        rows = [[number, row.failed, row.at] for number, row in table.items()]
        shelf.put(KEPT, encode([self._clock.boot(), rows]))


def _key(number: str) -> str:
    return number[:MOST_NUMBER]


def _locked(left: int) -> TerminalError:
    return TerminalError(TerminalFault.SIGN_IN_LOCKED, minutes=-(-left // 60_000))
