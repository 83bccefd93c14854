"""Power cuts on the real store: a VFS that writes down every write, truncation, sync and deletion below the cipher, and
the disks that a cut at any of them may leave.

What was synced is there. Of what was not, the disk keeps: all in order (*prefix*), none (*drop*), any part in any
order (*scatter*), or any part with some writes cut into sectors (*torn*). A name that was deleted may still be there.
"""

from __future__ import annotations

import functools
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

NAME = "recording"
VFS = f"multipleciphers-{NAME}"
SECTOR = 512
MODES = ("prefix", "drop", "scatter", "torn")


@dataclass(frozen=True)
class Event:
    """:param what: ``write``, ``truncate``, ``sync``, ``delete``, or a word that the store's user was told."""

    what: str
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class Recording:
    """:ivar begun: the files as they were when recording began; :ivar events: what happened since."""

    begun: dict[str, bytes] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    on: bool = False

    def add(self, event: Event) -> None:
        if self.on:
            self.events.append(event)

    def say(self, word: str, value: str) -> None:
        self.add(Event(word, value))


RECORDING = Recording()


class _File(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._name = os.path.basename(path)  # noqa: PTH119 - no folder is looked at
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's name
        super().xWrite(data, offset)
        RECORDING.add(Event("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        RECORDING.add(Event("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        RECORDING.add(Event("sync", self._name))


class _Vfs(apsw.VFS):
    def __init__(self) -> None:
        super().__init__(NAME, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        RECORDING.add(Event("delete", os.path.basename(filename), int(syncdir)))  # noqa: PTH119


@functools.cache
def register() -> _Vfs:
    """Make :data:`VFS` known, for the life of the process: the cipher's own VFS keeps pointing at it."""
    return _Vfs()


@contextmanager
def recording(folder: Path) -> Iterator[Recording]:
    """Record what happens to the store in ``folder``, opened through :data:`VFS`."""
    register()
    RECORDING.begun = {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith("store.db")}
    RECORDING.events, RECORDING.on = [], True
    try:
        yield RECORDING
    finally:
        RECORDING.on = False


# --- what a cut leaves ------------------------------------------------------------------------------------------------


def image(record: Recording, cut: int, mode: str, chosen: random.Random) -> dict[str, bytes]:
    """The files after power was cut behind event ``cut``."""
    files = {name: bytearray(content) for name, content in record.begun.items()}
    last = {event.file: index for index, event in enumerate(record.events[:cut]) if event.what == "sync"}
    pending: list[Event] = []
    for index, event in enumerate(record.events[:cut]):
        if event.what in {"write", "truncate"}:
            if index < last.get(event.file, -1):
                _apply(files, event)
            else:
                pending.append(event)
        elif event.what == "delete" and (event.at or mode == "prefix" or chosen.random() < 0.5):
            files.pop(event.file, None)
            pending = [other for other in pending if other.file != event.file]
    for event in _kept(pending, mode, chosen):
        _apply(files, event)
    return {name: bytes(content) for name, content in files.items()}


def _kept(pending: list[Event], mode: str, chosen: random.Random) -> Iterator[Event]:
    if mode == "drop":
        return
    for event in pending:
        if mode == "prefix" or chosen.random() < 0.5:
            yield event
        elif mode == "torn" and event.what == "write":
            for start in range(0, len(event.data), SECTOR):
                if chosen.random() < 0.5:
                    yield Event("write", event.file, event.at + start, event.data[start : start + SECTOR])


def _apply(files: dict[str, bytearray], event: Event) -> None:
    content = files.setdefault(event.file, bytearray())
    if event.what == "truncate":
        del content[event.at :]
        return
    if len(content) < event.at:
        content.extend(bytes(event.at - len(content)))
    content[event.at : event.at + len(event.data)] = event.data
