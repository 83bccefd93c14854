"""What opens the keys where ``key_keeper`` is ``passphrase``: typed by whoever starts the program, or handed over by
systemd as a credential. Asked for once in a process, and never kept as a text.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from offline_cache.keepers import refused
from offline_cache.passphrase import PassphraseKeys

CREDENTIAL = "ssc-passphrase"
"""Its name among the service's credentials (systemd.exec(5), ``LoadCredential=``)."""

_LARGEST = 1024


class Ask(Protocol):
    """Somebody who can be asked."""

    def __call__(self, *, new: bool) -> bytearray:
        """What was typed; the receiver wipes it.

        :param new: whether it is chosen now: asked for twice, and not a short one.
        :raises terminal.errors.TerminalError: ``INPUT_MISSING``, ``FIELD_VALUE``.
        """
        ...


def _nobody(*, new: bool) -> bytearray:
    raise refused("nobody gave the passphrase" + (" for new keys" if new else ""))


class Opened:
    """The keys that this process has opened, by their folder. Any thread."""

    def __init__(self, ask: Ask = _nobody, made: Callable[[Path, bytearray], PassphraseKeys] = PassphraseKeys) -> None:
        self.ask = ask
        self._made = made
        self._lock = threading.Lock()
        self._keys: dict[Path, PassphraseKeys] = {}

    def keys(self, folder: Path) -> PassphraseKeys:
        """Those in ``folder``; a folder without any gets its passphrase now.

        :raises offline_cache.errors.StoreError: ``PASSPHRASE_WRONG``, ``KEEPER_REFUSED``, and the other faults of keys.
        """
        with self._lock:
            exists = (folder / "passphrase").exists()
            known = self._keys.get(folder) if exists else None  # after a wipe the old one would open nothing
            if known is None:
                typed = _credential()
                known = self._keys[folder] = self._made(folder, self.ask(new=not exists) if typed is None else typed)
            return known


def _credential() -> bytearray | None:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return None
    room = bytearray(_LARGEST)
    try:
        with (Path(folder) / CREDENTIAL).open("rb", buffering=0) as file:
            size = file.readinto(room) or 0
        return room[:size].rstrip(b"\r\n") or None
    except OSError:
        return None
    finally:
        room[:] = bytes(_LARGEST)


OPENED = Opened()
"""Of this process, which has one keyboard."""


class Typed:
    """The :class:`offline_cache.keys.KeyPort` of a folder. Nobody is asked before there is something to open."""

    def __init__(self, folder: Path, opened: Opened = OPENED) -> None:
        self._folder = folder
        self._opened = opened

    def get(self, name: str) -> bytes | None:
        """See :meth:`offline_cache.keys.KeyPort.get`."""
        if not self._folder.exists() or not any(self._folder.iterdir()):
            return None
        return self._opened.keys(self._folder).get(name)

    def put(self, name: str, secret: bytes) -> None:
        """See :meth:`offline_cache.keys.KeyPort.put`."""
        self._opened.keys(self._folder).put(name, secret)

    def delete(self, name: str) -> None:
        """See :meth:`offline_cache.keys.KeyPort.delete`."""
        if self.get(name) is not None:
            self._opened.keys(self._folder).delete(name)
