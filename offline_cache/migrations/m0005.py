"""Form 5: how many operations are in each state, kept as they move, so that nothing has to count what waits."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
CREATE TABLE tally (state TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0)) STRICT, WITHOUT ROWID;
INSERT INTO tally
    SELECT column1, (SELECT count(*) FROM progress WHERE state = column1)
    FROM (VALUES ('pending'), ('received'), ('held'), ('conflict'), ('applied'), ('rejected'), ('parked'));
CREATE TRIGGER progress_begins AFTER INSERT ON progress
    BEGIN UPDATE tally SET count = count + 1 WHERE state = NEW.state; END;
CREATE TRIGGER progress_moves AFTER UPDATE OF state ON progress WHEN OLD.state != NEW.state BEGIN
    UPDATE tally SET count = count - 1 WHERE state = OLD.state;
    UPDATE tally SET count = count + 1 WHERE state = NEW.state;
END;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
