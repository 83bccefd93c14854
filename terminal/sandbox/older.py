"""The folder of an older sandbox centre is opened as it is: what it lacks is made from what it has."""

from __future__ import annotations

import sqlite3

# Of an older centre the newest certificates alone are known. One that is good no longer and not because of a loss was
# revoked, or its terminal was lost and found: which of both nobody can tell, so people decide.
_CERTIFICATES = """
INSERT OR IGNORE INTO certificate (serial, number, revoked)
    SELECT serial, number, CASE WHEN revoked AND number NOT IN (SELECT terminal FROM loss) THEN 0 END FROM terminal
"""
_BY_LESS = "SELECT 1 FROM sqlite_schema WHERE name = 'salvaged' AND sql NOT LIKE '%UNIQUE (op_id, terminal, epoch,%'"

SALVAGED = """
CREATE TABLE IF NOT EXISTS salvaged (
    n INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL, terminal TEXT NOT NULL, epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL, kind TEXT NOT NULL, schema INTEGER NOT NULL, sealed BLOB, sealed_hash TEXT NOT NULL,
    head TEXT NOT NULL, why TEXT NOT NULL, accepted INTEGER,
    UNIQUE (op_id, terminal, epoch, kind, schema, sealed_hash)) STRICT
"""
"""Handed in, and not taken in by the chain: "seq" is where it says that it stood. People decide. Of one identity there
may be several that differ: which of them is meant nobody but people knows."""

_COLUMNS = (
    ("certificate", "met", "INTEGER"),
    ("fork", "known", "INTEGER NOT NULL DEFAULT 1"),
    # A life of which nobody wrote down who had asked for it is given to none again: people agree once more.
    ("life", "seq", "INTEGER"),
    ("life", "head", "TEXT"),
    ("life", "begun", "INTEGER NOT NULL DEFAULT 0"),
    ("life", "asker", "TEXT"),
)


def bring_up(db: sqlite3.Connection) -> None:
    """Within a transaction, once every table is there."""
    if db.execute(_BY_LESS).fetchone() is not None:
        db.execute("ALTER TABLE salvaged RENAME TO salvaged_older")
        db.execute(SALVAGED)
        db.execute("INSERT INTO salvaged SELECT * FROM salvaged_older")
        db.execute("DROP TABLE salvaged_older")
    db.execute(_CERTIFICATES)
    for table, column, what in _COLUMNS:
        if db.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column)).fetchone() is None:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {what}")
            if column == "asker":
                db.execute("UPDATE life SET begun = 1")
