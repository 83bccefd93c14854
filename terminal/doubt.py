"""Whether the card that was just read left in the middle of an earlier write."""

from __future__ import annotations

import logging

from cardio.record import CardRecord
from offline_cache.errors import StoreError
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError
from terminal.visit import Visit

_log = logging.getLogger(__name__)


def read_and_look(visit: Visit) -> tuple[CardRecord, bool]:
    """The card, and whether an earlier write of it has no end. Blocks for card, centre and store."""
    return visit.read(), is_doubtful(visit)


def is_doubtful(visit: Visit) -> bool:
    """A store that cannot be asked keeps nobody from reading a card; it refuses recording by itself."""
    record = visit.record
    try:
        return record is not None and visit.counter.doubtful(record) is not None
    except (StoreError, CentreError, TerminalError) as error:
        _log.info("doubtful cards cannot be looked up", exc_info=error)
        return False
