"""A terminal that was lost or stolen: what it sends from the report on is for people, until they say that it is found.

Its certificate is good no longer at once. But a machine that is found again gets another certificate, and then sends
what somebody may have recorded on it meanwhile: nothing of that takes effect by itself.
"""

from __future__ import annotations

import sqlite3

from terminal.sandbox.certificates import is_known
from terminal.sandbox.effect_rules import Verdict

_LOST = Verdict("conflict", "terminal-lost")
_ACCEPTED = (
    "SELECT 1 FROM inbox JOIN salvaged USING (op_id, terminal, epoch, kind, schema, sealed_hash) WHERE accepted = 1"
    " AND id IN (:place, -(SELECT seq FROM inbox WHERE id = :place))"
)


def report(db: sqlite3.Connection, terminal: str) -> bool:
    """People say that it is gone. False for a terminal that is not known."""
    found = is_known(db, terminal)
    if found:
        db.execute("UPDATE terminal SET revoked = 1 WHERE number = ?", (terminal,))
        (last,) = db.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        db.execute("INSERT OR IGNORE INTO loss (terminal, after) VALUES (?, ?)", (terminal, last))
    return found


def over(db: sqlite3.Connection, terminal: str) -> bool:
    """People have it and have looked at it: what it sends from now on counts. False for one that was not lost."""
    return db.execute("DELETE FROM loss WHERE terminal = ?", (terminal,)).rowcount == 1


def judged(db: sqlite3.Connection, terminal: str, place: int) -> Verdict | None:
    """:param place: in the inbox. What was here before the report is judged as ever, and so is what somebody here has
    looked at and accepted, with what it carries over."""
    row = db.execute("SELECT after FROM loss WHERE terminal = ?", (terminal,)).fetchone()
    if row is None or place <= row[0] or db.execute(_ACCEPTED, {"place": place}).fetchone() is not None:
        return None
    return _LOST
