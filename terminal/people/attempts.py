"""Wrong passwords in a row, by number: kept over a restart, so that a restart gives no new tries.

A clock that is set back does not end a lock earlier.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from offline_cache.canonical import NotCanonicalError, decode, encode
from terminal.errors import TerminalError, TerminalFault
from terminal.people.operators import SignInRules

KEPT = "sign-in-attempts"
_MOST = 200
"""Unknown numbers that are remembered; of them the ones tried longest ago are forgotten first. A number of the list is
never pushed out by them."""


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


class Attempts:
    """Counts for every number, known or not: the answer must not tell which numbers exist."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def require(self, shelf: Shelf, number: str, rules: SignInRules, now: int) -> None:
        """:raises TerminalError: ``SIGN_IN_LOCKED`` with ``minutes`` to wait.

        :param now: milliseconds since 1970.
        """
        failed, last = self._read(shelf).get(number, (0, 0))
        left = rules.lock_seconds * 1000 - (now - last)
        if failed >= rules.tries and left > 0:
            raise _locked(min(left, rules.lock_seconds * 1000))

    def failed(self, shelf: Shelf, number: str, rules: SignInRules, now: int, known: Callable[[str], bool]) -> int:
        """One more wrong password; gives the tries left. After a lock has ended the count begins anew.

        :param known: whether a number is one of the list.
        """
        with self._lock:
            table = self._read(shelf)
            failed, _ = table.get(number, (0, 0))
            failed = 1 if failed >= rules.tries else failed + 1
            table[number] = (failed, now)
            self._write(shelf, table, known)
        return rules.tries - failed

    def cleared(self, shelf: Shelf, number: str) -> None:
        """The right password: the count begins anew."""
        with self._lock:
            table = self._read(shelf)
            if table.pop(number, None) is not None:
                self._write(shelf, table, lambda _: True)  # one fewer: nothing is pushed out

    @staticmethod
    def _read(shelf: Shelf) -> dict[str, tuple[int, int]]:
        try:
            found = decode(shelf.get(KEPT) or b"\xa0")
        except NotCanonicalError:
            return {}
        table = {}
        for number, row in found.items() if isinstance(found, dict) else ():
            match row:
                case [int(failed), int(last)]:
                    table[number] = (failed, last)
        return table

    @staticmethod
    def _write(shelf: Shelf, table: dict[str, tuple[int, int]], known: Callable[[str], bool]) -> None:
        strangers = sorted((number for number in table if not known(number)), key=lambda number: table[number][1])
        kept = {number: list(row) for number, row in table.items() if number not in set(strangers[:-_MOST])}
        shelf.put(KEPT, encode(kept))


def _locked(left: int) -> TerminalError:
    return TerminalError(TerminalFault.SIGN_IN_LOCKED, minutes=-(-left // 60_000))
