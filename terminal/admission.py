"""What a card that was just read may be used for, and whether it left in the middle of an earlier write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from cardio.record import CardRecord
from offline_cache.errors import StoreError
from terminal import faults
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError
from terminal.reference import NOTHING, Refusals
from terminal.rules import check_holder, check_region
from terminal.services.base import Service, refusal
from terminal.views import FaultView, ServiceTile
from terminal.visit import Visit, unproven_view

_log = logging.getLogger(__name__)


def read_and_look(visit: Visit) -> tuple[CardRecord, bool]:
    """The card, and whether an earlier write of it has no end. Blocks for card, centre and store."""
    record = visit.read()
    visit.refused = reference_of(visit)
    return record, is_doubtful(visit)


def reference_of(visit: Visit) -> Refusals:
    """What the centre's reference data refuses; nothing where no store can be asked, which records nothing either."""
    record = visit.record
    try:
        return NOTHING if record is None else visit.counter.refusals(record)
    except (StoreError, CentreError, TerminalError) as error:
        _log.info("reference data cannot be looked up", exc_info=error)
        return NOTHING


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
    kept = visit.refused.of_service(service.code, leaves_something=service.leaves_something) if visit else None
    return kept or refusal(
        service,
        proven=visit is not None and visit.proven,
        reachable=reachable,
        genuine=record is not None and record.authenticated,
        holder=record is not None and record.holder is not None and bool(record.holder.social_security_number),
    )


def tiles_of(services: Iterable[Service], refused: Callable[[Service], FaultView | None]) -> tuple[ServiceTile, ...]:
    """The services as the holder page offers them; what works now comes first, each in the catalogue's order.

    :param refused: why this one cannot be had now.
    """
    tiles = (ServiceTile(each.code, each.title, each.summary, each.shortcut, refused(each)) for each in services)
    return tuple(sorted(tiles, key=lambda tile: tile.refused is not None))


def admitted(visit: Visit, record: CardRecord, environment: str) -> FaultView | None:
    """What stands beside the holder of a card that may be served: nothing, or why something is missing.

    :raises cardio.errors.CardError: the card is closed to everybody.
    :raises TerminalError: ``CARD_WATCHED``; what :func:`terminal.rules.check_region` raises.
    """
    if record.rejected is not None:
        raise record.rejected
    visit.refused.require_served()
    remark = check_region(record, environment)
    if not visit.proven:
        return unproven_view(record)
    other = remark or check_holder(record) or next(iter(record.errors), None)
    return None if other is None else faults.explain(other)
