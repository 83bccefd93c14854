"""The table of moves: from which state an operation can go to which, and because of what. Nothing moves otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from offline_cache import epochs, recording, rows
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry, append, refused
from offline_cache.operations import Counts, Draft, Operation, Outcome, State, Verdict

ACKNOWLEDGEMENT, VERDICT, PERSON, SENDER = "acknowledgement", "verdict", "person", "sender"

SAID = (State.APPLIED, State.REJECTED, State.CONFLICT, State.HELD)
"""What the centre says of an operation that it has."""

MOVES: dict[tuple[State, State], frozenset[str]] = {
    (State.PENDING, State.RECEIVED): frozenset({ACKNOWLEDGEMENT}),
    (State.PENDING, State.PARKED): frozenset({PERSON, SENDER}),
    (State.PARKED, State.PENDING): frozenset({PERSON}),
    (State.PARKED, State.RECEIVED): frozenset({ACKNOWLEDGEMENT}),  # its body was on its way when it was parked
    # The centre's last word counts, also of one that was parked too late, also when it said something else before: a
    # case was decided, or the centre was restored from a backup.
    **{
        (before, after): frozenset({VERDICT})
        for before in (State.RECEIVED, State.PARKED, *SAID)
        for after in SAID
        if before is not after
    },
    # It has the place alone: the body goes again; or, where that cannot be or is settled, a person sees it.
    **{
        (before, after): frozenset({VERDICT})
        for before in (State.RECEIVED, *SAID)
        for after in (State.PENDING, State.PARKED)
    },
}

WAITING_FOR_PEOPLE = (State.REJECTED, State.CONFLICT, State.PARKED)
HOW = frozenset({"corrected", "withdrawn", "escalated"})

_AGAIN = "again after "


def allowed(before: State, after: State, because: str) -> bool:
    return because in MOVES.get((before, after), frozenset())


def refuse(before: State, after: str) -> StoreError:
    return StoreError(StoreFault.MOVE_REFUSED, f"{before.value} to {after}")


def move(db: Db, at: int, position: int, step: tuple[State, State], because: str, *, reason: str = "") -> None:
    """The one place where the state of an operation changes by itself.

    :raises StoreError: ``MOVE_REFUSED``.
    """
    before, after = step
    if not allowed(before, after, because):
        raise refuse(before, after.value)
    db.execute(
        "UPDATE progress SET state = ?, since = ?, reason = ? WHERE position = ?", (after.value, at, reason, position)
    )
    if State.PARKED in step:
        _settles(db, at, position, again=before is State.PARKED)


def _settles(db: Db, at: int, position: int, *, again: bool) -> None:
    """What was to settle another is set aside: the centre cannot read what it refers to and holds that other still, so
    it waits for a person again. When it goes after all, it settles it as before.
    """
    # The end of a card write settles nothing.
    sql = "SELECT op_id, refers_to FROM operation WHERE position = ? AND refers_to IS NOT NULL AND kind NOT GLOB '*.*'"
    row = db.row(sql, (position,))
    if row is None:
        return
    op_id, about = row
    other = rows.find(db, about)
    if again and other.resolved_by is None and other.state in WAITING_FOR_PEOPLE:
        db.execute("UPDATE progress SET resolved_by = ? WHERE position = ?", (op_id, other.position))
        append(db, at, "resolved", about, {"by": op_id.hex(), "how": "put-back"})
    elif not again and other.resolved_by == op_id:
        db.execute("UPDATE progress SET resolved_by = NULL WHERE position = ?", (other.position,))
        append(db, at, "reopened", about, {"by": op_id.hex()})


def received(db: Db, at: int, first: int, last: int) -> list[int]:
    """The same for everything between two positions that waits for the first time: an acknowledgement is a mark, so
    that its work is one statement over what it newly covers, however much waits behind. Gives the positions, in order.
    """
    before, after = State.PENDING, State.RECEIVED
    if not allowed(before, after, ACKNOWLEDGEMENT):
        raise refuse(before, after.value)
    found = db.rows(
        "UPDATE progress INDEXED BY progress_pending SET state = 'received', since = ?, reason = ''"
        " WHERE state = 'pending' AND position BETWEEN ? AND ? AND reason NOT GLOB ? RETURNING position",
        (at, first, last, f"{_AGAIN}*"),
    )
    return sorted(int(row[0]) for row in found)


def again(db: Db, position: int) -> str:
    """The reason of an operation that waits once more. Its body has to go whatever the centre's mark says, since a
    tombstone may stand in its place there; and what the centre said of it until now counts no longer.
    """
    said: int = db.value("SELECT count(*) FROM outcome WHERE position = ?", (position,))
    return f"{_AGAIN}{said}"


def void(state: State, reason: str) -> int | None:
    """How many of the centre's words count no longer; ``None`` for one that does not wait once more."""
    return int(reason.removeprefix(_AGAIN)) if state is State.PENDING and reason.startswith(_AGAIN) else None


