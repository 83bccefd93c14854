"""Lives of a terminal's log: which one is open, and how a new one comes about after a fork.

A terminal asks; a person at the centre looks at both histories and agrees; from that moment nothing more is taken into
the old life, and the history that asked is told the new number, as often as it asks until it has begun it. Two machines
may have one number (a cloned data folder), and even one history: one agreement is one life for one of them, the first
that fetches it. A program that dies with the answer unheard is another asker when it starts again, and people agree
once more: whether it died before or after it gave numbers of the new life away, the centre cannot know.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime

from terminal.centre import chain
from terminal.centre.contract import NOBODY, EpochGrant, EpochRequest, ProblemType
from terminal.sandbox.authority import Authority
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.telling import alarm

FIRST = 1


def open_life(db: sqlite3.Connection, number: str) -> int:
    """The life of the log that is taken in now."""
    row = db.execute("SELECT epoch FROM life WHERE terminal = ?", (number,)).fetchone()
    return FIRST if row is None else int(row[0])


CLOSED, NEVER_OPENED = "life-closed", "life-unknown"


def why_not(db: sqlite3.Connection, number: str, epoch: int) -> str | None:
    """Why nothing more is taken into a life: it was closed, or (we were restored since) never opened that we know."""
    opened = open_life(db, number)
    return None if epoch == opened else CLOSED if epoch < opened else NEVER_OPENED


def forget_request(db: sqlite3.Connection, number: str) -> None:
    """The histories agree after all: what was asked for is not needed."""
    db.execute("DELETE FROM fork WHERE terminal = ?", (number,))


def begun(db: sqlite3.Connection, number: str, epoch: int) -> None:
    """A machine names the life as its own, or something of it comes: whoever asks for it now is another one, or an
    older copy."""
    db.execute("UPDATE life SET begun = 1 WHERE terminal = ? AND epoch = ?", (number, epoch))


class Lives:
    """:param now: the centre's time."""

    def __init__(self, authority: Authority, state: State, environment: str, now: Callable[[], datetime]) -> None:
        self._authority = authority
        self._state = state
        self._environment = environment
        self._now = now

    def ask(self, number: str, request: EpochRequest) -> EpochGrant:
        """The new life, if this history was given one and has not begun it; else the question is kept for a person.

        :raises RefusedError: ``EPOCH_PENDING``.
        """
        # Of those that do not tell who they are each may be another one.
        asker = secrets.token_hex(16) if request.asker == NOBODY else request.asker
        with self._state.transaction() as db:
            given = db.execute(
                "UPDATE life SET asker = ?"
                " WHERE terminal = ? AND after = ? AND seq = ? AND head = ? AND epoch > ? AND NOT begun"
                " AND coalesce(asker, ?) = ? RETURNING epoch, after, time",
                (asker, number, request.epoch, request.seq, request.head, request.known, asker, asker),
            ).fetchone()
            if given is None:
                self._keep(db, number, request)
        if given is None:
            raise RefusedError(ProblemType.EPOCH_PENDING)
        plain = EpochGrant(
            terminal=number,
            epoch=given[0],
            after=given[1],
            time=given[2],
            key_id=self._authority.key_id("ack"),
            signature="",
        )
        return chain.grant(self._environment, plain, self._authority.keys["ack"], self._authority.suite)

    def _keep(self, db: sqlite3.Connection, number: str, request: EpochRequest) -> None:
        """The question, for a person; they are told once while the same history asks, however often it asks."""
        asked = (request.epoch, request.seq, request.head, request.known)
        if db.execute("SELECT epoch, seq, head, known FROM fork WHERE terminal = ?", (number,)).fetchone() == asked:
            return
        db.execute(
            "INSERT OR REPLACE INTO fork (terminal, epoch, seq, head, known) VALUES (?, ?, ?, ?, ?)", (number, *asked)
        )
        alarm(db, number, "fork", int(self._now().timestamp()))

    def agree(self, number: str) -> int | None:
        """A person agrees: the old life is closed. Gives the new one; ``None`` where nobody asked."""
        with self._state.transaction() as db:
            asked = db.execute("SELECT epoch, seq, head, known FROM fork WHERE terminal = ?", (number,)).fetchone()
            if asked is None:
                return None
            after, seq, head, known = asked
            # Also where the terminal is in, or was in, a later life than this centre, restored from a backup, knows of.
            epoch = max(open_life(db, number), after, known) + 1
            db.execute(
                "INSERT OR REPLACE INTO life (terminal, epoch, after, time, seq, head) VALUES (?, ?, ?, ?, ?, ?)",
                (number, epoch, after, chain.ack_time(self._now()), seq, head),
            )
            forget_request(db, number)
        return int(epoch)
