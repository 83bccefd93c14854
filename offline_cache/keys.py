"""Where secrets of this machine are kept: a port, and the sandbox's file adapter.

A production machine keeps them in its TPM, in DPAPI or in the Secret Service; those adapters fit the same port. A file
is for the sandbox alone: who can read the disk can read the key.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from offline_cache.errors import StoreError, StoreFault
from offline_cache.whole import sync_folder, write_whole

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_MAGIC = b"ssc-key-1\n"
_LARGEST = 4096


class KeyPort(Protocol):
    """Secrets by name. Names are ours, lower case with hyphens.

    Every method raises :class:`offline_cache.errors.StoreError` and nothing else when the keeper fails.
    """

    def get(self, name: str) -> bytes | None:
        """The secret, or ``None`` where there is none of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, in place of an older one of that name."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret. No fault when there is none."""
        ...


class FileKeys:
    """One file a secret, readable by its owner alone. The sandbox's adapter.

    :param directory: made with mode 0700 at the first ``put``.
    :raises StoreError: ``KEY_FILE_IN_PRODUCTION`` for any environment but the sandbox.
    """

    def __init__(self, directory: Path, environment: str) -> None:
        if environment != "sandbox":
            raise StoreError(StoreFault.KEY_FILE_IN_PRODUCTION, environment[:40])
        self._directory = directory

    def get(self, name: str) -> bytes | None:
        """See :meth:`KeyPort.get`.

        :raises StoreError: ``KEY_EXPOSED`` when others may read the file, ``KEY_UNREADABLE`` when it is damaged.
        """
        return read_private(self._path(name))

    def put(self, name: str, secret: bytes) -> None:
        """See :meth:`KeyPort.put`. The file is whole or absent, whatever interrupts.

        :raises StoreError: ``KEY_UNWRITABLE``.
        """
        write_private(self._path(name), secret)

    def delete(self, name: str) -> None:
        with suppress(OSError):
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._directory / f"{key_name(name)}.key"


def key_name(name: str) -> str:
    """The name, when it is one.

    :raises StoreError: ``KEY_UNREADABLE``.
    """
    if not _NAME.match(name):
        raise damaged_key("not a key name")
    return name


def read_private(path: Path) -> bytes | None:
    """What :func:`write_private` wrote; ``None`` where there is nothing. A link is not followed.

    :raises StoreError: ``KEY_EXPOSED`` when others may read the file, ``KEY_UNREADABLE`` when it is damaged.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged_key(error.strerror or "") from error
    with os.fdopen(handle, "rb") as file:
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if os.name == "posix" and mode & 0o077:
            raise StoreError(StoreFault.KEY_EXPOSED, f"{path.name}: mode {mode:o}")
        try:
            content = file.read(_LARGEST + 1)
        except OSError as error:
            raise damaged_key(error.strerror or "") from error
    if not content.startswith(_MAGIC) or not len(_MAGIC) < len(content) <= _LARGEST:
        raise damaged_key(f"{path.name}: not a key file")
    return content[len(_MAGIC) :]


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read; whole or absent, whatever interrupts.

    :raises StoreError: ``KEY_UNWRITABLE``.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, _MAGIC + content)
        sync_folder(path.parent.parent)  # the folder itself may be new
    except OSError as error:
        raise StoreError(StoreFault.KEY_UNWRITABLE, f"{path.name}: {error.strerror}") from error


def damaged_key(detail: str) -> StoreError:
    """The keeper has something, but not what was put there."""
    return StoreError(StoreFault.KEY_UNREADABLE, detail)