def park(db: Db, at: int, op_id: bytes, reason: str, operator: str) -> None:
    """See :meth:`offline_cache.outbox.Outbox.park`."""
    operation = rows.find(db, op_id)
    if epochs.is_carried(db, operation.position) or (operator and operation.kind == epochs.KIND):
        raise refuse(operation.state, "parked, it is carried over")
    move(db, at, operation.position, (operation.state, State.PARKED), PERSON if operator else SENDER, reason=reason)
    append(db, at, "parked", op_id, {"reason": reason, "operator": operator})


def retry(db: Db, at: int, operation: Operation, reason: str, operator: str, *, returns: bool) -> None:
    """See :meth:`offline_cache.outbox.Outbox.retry`.

    :param returns: see :func:`offline_cache.subjects.may_return`.
    """
    if not returns:
        raise refuse(operation.state, State.PENDING.value)
    move(db, at, operation.position, (operation.state, State.PENDING), PERSON, reason=again(db, operation.position))
    append(db, at, "retried", operation.op_id, {"reason": reason, "again": True, "operator": operator})


def resolve(
    db: Db, at: int, op_id: bytes, draft: Draft, how: str, *, journal: Sequence[Entry], operator: str
) -> Operation:
    """See :meth:`offline_cache.outbox.Outbox.resolve`."""
    old = rows.find(db, op_id)
    if old.state not in WAITING_FOR_PEOPLE or old.resolved_by is not None:
        raise refuse(old.state, "resolved")
    if how not in HOW or draft.refers_to != op_id:
        raise refused("resolve: the new operation refers to the old one, and says how")
    (new,) = recording.record(db, at, [draft], journal, ())
    db.execute("UPDATE progress SET resolved_by = ? WHERE position = ?", (new.op_id, old.position))
    append(db, at, "resolved", op_id, {"by": new.op_id.hex(), "how": how, "operator": operator})
    return new


# --- looking ----------------------------------------------------------------------------------------------------------


def listed(db: Db, states: Sequence[State], after: int, most: int) -> list[Operation]:
    """See :meth:`offline_cache.outbox.Outbox.listed`."""
    # First the positions, and only then the bodies. What waits is in order in an index of its own; the others are few,
    # or all are asked for.
    each = "SELECT * FROM (SELECT position FROM progress {} position > ?1 ORDER BY position LIMIT ?2)"
    which = [
        each.format(
            f"{'INDEXED BY progress_pending' if state is State.PENDING else ''} WHERE state = '{state.value}' AND"
        )
        for state in states
    ]
    if set(states) == set(State):
        which = [each.format("WHERE")]
    sql = f"{rows.OPERATION} WHERE o.position IN ({' UNION ALL '.join(which)}) ORDER BY o.position LIMIT ?2"
    return [rows.operation_of(row) for row in db.rows(sql, (after, most))] if states else []


def work_list(db: Db) -> list[Operation]:
    """See :meth:`offline_cache.outbox.Outbox.work_list`."""
    return [rows.operation_of(row) for row in db.rows(f"{rows.OPERATION} WHERE {rows.PEOPLE} ORDER BY p.position")]


def history(db: Db, op_id: bytes) -> list[Outcome]:
    """See :meth:`offline_cache.outbox.Outbox.history`."""
    position = rows.find(db, op_id).position
    found = db.rows(
        "SELECT verdict, reason, zh, en, case_ref, time, receipt FROM outcome WHERE position = ? ORDER BY n",
        (position,),
    )
    return [Outcome(op_id, Verdict(row[0]), *row[1:]) for row in found]


def counts(db: Db) -> Counts:
    """See :meth:`offline_cache.outbox.Outbox.counts`."""
    oldest = "(SELECT min(since) FROM progress INDEXED BY progress_counts WHERE state = tally.state)"
    people = f"(SELECT count(*) FROM progress p INDEXED BY progress_people WHERE {rows.PEOPLE})"  # noqa: S608
    found = list(db.rows(f"SELECT state, count, {oldest}, {people} FROM tally"))  # noqa: S608
    return Counts(
        {State(row[0]): row[1] for row in found},
        {State(row[0]): row[2] for row in found if row[1]},
        found[0][3],
    )
