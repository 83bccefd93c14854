"""Form 3: new lives of the log, and what was carried over into them."""

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
CREATE TRIGGER carried_stays BEFORE UPDATE ON carried BEGIN SELECT RAISE(ABORT, 'carried once'); END;
CREATE TRIGGER carried_remains BEFORE DELETE ON carried BEGIN SELECT RAISE(ABORT, 'carried once'); END;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
