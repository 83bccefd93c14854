"""The store: one ciphered file, one connection, one unit of work at a time. A commit that returned is durable.

Work comes in as functions of :class:`offline_cache.database.Db`; each runs in its turn (:mod:`offline_cache.turns`) as
one transaction, and is answered only after the commit. A commit that fails is never tried again blindly: the connection
is closed, the file opened anew and what had become durable looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import apsw

from offline_cache.birth import Identity, bring_up, check_owner, data_key, make
from offline_cache.chain import Origin
from offline_cache.copying import Copying, examine
from offline_cache.database import Db, connect, damaged, full, not_saved, translated
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import KeyPort
from offline_cache.lockfile import LockFile
from offline_cache.proof import check_tail
from offline_cache.room import Limits, Room, RoomKeeper, refuse_card_writes, refuse_what_has_no_room
from offline_cache.rotation import into_place
from offline_cache.turns import Turns
from offline_cache.whole import write_whole

DISTRUSTED = "distrusted"
"""Ending of the file that says that a proof has failed."""

T = TypeVar("T")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Commit:
    """:param landed: tells, after the file was opened anew, whether a commit that failed had become durable.
    :param reserve: when the disk is full, the work is done once more in the room that the reserve leaves."""

    write: bool
    landed: Callable[[Db], bool] | None
    reserve: bool = False


class Store:
    """Use :meth:`create` once and :meth:`open` ever after.

    :ivar identity: environment, terminal and epoch that stand in the file.
    """

    @classmethod
    def create(
        cls,
        path: Path,
        keys: KeyPort,
        identity: Identity,
        *,
        now: Clock = utc_now,
        limits: Limits | None = None,
        again: int | None = None,
    ) -> Store:
        """Make a store that is whole or absent, and open it. :param again: see :func:`offline_cache.birth.make`.

        :raises StoreError: ``STORE_EXISTS`` (nothing is touched), ``STORE_HELD``, faults of the key port, of the disk.
        """
        lock = LockFile(path.with_suffix(".lock"), now)
        try:
            make(path, keys, identity, now(), again=again)
        finally:
            lock.release()
        return cls.open(
            path, keys, environment=identity.environment, terminal=identity.terminal, now=now, limits=limits
        )

    @classmethod
    def open(
        cls,
        path: Path,
        keys: KeyPort,
        *,
        environment: str,
        terminal: str | None = None,
        suite: str | None = None,
        now: Clock = utc_now,
        limits: Limits | None = None,
        vfs: str | None = None,
    ) -> Store:
        """Open the store that is there; bring an older form up on a copy.

        :param terminal: refused when the store is another's; ``None`` takes whose it is from the store.
        :param suite: the same: the suite of the enrolment, ``SUITE_OTHER`` when the store was made with another.
        :param vfs: see :func:`offline_cache.database.connect`.
        :raises StoreError: ``STORE_MISSING``, ``KEY_GONE``, ``KEY_OTHER``, ``STORE_HELD``, ``STORE_NEWER``,
            ``STORE_FOREIGN``, ``STORE_DAMAGED``, ``MIGRATION_FAILED``, ``LIBRARY_UNFIT``, ``STORE_UNREADABLE``.
        """
        lock = LockFile(path.with_suffix(".lock"), now)
        try:
            key = data_key(path, keys)
            bring_up(path, key, now())
            return cls(
                path,
                key,
                lock,
                owner=(environment, terminal, suite),
                now=now,
                room=RoomKeeper(path, limits or Limits()),
                vfs=vfs,
            )
        except BaseException:
            lock.release()
            raise

    def __init__(
        self,
        path: Path,
        key: bytes,
        lock: LockFile,
        *,
        owner: tuple[str, str | None, str | None],
        now: Clock,
        room: RoomKeeper,
        vfs: str | None,
    ) -> None:
        self._path, self._key, self._lock, self.now = path, key, lock, now
        self._room, self._vfs = room, vfs
        self._turns = Turns()
        self._connection: apsw.Connection | None = None
        self._stopped: StoreError | None = None
        self._closed = False
        self._owner = owner
        try:
            self.identity = self._turns.run(self._open)
        except BaseException:
            self._turns.close()
            raise

    # --- for everybody ----------------------------------------------------------------------------------------------

    def call(
        self,
        work: Callable[[Db], T],
        *,
        write: bool = True,
        landed: Callable[[Db], bool] | None = None,
        reserve: bool = False,
    ) -> Future[T]:
        """Run ``work`` as one transaction in its turn, on the store's thread. Its answer arrives after the commit.

        :param write: ``False`` for a look that changes nothing.
        :param landed: see :class:`_Commit`; without it a commit that failed is answered with "not saved", so give it
            where doing the same again would do it twice.
        :param reserve: see :class:`_Commit`: for what must be written although the disk is full.
        :raises StoreError: through the future: the faults of :meth:`do`.
        """
        return self._while_open().submit(self._run, work, _Commit(write, landed, reserve))

    def do(
        self,
        work: Callable[[Db], T],
        *,
        write: bool = True,
        landed: Callable[[Db], bool] | None = None,
        reserve: bool = False,
    ) -> T:
        """The same, and wait.

        :raises StoreError: what ``work`` raises, and ``DISK_FULL``, ``NOT_SAVED``, ``SAVE_UNKNOWN``,
            ``STORE_DAMAGED``, ``STORE_UNREADABLE``, ``STORE_CLOSED``.
        """
        return self._while_open().run(self._run, work, _Commit(write, landed, reserve))

    def _while_open(self) -> Turns:
        if self._closed:
            raise StoreError(StoreFault.STORE_CLOSED)
        return self._turns

    def distrust(self, detail: str) -> None:
        """A proof has failed: nothing is written any more, by the next process neither, until a proof holds or a sound
        store is put back. It is noted beside the file, because the file is what is not to be trusted.

        :param detail: where and what; never a person's data.
        """
        self._stopped = self._stopped or damaged(detail)
        with suppress(OSError):
            write_whole(self.beside(DISTRUSTED), detail.encode("utf-8", "replace"))

    def trust(self) -> None:
        """A proof of the whole file holds."""
        with suppress(OSError):
            self.beside(DISTRUSTED).unlink(missing_ok=True)

    def beside(self, what: str) -> Path:
        """A place for a working file next to the store's own."""
        return self._path.with_suffix(f".{what}")

    def copy_to(self, path: Path, pages: int = 256) -> None:
        """Make a whole copy of the file under the same key, a few pages at a time between other work.

        Every page is read and deciphered, so a damaged one is found.

        :raises StoreError: ``STORE_DAMAGED``, ``DISK_FULL``, ``NOT_SAVED``.
        """
        with Copying(path, self._key) as copy:
            while not self.do(lambda _: self._copy_some(copy, pages), write=False):
                pass

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def lay_aside(self, name: str) -> Path:
        """Keep a whole copy beside the store, once for each ``name``; one that is there is left as it is.

        :raises StoreError: see :meth:`copy_to`.
        """
        path = self._path.with_suffix(f".{name}")
        if not path.exists():
            draft = self._path.with_suffix(".aside")
            self.copy_to(draft)
            into_place(draft, path)
        return path

    def examine_copy(self, path: Path, *, keep: bool = False) -> str:
        """Make a copy, look at every page and index of it, and take it away. Empty when all is well.

        :param keep: leave the copy there.
        :raises StoreError: see :meth:`copy_to`.
        """
        self.copy_to(path)
        return examine(path, self._key, keep=keep)

    def _copy_some(self, copy: Copying, pages: int) -> bool:
        if self._connection is None:
            raise not_saved("no connection")
        return copy.step(self._connection, pages)

    def room(self) -> Room:
        """How much the disk still takes. Makes the ballast again when there is room for it."""
        return self._room.look()

    def refuse_when_full(self, *, card: bool = False, size: int = 0) -> None:
        """For work that takes something in: refused while the ballast is gone, so that acknowledgements still go.

        :param card: whether a card is about to be written, whose second entry must find room too.
        :param size: bytes of photos that come with it: they stand in the log and in the file for a while.
        :raises StoreError: ``DISK_FULL``; ``DISK_LOW``.
        """
        if size:
            refuse_what_has_no_room(self._room.look(), 2 * size)
        if card:
            refuse_card_writes(self._room.look())
        elif not self._room.has_ballast and not self._room.look().has_ballast:
            raise full("the reserve is in use")

    @property
    def stopped(self) -> StoreError | None:
        """Why nothing is written any more: a damaged file or a broken chain. ``None`` when all is well."""
        return self._stopped

    def close(self) -> None:
        """Finish what is under way, close the file, let the next process in. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._turns.run(self._shut)
        self._turns.close()
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in its turn ----------------------------------------------------------------------------------------------

    def _open(self) -> Identity:
        self._connection = connect(self._path, self._key, vfs=self._vfs)
        try:
            identity = check_owner(Db(self._connection, Origin("", "")), *self._owner)
            self._origin = identity.origin
        except BaseException:
            self._shut()
            raise
        self._check_tail(self._connection)
        with suppress(OSError):
            self._stopped = self._stopped or damaged(self.beside(DISTRUSTED).read_text("utf-8", "replace")[:200])
        self._room.look()
        return identity

    def _check_tail(self, connection: apsw.Connection) -> None:
        """What is not acknowledged yet must verify, or nothing is written; it can still be looked at and exported."""
        try:
            check_tail(Db(connection, self._origin))
        except apsw.Error as error:
            self._stopped = damaged(translated(error, writing=False).detail)
        except StoreError as error:
            self._stopped = error

    def _shut(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(apsw.Error):
                connection.close(True)

    def _run(self, work: Callable[[Db], T], how: _Commit) -> T:
        try:
            return self._once(work, how)
        except StoreError as error:
            if not (how.reserve and isinstance(error.__context__, apsw.FullError)):
                raise
        return self._once(work, how)  # the reserve was let go meanwhile

    def _once(self, work: Callable[[Db], T], how: _Commit) -> T:
        connection = self._ready(how.write)
        db = Db(connection, self._origin)
        try:
            connection.execute("BEGIN IMMEDIATE" if how.write else "BEGIN")
            result = work(db)
        except apsw.Error as error:
            raise self._failed(error, how.write) from None
        except BaseException:
            self._roll_back()
            raise
        try:
            connection.execute("COMMIT")
        except apsw.Error as error:
            self._after_failed_commit(error, how)
        return result

    def _ready(self, write: bool) -> apsw.Connection:
        if write and self._stopped is not None:
            raise StoreError(self._stopped.fault, self._stopped.detail)
        if self._connection is None:
            self._open()
        if self._connection is None:
            raise not_saved("no connection")
        return self._connection

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except apsw.Error:
                self._shut()  # the next unit opens it again

    def _failed(self, error: apsw.Error, write: bool) -> StoreError:
        """Nothing was committed: say so, and make the next unit possible."""
        self._roll_back()
        fault = translated(error, writing=write)
        if isinstance(error, apsw.FullError):
            self._make_room()
        elif isinstance(error, apsw.CorruptError | apsw.NotADBError):
            # Reading goes on where it can, so that the queue can be seen and exported; nothing is written any more.
            self._stopped = fault = damaged(fault.detail)
        elif not isinstance(error, apsw.ConstraintError):
            self._shut()
        return fault

    def _after_failed_commit(self, error: apsw.Error, how: _Commit) -> None:
        """Open the file anew and look whether the commit is in it. Returns only when it is, and is durable.

        What is not there then will never be. What is there is carried over from the log into the main file and synced:
        then it is there for good.
        """
        fault = translated(error, writing=how.write)
        if isinstance(error, apsw.FullError):
            self._room.release()
        self._roll_back()
        self._shut()
        try:
            self._open()
            landed = bool(how.landed and self._connection and how.landed(Db(self._connection, self._origin)))
            if landed:
                self._empty_log()
        except (StoreError, apsw.Error) as second:
            self._shut()
            raise StoreError(StoreFault.SAVE_UNKNOWN, f"{fault.detail}; {type(second).__name__}") from None
        if not landed:
            raise fault

    def _make_room(self) -> None:
        self._room.release()
        with suppress(apsw.Error):
            self._empty_log()

    def _empty_log(self) -> None:
        """Carry the log over into the main file."""
        if self._connection is not None:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
