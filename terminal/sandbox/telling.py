"""Who is told of what, in its transaction: a terminal by its feed, the people of the centre by an alarm."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass

EMPTY = "empty"
"""The outcome of an operation of which only the place is here."""


@dataclass(frozen=True)
class Said:
    """:param outcome: a value of the contract's ``OutcomeKind``; :param reason: for programs.
    :param case: number of a file; :param moment: seconds since 1970.
    """

    op_id: str
    outcome: str
    reason: str | None
    case: str | None
    moment: int


def tell(db: sqlite3.Connection, terminal: str, said: Said) -> None:
    """Lines are chained, so that a cursor names one history and no other."""
    last = db.execute("SELECT chain FROM feed WHERE terminal = ? ORDER BY n DESC LIMIT 1", (terminal,)).fetchone()
    line = (said.op_id, said.outcome, said.reason, said.case, said.moment)
    chain = hashlib.sha256(repr((last and last[0], line)).encode("utf-8")).hexdigest()[:32]
    db.execute(
        "INSERT INTO feed (terminal, op_id, outcome, reason, file, time, chain) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (terminal, *line, chain),
    )


CLOCK = "clock-behind"
"""An operation of this terminal bears a time that its clock had passed before."""
_DAY = 86_400


def alarm_of_clock(db: sqlite3.Connection, terminal: str, moment: int) -> None:
    """Once a day is enough: every operation until somebody sets the clock says the same."""
    sql = "SELECT 1 FROM alarm WHERE terminal = ? AND what = ? AND time > ?"
    if db.execute(sql, (terminal, CLOCK, moment - _DAY)).fetchone() is None:
        alarm(db, terminal, CLOCK, moment)


def alarm(db: sqlite3.Connection, terminal: str, what: str, moment: int) -> None:
    """The centre's people are to look at this terminal. :param moment: seconds since 1970."""
    db.execute("INSERT INTO alarm (terminal, what, time) VALUES (?, ?, ?)", (terminal, what, moment))
