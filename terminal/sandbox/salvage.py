"""What comes from a damaged store: what the chain proves is taken in like any batch, the rest is a case for people.

Nothing of a case takes effect until somebody here accepts it. Where the operation arrives after all, by the chain, it
takes the place of its case; where its case was accepted before, it takes its place in the log and no second effect.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from offline_cache.suite import Suite, suite
from terminal.centre import chain
from terminal.centre.contract import LoggedOperation
from terminal.medium import SalvagedRun
from terminal.sandbox.telling import alarm

UNPROVEN, DOUBTFUL, CHANGED = "not-proven", "maybe-set-aside", "other-bytes"
_BELOW = -(10**9)
"""Accepted ones stand in the inbox at places below this until they have their own."""

_OPEN = (
    "accepted IS NULL AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.op_id = salvaged.op_id"
    " AND i.sealed_hash = salvaged.sealed_hash AND (i.sealed IS NOT NULL OR salvaged.sealed IS NULL))"
)
Known = tuple[str, int, int, str]
"""Terminal, life, place and hash of what is in the inbox."""


def to_people(db: sqlite3.Connection, number: str, run: SalvagedRun, moment: datetime) -> int:
    """Make a case of each operation that is not here. Gives how many cases are new."""
    new = 0
    batch = run.salvaged
    for index, operation in enumerate(batch.operations):
        sealed = _body(operation, suite(batch.suite))
        row = (batch.epoch, batch.from_seq + index)
        told = (sealed, operation.sealed_hash, batch.head, _why(db, number, operation, run.doubtful))
        new += _case(db, number, row, operation, told)
    if new:
        alarm(db, number, "salvaged", int(moment.timestamp()))
    return new


def _why(db: sqlite3.Connection, number: str, operation: LoggedOperation, doubtful: bool) -> str:
    here = db.execute("SELECT terminal, sealed_hash FROM inbox WHERE op_id = ?", (operation.op_id,)).fetchone()
    if here is not None and here != (number, operation.sealed_hash):
        return CHANGED
    return DOUBTFUL if doubtful else UNPROVEN


def _case(
    db: sqlite3.Connection,
    number: str,
    place: tuple[int, int],
    operation: LoggedOperation,
    told: tuple[bytes | None, str, str, str],
) -> bool:
    """:param told: body, its hash, the head behind it, and why it is a case."""
    sealed = told[0]
    here = db.execute(
        "SELECT sealed_hash, sealed IS NOT NULL FROM inbox WHERE op_id = ?", (operation.op_id,)
    ).fetchone()
    if here is not None and here[0] == operation.sealed_hash and (here[1] or sealed is None):
        return False  # it arrived before, or its place did and nothing more is known
    fields = (operation.kind, operation.schema, *told)
    made = db.execute(
        "INSERT OR IGNORE INTO salvaged (op_id, terminal, epoch, seq, kind, schema, sealed, sealed_hash, head, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (operation.op_id, number, *place, *fields),
    ).rowcount
    if not made and sealed is not None:  # another copy of the disk has the body
        db.execute(
            "UPDATE salvaged SET sealed = ? WHERE op_id = ? AND sealed IS NULL AND sealed_hash = ?",
            (sealed, operation.op_id, operation.sealed_hash),
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
    query = f"SELECT n, terminal, epoch, seq, kind, why FROM salvaged WHERE {_OPEN} ORDER BY n"  # noqa: S608 - our words
    return {f"QJ{n:08d}": " ".join(map(str, told)) for n, *told in db.execute(query)}


def unproven(db: sqlite3.Connection, terminal: str) -> list[str]:
    """The cases of a terminal that lie behind a gap and nothing else speaks against, in the order of its log."""
    where = f"terminal = ? AND why = ? AND sealed IS NOT NULL AND {_OPEN}"
    query = f"SELECT n FROM salvaged WHERE {where} ORDER BY epoch, seq"  # noqa: S608 - our words
    return [f"QJ{n:08d}" for (n,) in db.execute(query, (terminal, UNPROVEN))]


def accept(db: sqlite3.Connection, case: str) -> tuple[str, str, bytes]:
    """A person looked at a case and wants it to take effect. Gives terminal, identity and body; a place without a body
    is in the inbox then, to be filled with it.

    :raises LookupError: there is no such case, it has no body, or other bytes stand under its number.
    """
    number = case.removeprefix("QJ")
    columns = "n, op_id, sealed, why, terminal, epoch, kind, schema, sealed_hash, head"
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


def put_in_place(db: sqlite3.Connection, known: Known, place: Known, op_id: str, head: str) -> bool:
    """An operation whose case was accepted has come by the chain: it gets its place, and stays what it is."""
    if known[2] >= _BELOW or (known[0], known[1], known[3]) != (place[0], place[1], place[3]):
        return False
    db.execute("UPDATE inbox SET seq = ?, head = ? WHERE op_id = ?", (place[2], head, op_id))
    return True
