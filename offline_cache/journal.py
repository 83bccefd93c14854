"""What happened on this terminal, line by line, each line chained to the one before it.

Only the events of :data:`EVENTS`, and of each only the fields named there: codes, numbers and masked words. Names,
citizen numbers and secrets have no place in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_cache.canonical import NotCanonicalError, Plain, decode, encode
from offline_cache.chain import GENESIS, journal_head
from offline_cache.database import Db, Row
from offline_cache.errors import StoreError, StoreFault

if TYPE_CHECKING:
    from offline_cache.store import Store

LONGEST = 200
"""Characters of a text field."""

_PEOPLE = {"operator", "reviewer"}

EVENTS: dict[str, frozenset[str]] = {
    what: frozenset(fields)
    for what, fields in {
        # the store's own
        "store-created": {"epoch"},
        "epoch-begun": {"epoch", "after"},
        "recorded": {"seq", "kind", "local", *_PEOPLE},
        "received": {"epoch", "hwm"},
        "outcome": {"verdict", "reason", "case", "moved"},
        "parked": {"reason", *_PEOPLE},
        "carried": {"by"},
        "retried": {"reason", "again", *_PEOPLE},
        "arrived": {"then"},
        "emptied": {"then"},
        "reopened": {"by"},
        "resolved": {"by", "how", *_PEOPLE},
        "card-begun": {"card"},
        "card-ended": {"ending", "by", "proven", *_PEOPLE},
        "reference-replaced": {"document", "version"},
        "reference-dropped": {"document"},
        "bodies-freed": {"count"},
        "blob-kept": {"blob", "size"},
        "blob-arrived": {"blob"},
        "blob-wanted": {"blob"},
        "numbers-taken": {"purpose", "block", "first", "last", "token"},
        "number-used": {"purpose", "number", "block", "token"},
        "numbers-void": {"purpose", "block", "first", "last", "reason"},
        "numbers-returned": {"purpose", "block", "first", "last"},
        "lease-taken": {"drive", "token", "count"},
        "lease-ended": {"drive", "token", "count"},
        "key-rotated": {"operator"},
        "backed-up": {"operations", "lines", "operator"},
        "restored": {"operations", "lines", "older", "aside", "operator"},
        "proved": {"operations", "lines", "trouble"},
        # the terminal's
        "signed-in": {"operator", "role", "way", "list"},
        "signed-out": {"operator", "reason"},
        "sign-in-refused": {"operator", "reason", "tries"},
        "locked": {"operator", "reason"},
        "unlocked": {"operator", "list"},
        "handed-over": {"operator", "to"},
        "reviewed": {"kind", "decision", *_PEOPLE},
        "unmasked": {"operator", "reason", "what"},
        "printed": {"paper", "number", "operator", "again"},
        "issue-begun": {"application", "card", "plan", "operator"},
        "issue-ended": {"application", "card", "plan", "ending", "proof", "operator"},
        "exported": {"what", "count", "of", "epoch", "first", "last", "operator"},
        "day-closed": {"pending", "people", "doubtful", *_PEOPLE},
        "clock-suspect": {"behind"},
        "clock-proven": {"ahead"},
        "sync-stopped": {"reason"},
        "state-differs": {"again"},
        "centre-behind": {"epoch", "hwm"},
        "fork-noticed": {"epoch", "hwm"},
        "refused-noticed": {"code"},
        "refused-lifted": set(),
        "program-call": {"program", "function", "code"},
    }.items()
}


@dataclass(frozen=True)
class Entry:
    """An event to be written down.

    :param what: one of :data:`EVENTS`.
    :param op_id: the operation it is about, if any.
    """

    what: str
    fields: Mapping[str, str | int | bool]
    op_id: bytes | None = None


@dataclass(frozen=True)
class Line:
    """A line of the journal. ``at`` is wall time in milliseconds since 1970."""

    n: int
    at: int
    what: str
    op_id: bytes | None
    fields: Mapping[str, Plain]
    head: bytes


def refused(detail: str) -> StoreError:
    """An entry that the store does not take."""
    return StoreError(StoreFault.ENTRY_REFUSED, detail)


def append(
    db: Db, at: int, what: str, op_id: bytes | None, fields: Mapping[str, str | int | bool]
) -> tuple[int, bytes]:
    """Write a line inside a unit of work. Gives its number and head.

    :raises StoreError: ``ENTRY_REFUSED`` for an event or a field that is not in :data:`EVENTS`.
    """
    allowed = EVENTS.get(what)
    if allowed is None or not fields.keys() <= allowed:
        raise refused(f"journal: {what[:40]}")
    if any(isinstance(value, str) and len(value) > LONGEST for value in fields.values()):
        raise refused(f"journal: {what}: too long")
    last, previous = tip(db)
    plain: dict[str, Plain] = dict(fields)
    head = journal_head(db.origin, previous, n=last + 1, at=at, what=what, op_id=op_id, fields=plain)
    db.execute(
        "INSERT INTO journal (n, at, what, op_id, fields, head) VALUES (?, ?, ?, ?, ?, ?)",
        (last + 1, at, what, op_id, encode(plain), head),
    )
    return last + 1, head


def tip(db: Db) -> tuple[int, bytes]:
    """Number and head of the last line; 0 and the genesis in an empty journal."""
    row = db.row("SELECT n, head FROM journal ORDER BY n DESC LIMIT 1")
    return (row[0], row[1]) if row else (0, GENESIS)


def line_of(row: Row) -> Line:
    """A line from ``n, at, what, op_id, fields, head``; fields that do not decode are empty, which the chain shows."""
    n, at, what, op_id, packed, head = row
    try:
        fields = decode(packed)
    except NotCanonicalError:
        fields = {}
    return Line(n, at, what, op_id, fields if isinstance(fields, dict) else {}, head)


_NAMED = frozenset({"operator", "reviewer", "to"})
_FREE = frozenset({"reason", "case", "what", "number", "card", "local", "trouble"})


def of_kind(db: Db, what: str) -> Iterator[Line]:
    """The lines of one event, newest first."""
    sql = "SELECT n, at, what, op_id, fields, head FROM journal WHERE what = ? ORDER BY n DESC"
    return map(line_of, db.rows(sql, (what,)))


def _redacted(fields: Mapping[str, Plain], people: dict[str, str]) -> dict[str, Plain]:
    shown: dict[str, Plain] = {}
    for name, value in fields.items():
        if name in _NAMED and value:
            shown[name] = people.setdefault(str(value), f"P{len(people) + 1}")
        else:
            shown[name] = "…" if name in _FREE and isinstance(value, str) and value else value
    return shown


class Journal:
    """The journal for everybody else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, *entries: Entry) -> None:
        """Write lines that belong to no operation of the same moment. Durable at return."""
        at = int(self._store.now().timestamp() * 1000)

        def work(db: Db) -> None:
            for entry in entries:
                append(db, at, entry.what, entry.op_id, entry.fields)

        self._store.do(work)

    def tip(self) -> tuple[int, bytes]:
        return self._store.do(tip, write=False)

    def lines(self, after: int = 0, most: int = 500) -> list[Line]:
        """Up to ``most`` lines after number ``after``."""
        sql = "SELECT n, at, what, op_id, fields, head FROM journal WHERE n > ? ORDER BY n LIMIT ?"
        return self._store.do(lambda db: [line_of(row) for row in db.rows(sql, (after, most))], write=False)

    def count(self, what: str, op_id: bytes, **fields: Plain) -> int:
        """How many lines of this event there are about an operation.

        :param fields: counted are only those that say this.
        """
        sql = "SELECT n, at, what, op_id, fields, head FROM journal WHERE what = ? AND op_id = ?"
        found = self._store.do(lambda db: [line_of(row) for row in db.rows(sql, (what, op_id))], write=False)
        return sum(fields.items() <= line.fields.items() for line in found)

    def export(self, *, redacted: bool = False) -> Iterator[str]:
        """The whole journal as JSON texts, one a line, with heads in hex, read in slices.

        :param redacted: for an auditor from outside: people are "P1", "P2" … in the order in which they appear, free
            words and references are "…"; codes, times, numbers and heads stay, so that every line can be held against
            the full one when a court asks for it.
        """
        after, people = 0, dict[str, str]()
        while lines := self.lines(after):
            for line in lines:
                yield json.dumps(
                    {
                        "n": line.n,
                        "at": line.at,
                        "what": line.what,
                        "op_id": line.op_id.hex() if line.op_id else None,
                        "fields": _redacted(line.fields, people) if redacted else dict(line.fields),
                        "head": line.head.hex(),
                    },
                    ensure_ascii=False,
                )
            after = lines[-1].n
