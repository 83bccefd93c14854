"""A new data key for a store that is closed, without a moment at which a crash loses the file or its key.

    1  the new key is kept beside the old one
    2  a whole copy is made under the new key, looked at, synced; so are the copies that were laid aside after a fork
    3  the copy takes the file's place, in one step, then those of the forks take theirs
    4  the new key takes the old one's name
    5  the name beside it is forgotten

Behind 1, 2 the file opens with the old key, behind 3, 4 with the new one: :func:`settle`, at every start, tries which,
and finishes or takes back what was begun.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import apsw

from offline_cache.chain import Origin
from offline_cache.copying import Copying, family, integrity, remove
from offline_cache.database import KEY, Db, connect, damaged, not_saved, translated
from offline_cache.errors import StoreError
from offline_cache.journal import append
from offline_cache.keys import KeyPort
from offline_cache.lockfile import LockFile
from offline_cache.suite import INTL, suite
from offline_cache.whole import sync_folder

CURRENT = "store-data"
NEXT = "store-data-next"
_OTHER = translated(apsw.NotADBError(), writing=False).fault


def keys_of(keys: KeyPort) -> list[bytes]:
    """Every key that the file may be under.

    :raises StoreError: faults of the key port.
    """
    return [key for key in map(keys.get, (CURRENT, NEXT)) if key is not None]


def rotate(path: Path, keys: KeyPort, now: Callable[[], datetime], operator: str = "") -> None:
    """Give the store at ``path`` a new data key. It must be closed, and is closed at the end.

    :raises StoreError: ``STORE_HELD``, faults of the key port, of the disk; the store opens all the same.
    """
    lock = LockFile(path.with_suffix(".lock"), now)
    try:
        settle(path, keys)
        old = keys.get(CURRENT)
        if old is None:
            raise damaged("no key to replace")
        new = INTL.random(KEY)
        keys.put(NEXT, new)
        draft = path.with_suffix(".rekeyed")
        _copy((path, old), (draft, new))
        _sign(draft, new, int(now().timestamp() * 1000), operator)
        for fork in forks_of(path):
            if _opens(fork, old):
                _copy((fork, old), (_rekeyed(fork), new))
        into_place(draft, path)
        _finish_forks(path)
        keys.put(CURRENT, new)
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
        _finish_forks(path)
        keys.put(CURRENT, following)
    for fork in forks_of(path):
        remove(_rekeyed(fork))
    remove(path.with_suffix(".rekeyed"))
    keys.delete(NEXT)


def forks_of(path: Path) -> list[Path]:
    """The copies that were laid aside after forks (:meth:`offline_cache.store.Store.lay_aside`)."""
    return sorted(one for one in path.parent.glob(f"{path.stem}.fork-*") if one.suffix.removeprefix(".fork-").isdigit())


def _rekeyed(fork: Path) -> Path:
    return fork.with_name(f"{fork.name}-rekeyed")


def _finish_forks(path: Path) -> None:
    """Each was whole under the new key before the store itself was."""
    for fork in forks_of(path):
        if _rekeyed(fork).exists():
            into_place(_rekeyed(fork), fork)


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
        meta = {str(name): bytes(value).decode() for name, value in target.execute("SELECT name, value FROM meta")}
        db = Db(target, Origin(meta["environment"], meta["terminal"], suite(meta["suite"])))
        with target:
            append(db, at, "key-rotated", None, {"operator": operator})
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
