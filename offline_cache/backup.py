"""A verified copy on another medium, and the way back from it.

The copy is under the same data key. A store that was restored gives out no reserved number any more: each might have
been used after the copy was made. What it replaces is looked into before it is laid aside: work that stands there alone
is not left behind unless that is meant, and a copy whose log does not go as far is an older one (``STORE_OLDER``) and
takes nothing in until the centre has agreed to a new life, so that no place of the log, and no number of a paper, is
given a second time. Where what is replaced cannot be read nobody knows how far it went: then the copy is older too.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from offline_cache import acknowledging, aside, blob_rows, forks, reserved, rows, sending, tip
from offline_cache.copying import remove
from offline_cache.database import Db, not_saved
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry, Journal, append
from offline_cache.keys import KeyPort
from offline_cache.lockfile import LockFile
from offline_cache.proof import Report, verify
from offline_cache.rotation import into_place, keys_of, settle
from offline_cache.sending import broken
from offline_cache.store import DISTRUSTED, Clock, Store, utc_now
from offline_cache.whole import refuse_existing


@dataclass(frozen=True)
class Owner:
    """Whose store it must be."""

    environment: str
    terminal: str | None = None


def back_up(store: Store, place: Path, operator: str = "") -> Report:
    """Copy the open store to ``place`` between other work, and prove the store while at it.

    :raises StoreError: ``BACKUP_INVALID`` when store or copy do not verify; ``DISK_FULL``; ``NOT_SAVED``, also where
        something has that name. ``place`` is as it was.
    """
    report = verify(store)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        trouble = report.trouble or store.examine_copy(draft, keep=True)
        if trouble:
            raise _invalid(trouble)
        refuse_existing(place)
        into_place(draft, place)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
    finally:
        remove(draft)
    fields = _counted(report, operator)
    Journal(store).write(Entry("backed-up", fields))
    return report


@dataclass(frozen=True)
class Restored:
    """:param operations: in the store now, :param lines: of its journal.
    :param aside: what was there before; ``None`` where nothing was.
    :param unsent: how much work stands there alone; ``None`` where it cannot be read.
    :param older: nothing new is taken in before the centre has agreed to a new life of the log.
    """

    operations: int
    lines: int
    aside: Path | None
    unsent: int | None
    older: bool


@dataclass(frozen=True)
class _Before:
    """What is there before.

    :param replaced: in the store's place; ``None``: nothing, or what cannot be read. :param others: copies beside it.
    """

    replaced: aside.Held | None
    others: tuple[aside.Held | None, ...]

    @property
    def named(self) -> int:
        """The highest number of a replaced store that any of their journals names."""
        return max((one.named for one in (self.replaced, *self.others) if one), default=0)

    @property
    def life(self) -> int:
        """The latest life of the log that any of them knows of."""
        return max((one.life for one in (self.replaced, *self.others) if one), default=0)

    @property
    def shown(self) -> list[forks.Place]:
        """Where media have shown that the log once was."""
        return [place for one in (self.replaced, *self.others) if one for place in one.shown]

    def tell(self, db: Db, at: int) -> None:
        """What the store that is put in place must know of it. What a copy beside it knows, the replaced one was told
        at its own restore, unless somebody put an older one there by hand."""
        forks.keep_shown(db, self.shown)
        told = self.replaced is not None and self.replaced.halted is None
        asked = [one for one in (self.replaced, *(() if told else self.others)) if one]
        epoch = rows.epoch_of(db)
        least = min((one.behind.hwm for one in asked if one.behind and one.behind.epoch == epoch), default=None)
        here = sending.fell_back(db)
        if least is not None and (here is None or least < here.hwm):
            acknowledging.note_behind(db, at, epoch, least)
        for one in asked:
            blob_rows.withdraw(db, at, one.photos)

    def of(self, terminal: str) -> _Before:
        """What is this terminal's. What another one has given out is nothing of ours."""
        mine = tuple(one for one in self.others if one is None or one.terminal == terminal)
        return _Before(self.replaced if self.replaced and self.replaced.terminal == terminal else None, mine)

    def makes_older(self, db: Db, keys: KeyPort) -> bool:
        """Whether a place of the log may have been given out that the open store lacks."""
        if any(aside.goes_further(db, one) for one in (self.replaced, *self.others)):
            return True
        if self.replaced is None or self.replaced.halted is not forks.OLDER:
            return self.replaced is not None and self.replaced.halted is not None
        # An older copy itself: the mark tells of what it was put over, also where nothing of that is left.
        return not tip.reached(db, keys, self.shown)


