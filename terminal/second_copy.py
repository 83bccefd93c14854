"""A second copy of what the centre has not, on another medium (第二份副本): for drives, where the machine may be lost
with days of work.

The file is what ``store export`` writes: sealed to the centre, signed, whole or as it was, and taken in by the centre
once whatever else arrives. It is written anew within five minutes of what is recorded, sooner behind many; nothing
waits for it, and a medium that is not there is said on the health page. Each life of the log has a file of its own.

What stands on the medium may be all that is left of it: a store that came back from an older copy does not know what it
has lost. So the file is looked into before it is written anew (:mod:`terminal.second_copy_before`), and a store whose
life goes no further writes none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError, TerminalFault
from terminal.medium import write_medium
from terminal.second_copy_before import examine_all, make_way
from terminal.settings import store_path
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.records import Records
    from terminal.settings import Settings

EVERY = 240.0
"""Seconds after the last copy at which what is new is copied; with a look each :data:`LOOK`, within five minutes."""
MANY = 20
"""Operations behind which a copy is written at the next look."""
LOOK = 30.0
LATE = 600_000
"""Milliseconds after which what waits without a copy is told to people."""

_KEPT = "second-copy"
_BY_PEOPLE = ("parked", "retried")
"""Lines of the journal after which another body belongs on the medium, or one no more."""
_log = logging.getLogger(__name__)


class SecondCopy:
    """One terminal's second copy. :param monotonic: seconds."""

    def __init__(self, records: Records, settings: Settings, monotonic: Callable[[], float]) -> None:
        self._records, self._settings, self._monotonic = records, settings, monotonic
        self._last = monotonic()
        self._ours: tuple[Path, int, int] | None = None
        self._seen: tuple[Path, int, int] | None = None

    def look(self) -> None:
        """Write the copy if it is due. A fault is told by :func:`check`, and tried again at the next look."""
        try:
            self._look_into()
            behind = self._behind()
            if behind >= MANY or (behind and self._monotonic() - self._last >= EVERY):
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
        epoch, seq, _, _ = records.outbox.tip()
        line = records.journal.tip()[0]
        file = file_of(self._settings, records)
        if self._ours is None or self._ours != _state_of(file):
            make_way(file, records.outbox, records.identity)
        write_medium(records.outbox, Blobs(records.store), records.identity, file, new=False)
        self._ours = _state_of(file)
        at = int(records.store.now().timestamp() * 1000)
        records.kept.put(_KEPT, json.dumps([epoch, seq, at, line]).encode("ascii"))
        self._last = self._monotonic()

    def _look_into(self) -> None:
        """Another medium may have been put in, which knows more than the one before, or than we do."""
        records, file = self._records, file_of(self._settings, self._records)
        now = _state_of(file)
        if now is not None and now not in (self._ours, self._seen):
            examine_all(file, records.outbox, records.identity)
            self._seen = now

    def _behind(self) -> int:
        """Operations that were recorded since the last copy and that the centre has not, or that were set aside or put
        back since: what people have set aside has no body there any more.
        """
        epoch, seq, _, _ = self._records.outbox.tip()
        copied = _copied(self._records)
        if _state_of(file_of(self._settings, self._records)) is None:
            copied = None  # another medium, or it was emptied
        new = seq - copied[1] if copied and copied[0] == epoch else seq
        return max(
            min(new, self._records.sync.status().waiting),
            self._records.journal.since(copied[3], _BY_PEOPLE) if copied else 0,
        )


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


def _state_of(file: Path) -> tuple[Path, int, int] | None:
    """By which a file that we wrote is known again; ``None`` where nothing is there."""
    try:
        now = file.stat()
    except FileNotFoundError:
        return None
    return file, now.st_mtime_ns, now.st_size


def check(records: Records, settings: Settings) -> Text:
    """For the health page.

    :raises TerminalError: ``SECOND_COPY`` when the medium is not there, or what waits has had no copy for long.
    """
    if not settings.second_copy:
        return Text("未配置", "None set up")
    copied, epoch = _copied(records), records.outbox.tip()[0]
    if _state_of(file_of(settings, records)) is None:
        copied = None  # another medium, or it was emptied
    first = (copied[1] if copied and copied[0] == epoch else 0) + 1
    since = records.outbox.recorded_at(epoch, first)
    if since is not None and records.mirror.latest() - since > LATE and records.sync.status().waiting:
        raise _absent("late")
    if copied is None:
        return Text("还没有需要复制的业务", "Nothing to copy yet")
    at = datetime.fromtimestamp(copied[2] // 1000, UTC).astimezone()
    return Text(f"{at:%Y-%m-%d %H:%M} 已复制", f"Copied {at:%Y-%m-%d %H:%M}")


def _copied(records: Records) -> tuple[int, int, int, int] | None:
    """Life and last operation of the copy, when it was written (milliseconds since 1970), and the journal's last line
    then."""
    found = records.kept.get(_KEPT)
    if found is None:
        return None
    epoch, seq, at, *line = json.loads(found)
    return epoch, seq, at, line[0] if line else 0


def _absent(detail: str) -> TerminalError:
    return TerminalError(TerminalFault.SECOND_COPY, detail)
