"""A second copy of what the centre has not, on another medium (第二份副本): for drives, where the machine may be lost
with days of work.

The file is what ``store export`` writes: sealed to the centre, signed, whole or as it was, and taken in by the centre
once whatever else arrives. It is written anew within five minutes of what is recorded, sooner behind many, and at once
where the medium in the machine has another file than was written last; nothing waits for it, and a medium that is not
there is said on the health page. Each life of the log has a file of its own.

What stands on the medium may be all that is left of it: a store that came back from an older copy does not know what it
has lost. So the files are looked into before one is written anew (:mod:`terminal.second_copy_before`), and a store
whose life goes no further writes none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from offline_cache import copied
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError
from offline_cache.operations import State
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError, TerminalFault
from terminal.medium import write_medium
from terminal.model.decoding import decoded
from terminal.second_copy_before import States, examine_all, make_way, states_beside, trace_of
from terminal.settings import store_path
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.records import Records
    from terminal.settings import Settings

EVERY = 240.0
"""Seconds after the last copy at which what is new is copied; with a look each :data:`LOOK`, within five minutes."""
MANY = 20
"""Operations and photos behind which a copy is written at the next look."""
LOOK = 30.0
LATE = 600_000
"""Milliseconds after which what waits without a copy is told to people."""

_KEPT = "second-copy"
_LINES = 1000
"""Lines of the journal that are looked through at each look, at most."""
_log = logging.getLogger(__name__)


class _Copy(msgspec.Struct, frozen=True):
    """What is kept about the copy that was written last.

    :param at: when, milliseconds since 1970; :param mark: what stands on it; :param trace: by which it is known again.
    """

    at: int
    mark: copied.Mark
    trace: str | None


class SecondCopy:
    """One terminal's second copy. :param monotonic: seconds."""

    def __init__(self, records: Records, settings: Settings, monotonic: Callable[[], float]) -> None:
        self._records, self._settings, self._monotonic = records, settings, monotonic
        self._last = float("-inf")  # what a start finds lacking may have waited for long
        self._seen: States = frozenset()
        self._written: States | None = None

    def look(self) -> None:
        """Write the copy if it is due. A fault is told by :func:`check`, and tried again at the next look."""
        try:
            file = file_of(self._settings, self._records)
            self._look_into(file)
            if self._is_due(file):
                self.write()
        except (StoreError, CentreError, TerminalError, OSError) as error:
            _log.info("no second copy", exc_info=error)

    def write(self) -> None:
        """Write it now.

        :raises TerminalError: ``SECOND_COPY``. :raises StoreError: of a store that does not work, or takes nothing in,
            as from now on one does whose file there goes further than its log.
        :raises CentreError: ``IDENTITY_UNREADABLE``. :raises OSError: the medium refuses.
        """
        records = self._records
        if (halted := records.outbox.fork()) is not None:
            raise halted
        mark, blobs = copied.mark(records.store), Blobs(records.store)
        file = file_of(self._settings, records)
        self._look_into(file)
        if self._seen != self._written and _copy_of(records, file) is None:
            make_way(file, records.outbox, blobs, records.identity)
        stem = file.stem.rpartition("-")[0]
        for draft in file.parent.glob(f".{stem}-*"):  # of a write that a power cut or a pulled medium ended
            with suppress(OSError):
                draft.unlink()
        write_medium(records.outbox, blobs, records.identity, file, new=False)
        self._keep(_Copy(int(records.store.now().timestamp() * 1000), mark, trace_of(file)))
        self._seen = self._written = states_beside(file)
        self._last = self._monotonic()

    def _look_into(self, file: Path) -> None:
        """Another medium may have been put in, which knows more than the one before, or than we do."""
        there = states_beside(file)
        if there != self._seen:
            examine_all(file, self._records.outbox, self._records.identity)
            self._seen = there

    def _is_due(self, file: Path) -> bool:
        records, copy = self._records, _copy_of(self._records, file)
        lacking = copied.lacking(records.store, copy.mark if copy else None, MANY)
        if copy is None:  # where it is an older copy, what was set aside since has its body there still
            return bool(lacking or (trace_of(file) and records.outbox.counts().count.get(State.PARKED)))
        if not lacking:
            self._bring_forward(copy)
            return False
        return len(lacking) >= MANY or self._monotonic() - self._last >= EVERY

    def _bring_forward(self, copy: _Copy) -> None:
        """Nothing is lacking, so nothing is from here on either."""
        now = copied.mark(self._records.store)
        if now.line - copy.mark.line >= _LINES and not copied.lacking(self._records.store, copy.mark, 1):
            self._keep(msgspec.structs.replace(copy, mark=now))

    def _keep(self, copy: _Copy) -> None:
        self._records.kept.put(_KEPT, msgspec.json.encode(copy))


def look_at_opening(records: Records, settings: Settings) -> None:
    """Before anything is taken in: a store that came back from an older copy is known by what it wrote to the medium,
    and gives no number away twice. A medium that is not there says nothing.
    """
    with suppress(StoreError, TerminalError, OSError):
        examine_all(file_of(settings, records), records.outbox, records.identity)


def file_of(settings: Settings, records: Records) -> Path:
    """Where the copy stands.

    :raises TerminalError: ``SECOND_COPY`` when the folder is not there, or is on the disk that the store is on: where a
        medium is not mounted its folder may be there all the same.
    """
    folder = Path(settings.second_copy)
    try:
        same = folder.stat().st_dev == store_path(settings).stat().st_dev
    except OSError as error:
        raise _absent(type(error).__name__) from None
    if same:
        raise _absent("on the store's own disk")
    identity = records.identity
    return folder / f"ssc-{identity.environment}-{identity.terminal}-{records.outbox.tip()[0]}.medium"


def check(records: Records, settings: Settings) -> Text:
    """For the health page.

    :raises TerminalError: ``SECOND_COPY`` when the medium is not there, or what waits has had no copy for long.
    """
    if not settings.second_copy:
        return Text("未配置", "None set up")
    file = file_of(settings, records)
    copy = _copy_of(records, file)
    lacking = copied.lacking(records.store, copy.mark if copy else None, 1)
    if lacking and records.mirror.latest() - lacking[0] > LATE:
        raise _absent("late")
    if copy is not None:
        at = datetime.fromtimestamp(copy.at // 1000, UTC).astimezone()
        return Text(f"{at:%Y-%m-%d %H:%M} 已复制", f"Copied {at:%Y-%m-%d %H:%M}")
    if lacking:
        return Text("几分钟内复制", "To be copied within minutes")
    return Text("还没有需要复制的业务", "Nothing to copy yet")


def _copy_of(records: Records, file: Path) -> _Copy | None:
    """The copy that was written last, where it is what stands there; else it is on another medium, or nowhere."""
    kept, trace = records.kept.get(_KEPT), trace_of(file)
    if kept is None or trace is None:
        return None
    try:
        copy = decoded(kept, _Copy)
    except msgspec.DecodeError:  # of an older program
        return None
    return copy if copy.trace == trace else None


def _absent(detail: str) -> TerminalError:
    return TerminalError(TerminalFault.SECOND_COPY, detail)
