"""What a field drive has on this terminal, out of its leases and its block of numbers. The drive's name is the purpose
of its numbers; nothing else here knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_cache import seen
from offline_cache.database import Db

if TYPE_CHECKING:
    from offline_cache.store import Store

_NAMES = (
    "SELECT drive FROM lease WHERE ended_at IS NULL"
    " UNION SELECT purpose FROM block WHERE returned_at IS NULL AND next <= last ORDER BY 1"
)
_PERSONS = (
    "SELECT count(*) FILTER (WHERE until > ?), count(*), min(until) FILTER (WHERE until > ?), max(token)"
    " FROM lease WHERE drive = ? AND ended_at IS NULL"
)
_NUMBERS = (
    "SELECT coalesce(sum(last - next + 1), 0), min(expires) FROM block"
    " WHERE purpose = ? AND returned_at IS NULL AND next <= last AND expires > ?"
)


@dataclass(frozen=True)
class DriveStanding:
    """One drive that has not ended here.

    :param persons: lent and not past their end; :param past: lent, and past it.
    :param until: when the first of ``persons`` ends, milliseconds since 1970. :param token: highest of its leases.
    :param numbers: that can still be used; :param numbers_until: when the first block of them ends, likewise.
    """

    drive: str
    persons: int
    past: int
    until: int | None
    token: int | None
    numbers: int
    numbers_until: int | None


def standing(store: Store) -> list[DriveStanding]:
    """Every drive that has not ended here. Blocks of a store that was copied are right only after
    :class:`offline_cache.reserved.Reserve` was made.
    """
    at = int(store.now().timestamp() * 1000)
    return store.do(lambda db: _standing(db, seen.latest(db, at)), write=False)


def _standing(db: Db, time: int) -> list[DriveStanding]:
    return [_of(db, time, str(row[0])) for row in list(db.rows(_NAMES))]


def _of(db: Db, time: int, drive: str) -> DriveStanding:
    live, lent, until, token = db.row(_PERSONS, (time, time, drive)) or (0, 0, None, None)
    numbers, ends = db.row(_NUMBERS, (drive, time)) or (0, None)
    return DriveStanding(drive, live, lent - live, until, token, numbers, ends)
