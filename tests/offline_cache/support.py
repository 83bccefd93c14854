"""What the store's tests share: a clock to set, small limits, drafts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gmssl_pyx

from offline_cache.birth import Identity
from offline_cache.chain import Origin
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import FileKeys
from offline_cache.operations import Draft, new_op_id
from offline_cache.room import Limits
from offline_cache.store import Store
from offline_cache.suite import INTL, NAMES, Suite, suite

IDENTITY = Identity("sandbox", "379999000001")
KEYS = {one.name: (one.new_signing_key(), one.new_sealing_key()) for one in map(suite, NAMES)}


@dataclass
class Chosen:
    """What the test's stores are made with. See the fixtures in ``conftest.py``."""

    suite: Suite = INTL

    @property
    def signing(self) -> bytes:
        """The centre's private key that signs, and :attr:`sealing` the one that opens."""
        return KEYS[self.suite.name][0]

    @property
    def sealing(self) -> bytes:
        return KEYS[self.suite.name][1]

    @property
    def public(self) -> bytes:
        return self.suite.public_key(self.signing)

    @property
    def origin(self) -> Origin:
        return Origin(IDENTITY.environment, IDENTITY.terminal, self.suite)

    def digest(self, data: bytes) -> bytes:
        """By another implementation than the product's."""
        return hashlib.sha256(data).digest() if self.suite is INTL else bytes(gmssl_pyx.sm3_hash(data))


CHOSEN = Chosen()
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
    owner = replace(IDENTITY, suite=CHOSEN.suite.name)
    return Store.create(place(folder), keys(folder), owner, now=(wall or Wall()).now, limits=limits)


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
