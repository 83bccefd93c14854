"""A terminal that was lost or stolen: what it sends from the report on is for people, until they say that it is found.

Its certificate is good no longer at once. But a machine that is found again gets another certificate, and then sends
what somebody may have recorded on it meanwhile: nothing of that takes effect by itself.
"""

from __future__ import annotations

import sqlite3

from terminal.sandbox.effect_rules import Verdict

_LOST = Verdict("conflict", "terminal-lost")


def report(db: sqlite3.Connection, terminal: str) -> bool:
    """People say that it is gone. False for a terminal that is not known."""
    found = db.execute("UPDATE terminal SET revoked = 1 WHERE number = ?", (terminal,)).rowcount == 1
    if found:
        (last,) = db.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        db.execute("INSERT OR IGNORE INTO loss (terminal, after) VALUES (?, ?)", (terminal, last))
    return found


def over(db: sqlite3.Connection, terminal: str) -> bool:
    """People have it and have looked at it: what it sends from now on counts. False for one that was not lost."""
    return db.execute("DELETE FROM loss WHERE terminal = ?", (terminal,)).rowcount == 1


def judged(db: sqlite3.Connection, terminal: str, place: int) -> Verdict | None:
    """:param place: in the inbox. What was here before the report is judged as ever."""
    row = db.execute("SELECT after FROM loss WHERE terminal = ?", (terminal,)).fetchone()
    return _LOST if row is not None and place > row[0] else None
