"""Form 6: photos, scans and signatures, sealed in pieces beside the operation that names them."""

from __future__ import annotations

from offline_cache.database import Db

_TABLES = """
-- "whole_at": since when the centre's signed word that it has all of it is here.
CREATE TABLE blob (
    digest    BLOB PRIMARY KEY CHECK (length(digest) = 32),
    position  INTEGER NOT NULL REFERENCES operation,
    n         INTEGER NOT NULL,
    size      INTEGER NOT NULL CHECK (size > 0),
    hashes    BLOB NOT NULL CHECK (length(hashes) > 0 AND length(hashes) % 32 = 0),
    whole_at  INTEGER,
    time      TEXT,
    signature BLOB,
    key_id    TEXT,
    UNIQUE (position, n)
) STRICT;
CREATE INDEX blob_waiting ON blob (position) WHERE whole_at IS NULL;
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob
    WHEN (OLD.digest, OLD.position, OLD.n, OLD.size, OLD.hashes)
      != (NEW.digest, NEW.position, NEW.n, NEW.size, NEW.hashes)
    BEGIN SELECT RAISE(ABORT, 'blobs are immutable'); END;
CREATE TRIGGER blob_remains BEFORE DELETE ON blob BEGIN SELECT RAISE(ABORT, 'blobs remain'); END;

CREATE TABLE blob_piece (
    id     INTEGER PRIMARY KEY,
    digest BLOB NOT NULL REFERENCES blob,
    n      INTEGER NOT NULL,
    sealed BLOB NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (digest, n)
) STRICT;
CREATE TRIGGER blob_piece_stays BEFORE UPDATE ON blob_piece BEGIN SELECT RAISE(ABORT, 'blobs are immutable'); END;
-- A blob goes with the body of its operation, and by the same rule.
CREATE TRIGGER blob_piece_remains BEFORE DELETE ON blob_piece
    WHEN EXISTS (SELECT 1 FROM blob JOIN operation USING (position)
                 WHERE digest = OLD.digest AND length(operation.sealed) > 0)
    BEGIN SELECT RAISE(ABORT, 'blobs remain'); END;
"""


def up(db: Db) -> None:
    db.execute(_TABLES)
