"""Form 2: bodies that are let go of by the one rule, the journal in each anchor, reserved numbers, leases, chores."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
-- The one change an operation can take: its body goes, when it was applied and two acknowledgements cover it.
DROP TRIGGER operation_stays;
CREATE TRIGGER operation_stays BEFORE UPDATE ON operation
    WHEN NOT (
        length(NEW.sealed) = 0
        AND (OLD.position, OLD.epoch, OLD.seq, OLD.op_id, OLD.kind, OLD.schema, OLD.subject, OLD.subj_seq,
             OLD.recorded_at, OLD.sealed_hash, OLD.head, OLD.summary)
          = (NEW.position, NEW.epoch, NEW.seq, NEW.op_id, NEW.kind, NEW.schema, NEW.subject, NEW.subj_seq,
             NEW.recorded_at, NEW.sealed_hash, NEW.head, NEW.summary)
        AND OLD.refers_to IS NEW.refers_to
        AND EXISTS (SELECT 1 FROM progress WHERE position = OLD.position AND state = 'applied')
        AND (SELECT count(*) FROM anchor WHERE epoch = OLD.epoch AND hwm >= OLD.seq) >= 2
    )
    BEGIN SELECT RAISE(ABORT, 'operations are immutable'); END;
ALTER TABLE progress ADD COLUMN freed_at INTEGER;
CREATE INDEX progress_freeable ON progress (position) WHERE state = 'applied' AND freed_at IS NULL;

-- The line of the journal that went up with the batch that was acknowledged.
ALTER TABLE anchor ADD COLUMN journal_n INTEGER;
ALTER TABLE anchor ADD COLUMN journal_head BLOB;

-- Numbers that the centre has set aside for this terminal, in signed blocks. "next" only ever grows.
CREATE TABLE block (
    block       TEXT PRIMARY KEY,
    purpose     TEXT NOT NULL,
    first       INTEGER NOT NULL CHECK (first > 0),
    last        INTEGER NOT NULL CHECK (last >= first),
    next        INTEGER NOT NULL CHECK (next BETWEEN first AND last + 1),
    token       INTEGER NOT NULL CHECK (token > 0),
    expires     INTEGER NOT NULL,
    body        BLOB NOT NULL,
    signature   BLOB NOT NULL,
    key_id      TEXT NOT NULL,
    taken_at    INTEGER NOT NULL,
    returned_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX block_open ON block (purpose, first) WHERE returned_at IS NULL;
CREATE TRIGGER block_goes_on BEFORE UPDATE ON block
    WHEN NEW.next < OLD.next OR OLD.returned_at IS NOT NULL OR NEW.first != OLD.first OR NEW.last != OLD.last
    BEGIN SELECT RAISE(ABORT, 'a block only goes on'); END;
CREATE TRIGGER block_remains BEFORE DELETE ON block BEGIN SELECT RAISE(ABORT, 'blocks remain'); END;

-- What became of each number: the operation that carries it, or none where it was passed over after a restore.
CREATE TABLE numbered (
    purpose TEXT NOT NULL,
    number  INTEGER NOT NULL,
    block   TEXT NOT NULL REFERENCES block,
    op_id   BLOB REFERENCES operation (op_id),
    at      INTEGER NOT NULL,
    PRIMARY KEY (purpose, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER numbered_stays BEFORE UPDATE ON numbered BEGIN SELECT RAISE(ABORT, 'numbers are used once'); END;
CREATE TRIGGER numbered_remains BEFORE DELETE ON numbered BEGIN SELECT RAISE(ABORT, 'numbers are used once'); END;

-- Persons whom the centre has lent to this terminal for a field drive, each with a fencing token.
CREATE TABLE lease (
    subject   BLOB PRIMARY KEY,
    drive     TEXT NOT NULL,
    token     INTEGER NOT NULL CHECK (token > 0),
    until     INTEGER NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB NOT NULL,
    key_id    TEXT NOT NULL,
    taken_at  INTEGER NOT NULL,
    ended_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE TRIGGER lease_goes_on BEFORE UPDATE ON lease WHEN NEW.token < OLD.token
    BEGIN SELECT RAISE(ABORT, 'a token only grows'); END;

-- How far each chore has come, and when it was last done.
CREATE TABLE chore (
    name     TEXT PRIMARY KEY,
    at       INTEGER NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    head     BLOB,
    note     TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
