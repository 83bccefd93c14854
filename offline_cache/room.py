"""Room on the disk: a ballast that is let go of when the disk is full, and two marks before that.

A full disk refuses acknowledgements as well as new work, so a queue on a full disk could never drain. The ballast is
room that is kept for them: deleted when the disk is full, made again when there is enough.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from offline_cache.database import full
from offline_cache.errors import StoreError, StoreFault

MB = 1 << 20


class Level(Enum):
    AMPLE = "ample"
    WARN = "warn"  # somebody should free some room today
    STOP = "stop"  # no new work that writes a card
    FULL = "full"  # the ballast is gone: nothing new is taken in, what waits still drains


@dataclass(frozen=True)
class Limits:
    """Bytes free on the disk at which the level changes, and the size of the ballast.

    The ballast must be larger than the log (1,000 pages of 4 KiB), or a full disk could not even carry the log over.
    """

    warn: int = 256 * MB
    stop: int = 64 * MB
    ballast: int = 16 * MB

    @classmethod
    def for_operations(cls, ahead: int, sealed: int, *, ballast: int = 16 * MB) -> Limits:
        """Limits that warn so many operations ahead of a full disk.

        :param sealed: bytes of the largest sealed body that is usual; each stands in the log and in the file, in pages
            of 4 KiB, beside its rows.
        """
        each = 2 * (sealed + 8 * 1024)
        return cls(warn=ahead * each, stop=ahead * each // 4, ballast=ballast)


@dataclass(frozen=True)
class Room:
    """:param free: bytes that the disk has for us, the ballast not counted."""

    free: int
    level: Level
    has_ballast: bool


class RoomKeeper:
    """Looks after the room beside one store file. Used from any thread; the file system is the judge."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self._folder = store.parent
        self._ballast = store.with_suffix(".ballast")
        self._limits = limits

    @property
    def has_ballast(self) -> bool:
        try:
            return self._ballast.stat().st_size >= self._limits.ballast
        except OSError:
            return False

    def look(self) -> Room:
        """The level now; makes the ballast again where there is twice its room."""
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError:
            free = 0
        ballast = self.has_ballast
        if not ballast and free >= 2 * self._limits.ballast:
            ballast = self._make()
            free -= self._limits.ballast if ballast else 0
        return Room(free, self._level(free, ballast), ballast)

    def release(self) -> None:
        """Give the ballast's room to what must still be written."""
        self._ballast.unlink(missing_ok=True)

    def _level(self, free: int, ballast: bool) -> Level:
        if not ballast:
            return Level.FULL
        if free < self._limits.stop:
            return Level.STOP
        return Level.WARN if free < self._limits.warn else Level.AMPLE

    def _make(self) -> bool:
        # Written out, not just declared: a sparse file would hold no room at all.
        draft = self._ballast.with_suffix(".ballast-new")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                for _ in range(0, self._limits.ballast, MB):
                    file.write(os.urandom(MB))
                file.truncate(self._limits.ballast)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._ballast)
        except OSError:
            draft.unlink(missing_ok=True)
            return False
        return True


def refuse_card_writes(room: Room) -> None:
    """:raises StoreError: ``DISK_LOW`` when a card write could not be sure of its second entry."""
    if room.level in {Level.STOP, Level.FULL}:
        raise StoreError(StoreFault.DISK_LOW, f"{room.free // MB} MB")


def refuse_what_has_no_room(room: Room, size: int) -> None:
    """:raises StoreError: ``DISK_FULL`` when so many bytes would eat the room that acknowledgements need."""
    if room.free < size:
        raise full(f"{size // MB} MB of photos, {room.free // MB} MB free")
