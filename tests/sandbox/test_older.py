"""The folder of an older centre is opened, and so is a backup of one: nothing of it is lost, and nothing is believed
that it did not know."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from terminal.centre.contract import EpochRequest, ProblemType
from terminal.sandbox import certificates, salvage
from terminal.sandbox.authority import Authority
from terminal.sandbox.lives import Lives
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State

_OLDER = """
CREATE TABLE terminal (
    serial TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE life (
    terminal TEXT PRIMARY KEY, epoch INTEGER NOT NULL, after INTEGER NOT NULL, time TEXT NOT NULL) STRICT;
CREATE TABLE fork (terminal TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, head TEXT NOT NULL) STRICT;
INSERT INTO life VALUES ('1', 2, 1, '2026-06-01T09:00:00Z');
CREATE TABLE loss (terminal TEXT PRIMARY KEY, after INTEGER NOT NULL) STRICT;
CREATE TABLE salvaged (
    n INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL{alone}, terminal TEXT NOT NULL, epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL, kind TEXT NOT NULL, schema INTEGER NOT NULL, sealed BLOB, sealed_hash TEXT NOT NULL,
    head TEXT NOT NULL, why TEXT NOT NULL, accepted INTEGER{together}) STRICT;
INSERT INTO terminal VALUES ('a', '1', 0), ('b', '2', 1), ('c', '3', 1);
INSERT INTO loss VALUES ('3', 0);
INSERT INTO salvaged VALUES
    (4, 'AA', '1', 1, 7, 'contact-change', 1, x'00', 'FF', 'EE', 'not-proven', NULL),
    (6, 'BB', '1', 1, 8, 'contact-change', 1, x'00', 'FF', 'EE', 'not-proven', 1);
"""
_UNIQUE = {"identity": (" UNIQUE", ""), "hash": ("", ", UNIQUE (terminal, op_id, sealed_hash)")}

_NEWER = {
    "hash": "CREATE TABLE certificate ("
    "serial TEXT PRIMARY KEY, number TEXT NOT NULL, superseded INTEGER, revoked INTEGER) STRICT;"
}
"""What there was besides, when that was."""


def older(path: Path, by: str = "identity") -> Path:
    """:param by: what was one case."""
    made = sqlite3.connect(path)
    alone, together = _UNIQUE[by]
    made.executescript(_OLDER.format(alone=alone, together=together) + _NEWER.get(by, ""))
    made.close()
    return path


@pytest.mark.parametrize("by", _UNIQUE)
@pytest.mark.parametrize("restored", [False, True])
def test_what_an_older_centre_knew_is_known(tmp_path: Path, restored: bool, by: str) -> None:
    state = State(tmp_path / "centre.db" if restored else older(tmp_path / "centre.db", by))
    if restored:
        assert state.restore(older(tmp_path / "backup.db", by))
    for _ in range(2):
        with state.transaction() as db:
            assert salvage.cases(db) == {"QJ00000004": "1 1 7 contact-change not-proven"}
            known = [certificates.attributed(db, serial, "1", 1) for serial in "abcd"]
        assert known == [
            ("1", None),
            ("2", certificates.REVOKED),  # or found again: nobody can tell
            ("3", certificates.LOST),
            ("1", certificates.UNKNOWN),
        ]
        state.close()
        state = State(tmp_path / "centre.db")
    with state.transaction() as db:
        for schema, sealed_hash in ((1, "DD"), (2, "FF")):
            db.execute(
                "INSERT INTO salvaged (op_id, terminal, epoch, seq, kind, schema, sealed_hash, head, why)"
                " VALUES ('AA', '1', 1, 7, 'contact-change', ?, ?, 'EE', 'other-history')",
                (schema, sealed_hash),
            )
        assert list(salvage.cases(db)) == ["QJ00000004", "QJ00000007", "QJ00000008"]
    state.close()


def test_what_is_issued_or_revoked_at_an_older_centre_is_remembered(tmp_path: Path) -> None:
    state = State(older(tmp_path / "centre.db"))
    with state.transaction() as db:
        assert not certificates.revoke(db, "9", 1)
        certificates.issue(db, "e", "2", 1)
        assert certificates.attributed(db, "e", "2", 1) == ("2", None)
        assert certificates.attributed(db, "b", "2", 1) == ("2", certificates.REVOKED)
        assert db.execute("SELECT serial, superseded FROM certificate WHERE number = '2'").fetchall() == [
            ("b", 1),
            ("e", None),
        ]
    state.close()


def test_a_life_of_an_older_centre_is_given_to_nobody_again(tmp_path: Path) -> None:
    """Which history had asked for it is not there: each asks anew, and people agree to a later one."""
    state = State(older(tmp_path / "centre.db"))
    lives = Lives(Authority(tmp_path), state, "sandbox", lambda: datetime(2026, 6, 1, tzinfo=UTC))
    question = EpochRequest(suite="sm", epoch=1, seq=0, head="0" * 64, head_signature="", journal_head="0" * 64)
    assert pending(lives, question)
    assert lives.agree("1") == 3
    assert lives.ask("1", question).epoch == 3
    assert pending(lives, question)  # a program of before does not tell who it is: the next one may be another
    state.close()


def test_a_life_of_which_nobody_wrote_down_who_fetched_it_is_given_to_nobody_again(tmp_path: Path) -> None:
    """The history that asked is there. A machine may have fetched it, and a copy of its disk may ask."""
    file = older(tmp_path / "centre.db")
    db = sqlite3.connect(file)
    for column in ("seq INTEGER", "head TEXT", "begun INTEGER NOT NULL DEFAULT 0"):
        db.execute(f"ALTER TABLE life ADD COLUMN {column}")
    db.execute("UPDATE life SET seq = 0, head = ?", ("0" * 64,))
    db.commit()
    db.close()
    for _ in range(2):
        state = State(file)
        lives = Lives(Authority(tmp_path), state, "sandbox", lambda: datetime(2026, 6, 1, tzinfo=UTC))
        plain = EpochRequest(suite="sm", epoch=1, seq=0, head="0" * 64, head_signature="", journal_head="0" * 64)
        assert pending(lives, structs.replace(plain, asker="A1" * 16))
        state.close()


def pending(lives: Lives, question: EpochRequest) -> bool:
    with pytest.raises(RefusedError) as caught:
        lives.ask("1", question)
    return caught.value.document.type == ProblemType.EPOCH_PENDING.value
