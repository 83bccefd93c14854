"""What the centre says, and what it moves: its signed word that it has operations, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from offline_cache import blob_rows, caps, epochs, kept, moves, rows, sending
from offline_cache.blob_limits import WAITS
from offline_cache.chain import GENESIS
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import LONGEST, append
from offline_cache.moves import ACKNOWLEDGEMENT, VERDICT, again, allowed, move, void
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


def acknowledged(db: Db, at: int, anchor: Anchor, whole: Collection[bytes]) -> int:
    """See :meth:`offline_cache.outbox.Outbox.acknowledged`."""
    agreement = compare(db, anchor.epoch, anchor.hwm, anchor.head)
    if agreement is Agreement.WE_ARE_OLDER:
        raise StoreError(StoreFault.STORE_BEHIND, f"epoch {anchor.epoch}, centre at {anchor.hwm}")
    if agreement is Agreement.FORKED:
        raise StoreError(StoreFault.HISTORY_FORKED, f"epoch {anchor.epoch}, operation {anchor.hwm}")
    caps.heard(db, at)
    moved = _advanced(db, at, anchor) if agreement is Agreement.CENTRE_AHEAD else 0
    return moved + _arrived(db, at, anchor, whole)


def _advanced(db: Db, at: int, anchor: Anchor) -> int:
    """The mark is further than it was: what waited for the first time is there, whichever request brought it."""
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
    moved = moves.received(db, at, first, last)
    if moved:
        known = db.rows(
            "SELECT position FROM outcome WHERE position BETWEEN ?1 AND ?2"
            " UNION SELECT carrier FROM carried WHERE carrier BETWEEN ?1 AND ?2",
            (moved[0], moved[-1]),
        )
        for position in sorted({int(row[0]) for row in known}.intersection(moved)):
            _follow(db, at, position)
    return len(moved)


def _received(db: Db, at: int, position: int) -> None:
    """This one waits no longer, nor does what it carries."""
    move(db, at, position, (State.PENDING, State.RECEIVED), ACKNOWLEDGEMENT)
    _follow(db, at, position)


def _follow(db: Db, at: int, position: int) -> None:
    """What the centre said of it early, and what it carries."""
    _catch_up(db, at, position, 0)
    inside = _waiting_inside(db, position)
    if inside is not None:
        waits = db.value("SELECT reason FROM progress WHERE position = ?", (inside,))
        (_received if void(State.PENDING, waits) is None else _reached)(db, at, inside)


def check_journal(db: Db, head: bytes) -> int:
    """See :meth:`offline_cache.outbox.Outbox.check_journal`."""
    if head == GENESIS:
        return 0
    n: int | None = db.value("SELECT n FROM journal WHERE head = ? ORDER BY n DESC LIMIT 1", (head,))
    if n is None:
        raise StoreError(StoreFault.JOURNAL_BEHIND)
    return n


def note_behind(db: Db, at: int, epoch: int, hwm: int | None) -> None:
    """See :meth:`offline_cache.outbox.Outbox.note_behind`."""
    before = sending.fell_back(db)
    sending.note_behind(db, at, epoch, hwm)
    if hwm is not None and (before is None or before.epoch != epoch or hwm <= before.hwm):
        blob_rows.lost(db, at, epoch, hwm)


def _waiting_inside(db: Db, carrier: int) -> int | None:
    """The operation that this one carries over, where it waits."""
    inside = epochs.original_of(db, carrier)
    return inside if inside is not None and rows.state_at(db, inside) is State.PENDING else None


def _arrived(db: Db, at: int, anchor: Anchor, whole: Collection[bytes]) -> int:
    """What went with its body in the very request that is acknowledged is there, also when a person parked it
    meanwhile, also when a tombstone had gone before.
    """
    # By what was sent, not by what is open: that may be the whole queue.
    sql = (
        "SELECT position FROM operation JOIN progress USING (position)"
        " WHERE op_id = ? AND epoch = ? AND seq <= ? AND state IN ('pending', 'parked')"
    )
    found = (db.value(sql, (op_id, anchor.epoch, anchor.hwm)) for op_id in set(whole))
    there = sorted(position for position in found if position is not None)
    for position in there:
        _reached(db, at, position)
    return len(there)


def _reached(db: Db, at: int, position: int) -> None:
    """Not by the mark alone, so the journal says it of each, with where it is then."""
    op_id = db.value("SELECT op_id FROM operation WHERE position = ?", (position,))
    before = rows.find(db, op_id)
    move(db, at, position, (before.state, State.RECEIVED), ACKNOWLEDGEMENT)
    _catch_up(db, at, position, void(before.state, before.reason) or 0)
    append(db, at, "arrived", op_id, {"then": rows.state_at(db, position).value})
    inside = _waiting_inside(db, position)
    if inside is not None:
        _reached(db, at, inside)


def _catch_up(db: Db, at: int, position: int, after: int) -> None:
    """What the centre said last, before it was known here that it has it, takes effect now.

    :param after: how many of its words count no longer.
    """
    row = db.row(
        "SELECT verdict, reason FROM outcome WHERE position = ? AND n > ? ORDER BY n DESC LIMIT 1", (position, after)
    )
    if row is not None:
        _say(db, at, position, (rows.state_at(db, position), State(row[0])), row[1])


def _say(db: Db, at: int, position: int, step: tuple[State, State], reason: str) -> None:
    """The centre's word moves an operation. What took effect after all is not settled by a later one."""
    move(db, at, position, step, VERDICT, reason=reason)
    if step[1] is not State.APPLIED:
        return
    op_id, by = db.row(
        "SELECT op_id, resolved_by FROM operation JOIN progress USING (position) WHERE position = ?", (position,)
    ) or (b"", None)
    if by is not None:
        db.execute("UPDATE progress SET resolved_by = NULL WHERE position = ?", (position,))
        append(db, at, "reopened", op_id, {"by": by.hex()})


