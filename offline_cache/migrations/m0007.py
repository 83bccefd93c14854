"""Form 7: the money that operations move, and its sum in each state, kept as they move like their number."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
-- Fen. Beside the state and not in "operation", so that no move of state reads past a body to find it; what it was when
-- it was taken in, the journal's digest of the operation says.
ALTER TABLE progress ADD COLUMN value INTEGER NOT NULL DEFAULT 0 CHECK (value >= 0);
CREATE TRIGGER progress_value_stays BEFORE UPDATE OF value ON progress WHEN OLD.value != NEW.value
    BEGIN SELECT RAISE(ABORT, 'operations are immutable'); END;

ALTER TABLE tally ADD COLUMN value INTEGER NOT NULL DEFAULT 0 CHECK (value >= 0);
DROP TRIGGER progress_begins;
DROP TRIGGER progress_moves;
CREATE TRIGGER progress_begins AFTER INSERT ON progress
    BEGIN UPDATE tally SET count = count + 1, value = value + NEW.value WHERE state = NEW.state; END;
CREATE TRIGGER progress_moves AFTER UPDATE OF state ON progress WHEN OLD.state != NEW.state BEGIN
    UPDATE tally SET count = count - 1, value = value - OLD.value WHERE state = OLD.state;
    UPDATE tally SET count = count + 1, value = value + NEW.value WHERE state = NEW.state;
END;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
