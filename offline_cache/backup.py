"""A verified copy on another medium, and the way back from it.

The copy is under the same data key. A store that was restored is an older copy: it gives out no reserved number any
more (each might have been used after the copy was made), and the first word of the centre tells whether operations are
missing (:meth:`offline_cache.outbox.Outbox.check_against`): then nothing is sent until the centre begins a new history.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from offline_cache import reserved, tip
from offline_cache.copying import family, remove
from offline_cache.database import Db, not_saved
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry, Journal, append
from offline_cache.keys import KeyPort
from offline_cache.lockfile import LockFile
from offline_cache.proof import Report, verify
from offline_cache.rotation import into_place, settle
from offline_cache.store import DISTRUSTED, Clock, Store, utc_now
from offline_cache.whole import sync_folder


@dataclass(frozen=True)
class Owner:
    """Whose store it must be."""

    environment: str
    terminal: str | None = None


def back_up(store: Store, place: Path, operator: str = "") -> Report:
    """Copy the open store to ``place`` between other work, and prove the store while at it.

    :raises StoreError: ``BACKUP_INVALID`` when store or copy do not verify: ``place`` is as it was;
        ``DISK_FULL``, ``NOT_SAVED``.
    """
    report = verify(store)
    draft = place.with_name(place.name + ".part")
    try:
        trouble = report.trouble or store.examine_copy(draft, keep=True)
        if trouble:
            raise _invalid(trouble)
        into_place(draft, place)
    finally:
        remove(draft)
    fields = _counted(report, operator)
    Journal(store).write(Entry("backed-up", fields))
    return report


def restore(copy: Path, path: Path, keys: KeyPort, owner: Owner, *, now: Clock = utc_now, operator: str = "") -> Report:
    """Put a verified copy where the store is. What was there stays beside it as ``.replaced``.

    :raises StoreError: ``BACKUP_INVALID`` (nothing has changed), ``STORE_HELD``, ``STORE_FOREIGN``, ``KEY_OTHER``,
        faults of the disk.
    """
    lock = LockFile(path.with_suffix(".lock"), now)
    folder = path.parent / "restoring"
    draft = folder / path.name
    try:
        if path.exists():
            settle(path, keys)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        shutil.copyfile(copy, draft)
        draft.chmod(0o600)
        report = _proven(draft, keys, owner, now, operator)
        tip.forget(keys)  # it is older, and meant to be
        _aside(path)
        into_place(draft, path)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
    return report


def _proven(draft: Path, keys: KeyPort, owner: Owner, now: Callable[[], datetime], operator: str) -> Report:
    with Store.open(draft, keys, environment=owner.environment, terminal=owner.terminal, now=now) as store:
        report = verify(store, draft.with_suffix(".look"))
        if not report.good or store.stopped is not None:
            raise _invalid(report.trouble or "its tail does not verify")
        at = int(now().timestamp() * 1000)

        def work(db: Db) -> None:
            reserved.void_all(db, at, "restored")
            append(db, at, "restored", None, _counted(report, operator))

        store.do(work)
    return report


def _counted(report: Report, operator: str) -> dict[str, str | int | bool]:
    return {"operations": report.operations, "lines": report.lines, "operator": operator}


def _aside(path: Path) -> None:
    """The store that is replaced, with its log, is kept: it may have what the copy has not."""
    for one in family(path):
        if one.exists():
            one.replace(one.with_name(one.name + ".replaced"))
    path.with_suffix(f".{DISTRUSTED}").unlink(missing_ok=True)
    sync_folder(path.parent)


def _invalid(detail: str) -> StoreError:
    return StoreError(StoreFault.BACKUP_INVALID, detail)
