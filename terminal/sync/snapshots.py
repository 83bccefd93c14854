"""Reference data kept fresh beside the feed: a snapshot is fetched now and then, and taken whole or not at all."""

from __future__ import annotations

import logging
from typing import Protocol

from offline_cache.errors import StoreError
from offline_cache.mirror import Document, Mirror
from terminal import faults
from terminal.centre import snapshots
from terminal.centre.contract import Snapshot
from terminal.centre.errors import CentreError
from terminal.centre.identity import Identity
from terminal.clock import Clock
from terminal.reference import require_readable

EVERY = 6 * 3600.0
"""Seconds between two looks, while the centre can be heard."""

AGAIN = 600.0
"""Seconds until the next look after one that did not end well."""

_log = logging.getLogger(__name__)


class Source(Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    def snapshot(self) -> Snapshot: ...


class Refresher:
    """One terminal's reference data."""

    def __init__(self, centre: Source, mirror: Mirror, identity: Identity, clock: Clock) -> None:
        self._centre = centre
        self._mirror = mirror
        self._identity = identity
        self._clock = clock
        self._due = clock.monotonic()

    def refresh(self) -> list[Document]:
        """Fetch and take a snapshot now.

        :raises CentreError: ``SNAPSHOT_REFUSED``, ``ANSWER_INVALID``, faults of the way: what is here stays.
        :raises StoreError: ``MIRROR_OLDER``, ``DISK_FULL``, ``NOT_SAVED``: likewise.
        """
        known = self._mirror.get(snapshots.NAME)
        latest = self._mirror.latest()
        found = snapshots.received(self._identity, self._centre.snapshot(), self._clock.now(), known, latest)
        require_readable(found)
        self._mirror.replace(found)
        return found

    def look(self) -> None:
        """The same when it is time, and never a fault: the sender has other work."""
        now = self._clock.monotonic()
        if now < self._due:
            return
        try:
            self.refresh()
            self._due = now + EVERY
        except (CentreError, StoreError) as error:
            self._due = now + AGAIN
            _log.info("reference data was not taken", extra={"fault": faults.code_of(error)})
