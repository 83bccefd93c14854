"""What a card that was just read may be used for, and whether it left in the middle of an earlier write."""

from __future__ import annotations

import logging

from cardio.record import CardRecord
from offline_cache.errors import StoreError
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError
from terminal.services.base import Service, refusal
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


def refused_for(service: Service, visit: Visit | None, *, reachable: bool) -> TerminalError | None:
    """Why the holder before us cannot have this service now."""
    record = visit.record if visit else None
    return refusal(
        service,
        proven=visit is not None and visit.proven,
        reachable=reachable,
        genuine=record is not None and record.authenticated,
        holder=record is not None and record.holder is not None,
    )
