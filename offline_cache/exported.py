"""What stands on a medium, by the line that the export left in the journal, and not by anybody's word.

A medium (``store export``) holds every operation of one life that waited, to the last that was recorded, those that
were set aside without their bodies, what a centre that was put back was known to have lost, and every photo that the
centre missed at that moment. What was put back, asked for again or lost since then is not on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache import blob_rows, journal, rows, sending
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry
from offline_cache.operations import State

MEDIUM = "medium"
"""What a line of the journal calls it."""
BACK = "'retried', 'emptied', 'blob-wanted', 'reopened'"
"""Lines by which the centre is to get something that was not on its way before, be it a photo."""


@dataclass(frozen=True)
class Medium:
    """:param n: the line of the journal that tells of it.
    :param epoch: the life; :param last: of its operations up to there none waited, or was known to be lost at a centre
        that was put back, that does not stand on it.
    """

    n: int
    epoch: int
    last: int


def line(count: int, epoch: int, first: int, last: int, operator: str) -> Entry:
    """For the journal, once the medium is written."""
    return Entry(
        "exported",
        {"what": MEDIUM, "count": count, "epoch": epoch, "first": first, "last": last, "operator": operator},
    )


def noted(db: Db, last: int) -> Medium:
    """The newest medium of this life that goes up to the operation with number ``last``.

    :raises StoreError: ``EXPORT_UNKNOWN`` where the journal tells of none.
    """
    epoch = rows.epoch_of(db)
    for told in journal.of_kind(db, "exported"):
        fields = told.fields
        if (fields.get("what"), fields.get("epoch"), fields.get("last")) == (MEDIUM, epoch, last):
            return Medium(told.n, epoch, last)
    raise StoreError(StoreFault.EXPORT_UNKNOWN, last=last)


def refuse_left(db: Db, medium: Medium | None) -> None:
    """Whether all that the centre has not, as far as is known here, stands on the medium.

    :raises StoreError: ``WIPE_REFUSED``; ``WIPE_PARKED``: what people have set aside is on no medium.
    """
    parked = db.value("SELECT count(*) FROM progress WHERE state = ? AND resolved_by IS NULL", (State.PARKED.value,))
    if parked:
        raise StoreError(StoreFault.WIPE_PARKED, count=parked)
    back = set() if medium is None else _back(db, medium)
    # What is carried over goes, or waits, with what carries it.
    waiting = db.rows(
        "SELECT op_id, epoch, seq FROM operation JOIN progress USING (position) WHERE state = 'pending'"
        " AND NOT EXISTS (SELECT 1 FROM carried WHERE original = position)"
    )
    left = [
        op_id
        for op_id, epoch, seq in waiting
        if medium is None or epoch != medium.epoch or seq > medium.last or op_id in back
    ]
    photos = [
        op_id for op_id in blob_rows.of_missing(db) if medium is None or op_id in back or _later(db, op_id, medium)
    ]
    if left or photos or _lost(db, medium):
        raise left_over("")


def _lost(db: Db, medium: Medium | None) -> bool:
    """Whether a centre that was put back lacks what was acknowledged and is here; no medium of before has it."""
    behind = sending.fell_back(db)
    if behind is None or (medium is not None and medium.n > behind.line):
        return False
    above = f"epoch = ? AND seq > ? AND {sending.LOST}"
    sql = f"SELECT 1 FROM operation JOIN progress USING (position) WHERE {above} LIMIT 1"  # noqa: S608 - our words
    return db.value(sql, (behind.epoch, behind.hwm)) is not None


def left_over(detail: str) -> StoreError:
    """A wipe would eat work."""
    return StoreError(StoreFault.WIPE_REFUSED, detail)


def _back(db: Db, medium: Medium) -> set[bytes]:
    return {row[0] for row in db.rows(f"SELECT op_id FROM journal WHERE n > ? AND what IN ({BACK})", (medium.n,))}  # noqa: S608 - our words


def _later(db: Db, op_id: bytes, medium: Medium) -> bool:
    """Whether it was recorded after the medium was written."""
    before = db.value("SELECT 1 FROM journal WHERE op_id = ? AND what = 'recorded' AND n < ?", (op_id, medium.n))
    return before is None
