"""Files that are whole or absent, whatever interrupts the writing of them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, content: bytes | Iterable[bytes], *, new: bool = False) -> None:
    """Write a file that its owner alone can read, and make its name outlive a power cut.

    :param content: whole, or in parts that are asked for one by one; what they raise ends the writing like ``OSError``.
    :param new: nothing may have that name. On the file systems of sticks no call does both at once, so that another
        program that makes the file in the very same moment is not noticed.
    :raises OSError: nothing was written; an older file of that name is as it was. ``FileExistsError`` with ``new``.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines((content,) if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(handle)
        if new:
            refuse_existing(path)
        draft.replace(path)
        sync_folder(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def is_taken(path: Path) -> bool:
    """Whether something has that name, were it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def refuse_existing(path: Path) -> None:
    """:raises FileExistsError: something has that name."""
    if is_taken(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut. Windows does that by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
