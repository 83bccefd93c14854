"""The end of a store on this machine: its key first, so that what is left on the disk is noise; then its files."""

from __future__ import annotations

from pathlib import Path

from offline_cache import aside, blob_rows, tip
from offline_cache.copying import remove
from offline_cache.database import not_saved
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import KeyPort
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.rotation import CURRENT, NEXT, keys_of
from offline_cache.store import Store
from offline_cache.whole import sync_folder


def refuse_unsent(store: Store, keys: KeyPort, exported: int = 0) -> None:
    """A wipe must not eat work, neither the store's own nor that of the copies beside it.

    :param exported: the last sequence number of the present history that stands on a medium (``store export``).
    :raises StoreError: ``WIPE_REFUSED``; ``COPY_UNSENT``; faults of the key port.
    """
    aside.refuse_owing(aside.listed(store, keys_of(keys)))
    outbox = Outbox(store)
    after = 0
    while waiting := outbox.listed((State.PENDING, State.PARKED), after):
        if any(one.seq > exported or one.epoch != store.identity.epoch for one in waiting if one.resolved_by is None):
            raise _refused()
        after = waiting[-1].position
    if store.do(blob_rows.last_not_there, write=False) > exported:
        raise _refused()


def wipe(path: Path, keys: KeyPort) -> None:
    """Forget the keys and take the files of a closed store away. What cannot be taken away cannot be read either.

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


def _refused() -> StoreError:
    return StoreError(StoreFault.WIPE_REFUSED)
