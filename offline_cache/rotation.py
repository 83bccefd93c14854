"""A new data key for a store that is closed, without a moment at which a crash loses the file or its key.

    1  the new key is kept beside the old one, and the recovery file (:mod:`offline_cache.escrow`) is of both
    2  a whole copy is made under the new key, looked at, synced; so are the copies that were laid aside
    3  the copy takes the file's place, in one step, then those of the copies take theirs
    4  the new key takes the old one's name, then the recovery file is of it alone
    5  the name beside it is forgotten

Behind 1, 2 the file opens with the old key, behind 3, 4 with the new one: :func:`settle`, at every start, tries which,
and finishes or takes back what was begun. Where the keys are gone for good at any of these steps, the centre opens the
file that stands there with one of the keys of the recovery file; that one is left to the next start to narrow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import apsw

from offline_cache import aside
from offline_cache.aside import copies_of
from offline_cache.copying import Copying, family, integrity, remove
from offline_cache.database import KEY, Db, connect, damaged, not_saved, translated, unreadable
from offline_cache.errors import StoreError
from offline_cache.escrow import Escrow, escrow_of
from offline_cache.journal import append
from offline_cache.keys import KeyPort
from offline_cache.lockfile import LockFile
from offline_cache.owners import origin_of
from offline_cache.suite import INTL
from offline_cache.whole import sync_folder

CURRENT = "store-data"
NEXT = "store-data-next"
_OTHER = translated(apsw.NotADBError(), writing=False).fault
_BROKEN = frozenset({_OTHER, damaged("").fault, unreadable("").fault})


def keys_of(keys: KeyPort) -> list[bytes]:
    """Every key that the file may be under.

    :raises StoreError: faults of the key port.
    """
    return [key for key in map(keys.get, (CURRENT, NEXT)) if key is not None]


def rotate(path: Path, keys: KeyPort, now: Callable[[], datetime], operator: str = "") -> None:
    """Give the store at ``path`` a new data key. It must be closed, and is closed at the end.

    :raises StoreError: ``STORE_HELD``, ``COPY_UNSENT`` (a damaged copy would be out of reach that was not salvaged),
        faults of the key port, of the disk; the store opens all the same.
    """
    lock = LockFile(path.with_suffix(".lock"), now)
    try:
        settle(path, keys)
        old = keys.get(CURRENT)
        if old is None:
            raise damaged("no key to replace")
        escrow = _escrow(path, old)
        new = INTL.random(KEY)
        keys.put(NEXT, new)
        if escrow is not None:
            escrow.write(old, new)
        draft = path.with_suffix(".rekeyed")
        left = [copy for copy in copies_of(path) if not _copied(copy, old, new)]
        _refuse_behind(path, old, left)
        _copy((path, old), (draft, new))
        _sign(draft, new, int(now().timestamp() * 1000), operator)
        into_place(draft, path)
        _finish_copies(path)
        keys.put(CURRENT, new)
        if escrow is not None:
            with suppress(StoreError):  # that of both opens it too
                escrow.write(new)
        keys.delete(NEXT)
    finally:
        lock.release()


def settle(path: Path, keys: KeyPort) -> None:
    """Finish, or take back, a rotation that was interrupted. Under the lock of the store.

    :raises StoreError: ``KEY_OTHER`` when neither key opens the file; faults of the key port.
    """
    following = keys.get(NEXT)
    if following is None:
        return
    current = keys.get(CURRENT)
    if current is None or not _opens(path, current):
        if not _opens(path, following):
            return  # neither: opening the store says so
        _finish_copies(path)
        keys.put(CURRENT, following)
    for copy in copies_of(path):
        remove(_rekeyed(copy))
    remove(path.with_suffix(".rekeyed"))
    keys.delete(NEXT)


def _rekeyed(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}-rekeyed")


def _finish_copies(path: Path) -> None:
    """Each was whole under the new key before the store itself was."""
    for copy in copies_of(path):
        if _rekeyed(copy).exists():
            into_place(_rekeyed(copy), copy)


def _copied(copy: Path, old: bytes, new: bytes) -> bool:
    """Make the copy of a copy under the new key; ``False`` where it is damaged, or under neither key."""
    try:
        _copy((copy, old), (_rekeyed(copy), new))
    except StoreError as error:
        if error.fault not in _BROKEN:
            raise
        return False
    return True


def _refuse_behind(path: Path, key: bytes, left: list[Path]) -> None:
    """With the old key goes what page by page could still be read of a damaged copy."""
    if not left:
        return
    with _looking(path, key) as db:
        told = aside.told(db, [(copy, None) for copy in left])
    aside.refuse_owing(told)


def _escrow(path: Path, key: bytes) -> Escrow | None:
    with _looking(path, key) as db:
        return escrow_of(db, path)


@contextmanager
def _looking(path: Path, key: bytes) -> Iterator[Db]:
    connection = connect(path, key)
    try:
        yield Db(connection, origin_of(connection))
    except apsw.Error as error:
        raise translated(error, writing=False) from None
    finally:
        connection.close(True)


def _opens(path: Path, key: bytes) -> bool:
    try:
        connect(path, key).close(True)
    except StoreError as error:
        if error.fault is not _OTHER:
            raise
        return False
    return True


def _copy(of: tuple[Path, bytes], to: tuple[Path, bytes]) -> None:
    source = connect(*of)
    try:
        with Copying(*to) as copy:
            while not copy.step(source, 256):
                pass
    except apsw.Error as error:
        raise translated(error, writing=True) from None
    finally:
        source.close(True)


def _sign(draft: Path, new: bytes, at: int, operator: str) -> None:
    """The journal of the copy tells of the new key, and the copy is looked at whole."""
    target = connect(draft, new)
    try:
        with target:
            append(Db(target, origin_of(target)), at, "key-rotated", None, {"operator": operator})
        trouble = integrity(target)
    except apsw.Error as error:
        raise translated(error, writing=True) from None
    finally:
        target.close(True)
    if trouble:
        remove(draft)
        raise damaged(trouble)


def into_place(draft: Path, path: Path) -> None:
    """Put a closed, whole file where the store is.

    :raises StoreError: ``NOT_SAVED``: a log is left beside one of them, or the disk refuses; nothing has changed.
    """
    try:
        if any(one.exists() for one in (*family(draft)[1:], *family(path)[1:])):
            raise not_saved("a log is still there")
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
