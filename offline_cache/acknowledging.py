"""What the centre says, and what it moves: its signed word that it has operations, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_cache import caps, epochs, kept, rows
from offline_cache.chain import GENESIS
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import LONGEST, append
from offline_cache.moves import ACKNOWLEDGEMENT, VERDICT, allowed, move
from offline_cache.operations import Agreement, Anchor, Outcome, State, Taken, Verdict

LONGEST_RECEIPT = 600
"""Characters of a signed code."""

_OF: dict[Verdict, State] = {
    Verdict.APPLIED: State.APPLIED,
    Verdict.REJECTED: State.REJECTED,
    Verdict.CONFLICT: State.CONFLICT,
    Verdict.HELD: State.HELD,
}


def compare(db: Db, epoch: int, hwm: int, head: bytes) -> Agreement:
    """How the centre's mark and our chain go together."""
    ours = rows.head_at(db, epoch, hwm)
    if ours is None:
        return Agreement.WE_ARE_OLDER
    if ours != head:
        return Agreement.FORKED
    known = rows.anchor(db, epoch)
    acknowledged = known.hwm if known else 0
    if hwm == acknowledged:
        return Agreement.SAME
    return Agreement.CENTRE_AHEAD if hwm > acknowledged else Agreement.CENTRE_BEHIND


def acknowledged(db: Db, at: int, anchor: Anchor) -> int:
    """See :meth:`offline_cache.outbox.Outbox.acknowledged`."""
    agreement = compare(db, anchor.epoch, anchor.hwm, anchor.head)
    if agreement is Agreement.WE_ARE_OLDER:
        raise StoreError(StoreFault.STORE_BEHIND, f"epoch {anchor.epoch}, centre at {anchor.hwm}")
    if agreement is Agreement.FORKED:
        raise StoreError(StoreFault.HISTORY_FORKED, f"epoch {anchor.epoch}, operation {anchor.hwm}")
    caps.heard(db, at)
    if agreement is not Agreement.CENTRE_AHEAD:
        return 0
    db.execute(
        "INSERT INTO anchor (epoch, hwm, head, time, signature, key_id, heard_at, journal_n, journal_head)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(anchor.epoch, anchor.hwm, anchor.head, anchor.time, anchor.signature, anchor.key_id, at),
            *(anchor.journal_n, anchor.journal_head),
        ),
    )
    append(db, at, "received", None, {"epoch": anchor.epoch, "hwm": anchor.hwm})
    last: int = db.value("SELECT position FROM operation WHERE epoch = ? AND seq = ?", (anchor.epoch, anchor.hwm))
    first: int = db.value("SELECT position FROM operation WHERE epoch = ? AND seq = 1", (anchor.epoch,))
    moved = [
        int(row[0])
        for row in db.rows(
            "SELECT position FROM progress INDEXED BY progress_pending"
            " WHERE state = 'pending' AND position BETWEEN ? AND ? ORDER BY position",
            (first, last),
        )
    ]
    for position in moved:
        _received(db, at, position)
    return len(moved)


def _received(db: Db, at: int, position: int) -> None:
    """This one waits no longer, nor does what it carries."""
    move(db, at, position, (State.PENDING, State.RECEIVED), ACKNOWLEDGEMENT)
    _catch_up(db, at, position)
    inside = epochs.original_of(db, position)
    if inside is not None and rows.state_at(db, inside) is State.PENDING:
        _received(db, at, inside)


def check_journal(db: Db, head: bytes) -> int:
    """See :meth:`offline_cache.outbox.Outbox.check_journal`."""
    if head == GENESIS:
        return 0
    n: int | None = db.value("SELECT n FROM journal WHERE head = ?", (head,))
    if n is None:
        raise StoreError(StoreFault.JOURNAL_BEHIND)
    return n


def _catch_up(db: Db, at: int, position: int) -> None:
    """Outcomes that came before the acknowledgement take effect now."""
    state = State.RECEIVED
    for verdict, reason in list(
        db.rows("SELECT verdict, reason FROM outcome WHERE position = ? ORDER BY n", (position,))
    ):
        after = State(verdict)
        if allowed(state, after, VERDICT):
            move(db, at, position, (state, after), VERDICT, reason=reason)
            state = after


def outcomes(db: Db, at: int, heard: Sequence[Outcome], cursor: tuple[str, str] | None) -> list[Taken]:
    """See :meth:`offline_cache.outbox.Outbox.outcomes`."""
    taken = [_take(db, at, _shortened(outcome)) for outcome in heard]
    if cursor is not None:
        kept.set_cursor(db, cursor[0], cursor[1], at)
    return taken


def _shortened(outcome: Outcome) -> Outcome:
    """No answer, however long its words, makes the store refuse it: what stands here is bounded."""
    receipt = outcome.receipt if len(outcome.receipt) <= LONGEST_RECEIPT else ""  # half a code is none
    return replace(
        outcome,
        reason=outcome.reason[:LONGEST],
        zh=outcome.zh[:LONGEST],
        en=outcome.en[:LONGEST],
        case=outcome.case[:LONGEST],
        time=outcome.time[:LONGEST],
        receipt=receipt,
    )


def _take(db: Db, at: int, outcome: Outcome) -> Taken:
    row = db.row(
        "SELECT position, state FROM operation JOIN progress USING (position) WHERE op_id = ?", (outcome.op_id,)
    )
    if row is None:
        return Taken.UNKNOWN
    position, state, after = int(row[0]), State(row[1]), _OF[outcome.verdict]
    n: int = db.value("SELECT count(*) FROM outcome WHERE position = ?", (position,))
    if n and _last(db, position) == (outcome.verdict.value, outcome.reason, outcome.case):
        return Taken.KNOWN
    db.execute(
        "INSERT INTO outcome (position, n, verdict, reason, zh, en, case_ref, time, heard_at, receipt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            position,
            n + 1,
            outcome.verdict.value,
            outcome.reason,
            outcome.zh,
            outcome.en,
            outcome.case,
            outcome.time,
            at,
            outcome.receipt,
        ),
    )
    early = state in {State.PENDING, State.PARKED}
    taken = Taken.EARLY if early else Taken.MOVED if allowed(state, after, VERDICT) else Taken.STRANGE
    if taken is Taken.MOVED:
        move(db, at, position, (state, after), VERDICT, reason=outcome.reason)
    fields = {"verdict": outcome.verdict.value, "reason": outcome.reason, "case": outcome.case, "moved": taken.value}
    append(db, at, "outcome", outcome.op_id, fields)
    return taken


def _last(db: Db, position: int) -> tuple[str, str, str] | None:
    row = db.row(
        "SELECT verdict, reason, case_ref FROM outcome WHERE position = ? ORDER BY n DESC LIMIT 1", (position,)
    )
    return (row[0], row[1], row[2]) if row else None
