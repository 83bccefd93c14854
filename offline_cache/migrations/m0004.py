"""Form 4: new lives of the log, what was carried over into them, and the time without the centre."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
-- The centre's signed word with which a life of the log began; the first life has none.
CREATE TABLE epoch_grant (
    epoch     INTEGER PRIMARY KEY REFERENCES epoch,
    after     INTEGER NOT NULL,
    time      TEXT NOT NULL,
    signature BLOB NOT NULL,
    key_id    TEXT NOT NULL
) STRICT;

-- An operation of an earlier life that the centre never took in, and the one that carries it now.
CREATE TABLE carried (
    carrier  INTEGER PRIMARY KEY REFERENCES operation (position),
    original INTEGER NOT NULL UNIQUE REFERENCES operation (position),
    CHECK (original < carrier)
) STRICT;
-- Since when, and for how long by the monotonic clock, the centre was not heard.
CREATE TABLE offline (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    heard_at INTEGER NOT NULL,
    counted  INTEGER NOT NULL CHECK (counted >= 0)
) STRICT;
CREATE TRIGGER carried_stays BEFORE UPDATE ON carried BEGIN SELECT RAISE(ABORT, 'carried once'); END;
CREATE TRIGGER carried_remains BEFORE DELETE ON carried BEGIN SELECT RAISE(ABORT, 'carried once'); END;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
