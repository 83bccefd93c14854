"""Whole copies of a store that stay beside it, under the same key, each under a name of its own:

    store.fork-1        one for each life of the log that ended in a fork (:meth:`offline_cache.store.Store.lay_aside`)
    store.replaced-1    one for each store that a restore has put another in the place of (:func:`put_aside`)

They are re-keyed with the store, count against its quota, stay until it is wiped, and keep a wipe away as long as they
hold work that neither the store nor a medium has. One that is another terminal's (:mod:`offline_cache.owners`) keeps it
away as long as it lies there: no medium of this terminal's can have its work.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import apsw

from offline_cache import blob_rows, epochs, forks, journal, rows, sending
from offline_cache.chain import Origin
from offline_cache.copying import family, remove
from offline_cache.database import Db, connect
from offline_cache.errors import StoreError, StoreFault
from offline_cache.owners import foreign
from offline_cache.whole import sync_folder

if TYPE_CHECKING:
    from offline_cache.store import Store

T = TypeVar("T")
PHOTO = "photo"
"""State of an operation that the centre has, but for a photo."""

_WAITS = (
    "SELECT position, op_id, state, kind FROM operation JOIN progress USING (position)"
    " WHERE state = 'pending' OR (state = 'parked' AND resolved_by IS NULL)"
)
_NAMED = re.compile(r"\.(fork|replaced)-(\d+)")
PATTERNS = (".fork-*", ".replaced-*")
"""Of everything of theirs, behind the store's name without its ending."""


def copies_of(path: Path) -> list[Path]:
    """The copies of the store at ``path``, oldest first."""
    named = {one: _NAMED.fullmatch(one.name.removeprefix(path.stem)) for one in path.parent.glob(f"{path.stem}.*-*")}
    return sorted((one for one, found in named.items() if found), key=lambda one: (one.stem, _number(one)))


def _number(copy: Path) -> int:
    return int(copy.name.rpartition("-")[2])


def next_number(path: Path, noted: int) -> int:
    """Of the next store that is laid aside. No name is given twice, also where somebody has deleted a copy: what the
    journal says of one copy would count for another.

    :param noted: the highest number that any journal here tells of.
    """
    used = [int(found) for one in path.parent.iterdir() for found in re.findall(r"\.replaced-(\d+)", one.name)]
    return max(*used, noted, 0) + 1


def put_aside(path: Path, number: int) -> Path | None:
    """Lay a closed store, with its log, under a name of its own; then nothing is in its place any more.

    :returns: the copy; ``None`` where there was nothing.
    :raises OSError: the store may stand under both names; under one it does in any case.
    """
    files = [(one, index) for index, one in enumerate(family(path)[:2]) if one.exists()]
    if not files:
        return None
    copy = path.with_suffix(f".replaced-{number}")
    for one, index in files:
        os.link(one, family(copy)[index])
    sync_folder(path.parent)
    remove(path)  # the file before its log: without the log it would open as an older one
    sync_folder(path.parent)
    return copy


def free_names(path: Path) -> None:
    """Before a store is made where none is: what lies there of an earlier one gives its name free, or the new one would
    take it for a copy of itself (:meth:`offline_cache.store.Store.lay_aside`).

    :raises OSError: see :func:`put_aside`.
    """
    for copy in copies_of(path):
        if copy.suffix.startswith(".fork-"):
            put_aside(copy, next_number(path, 0))


@dataclass(frozen=True)
class Held:
    """What a closed store holds.

    :param epoch: its life; :param seq: of the last operation, :param head: behind it.
    :param life: the latest life that it knows of; :param named: the highest number of a copy that its journal names.
    :param halted: why it took nothing in any more.
    :param unsent: identity of what the centre has not acknowledged, or has without a photo: to its state.
    :param bodies: identity of all whose body is there: until retention lets it go the centre may ask for it again.
    :param terminal: whose it is; empty where it does not say.
    :param shown: where media go further.
    :param behind: what a centre that was put back is known to have lost; :param photos: and of which photos.
    """

    epoch: int
    seq: int
    head: bytes
    life: int
    named: int
    halted: StoreFault | None
    unsent: Mapping[bytes, str] = field(repr=False)
    bodies: frozenset[bytes] = field(default=frozenset(), repr=False)
    terminal: str = ""
    shown: tuple[forks.Place, ...] = ()
    behind: sending.Behind | None = None
    photos: tuple[bytes, ...] = field(default=(), repr=False)


def held(file: Path, keys: Sequence[bytes]) -> Held | None:
    """What is in it; ``None`` where it cannot be read."""
    return looked_into(file, keys, _held)


def looked_into(file: Path, keys: Sequence[bytes], work: Callable[[Db], T]) -> T | None:
    """What ``work`` finds in a closed store; ``None`` where it cannot be read."""
    for key in keys:
        with suppress(StoreError, apsw.Error):
            connection = connect(file, key)
            try:
                return work(Db(connection, Origin("", "")))
            finally:
                connection.close(True)
    return None


def _held(db: Db) -> Held:
    epoch = rows.epoch_of(db)
    noticed = forks.noticed(db)
    fault = noticed.fault if noticed else None
    bodies = frozenset(row[0] for row in db.rows("SELECT op_id FROM operation WHERE length(sealed) > 0"))
    owner = bytes(db.value("SELECT value FROM meta WHERE name = 'terminal'") or b"").decode("ascii", "replace")
    return Held(
        *(epoch, *rows.tip(db, epoch)),
        life=forks.latest_life(db),
        named=named(db),
        halted=fault,
        unsent=_unsent(db),
        bodies=bodies,
        terminal=owner,
        shown=tuple(forks.shown(db)),
        behind=sending.fell_back(db),
        photos=tuple(blob_rows.withdrawn(db)) if _has_blobs(db) else (),
    )


