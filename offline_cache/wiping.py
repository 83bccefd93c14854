"""The end of a store on this machine: its key first, so that what is left on the disk is noise; then its files."""

from __future__ import annotations

from pathlib import Path

from offline_cache import aside, journal, tip
from offline_cache.copying import remove
from offline_cache.database import Db, not_saved
from offline_cache.exported import left_over, noted, refuse_left
from offline_cache.keys import KeyPort
from offline_cache.rotation import CURRENT, NEXT, keys_of
from offline_cache.store import Store
from offline_cache.whole import sync_folder


def refuse_unsent(store: Store, keys: KeyPort, exported: int = 0) -> None:
    """A wipe must not eat work, neither the store's own nor that of the copies beside it.

    :param exported: the last number of a medium (``store export``) on which the rest stands; 0 for none. The journal
        must tell of it.
    :raises StoreError: ``WIPE_REFUSED``; ``WIPE_PARKED``; ``EXPORT_UNKNOWN``; ``COPY_UNSENT``; faults of the key port.
    """
    aside.refuse_owing(aside.listed(store, keys_of(keys)))

    def look(db: Db) -> None:
        refuse_left(db, noted(db, exported) if exported else None)

    store.do(look, write=False)


def refuse_changed(path: Path, keys: KeyPort, last: tuple[int, bytes]) -> None:
    """Another program may have opened the store since it was looked into, and taken something in.

    :param last: number and head of the journal's last line then; every change leaves one.
    :raises StoreError: ``WIPE_REFUSED``; faults of the key port.
    """
    if aside.looked_into(path, keys_of(keys), journal.tip) != last:
        raise left_over("it was changed meanwhile")


def wipe(path: Path, keys: KeyPort) -> None:
    """Forget the keys and take the files of a closed store away. What cannot be taken away cannot be read either. The
    caller holds the store's lock.

    :raises StoreError: ``NOT_SAVED`` when a file stays: its key is gone all the same.
    """
    tip.forget(keys)
    keys.delete(NEXT)
    keys.delete(CURRENT)
    try:
        for suffix in (".before", ".rekeyed", ".next", ".new", ".ballast", ".recovery", ".distrusted"):
            remove(path.with_suffix(suffix))
        for name in aside.PATTERNS:
            for one in path.parent.glob(f"{path.stem}{name}"):  # with what a rotation or a restore left half done
                remove(one)
        remove(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
