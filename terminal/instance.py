"""One process owns readers and data; a second one is told who is there and since when."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault


def _owner(text: str) -> tuple[int, str]:
    try:
        found = json.loads(text)
        return int(found["pid"]), str(found["since"])
    except (ValueError, KeyError, TypeError):
        return 0, "?"


@contextlib.contextmanager
def single_instance(folder: Path, clock: Clock) -> Iterator[None]:
    """Hold ``folder`` for as long as the block runs.

    The lock is the kernel's, so that a process that died leaves none behind; the file only tells who holds it.

    :raises TerminalError: ``SECOND_INSTANCE`` with ``pid`` and ``since``.
    """
    path = folder / "instance.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            pid, since = _owner(path.read_text(encoding="utf-8", errors="replace"))
            raise TerminalError(TerminalFault.SECOND_INSTANCE, pid=pid, since=since) from cause
        owner = {"pid": os.getpid(), "since": clock.now().strftime("%Y-%m-%d %H:%M:%S")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(owner).encode(), 0)
        yield
    finally:
        os.close(handle)
