"""The centre's reference data: whole signed documents by name, each with the time at which the centre said it holds.

A document is replaced as a whole, with others that belong to it in the same transaction, and never by an older one.
The caller has verified the signature under the centre's ``content`` key. A holder's answers have no place here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offline_cache import caps
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append, refused

if TYPE_CHECKING:
    from offline_cache.store import Store

LARGEST = 8 << 20
ROSTER = "roster-"
"""How the name of a drive's roster begins. It is about people, and so goes with its drive or at its end."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_COLUMNS = "name, version, as_of, body, signature, key_id, expires"


@dataclass(frozen=True)
class Document:
    """:param version: counts up; the centre's.
    :param as_of: milliseconds since 1970 at which the centre said that this holds (截至).
    :param expires: milliseconds since 1970 after which it must not be used any more; ``None`` for never.
    :param body: the very bytes that were signed. 8 MiB at most.
    """

    name: str
    version: int
    as_of: int
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    key_id: str
    expires: int | None = None


class Mirror:
    """The mirror of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> Document | None:
        """The document, with its 'as of'. Whether it has expired is for the caller to look at."""
        return self._store.do(lambda db: _find(db, name), write=False)

    def names(self) -> list[tuple[str, int, int]]:
        """Name, version and 'as of' of everything that is here."""
        sql = "SELECT name, version, as_of FROM mirror ORDER BY name"
        return self._store.do(lambda db: [(row[0], row[1], row[2]) for row in db.rows(sql)], write=False)

    def is_past(self, document: Document) -> bool:
        """Whether the document must not be used any more. Told by the latest that it can be: the clock on the wall,
        the journal, and what the monotonic clock has counted since the centre was heard; so no clock stretches it."""
        return document.expires is not None and self.latest() > document.expires

    def latest(self) -> int:
        """Milliseconds since 1970 that it is at least, whatever the clock on the wall was set to."""
        at = int(self._store.now().timestamp() * 1000)
        return self._store.do(lambda db: caps.latest(db, at), write=False)

    def past(self) -> frozenset[str]:
        """Names of everything here that must not be used any more, as :meth:`is_past` tells it."""
        sql, latest = "SELECT name FROM mirror WHERE expires < ?", self.latest()
        return self._store.do(lambda db: frozenset(row[0] for row in db.rows(sql, (latest,))), write=False)

    def replace(self, documents: Sequence[Document]) -> None:
        """Take all of these, or none. The same version again only brings its 'as of' and its end forward.

        :raises StoreError: ``MIRROR_OLDER``, ``ENTRY_REFUSED``, ``DISK_FULL``, ``NOT_SAVED``.
        """
        for document in documents:
            if not _NAME.match(document.name) or len(document.body) > LARGEST or document.version < 1:
                raise refused("reference document")
        at = int(self._store.now().timestamp() * 1000)

        def work(db: Db) -> None:
            for document in documents:
                _replace(db, at, document)

        self._store.do(work)


def drop(db: Db, at: int, name: str) -> None:
    """Inside a unit of work: a document goes, if it is here. ``secure_delete`` writes zeros over it."""
    if db.execute("DELETE FROM mirror WHERE name = ?", (name,)):
        append(db, at, "reference-dropped", None, {"document": name})


def drop_past(db: Db, at: int) -> int:
    """Inside a unit of work: every roster that is past its end goes. Gives how many."""
    sql = "SELECT name FROM mirror WHERE name GLOB ? AND expires < ?"
    past = [str(row[0]) for row in db.rows(sql, (f"{ROSTER}*", caps.latest(db, at)))]
    for name in past:
        drop(db, at, name)
    return len(past)


def _find(db: Db, name: str) -> Document | None:
    row = db.row(f"SELECT {_COLUMNS} FROM mirror WHERE name = ?", (name,))  # noqa: S608
    return Document(*row) if row else None


def _replace(db: Db, at: int, new: Document) -> None:
    old = _find(db, new.name)
    if old is not None and old.version == new.version and old.body == new.body:
        sql = "UPDATE mirror SET as_of = max(as_of, ?), expires = coalesce(max(expires, ?), ?, expires) WHERE name = ?"
        db.execute(sql, (new.as_of, new.expires, new.expires, new.name))
        return
    if old is not None and (new.version <= old.version or new.as_of < old.as_of):
        raise StoreError(StoreFault.MIRROR_OLDER, f"{new.name}: {old.version} to {new.version}")
    db.execute(
        f"INSERT OR REPLACE INTO mirror ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (new.name, new.version, new.as_of, new.body, new.signature, new.key_id, new.expires),
    )
    append(db, at, "reference-replaced", None, {"document": new.name, "version": new.version})
