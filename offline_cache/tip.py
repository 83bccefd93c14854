"""How far this store once went, kept outside of its file: an older copy of the file is known at its next opening,
before the centre can be asked (invariant I14).

The key port holds the number and head of a line of the journal, which every change leaves one in. Written at the end of
a run and now and then meanwhile, it lags behind; so it finds a file that went back behind it, not one that went back a
little. Where files and keys come back together from an image of the whole machine only the centre can tell.

Beside it is the latest life of the log that a store of this terminal has begun, written at that moment: the numbers of
papers bear it, and a store that has replaced one that is gone would not know of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from offline_cache import forks, journal, rows
from offline_cache.canonical import NotCanonicalError, decode, encode
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import KeyPort, damaged_key

if TYPE_CHECKING:
    from offline_cache.store import Store

NAME = "store-tip"
"""Under which the key port has it."""


@dataclass(frozen=True)
class Tip:
    """:param born: head of the store's first line: whose tip it is. :param n: of a line; :param head: there."""

    born: bytes
    n: int
    head: bytes


class TipKeeper:
    """The tip of one store.

    :raises StoreError: from every method: faults of the key port.
    """

    def __init__(self, store: Store, keys: KeyPort) -> None:
        self._store, self._keys = store, keys
        self._known = _read(keys)

    def look(self) -> None:
        """At opening: take nothing new in when this is an older copy, until the centre has begun a new life."""
        known, at = self._known, int(self._store.now().timestamp() * 1000)
        if self._store.stopped is not None:
            return  # takes nothing in anyhow, and no line that says so
        life = noted_life(self._keys, self._store.identity.terminal)
        here = self._store.do(forks.latest_life, write=False)
        if life > here:
            self._store.do(lambda db: forks.note_older(db, at, life))
        else:
            self.begun(here)
        if known is not None and self._store.do(lambda db: _is_older(db, known), write=False):
            self._store.do(lambda db: forks.note(db, at, forks.OLDER))

    def begun(self, life: int) -> None:
        """A new life has begun: remember it at once, for it gives numbers."""
        name = _life_of(self._store.identity.terminal)
        if life > max(1, noted_life(self._keys, self._store.identity.terminal)):
            self._keys.put(name, str(life).encode("ascii"))

    def missing(self) -> StoreError | None:
        """What a proof of the file alone cannot see: that lines of the journal up to the mark are not here, or others.

        :returns: ``JOURNAL_CUT``, with the first line that is not as it was and the last that the mark tells of.
        """
        known = self._known
        return None if known is None else self._store.do(lambda db: _cut(db, known), write=False)

    def keep(self) -> None:
        """Remember how far the store goes now. An older copy waits for its new life first."""
        if self._store.stopped is not None or self._store.do(forks.noticed, write=False) is not None:
            return
        tip = self._store.do(_tip, write=False)
        if tip != self._known:
            self._keys.put(NAME, encode([tip.born, tip.n, tip.head]))
            self._known = tip


def _life_of(terminal: str) -> str:
    return f"store-life-{terminal}"


def noted_life(keys: KeyPort, terminal: str) -> int:
    """The latest life that a store of this terminal has begun here, as the key port has it; 1 before there was another.

    :raises StoreError: faults of the key port; ``KEY_UNREADABLE``.
    """
    noted = keys.get(_life_of(terminal)) or b"1"
    if not noted.isdigit():
        raise damaged_key("life: not a number")
    return int(noted)


def reached(db: Db, keys: KeyPort, shown: Iterable[forks.Place] = ()) -> bool:
    """Whether the open store goes as far as the mark, which is of the same store, and the mark as far as any medium.

    :param shown: what media have shown. Where one goes further than the mark, the mark came back with an image of the
        whole machine, or lags behind: nobody knows then how far the log went.
    :raises StoreError: faults of the key port.
    """
    known = _read(keys)
    if known is None or _head(db, known.n) != known.head:
        return False
    # What was shown of a life behind us was settled when the next one began.
    return all(_line_of(db, place) <= known.n for place in shown if place.epoch >= rows.epoch_of(db))


def _line_of(db: Db, place: forks.Place) -> float:
    """The line of the journal that tells of what ends there; behind all where our log is not that one."""
    if rows.head_at(db, place.epoch, place.seq) != place.head:
        return inf
    if not place.seq:  # a life that had only begun
        began = (line.n for line in journal.of_kind(db, "epoch-begun") if line.fields["epoch"] == place.epoch)
        return next(began, 0)
    sql = "SELECT min(n) FROM journal JOIN operation USING (op_id) WHERE epoch = ? AND seq = ? AND what = 'recorded'"
    n: int | None = db.value(sql, (place.epoch, place.seq))
    return inf if n is None else n


def forget(keys: KeyPort) -> None:
    """Before a copy with the whole log, if not the whole journal, is put in place on purpose, or a store is wiped."""
    keys.delete(NAME)


def _is_older(db: Db, known: Tip) -> bool:
    if _head(db, 1) != known.born:
        return False  # of another store, which was wiped
    return _head(db, known.n) != known.head


def _cut(db: Db, known: Tip) -> StoreError | None:
    if not _is_older(db, known):
        return None
    # Where it was noticed a line says so, and stands where the first one is missing.
    epoch, end = rows.epoch_of(db), journal.tip(db)[0] + 1
    noticed = journal.of_kind(db, "fork-noticed")
    line = next((line for line in noticed if line.fields.get("epoch") == epoch), None)
    first = min(line.n if line else end, known.n)
    return StoreError(StoreFault.JOURNAL_CUT, first=first, last=known.n)


def _tip(db: Db) -> Tip:
    n, head = db.row("SELECT n, head FROM journal ORDER BY n DESC LIMIT 1") or (0, b"")
    return Tip(_head(db, 1) or b"", n, head)


def _head(db: Db, n: int) -> bytes | None:
    found: bytes | None = db.value("SELECT head FROM journal WHERE n = ?", (n,))
    return found


def _read(keys: KeyPort) -> Tip | None:
    packed = keys.get(NAME)
    if packed is None:
        return None
    try:
        match decode(packed):
            case [bytes(born), int(n), bytes(head)]:
                return Tip(born, n, head)
    except NotCanonicalError:
        pass
    raise damaged_key("tip: not a mark")
