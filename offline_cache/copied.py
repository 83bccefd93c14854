"""What the centre has not, and a second copy on a medium has not either: by a mark that was taken when it was written.

A copy holds all that the centre had not acknowledged then, what people had set aside without its body, and every photo
that the centre missed. So it lacks what was recorded behind the mark, what was set aside, put back or asked for again
since, and what a centre that was put back to a backup is known to have lost since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_cache import blob_rows, sending
from offline_cache.exported import BACK

if TYPE_CHECKING:
    from offline_cache.database import Db
    from offline_cache.store import Store


class Mark(NamedTuple):
    """:param position: of the last operation of all lives; :param line: the last of the journal."""

    position: int
    line: int


# From the index of what waits, in its order: the whole log may be a million rows.
_OPERATIONS = (
    "SELECT recorded_at FROM progress INDEXED BY progress_pending CROSS JOIN operation USING (position)"
    " WHERE state = 'pending' AND progress.position > ? ORDER BY progress.position LIMIT ?"
)
_LINES = f"SELECT at FROM journal WHERE n > ? AND what IN ('parked', {BACK}) ORDER BY n LIMIT ?"  # noqa: S608 - our words


_LOST = (
    "SELECT (SELECT at FROM journal WHERE n = ?) FROM operation JOIN progress USING (position)"  # noqa: S608 - our words
    f" WHERE epoch = ? AND seq > ? AND {sending.LOST} ORDER BY seq LIMIT ?"
)


def _lost(db: Db, since: Mark | None, most: int) -> list[int]:
    """When it was noticed that a centre that was put back lost it, once for each, where that was after the copy."""
    behind = sending.fell_back(db)
    if behind is None or (since is not None and since.line >= behind.line):
        return []
    return [row[0] for row in db.rows(_LOST, (behind.line, behind.epoch, behind.hwm, most))]


def mark(store: Store) -> Mark:
    """Before a copy is written: what is recorded while it is may stand on it, and is written once more."""
    sql = "SELECT (SELECT max(position) FROM operation), (SELECT max(n) FROM journal)"

    def work(db: Db) -> Mark:
        position, line = db.row(sql) or (0, 0)
        return Mark(position or 0, line or 0)

    return store.do(work, write=False)


def lacking(store: Store, since: Mark | None, most: int) -> list[int]:
    """When what the copy lacks was recorded, set aside or asked for: milliseconds since 1970, the oldest first.

    :param since: the copy's mark; ``None`` where there is no copy: then nothing of what was set aside is lacking.
    :param most: of operations, of photos and of lines of the journal that are looked for.
    """

    def work(db: Db) -> list[int]:
        after = since.position if since else 0
        found = [row[0] for row in db.rows(_OPERATIONS, (after, most))]
        found += blob_rows.missing_since(db, after, most)
        found += [row[0] for row in db.rows(_LINES, (since.line, most))] if since else []
        return sorted(found + _lost(db, since, most))

    return store.do(work, write=False)
