"""Applying what was taken in: per holder in order, exactly once, effect and outcome in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from offline_cache import epochs
from offline_cache.blob_limits import WAITS
from offline_cache.errors import StoreError
from offline_cache.sealing import Binding, open_sealed
from terminal.model.operations import BODIES, DRIVE_RETURN, WITHDRAWAL, CardWrite, OperationBody, from_plain
from terminal.sandbox import blobs, fencing, losses, salvage
from terminal.sandbox.authority import Authority
from terminal.sandbox.effect_rules import APPLIED, OPENS_CASE, RULES, SETTLING, Verdict, rejected
from terminal.sandbox.people import Population
from terminal.sandbox.state import State
from terminal.sandbox.telling import Said, alarm_of_clock, tell

_COLUMNS = "id, terminal, epoch, op_id, kind, schema, sealed"
_OPEN = "state IN ('rejected', 'conflict', 'held', 'tombstone')"
_UNSETTLED = f"settled_by IS NULL AND {_OPEN}"


@dataclass(frozen=True)
class Row:
    """One operation of the inbox with its body. ``id`` is the order of arrival, over all terminals."""

    id: int
    terminal: str
    epoch: int
    op_id: str
    kind: str
    schema: int
    sealed: bytes


class Effects:
    """:param now: the centre's time."""

    def __init__(
        self,
        authority: Authority,
        state: State,
        population: Population,
        environment: str,
        now: Callable[[], datetime],
    ) -> None:
        self._keys = authority.ring
        self._state = state
        self._population = population
        self._environment = environment
        self._now = now

    def contents(self) -> dict[str, str]:
        """See :func:`terminal.sandbox.blobs.all_contents`."""
        with self._state.transaction() as db:
            return blobs.all_contents(db, self._environment, self._keys)

    def run(self) -> None:
        """Apply everything that can be applied now. Safe to call at any time, also after a crash in the middle."""
        while self._one():
            pass

    def _one(self) -> bool:
        with self._state.transaction() as db:
            found = db.execute(f"SELECT {_COLUMNS} FROM inbox WHERE state = 'new' ORDER BY id LIMIT 1").fetchone()  # noqa: S608 - our words
            if found is None:
                return False
            row = Row(*found)
            if row.kind == epochs.KIND:  # what it carries stands behind it, under its own identity
                self._settle(db, row, None, salvage.judged(db, row.op_id) or APPLIED)
                return True
            body = self._body(row)
            if isinstance(body, Verdict):
                self._settle(db, row, None, body)
            else:
                self._settle(db, row, body, self._verdict(db, row, body))
            return True

    def _body(self, row: Row) -> OperationBody | Verdict:
        """What is inside the seal, or why it cannot be read."""
        form = BODIES.get((row.kind, row.schema))
        if form is None:
            known = any(kind == row.kind for kind, _ in BODIES)
            return rejected("schema-unknown" if known else "kind-unknown")
        binding = Binding(self._environment, row.terminal, row.epoch, bytes.fromhex(row.op_id), row.kind, row.schema)
        try:
            return from_plain(open_sealed(row.sealed, binding, self._keys), form)
        except StoreError:
            return rejected("seal-unreadable")
        except msgspec.ValidationError:
            return rejected("body-invalid")

    def _verdict(self, db: sqlite3.Connection, row: Row, body: OperationBody) -> Verdict:
        if _must_wait(db, row, body):
            return Verdict("held", "waits-for-earlier")
        if blobs.missing(db, row.terminal, row.op_id, body.blobs):
            return Verdict("held", WAITS)
        if any(blobs.content(db, self._environment, row.terminal, blob, self._keys) is None for blob in body.blobs):
            return rejected("blob-unreadable")
        late = salvage.judged(db, row.op_id) or losses.judged(db, row.terminal, row.id)
        late = late or fencing.judged(db, row.op_id, row.kind, body)
        if late is not None:
            return late
        settling = SETTLING.get(row.kind)
        if settling is not None:
            return settling(db, row.op_id, body)
        if row.kind == DRIVE_RETURN:
            return fencing.give_back(db, row.op_id, body)
        person = self._population.by_card_id(body.card_id)
        if person is None:
            return rejected("card-unknown")
        return RULES[row.kind](db, row.op_id, body, person)

    def _settle(self, db: sqlite3.Connection, row: Row, body: OperationBody | None, verdict: Verdict) -> None:
        subject = body.card_id if body else None
        refers_to = body.refers_to if body else None
        db.execute(
            "UPDATE inbox SET state = ?, subject = ?, refers_to = ? WHERE id = ?",
            (verdict.outcome, subject, refers_to, row.id),
        )
        moment = int(self._now().timestamp())
        if body is not None and body.clock_behind:
            alarm_of_clock(db, row.terminal, moment)
        opened = verdict.outcome == "conflict" or (verdict.outcome == "applied" and row.kind in OPENS_CASE)
        case = f"AJ{row.id:08d}" if opened else None
        if verdict.outcome == "applied":
            db.execute("INSERT INTO effect (op_id, kind, time) VALUES (?, ?, ?)", (row.op_id, row.kind, moment))
            if body is not None and body.refers_to is not None:
                self._release(db, row, body)
            if body is not None:
                _look_again(db, row, body)
        if verdict.outcome == "rejected" and row.kind == WITHDRAWAL:
            # Nothing was taken back, so nothing stands open because of it: it holds nobody.
            db.execute("UPDATE inbox SET settled_by = op_id WHERE id = ?", (row.id,))
        tell(db, row.terminal, Said(row.op_id, verdict.outcome, verdict.reason, case, moment))

    def _release(self, db: sqlite3.Connection, row: Row, body: OperationBody) -> None:
        """What is open is settled by this one, and so is what that one was meant to settle."""
        for settled, op_id, state in _replaced(db, row, body):
            if state == "held":
                db.execute("UPDATE inbox SET state = 'rejected' WHERE id = ?", (settled,))
                moment = int(self._now().timestamp())
                tell(db, row.terminal, Said(op_id, "rejected", "replaced", None, moment))
            db.execute("UPDATE inbox SET settled_by = ? WHERE id = ?", (row.op_id, settled))


