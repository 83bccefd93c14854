"""A second copy of what the centre has not, on another medium (第二份副本): for drives, where the machine may be lost
with days of work.

The file is what ``store export`` writes: sealed to the centre, signed, whole or as it was, and taken in by the centre
once whatever else arrives. It is written anew within five minutes of what is recorded, sooner behind many; nothing
waits for it, and a medium that is not there is said on the health page. Each life of the log has a file of its own, and
a store whose life goes no further writes none: an older copy of it knows less than the file there does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError, TerminalFault
from terminal.medium import write_medium
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
_log = logging.getLogger(__name__)


class SecondCopy:
    """One terminal's second copy. :param monotonic: seconds."""

    def __init__(self, records: Records, settings: Settings, monotonic: Callable[[], float]) -> None:
        self._records, self._settings, self._monotonic = records, settings, monotonic
        self._last = monotonic()

    def look(self) -> None:
        """Write the copy if it is due. A fault is told by :func:`check`, and tried again at the next look."""
        try:
            behind = self._behind()
            if behind >= MANY or (behind and self._monotonic() - self._last >= EVERY):
                self.write()
        except (StoreError, CentreError, TerminalError, OSError) as error:
            _log.info("no second copy", exc_info=error)

    def write(self) -> None:
        """Write it now.

        :raises TerminalError: ``SECOND_COPY``. :raises StoreError: of a store that does not work, or takes nothing in.
        :raises CentreError: ``IDENTITY_UNREADABLE``. :raises OSError: the medium refuses.
        """
        records = self._records
        if (halted := records.outbox.fork()) is not None:
            raise halted
        epoch, seq, _, _ = records.outbox.tip()
        file = file_of(self._settings, records)
        write_medium(records.outbox, Blobs(records.store), records.identity, file, new=False)
        at = int(records.store.now().timestamp() * 1000)
        records.kept.put(_KEPT, json.dumps([epoch, seq, at]).encode("ascii"))
        self._last = self._monotonic()

    def _behind(self) -> int:
        """Operations that were recorded since the last copy and that the centre has not."""
        epoch, seq, _, _ = self._records.outbox.tip()
        copied = _copied(self._records)
        new = seq - copied[1] if copied and copied[0] == epoch else seq
        return min(new, self._records.sync.status().waiting)


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
    return folder / f"ssc-{records.identity.terminal}-{records.outbox.tip()[0]}.medium"


def check(records: Records, settings: Settings) -> Text:
    """For the health page.

    :raises TerminalError: ``SECOND_COPY`` when the medium is not there, or what waits has had no copy for long.
    """
    if not settings.second_copy:
        return Text("未配置", "None set up")
    file_of(settings, records)
    copied, epoch = _copied(records), records.outbox.tip()[0]
    first = (copied[1] if copied and copied[0] == epoch else 0) + 1
    since = records.outbox.recorded_at(epoch, first)
    if since is not None and records.mirror.latest() - since > LATE and records.sync.status().waiting:
        raise _absent("late")
    if copied is None:
        return Text("还没有需要复制的业务", "Nothing to copy yet")
    at = datetime.fromtimestamp(copied[2] // 1000, UTC).astimezone()
    return Text(f"{at:%Y-%m-%d %H:%M} 已复制", f"Copied {at:%Y-%m-%d %H:%M}")


def _copied(records: Records) -> tuple[int, int, int] | None:
    """Life and last operation of the copy, and when it was written: milliseconds since 1970."""
    found = records.kept.get(_KEPT)
    if found is None:
        return None
    epoch, seq, at = json.loads(found)
    return epoch, seq, at


def _absent(detail: str) -> TerminalError:
    return TerminalError(TerminalFault.SECOND_COPY, detail)
