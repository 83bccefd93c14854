"""What is handed in and cannot be taken in by the chain is a case for people: of a damaged store what the chain does
not prove, of a medium what is rightly signed and has no place in the log (a closed life, another history, a gap), and
all of a terminal that is lost or revoked.

Nothing of a case takes effect until somebody here accepts it. Where the operation arrives after all, by the chain or
carried over into a new life, the case is closed; where it was accepted before, it takes its place in the log and no
second effect.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import Enum

from offline_cache.suite import Suite, suite
from terminal.centre import chain
from terminal.centre.contract import LoggedOperation, OperationBatch
from terminal.sandbox.lives import CLOSED, NEVER_OPENED
from terminal.sandbox.telling import alarm

UNPROVEN, DOUBTFUL, CHANGED, OTHER_HISTORY = "not-proven", "maybe-set-aside", "other-bytes", "other-history"
"""Why something is a case. Behind a gap, or by its disk alone; nobody knows whether it was set aside; another operation
has its identity; another one has its place, or stands before it."""

_HARMLESS = (UNPROVEN, CLOSED, NEVER_OPENED)
_BELOW = -(10**9)
"""Accepted ones stand in the inbox at places below this until they have their own."""

_HERE = "SELECT 1 FROM inbox i WHERE i.op_id = salvaged.op_id"
_SAME = "(i.terminal, i.sealed_hash) = (salvaged.terminal, salvaged.sealed_hash)"
_OPEN = f"accepted IS NULL AND NOT EXISTS ({_HERE} AND {_SAME} AND (i.sealed IS NOT NULL OR salvaged.sealed IS NULL))"
_WHY = f"CASE WHEN EXISTS ({_HERE} AND NOT {_SAME}) THEN '{CHANGED}' ELSE why END"
Known = tuple[str, int, int, str]
"""Terminal, life, place and hash of what is in the inbox."""


class Fate(Enum):
    """What becomes of an operation that is handed in."""

    TAKEN = "taken"  # in by the chain
    THERE = "there"  # it was here before
    CASE = "cases"  # for people, and new
    WAITING = "waiting"  # with people before


def to_people(db: sqlite3.Connection, number: str, batch: OperationBatch, why: str, moment: datetime) -> list[Fate]:
    """Make a case of each operation that is not here, once. Gives the fate of each."""
    fates = []
    for index, operation in enumerate(batch.operations):
        sealed = _body(operation, suite(batch.suite))
        if _is_here(db, number, operation, bodiless=sealed is None):
            fates.append(Fate.THERE)
        else:
            place = (number, batch.epoch, batch.from_seq + index)
            new = _case(db, place, operation, (sealed, operation.sealed_hash, batch.head, why))
            fates.append(Fate.CASE if new else Fate.WAITING)
    if Fate.CASE in fates:
        alarm(db, number, "salvaged", int(moment.timestamp()))
    return fates


def fates_once_in(db: sqlite3.Connection, number: str, batch: OperationBatch) -> list[Fate]:
    """The fate of each once the batch is taken in: to be asked before."""
    known = (_is_here(db, number, one, bodiless=one.sealed is None) for one in batch.operations)
    return [Fate.THERE if one else Fate.TAKEN for one in known]


def _is_here(db: sqlite3.Connection, number: str, operation: LoggedOperation, *, bodiless: bool) -> bool:
    """It arrived before; or its place did, and nothing more is known."""
    found = db.execute(
        "SELECT sealed IS NOT NULL FROM inbox WHERE op_id = ? AND terminal = ? AND sealed_hash = ?",
        (operation.op_id, number, operation.sealed_hash),
    ).fetchone()
    return found is not None and bool(found[0] or bodiless)


def _case(
    db: sqlite3.Connection,
    place: tuple[str, int, int],
    operation: LoggedOperation,
    told: tuple[bytes | None, str, str, str],
) -> bool:
    """Whether it is a new one.

    :param place: terminal, life and number; :param told: body, its hash, the head behind it, and why it is a case.
    """
    made = db.execute(
        "INSERT OR IGNORE INTO salvaged (op_id, terminal, epoch, seq, kind, schema, sealed, sealed_hash, head, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (operation.op_id, *place, operation.kind, operation.schema, *told),
    ).rowcount
    if not made and told[0] is not None:  # this copy has the body; what speaks against the body counts from now on
        db.execute(
            "UPDATE salvaged SET sealed = ?, why = ?"
            " WHERE op_id = ? AND terminal = ? AND sealed IS NULL AND sealed_hash = ?",
            (told[0], told[3], operation.op_id, place[0], operation.sealed_hash),
        )
    return bool(made)


def _body(operation: LoggedOperation, using: Suite) -> bytes | None:
    try:
        sealed = None if operation.sealed is None else chain.from_text(operation.sealed)
    except ValueError:
        return None
    return sealed if sealed is not None and using.digest(sealed).hex().upper() == operation.sealed_hash else None


def cases(db: sqlite3.Connection) -> dict[str, str]:
    """What waits for people here: number of the case to "terminal epoch seq kind why"."""
    query = f"SELECT n, terminal, epoch, seq, kind, {_WHY} FROM salvaged WHERE {_OPEN} ORDER BY n"  # noqa: S608 - our words
    return {f"QJ{n:08d}": " ".join(map(str, told)) for n, *told in db.execute(query)}


def unproven(db: sqlite3.Connection, terminal: str) -> list[str]:
    """The cases of a terminal that only could not be joined to its log (a gap, a life that is not open), and nothing
    else speaks against, in the order of its log."""
    where = f"terminal = ? AND {_WHY} IN (?, ?, ?) AND sealed IS NOT NULL AND {_OPEN}"
    query = f"SELECT n FROM salvaged WHERE {where} ORDER BY epoch, seq"  # noqa: S608 - our words
    return [f"QJ{n:08d}" for (n,) in db.execute(query, (terminal, *_HARMLESS))]


def accept(db: sqlite3.Connection, case: str) -> tuple[str, str, bytes]:
    """A person looked at a case and wants it to take effect. Gives terminal, identity and body; a place without a body
    is in the inbox then, to be filled with it.

    :raises LookupError: there is no such case, it has no body, or other bytes stand under its number.
    """
    number = case.removeprefix("QJ")
    columns = f"n, op_id, sealed, {_WHY}, terminal, epoch, kind, schema, sealed_hash, head"
    query = f"SELECT {columns} FROM salvaged WHERE n = ? AND {_OPEN}"  # noqa: S608 - our words
    row = db.execute(query, (int(number) if number.isdigit() else -1,)).fetchone()
    if row is None or row[2] is None or row[3] == CHANGED:
        raise LookupError(case)
    n, op_id, sealed, _, terminal, epoch, *rest = row
    db.execute("UPDATE salvaged SET accepted = 1 WHERE n = ?", (n,))
    db.execute(
        "INSERT OR IGNORE INTO inbox (terminal, epoch, seq, op_id, kind, schema, sealed_hash, head, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'tombstone')",
        (terminal, epoch, _BELOW - n, op_id, *rest),
    )
    return terminal, op_id, sealed


def waits_for(known: Known, place: Known) -> bool:
    """Whether an operation that comes by the chain was accepted before, and has no place yet."""
    return known[2] < _BELOW and (known[0], known[1], known[3]) == (place[0], place[1], place[3])


def put_in_place(db: sqlite3.Connection, seq: int, op_id: str, head: str) -> None:
    """It gets its place, and stays what it is."""
    db.execute("UPDATE inbox SET seq = ?, head = ? WHERE op_id = ?", (seq, head, op_id))