def _replaced(db: sqlite3.Connection, row: Row, body: OperationBody) -> list[tuple[int, str, str]]:
    """What stands open and is taken the place of: the one that is referred to, the one to which that refers, and so
    on. A refused correction leaves what it was to correct open, and the next one corrects both.

    The end of a write in the chip takes no place of a beginning that waits: both are true, and it waits behind it.
    """
    terminal, refers_to = row.terminal, body.refers_to
    ends = isinstance(body, CardWrite)
    query = f"SELECT id, op_id, state, refers_to FROM inbox WHERE op_id = ? AND terminal = ? AND {_UNSETTLED}"  # noqa: S608
    found: list[tuple[int, str, str]] = []
    while open_one := db.execute(query, (refers_to, terminal)).fetchone():
        if found and open_one[0] >= found[-1][0]:
            break  # nothing refers to what comes later
        if ends and open_one[2] == "held":
            break
        found.append(open_one[:3])
        refers_to = open_one[3]
    return found


def _look_again(db: sqlite3.Connection, row: Row, body: OperationBody) -> None:
    """What waits for this person may go on now: something was settled, or a body came for a tombstone."""
    db.execute(
        "UPDATE inbox SET state = 'new' WHERE state = 'held' AND terminal = ? AND subject = ?",
        (row.terminal, body.card_id),
    )


def _must_wait(db: sqlite3.Connection, row: Row, body: OperationBody) -> bool:
    """Whether an earlier operation of this terminal about this card is open.

    The one that settles a refused operation passes those that wait behind it.
    """
    before = row.id
    replaced = _replaced(db, row, body)
    if replaced:
        before = min(before, replaced[-1][0])
    blocked = db.execute(
        f"SELECT 1 FROM inbox WHERE terminal = ? AND subject = ? AND id < ? AND {_UNSETTLED}",  # noqa: S608
        (row.terminal, body.card_id, before),
    ).fetchone()
    if blocked or body.after is None or body.after == body.refers_to:
        return blocked is not None
    # A tombstone has no subject here: the later operation names it itself.
    after = db.execute("SELECT state, settled_by FROM inbox WHERE op_id = ?", (body.after,)).fetchone()
    return after is None or (after[0] != "applied" and after[1] is None)
