"""Operations by whom they concern, and behind which of them a new one has to wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from offline_cache import epochs, rows
from offline_cache.database import Db
from offline_cache.moves import WAITING_FOR_PEOPLE
from offline_cache.operations import Operation, State


@dataclass(frozen=True)
class Place:
    """One operation in the line of its subject.

    :param resolved_by: the later one that settled it for a person; :param refers_to: what it settles, or continues.
    :param here: whether its body is here still, to be sent again.
    """

    op_id: bytes
    kind: str
    state: State
    refers_to: bytes | None = None
    resolved_by: bytes | None = None
    here: bool = True


def comes_after(line: Sequence[Place], settles: bytes | None, passed: Collection[str]) -> bytes | None:
    """The operation that a new one of the same subject names as the one before it.

    New work waits behind the newest that is open: a tombstone has no subject at the centre, so nothing else tells it
    what belongs behind. One that settles another takes that one's place: it waits for what was open *before* it, never
    for what waits behind it, since that would wait for ever. Where the other was itself meant to settle an earlier one,
    it is the earliest whose place is taken.

    Where nothing is open it is the newest that was applied, as long as its body is here: its place may have been a
    tombstone before, and a centre that is restored to that would apply the new one first.

    :param line: all of the subject, oldest first.
    :param settles: what the new one corrects, withdraws or escalates; ``None`` for new work.
    :param passed: kinds that nobody waits for: a withdrawal that is refused holds nobody.
    """
    at = {place.op_id: n for n, place in enumerate(line)}
    end = len(line)
    while settles in at and at[settles] < end:
        end = at[settles]
        earlier = line[end].refers_to
        settled = earlier in at and line[at[earlier]].resolved_by == settles
        settles = earlier if settled else None
    before = [place for place in reversed(line[:end]) if place.kind not in passed]
    return next((place.op_id for found in (_open, _may_open) for place in before if found(place)), None)


def _may_open(place: Place) -> bool:
    """At its end, and a centre that is restored from a backup may have to hear of it once more."""
    return place.kind != epochs.KIND and place.state is State.APPLIED and place.here


def _open(place: Place) -> bool:
    """Not at its end, for this subject. What carries another over is about nobody."""
    return place.kind != epochs.KIND and place.state is not State.APPLIED and place.resolved_by is None


def is_passed_over(db: Db, op_id: bytes) -> bool:
    """Whether newer work of its subject was taken in, or something behind it was settled, while another had settled it:
    neither waits for it, so that this one, if it went after all, would take effect after what is newer. It can be done
    anew, or taken back.
    """
    sql = (
        "SELECT 1 FROM operation w JOIN operation mine ON mine.op_id = w.refers_to"
        " JOIN operation newer ON newer.subject = w.subject AND newer.position > w.position"
        " LEFT JOIN operation other ON other.op_id = newer.refers_to"
        " WHERE w.refers_to = ? AND newer.refers_to IS NOT w.op_id"
        " AND (newer.refers_to IS NULL OR other.position > mine.position) LIMIT 1"
    )
    return db.row(sql, (op_id,)) is not None


def may_return(db: Db, operation: Operation) -> bool:
    """Whether a person may put this one back: it is parked in this life of the log, nothing has settled it or passed
    it over. That a tombstone stands in its place at the centre is no obstacle: its body fills that.
    """
    stands = operation.state is State.PARKED and operation.resolved_by is None
    return stands and operation.epoch == rows.epoch_of(db) and not is_passed_over(db, operation.op_id)


def line_of(db: Db, subject: bytes) -> list[Place]:
    """All of a subject, oldest first."""
    found = db.rows(
        "SELECT o.op_id, o.kind, p.state, o.refers_to, p.resolved_by, p.freed_at IS NULL"
        " FROM operation o JOIN progress p USING (position)"
        " WHERE o.subject = ? ORDER BY o.subj_seq",
        (subject,),
    )
    return [Place(row[0], row[1], State(row[2]), row[3], row[4], bool(row[5])) for row in found]


def open_of(db: Db, subject: bytes, kind: str) -> Operation | None:
    """See :meth:`offline_cache.outbox.Outbox.open_of`."""
    row = db.row(f"{rows.OPERATION} WHERE o.subject = ? ORDER BY o.subj_seq DESC LIMIT 1", (subject,))
    last = rows.operation_of(row) if row else None
    waits = last is not None and last.state in WAITING_FOR_PEOPLE and last.resolved_by is None and last.kind == kind
    return last if waits else None
