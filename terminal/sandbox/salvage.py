"""What is handed in and cannot be taken in by the chain is a case for people: of a damaged store what the chain does
not prove, of a medium what is rightly signed and has no place in the log (a closed life, another history, a gap), and
all of a terminal that is lost or revoked.

Nothing of a case takes effect until somebody here accepts it. Where the operation arrives after all, by the chain or
carried over into a new life, the case is closed; where it was accepted before, it takes its place in the log and no
second effect. Nobody's decision stops a terminal's log: where that brings something else under an identity that was
accepted, the log goes on. What was accepted keeps its effect, and the other is a conflict for people; or it had none,
and the other counts.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from offline_cache.suite import Suite, suite
from terminal.centre import chain
from terminal.centre.contract import LoggedOperation, OperationBatch
from terminal.sandbox.effect_rules import Verdict
from terminal.sandbox.lives import CLOSED, NEVER_OPENED
from terminal.sandbox.telling import alarm

UNPROVEN, DOUBTFUL, CHANGED, OTHER_HISTORY = "not-proven", "maybe-set-aside", "other-bytes", "other-history"
"""Why something is a case. Behind a gap, or by its disk alone; nobody knows whether it was set aside; another operation
has its identity; another one has its place, or stands before it."""

_HARMLESS = (UNPROVEN, CLOSED, NEVER_OPENED)
_BELOW = -(10**9)
"""Accepted ones stand in the inbox at places below this until they have their own."""

_WHAT = ("terminal", "epoch", "kind", "schema", "sealed_hash")
_SAME = " AND ".join(f"i.{one} = salvaged.{one}" for one in _WHAT)
_HERE = "SELECT 1 FROM inbox i WHERE i.op_id = salvaged.op_id"
_OPEN = f"accepted IS NULL AND NOT EXISTS ({_HERE} AND {_SAME} AND (i.sealed IS NOT NULL OR salvaged.sealed IS NULL))"
_WHY = (
    f"CASE WHEN EXISTS ({_HERE} AND NOT ({_SAME})) THEN '{CHANGED}'"
    # Its tombstone is here: a person may have set it aside after this copy was made.
    f" WHEN why IN {_HARMLESS} AND EXISTS ({_HERE} AND i.sealed IS NULL) THEN '{DOUBTFUL}' ELSE why END"
)
DISPLACED = f"EXISTS (SELECT 1 FROM salvaged WHERE accepted = 1 AND op_id = i.op_id AND NOT ({_SAME}))"  # noqa: S608 - our words
"""Of an operation ``i`` of the inbox: what took effect under its identity is another one, which people had accepted."""


class Known(NamedTuple):
    """What is in the inbox under an identity. Two of one identity with the same of this are one, wherever they stand:
    it is what the seal is bound to."""

    terminal: str
    epoch: int
    kind: str
    schema: int
    sealed_hash: str


class Fate(Enum):
    """What becomes of an operation that is handed in."""

    TAKEN = "taken"  # in by the chain
    THERE = "there"  # it was here before
    CASE = "cases"  # for people, and new
    WAITING = "waiting"  # with people before


def of(number: str, epoch: int, operation: LoggedOperation) -> Known:
    return Known(number, epoch, operation.kind, operation.schema, operation.sealed_hash)


def known(db: sqlite3.Connection, op_id: str) -> tuple[Known, int] | None:
    """What is in the inbox under an identity, and where."""
    row = db.execute(f"SELECT {', '.join(_WHAT)}, seq FROM inbox WHERE op_id = ?", (op_id,)).fetchone()  # noqa: S608 - our words
    return None if row is None else (Known(*row[:-1]), row[-1])


def to_people(db: sqlite3.Connection, number: str, batch: OperationBatch, why: str, moment: datetime) -> list[Fate]:
    """Make a case of each operation that is not here, once. Gives the fate of each."""
    fates = []
    for index, operation in enumerate(batch.operations):
        sealed, one = body(operation, suite(batch.suite)), of(number, batch.epoch, operation)
        if _is_here(db, operation.op_id, one, bodiless=sealed is None):
            fates.append(Fate.THERE)
        else:
            new = make_case(db, operation.op_id, one, (batch.from_seq + index, sealed, batch.head, why))
            fates.append(Fate.CASE if new else Fate.WAITING)
    if Fate.CASE in fates:
        alarm(db, number, "salvaged", int(moment.timestamp()))
    return fates


def fates_once_in(db: sqlite3.Connection, number: str, batch: OperationBatch) -> list[Fate]:
    """The fate of each once the batch is taken in: to be asked before."""
    here = (
        _is_here(db, one.op_id, of(number, batch.epoch, one), bodiless=one.sealed is None) for one in batch.operations
    )
    return [Fate.THERE if one else Fate.TAKEN for one in here]


def _is_here(db: sqlite3.Connection, op_id: str, one: Known, *, bodiless: bool) -> bool:
    """It arrived before; or its place did, and nothing more is known."""
    found = known(db, op_id)
    return found is not None and found[0] == one and (bodiless or not is_empty(db, op_id))


def is_empty(db: sqlite3.Connection, op_id: str) -> bool:
    """Whether only its place is here."""
    return db.execute("SELECT 1 FROM inbox WHERE op_id = ? AND sealed IS NULL", (op_id,)).fetchone() is not None


def make_case(db: sqlite3.Connection, op_id: str, one: Known, told: tuple[int, bytes | None, str, str]) -> bool:
    """Whether it is a new one.

    :param told: number in its log (0: not known), body, the head behind it, and why it is a case.
    """
    made = db.execute(
        "INSERT OR IGNORE INTO salvaged (op_id, terminal, epoch, kind, schema, sealed_hash, seq, sealed, head, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (op_id, *one, *told),
    ).rowcount
    if not made and told[1] is not None:  # this copy has the body; what speaks against the body counts from now on
        db.execute(
            f"UPDATE salvaged SET sealed = ?, why = ? WHERE sealed IS NULL"  # noqa: S608 - our words
            f" AND (op_id, {', '.join(_WHAT)}) = (?, ?, ?, ?, ?, ?)",
            (told[1], told[3], op_id, *one),
        )
    return bool(made)


def body(operation: LoggedOperation, using: Suite) -> bytes | None:
    """The one that was hashed; ``None`` where none or another stands there."""
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

    :raises LookupError: there is no such case, it has no body, or other bytes stand under its number: but for those
        that were accepted before and refused then, which it takes the place of.
    """
    number = case.removeprefix("QJ")
    columns = f"n, op_id, sealed, {_WHY}, terminal, epoch, kind, schema, sealed_hash, head"
    query = f"SELECT {columns} FROM salvaged WHERE n = ? AND {_OPEN}"  # noqa: S608 - our words
    row = db.execute(query, (int(number) if number.isdigit() else -1,)).fetchone()
    if row is None or row[2] is None:
        raise LookupError(case)
    n, op_id, sealed, why, terminal, epoch, *rest = row
    settled_by = None
    if why == CHANGED:
        there = db.execute("SELECT seq FROM inbox WHERE op_id = ? AND state = 'rejected'", (op_id,)).fetchone()
        if there is None or not unplaced(db, there[0]):
            raise LookupError(case)
        settled_by = displace(db, op_id)
    db.execute("UPDATE salvaged SET accepted = 1 WHERE n = ?", (n,))
    db.execute(
        "INSERT OR IGNORE INTO inbox"
        " (terminal, epoch, seq, op_id, kind, schema, sealed_hash, head, state, settled_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'tombstone', ?)",
        (terminal, epoch, _BELOW - n, op_id, *rest, settled_by),
    )
    return terminal, op_id, sealed


