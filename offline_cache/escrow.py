"""The data keys of a store, sealed to the centre, in a file beside it.

    store.recovery   the envelope of :mod:`offline_cache.sealing` over {"key": data key}; while a new key is being taken
                     into use, {"key": the old one, "next": the new one}. Bound to kind ``store-key`` and to the
                     operation number "all zeros"

Nobody on the terminal can open it. The disk is sent in; the centre opens the envelope, and with a key of it the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from offline_cache.chain import Origin
from offline_cache.database import Db, not_saved
from offline_cache.keys import damaged_key
from offline_cache.sealing import Binding, open_sealed, seal
from offline_cache.whole import write_whole

TO = "recovery-to"
"""Under which name a store keeps the public sealing key that its file is sealed to."""


def recovery_file(path: Path) -> Path:
    """Where the envelope of the store at ``path`` is."""
    return path.with_suffix(".recovery")


@dataclass(frozen=True)
class Escrow:
    """Of the store at ``path``. :param public: the centre's sealing key."""

    path: Path
    origin: Origin
    public: bytes

    def write(self, key: bytes, following: bytes | None = None) -> None:
        """Put these keys in place of those that stand there, in one step.

        :param following: the key that the store may be under from now on.
        :raises StoreError: what stood there stands. ``NOT_SAVED``; ``SEALED_UNREADABLE``: the sealing key is none.
        """
        keys = {"key": key} if following is None else {"key": key, "next": following}
        envelope = seal(keys, _binding(self.origin.environment, self.origin.terminal), self.public, self.origin.suite)
        try:
            write_whole(recovery_file(self.path), envelope)
        except OSError as error:
            raise not_saved(error.strerror or "") from error


def escrow_of(db: Db, path: Path) -> Escrow | None:
    """As the store itself knows it; ``None`` where no file was ever written for it."""
    public: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (TO,))
    return None if public is None else Escrow(path, db.origin, public)


def open_recovery(envelope: bytes, environment: str, terminal: str, private_keys: dict[bytes, bytes]) -> list[bytes]:
    """The data keys: the store is under one of them. For the centre.

    :param private_keys: the centre's private sealing keys by key id.
    :raises StoreError: ``SEALED_UNREADABLE``; ``KEY_UNREADABLE``: something else was sealed.
    """
    held = open_sealed(envelope, _binding(environment, terminal), private_keys)
    keys = [key for key in map(held.get, ("key", "next")) if isinstance(key, bytes)]
    if not keys:
        raise damaged_key("recovery: no key in it")
    return keys


def _binding(environment: str, terminal: str) -> Binding:
    return Binding(environment, terminal, 1, bytes(16), "store-key", 1)
