"""Who has the store open. The lock is the kernel's; the file only tells who holds it and since when."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from offline_cache.database import unreadable
from offline_cache.errors import StoreError, StoreFault

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        # One byte far behind the text, so that others can still read who holds it.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LockFile:
    """Held from construction to :meth:`release`; a process that dies leaves none behind.

    :raises StoreError: ``STORE_HELD`` with ``pid`` and ``since``; ``STORE_UNREADABLE`` when the folder is not ours.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise unreadable(f"lock file: {error.strerror}") from error
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            pid, since = _owner(path)
            raise StoreError(StoreFault.STORE_HELD, pid=pid, since=since) from error
        owner = json.dumps({"pid": os.getpid(), "since": now().astimezone().strftime("%Y-%m-%d %H:%M:%S")})
        try:
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, owner.encode())
        except OSError:
            pass  # a full disk: the lock holds all the same, only the name of its holder is missing

    def release(self) -> None:
        """The name goes first: who is refused by one that has not written its own yet is told no wrong one."""
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
        os.close(self._handle)


def _owner(path: Path) -> tuple[int, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        return int(found["pid"]), str(found["since"])[:40]
    except (OSError, ValueError, KeyError, TypeError):
        return 0, "?"
