"""Form 3: the centre's signed word for papers, beside the outcome that it came with."""

from __future__ import annotations

from offline_cache.database import Db


def up(db: Db) -> None:
    db.execute("ALTER TABLE outcome ADD COLUMN receipt TEXT NOT NULL DEFAULT ''")