def park(db: Db, at: int, op_id: bytes, reason: str, operator: str) -> None:
    """See :meth:`offline_cache.outbox.Outbox.park`. What the centre has said of it already counts."""
    before = rows.find(db, op_id)
    if before.state is State.PARKED and not operator:
        return  # a person was faster than the sender
    moves.park(db, at, op_id, reason, operator)
    after = void(before.state, before.reason) or 0
    _catch_up(db, at, before.position, after)
    then = rows.state_at(db, before.position)
    if then is not State.PARKED:
        append(db, at, "arrived", op_id, {"then": then.value})


def outcomes(db: Db, at: int, heard: Sequence[Outcome], cursor: tuple[str, str] | None) -> list[Taken]:
    """See :meth:`offline_cache.outbox.Outbox.outcomes`."""
    last = {outcome.op_id: n for n, outcome in enumerate(heard)}
    taken = [
        # A tombstone that was filled since, as the same page tells, is no news.
        Taken.KNOWN
        if outcome.verdict is Verdict.EMPTY and last[outcome.op_id] > n
        else _take(db, at, _shortened(outcome))
        for n, outcome in enumerate(heard)
    ]
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
        "SELECT position, state, reason FROM operation JOIN progress USING (position) WHERE op_id = ?",
        (outcome.op_id,),
    )
    if row is None:
        return Taken.UNKNOWN
    position, state = int(row[0]), State(row[1])
    if outcome.verdict is Verdict.EMPTY:
        return _emptied(db, at, outcome.op_id, state)
    after = _OF[outcome.verdict]
    if outcome.verdict is Verdict.HELD and outcome.reason == WAITS:
        blob_rows.wanted(db, at, position)
    n: int = db.value("SELECT count(*) FROM outcome WHERE position = ?", (position,))
    counts = n > (void(state, row[2]) or 0)
    if counts and state in {State.PENDING, after} and _last(db, position) == _word(outcome):
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
    early = state is State.PENDING
    taken = Taken.EARLY if early else Taken.MOVED if allowed(state, after, VERDICT) else Taken.AGAIN
    if taken is Taken.MOVED:
        _say(db, at, position, (state, after), outcome.reason)
    fields = {"verdict": outcome.verdict.value, "reason": outcome.reason, "case": outcome.case, "moved": taken.value}
    append(db, at, "outcome", outcome.op_id, fields)
    return taken


def _emptied(db: Db, at: int, op_id: bytes, state: State) -> Taken:
    """The centre has a tombstone where we believed that it has the body. What it said of the body counts no longer:
    the body goes again, and takes effect then; where it cannot go, or is settled, a person sees it.
    """
    operation = rows.find(db, op_id)
    blob_rows.lost_with(db, at, operation.position)  # of its blobs it may have as little
    if state is State.PENDING and void(state, operation.reason) is None and operation.epoch == rows.epoch_of(db):
        # Of an older copy, which does not know that it was parked once: the mark alone must not call it received.
        sql = "UPDATE progress SET reason = ? WHERE position = ?"
        db.execute(sql, (again(db, operation.position), operation.position))
        append(db, at, "emptied", op_id, {"then": state.value})
        return Taken.AGAIN
    if not allowed(state, State.PARKED, VERDICT):
        return Taken.KNOWN
    goes = operation.epoch == rows.epoch_of(db) and operation.resolved_by is None and operation.sealed
    then = State.PENDING if goes else State.PARKED
    reason = again(db, operation.position) if goes else Verdict.EMPTY.value
    move(db, at, operation.position, (state, then), VERDICT, reason=reason)
    append(db, at, "emptied", op_id, {"then": then.value})
    return Taken.MOVED


def _word(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.verdict.value, outcome.reason, outcome.case


def _last(db: Db, position: int) -> tuple[str, str, str] | None:
    row = db.row(
        "SELECT verdict, reason, case_ref FROM outcome WHERE position = ? ORDER BY n DESC LIMIT 1", (position,)
    )
    return (row[0], row[1], row[2]) if row else None
