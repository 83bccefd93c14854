"""The latest time that a store knows of: setting the clock back stretches no block and no lease.

That is the clock on the wall, what the lines of the journal say, what the monotonic clock has counted since the centre
was heard (:func:`offline_cache.caps.latest`), and when a number was last used.
"""

from __future__ import annotations

from offline_cache import caps
from offline_cache.database import Db


def latest(db: Db, wall: int) -> int:
    """:param wall: milliseconds since 1970, as the clock on the wall has it."""
    seen: int | None = db.value("SELECT at FROM chore WHERE name = 'clock'")
    return max(caps.latest(db, wall), seen or 0)


def see(db: Db, time: int) -> None:
    """Something was used at that time."""
    db.execute(
        "INSERT INTO chore (name, at) VALUES ('clock', ?) ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at)",
        (time,),
    )