def restore(
    copy: Path,
    path: Path,
    keys: KeyPort,
    owner: Owner,
    *,
    now: Clock = utc_now,
    operator: str = "",
    leave_unsent: bool = False,
) -> Restored:
    """Put a verified copy where the store is. What was there stays beside it, under a name of its own.

    :param leave_unsent: although what was there has work that stands nowhere else.
    :raises StoreError: ``BACKUP_INVALID`` (nothing has changed), ``RESTORE_REFUSED`` (likewise), ``STORE_HELD``,
        ``STORE_FOREIGN``, ``KEY_OTHER``, faults of the disk.
    """
    lock = LockFile(path.with_suffix(".lock"), now)
    folder = path.parent / "restoring"
    draft = folder / path.name
    try:
        before = _found(path, keys)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        shutil.copyfile(copy, draft)
        draft.chmod(0o600)

        def put(db: Db, report: Report) -> tuple[int, Restored]:
            lost = None if before.replaced is None else aside.lost_in(db, before.replaced.unsent)
            if lost and not leave_unsent:
                raise StoreError(StoreFault.RESTORE_REFUSED, count=lost)
            noted, ours = tip.noted_life(keys, db.origin.terminal), before.of(db.origin.terminal)
            at = int(now().timestamp() * 1000)
            older = ours.makes_older(db, keys) or noted > forks.latest_life(db)
            if older:
                forks.note(db, at, forks.OLDER)  # first of all: where what is missing begins
            forks.note_life(db, max(ours.life, noted))
            ours.tell(db, at)
            reserved.void_all(db, at, "restored")
            number = aside.next_number(path, max(aside.named(db), before.named))
            append(db, at, "restored", None, {**_counted(report, operator), "older": older, "aside": number})
            return number, Restored(report.operations, report.lines, None, lost, older)

        with Store.open(draft, keys, environment=owner.environment, terminal=owner.terminal, now=now) as store:
            report = verify(store, draft.with_suffix(".look"))
            if not report.good or store.stopped is not None:
                raise _invalid(report.trouble or "its tail does not verify")
            number, done = store.do(lambda db: put(db, report))
        if not done.older:
            tip.forget(keys)  # it has the whole log; of the journal it has less, and is meant to
        place = aside.put_aside(path, number)
        path.with_suffix(f".{DISTRUSTED}").unlink(missing_ok=True)
        into_place(draft, path)
    except OSError as error:
        raise not_saved(error.strerror or "") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
    return replace(done, aside=place)


def _found(path: Path, keys: KeyPort) -> _Before:
    """What a proof has found to be other than what was written proves nothing."""
    there = path.exists()
    with suppress(StoreError):  # it need not open: that is what a restore is for
        if there:
            settle(path, keys)
    known = keys_of(keys)
    found = aside.held(path, known) if there else None
    others = (aside.held(one, known) for one in aside.copies_of(path))
    if found is not None and path.with_suffix(f".{DISTRUSTED}").exists():
        found = replace(found, halted=broken("").fault)
    return _Before(found, tuple(others))


def _counted(report: Report, operator: str) -> dict[str, str | int | bool]:
    return {"operations": report.operations, "lines": report.lines, "operator": operator}


def _invalid(detail: str) -> StoreError:
    return StoreError(StoreFault.BACKUP_INVALID, detail)