def _has_blobs(db: Db) -> bool:
    """A copy may have an earlier form."""
    return bool(db.value("SELECT 1 FROM sqlite_schema WHERE name = 'blob'"))


def named(db: Db) -> int:
    """The highest number of a replaced store that the journal names; 0 where it names none."""
    told = [line.fields.get("aside") for line in journal.of_kind(db, "restored")]
    salvaged = [_NAMED.search(name) for name in _written(db)]
    numbers = [int(found[2]) for found in salvaged if found and found[1] == "replaced"]
    return max([*numbers, *(number for number in told if isinstance(number, int))], default=0)


def _unsent(db: Db) -> dict[bytes, str]:
    """What one carries over that waits itself is counted once."""
    waiting = list(db.rows(_WAITS))
    places = {position for position, *_ in waiting}
    found = {
        op_id: state
        for position, op_id, state, kind in waiting
        if kind != epochs.KIND or epochs.original_of(db, position) not in places
    }
    photos = blob_rows.of_missing(db) if _has_blobs(db) else ()
    return {**dict.fromkeys(photos, PHOTO), **found}


def lost_in(db: Db, unsent: Mapping[bytes, str]) -> int:
    """How much of that the open store has not, or would send although a person had set it aside."""
    sql = "SELECT state FROM operation JOIN progress USING (position) WHERE op_id = ?"
    here = {op_id: db.value(sql, (op_id,)) for op_id in unsent}
    return sum(here[op_id] is None or (state != PHOTO and here[op_id] != state) for op_id, state in unsent.items())


def goes_further(db: Db, other: Held | None) -> bool:
    """Whether another one has a place in this life of the log that the open store lacks, or is in a later life. Of one
    that cannot be read nobody knows how far it went: then yes, for a paper may bear any later number.
    """
    epoch = rows.epoch_of(db)
    if other is None or other.epoch > epoch:
        return True
    return other.epoch == epoch and rows.head_at(db, epoch, other.seq) != other.head


# --- for people -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """One copy.

    :param size: bytes. :param unsent: what neither the centre has acknowledged nor the store has; ``None``: cannot be
        told. :param salvaged: it was written to a medium (``store salvage``).
    :param alone: operations with their bodies that the store has not, whatever the centre once acknowledged of them: it
        may be restored to before that, and then asks for them.
    :param foreign: the other terminal whose it is; empty for ours, and where it cannot be read.
    """

    path: Path
    size: int
    unsent: int | None
    salvaged: bool
    alone: int | None = None
    foreign: str = ""

    @property
    def owes(self) -> bool:
        """Whether something in it stands nowhere else, as far as is known here."""
        return bool(self.foreign) or (self.unsent != 0 and not self.salvaged)


def listed(store: Store, keys: Sequence[bytes]) -> list[Copy]:
    """The copies of an open store."""
    found = [(one, held(one, keys)) for one in copies_of(store.path)]
    return store.do(lambda db: told(db, found), write=False)


def told(db: Db, found: Sequence[tuple[Path, Held | None]]) -> list[Copy]:
    """What the open store knows of copies that were looked into."""
    written = _written(db) if found else frozenset()
    return [_told(db, one, inside, written) for one, inside in found]


def _told(db: Db, copy: Path, inside: Held | None, written: frozenset[str]) -> Copy:
    if inside is None:
        return Copy(copy, size_of(copy), None, copy.name in written)
    other = inside.terminal if inside.terminal != db.origin.terminal else ""
    unsent, alone = _absent(db, inside.unsent), _absent(db, inside.bodies | inside.unsent.keys())
    return Copy(copy, size_of(copy), unsent, copy.name in written and not other, alone, other)


def size_of(copy: Path) -> int:
    """Bytes."""
    return sum(one.stat().st_size for one in family(copy) if one.exists())


def _absent(db: Db, names: Iterable[bytes]) -> int:
    """What the store has goes its way from there, in whatever state."""
    return sum(db.value("SELECT 1 FROM operation WHERE op_id = ?", (op_id,)) is None for op_id in names)


def _written(db: Db) -> frozenset[str]:
    """Names of the copies that were salvaged. A copy never changes, and no name is given twice."""
    told = (line.fields for line in journal.of_kind(db, "exported"))
    return frozenset(str(fields["of"]) for fields in told if fields.get("what") == SALVAGE and "of" in fields)


SALVAGE = "salvage"
"""What a line of the journal calls a copy that was written to a medium."""


def refuse_owing(copies: Sequence[Copy]) -> None:
    """:raises StoreError: ``COPY_UNSENT`` where a copy holds what stands nowhere else here; ``COPY_FOREIGN`` where one
    is another terminal's, whatever it holds.
    """
    owing = [one for one in copies if one.alone != 0 and not one.salvaged and not one.foreign]
    if owing:
        names = ", ".join(str(one.path) for one in owing)
        raise StoreError(StoreFault.COPY_UNSENT, names, count=sum(one.alone or 0 for one in owing), copies=names)
    others = [one for one in copies if one.foreign]
    if others:
        terminals = ", ".join(sorted({one.foreign for one in others}))
        raise foreign(", ".join(str(one.path) for one in others), terminals)
