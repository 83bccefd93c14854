"""When the centre is asked whether it has told us what we know, and what follows where it has not."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Protocol

from offline_cache.errors import StoreError

_log = logging.getLogger(__name__)


class Log(Protocol):
    """The part of :class:`offline_cache.outbox.Outbox` that is used here."""

    def state_digest(self) -> bytes: ...

    def note_drift(self, again: bool) -> None: ...


class Comparison:
    """Due at first contact. One difference is mended by reading the feed from its beginning; what differs then too is
    for people: this process compares no more."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._due, self._differed, self._given_up = True, False, False

    def due(self) -> None:
        """The centre was asked for its mark."""
        self._due = not self._given_up

    def state(self) -> str | None:
        """What goes with the next look for outcomes, in hex; ``None`` where nothing is to be compared.

        :raises StoreError: of reading.
        """
        return self._log.state_digest().hex().upper() if self._due else None

    def agreed(self) -> None:
        """The centre knows the same."""
        self._due = self._differed = False

    def differs(self) -> bool:
        """The centre knows otherwise. Gives whether the feed is to be read from its beginning."""
        with suppress(StoreError):  # it is noticed again
            self._log.note_drift(again=self._differed)
        if self._differed:
            self._due, self._given_up = False, True
            _log.warning("sync: what the centre told us is not what we know, also after it was read anew")
            return False
        self._differed = True
        _log.info("sync: what the centre told us is not what we know; it is read anew")
        return True
