"""What is set aside, and what comes of it late: a person lent to another terminal since, a number used twice or outside
of its block. Each is a case for people; nothing of it takes effect, and nothing is lost.

A token is late when *another* terminal had the person after it. Two leases of one terminal are in order by its log, so
an operation under the older one is as good as one under the newer.
"""

from __future__ import annotations

import sqlite3

from terminal.model.operations import DRIVE_RETURN, ESCALATION, WITHDRAWAL, CardWrite, DriveReturn, OperationBody
from terminal.sandbox.effect_rules import APPLIED, Verdict, rejected

FREE = frozenset({WITHDRAWAL, ESCALATION, DRIVE_RETURN})
"""Kinds that change nothing about a person: what takes back, hands over or gives back is never late."""

_LATE = Verdict("conflict", "lease-over")
_FOREIGN = Verdict("conflict", "number-foreign")
_TWICE = Verdict("conflict", "number-twice")


def judged(db: sqlite3.Connection, op_id: str, kind: str, body: OperationBody) -> Verdict | None:
    """Why it is a case; ``None`` where nothing is late. A number is bound to the first operation that brings it."""
    if kind in FREE:
        return None
    terminal, place = _place(db, op_id)
    return _person(db, terminal, place, body) or _number(db, terminal, op_id, body)


def _place(db: sqlite3.Connection, op_id: str) -> tuple[str, int]:
    """From which terminal it came, and its order of arrival."""
    terminal, place = db.execute("SELECT terminal, id FROM inbox WHERE op_id = ?", (op_id,)).fetchone()
    return str(terminal), int(place)


def _person(db: sqlite3.Connection, terminal: str, place: int, body: OperationBody) -> Verdict | None:
    if isinstance(body, CardWrite) and _is_case(db, body.refers_to):
        return _LATE  # the end of a write belongs to the case that its beginning is
    if body.lease is None:
        return None
    given = db.execute(
        "SELECT terminal, returned_by FROM lease_given WHERE card_id = ? AND token = ?", (body.card_id, body.lease)
    ).fetchone()
    if given is None or given[0] != terminal:
        return Verdict("conflict", "lease-unknown")
    since = db.execute(
        "SELECT 1 FROM lease_given WHERE card_id = ? AND token > ? AND terminal <> ?",
        (body.card_id, body.lease, terminal),
    ).fetchone()
    returned = given[1] is not None and place > given[1]
    return _LATE if since or returned else None


def _is_case(db: sqlite3.Connection, op_id: str | None) -> bool:
    found = db.execute("SELECT state FROM inbox WHERE op_id = ?", (op_id,)).fetchone()
    return found is not None and found[0] == "conflict"


def _number(db: sqlite3.Connection, terminal: str, op_id: str, body: OperationBody) -> Verdict | None:
    if body.numbered is None:
        return None
    number = body.numbered.number
    given = db.execute(
        "SELECT terminal, purpose, first, coalesce(returned_from - 1, last) FROM block_given WHERE block = ?",
        (body.numbered.block,),
    ).fetchone()
    if given is None or given[0] != terminal or not given[2] <= number <= given[3]:
        return _FOREIGN
    bound = (given[1], number, op_id)
    db.execute("INSERT OR IGNORE INTO number_used (purpose, number, op_id) VALUES (?, ?, ?)", bound)
    ours = db.execute("SELECT 1 FROM number_used WHERE purpose = ? AND number = ? AND op_id = ?", bound).fetchone()
    return None if ours else _TWICE


def give_back(db: sqlite3.Connection, op_id: str, body: OperationBody) -> Verdict:
    """``drive-return``: the drive's persons are free, and of each block no number is used any more from there on. What
    is given back is never given out again: an older copy of the terminal may have used it meanwhile.
    """
    if not isinstance(body, DriveReturn):
        return rejected("body-invalid")
    terminal, place = _place(db, op_id)
    for rest in body.rest:
        given = db.execute(
            "SELECT terminal, purpose, first, last, returned_from FROM block_given WHERE block = ?", (rest.block,)
        ).fetchone()
        if given is None or given[0] != terminal or not given[2] <= rest.number <= given[3] or given[4] is not None:
            return _FOREIGN
        if db.execute(
            "SELECT 1 FROM number_used WHERE purpose = ? AND number BETWEEN ? AND ?", (given[1], rest.number, given[3])
        ).fetchone():
            return _TWICE
    for rest in body.rest:
        db.execute("UPDATE block_given SET returned_from = ? WHERE block = ?", (rest.number, rest.block))
    db.execute(
        "UPDATE lease_given SET returned_by = ?"
        " WHERE terminal = ? AND drive = ? AND token <= ? AND returned_by IS NULL",
        (place, terminal, body.drive, body.token or 0),
    )
    return APPLIED
