"""Form 1: the outbox, the journal, card intents, the mirror, and what is kept by name."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- An epoch is one unbroken history under one number; the centre gives a new one after a fork.
CREATE TABLE epoch (epoch INTEGER PRIMARY KEY, begun_at INTEGER NOT NULL) STRICT;

-- What was said, for ever. Nothing here changes: the triggers below see to it.
CREATE TABLE operation (
    position    INTEGER PRIMARY KEY,
    epoch       INTEGER NOT NULL REFERENCES epoch,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    op_id       BLOB NOT NULL UNIQUE CHECK (length(op_id) = 16),
    kind        TEXT NOT NULL,
    schema      INTEGER NOT NULL,
    subject     BLOB NOT NULL,
    subj_seq    INTEGER NOT NULL CHECK (subj_seq > 0),
    refers_to   BLOB REFERENCES operation (op_id),
    recorded_at INTEGER NOT NULL,
    sealed_hash BLOB NOT NULL CHECK (length(sealed_hash) = 32),
    head        BLOB NOT NULL CHECK (length(head) = 32),
    summary     BLOB NOT NULL,
    sealed      BLOB NOT NULL,
    UNIQUE (epoch, seq),
    UNIQUE (subject, subj_seq)
) STRICT;
CREATE TRIGGER operation_stays BEFORE UPDATE ON operation BEGIN SELECT RAISE(ABORT, 'operations are immutable'); END;
CREATE TRIGGER operation_remains BEFORE DELETE ON operation BEGIN SELECT RAISE(ABORT, 'operations are immutable'); END;

-- Where each operation is. Small rows of their own, so that an acknowledgement rewrites no bodies.
CREATE TABLE progress (
    position    INTEGER PRIMARY KEY REFERENCES operation,
    state       TEXT NOT NULL CHECK (
        state IN ('pending', 'received', 'held', 'conflict', 'applied', 'rejected', 'parked')),
    since       INTEGER NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    resolved_by BLOB REFERENCES operation (op_id)
) STRICT;
CREATE INDEX progress_pending ON progress (position) WHERE state = 'pending';
CREATE INDEX progress_people ON progress (position)
    WHERE state IN ('rejected', 'conflict', 'parked') AND resolved_by IS NULL;
CREATE INDEX progress_counts ON progress (state, since);
CREATE TRIGGER progress_remains BEFORE DELETE ON progress BEGIN SELECT RAISE(ABORT, 'operations remain'); END;

-- Everything that the centre has said about an operation, in the order it was heard.
CREATE TABLE outcome (
    position INTEGER NOT NULL REFERENCES operation,
    n        INTEGER NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('applied', 'rejected', 'conflict', 'held')),
    reason   TEXT NOT NULL,
    zh       TEXT NOT NULL,
    en       TEXT NOT NULL,
    case_ref TEXT NOT NULL,
    time     TEXT NOT NULL,
    heard_at INTEGER NOT NULL,
    PRIMARY KEY (position, n)
) STRICT, WITHOUT ROWID;

-- Signed acknowledgements.
CREATE TABLE anchor (
    epoch     INTEGER NOT NULL REFERENCES epoch,
    hwm       INTEGER NOT NULL CHECK (hwm >= 0),
    head      BLOB NOT NULL CHECK (length(head) = 32),
    time      TEXT NOT NULL,
    signature BLOB NOT NULL,
    key_id    TEXT NOT NULL,
    heard_at  INTEGER NOT NULL,
    PRIMARY KEY (epoch, hwm)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    n      INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    what   TEXT NOT NULL,
    op_id  BLOB,
    fields BLOB NOT NULL,
    head   BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;
CREATE TRIGGER journal_remains BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;

-- A card write that was begun, and its one end.
CREATE TABLE intent (
    begun      BLOB PRIMARY KEY REFERENCES operation (op_id),
    card       BLOB NOT NULL,
    plan       BLOB NOT NULL,
    begun_at   INTEGER NOT NULL,
    ending     TEXT CHECK (ending IN ('done', 'undone', 'spoiled')),
    ended_op   BLOB UNIQUE REFERENCES operation (op_id),
    ended_at   INTEGER,
    proof      BLOB,
    operator   TEXT,
    reviewer   TEXT,
    CHECK ((ending IS NULL) = (ended_op IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX intent_open ON intent (card) WHERE ending IS NULL;
CREATE TRIGGER intent_ends_once BEFORE UPDATE ON intent WHEN OLD.ending IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a card write ends once'); END;
CREATE TRIGGER intent_remains BEFORE DELETE ON intent BEGIN SELECT RAISE(ABORT, 'card writes remain'); END;

-- The centre's reference data, whole documents by name.
CREATE TABLE mirror (
    name      TEXT PRIMARY KEY,
    version   INTEGER NOT NULL,
    as_of     INTEGER NOT NULL,
    expires   INTEGER,
    key_id    TEXT NOT NULL,
    signature BLOB NOT NULL,
    body      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (feed TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE kept (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