def unplaced(db: sqlite3.Connection, seq: int) -> bool:
    """Whether what stands at a place of the inbox is here because people accepted it, or what carries it, and not by
    any log yet."""
    while _BELOW <= seq < 0:
        row = db.execute("SELECT seq FROM inbox WHERE id = ?", (-seq,)).fetchone()
        if row is None:
            return True  # its carrier was displaced
        seq = row[0]
    return seq < 0


def put_in_place(db: sqlite3.Connection, seq: int, op_id: str, head: str) -> None:
    """It gets its place, and stays what it is."""
    db.execute("UPDATE inbox SET seq = ?, head = ? WHERE op_id = ?", (seq, head, op_id))


def displace(db: sqlite3.Connection, op_id: str) -> str | None:
    """Something else comes under the identity of what only people's word has put here: that is a case once more, or,
    where it took effect, stays accepted. Gives what had settled it.
    """
    db.execute(
        "INSERT INTO salvaged (op_id, terminal, epoch, seq, kind, schema, sealed, sealed_hash, head, why, accepted)"
        " SELECT op_id, terminal, epoch, max(seq, 0), kind, schema, sealed, sealed_hash, head, ?,"
        " CASE WHEN EXISTS (SELECT 1 FROM effect e WHERE e.op_id = inbox.op_id) THEN 1 END"
        " FROM inbox WHERE op_id = ? ON CONFLICT DO UPDATE SET accepted = excluded.accepted",
        (CHANGED, op_id),
    )
    settled_by: str | None = db.execute("SELECT settled_by FROM inbox WHERE op_id = ?", (op_id,)).fetchone()[0]
    db.execute("DELETE FROM inbox WHERE op_id = ?", (op_id,))
    return settled_by


def judged(db: sqlite3.Connection, op_id: str) -> Verdict | None:
    """An identity takes effect once: what comes under one that took effect with other bytes is for people."""
    query = f"SELECT 1 FROM inbox i WHERE op_id = ? AND {DISPLACED}"  # noqa: S608 - our words
    return None if db.execute(query, (op_id,)).fetchone() is None else Verdict("conflict", CHANGED)
