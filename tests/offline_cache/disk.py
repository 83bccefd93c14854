"""A disk that fails when a test says so, below the cipher: SQLite asks this VFS for every write and every sync."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import apsw

NAME = "failing"
VFS = f"multipleciphers-{NAME}"


@dataclass
class Disk:
    """:ivar count: writes and syncs so far; :ivar syncs: the syncs alone.
    :ivar fail_at: from this number on they fail, as many as ``failures``.
    :ivar bad_syncs: so many of the next syncs fail, wherever they come.
    :ivar full: whether the failure is "no room" or "the device does not answer".
    """

    count: int = 0
    syncs: int = 0
    fail_at: int | None = None
    failures: int = 1 << 30
    full: bool = False
    lands: bool = False
    bad_syncs: int = 0

    def asked(self) -> bool:
        """One more write or sync. False when it must fail."""
        self.count += 1
        return self.fail_at is None or not self.fail_at <= self.count < self.fail_at + self.failures

    def error(self) -> Exception:
        return apsw.FullError("no room") if self.full else apsw.IOError("no answer")


DISK = Disk()


class _File(apsw.VFSFile):
    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's name
        fine = DISK.asked()
        if not fine:
            raise DISK.error()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        DISK.syncs += 1
        bad = DISK.bad_syncs > 0
        DISK.bad_syncs -= bad
        if not DISK.asked() or bad:
            if DISK.lands:  # the data is there, only nobody said so
                super().xSync(flags)
            raise DISK.error()
        super().xSync(flags)


class _Vfs(apsw.VFS):
    def __init__(self) -> None:
        super().__init__(NAME, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File("unix", name, flags)


@functools.cache
def _registered() -> _Vfs:
    # For the life of the process: the cipher's own VFS keeps pointing at it.
    return _Vfs()


@contextmanager
def failing_disk() -> Iterator[Disk]:
    """The VFS, sound until told otherwise."""
    _registered()
    DISK.count, DISK.fail_at, DISK.failures, DISK.full, DISK.lands = 0, None, 1 << 30, False, False
    DISK.bad_syncs = 0
    try:
        yield DISK
    finally:
        DISK.fail_at = None
