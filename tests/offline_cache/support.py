"""What the store's tests share: a clock to set, small limits, drafts."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from offline_cache.birth import Identity
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import FileKeys
from offline_cache.operations import Draft, new_op_id
from offline_cache.room import Limits
from offline_cache.store import Store

IDENTITY = Identity("sandbox", "379999000001")
SMALL = Limits(warn=0, stop=0, ballast=1 << 20)


class Wall:
    """A clock on the wall that people set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def keys(folder: Path) -> FileKeys:
    return FileKeys(folder / "keys", "sandbox")


def place(folder: Path) -> Path:
    return folder / "store.db"


def create(folder: Path, wall: Wall | None = None, limits: Limits = SMALL) -> Store:
    return Store.create(place(folder), keys(folder), IDENTITY, now=(wall or Wall()).now, limits=limits)


def reopen(folder: Path, wall: Wall | None = None, limits: Limits = SMALL, vfs: str | None = None) -> Store:
    return Store.open(
        place(folder), keys(folder), environment="sandbox", now=(wall or Wall()).now, limits=limits, vfs=vfs
    )


def draft(
    subject: bytes = b"holder-1",
    kind: str = "contact-change",
    size: int = 300,
    refers_to: bytes | None = None,
    op_id: bytes | None = None,
    *,
    value: int = 0,
) -> Draft:
    summary = {"what": "phone", "new": "138****5678"}
    return Draft(op_id or new_op_id(), kind, 1, subject, os.urandom(size), summary, refers_to, value=value)


def fault_of(call: Callable[[], object]) -> StoreFault:
    """Which fault a call ends with; without pytest, for importing that is half the life of a child that is killed."""
    try:
        call()
    except StoreError as error:
        return error.fault
    raise AssertionError("nothing was refused")
