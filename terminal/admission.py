"""What a card that was just read may be used for, and whether it left in the middle of an earlier write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from cardio.record import CardRecord
from offline_cache.errors import StoreError
from terminal import faults
from terminal.centre.errors import CentreError
from terminal.errors import TerminalError
from terminal.rules import check_holder, check_region
from terminal.services.base import CardNeed, Service, refusal
from terminal.views import FaultView, ServiceTile
from terminal.visit import Visit, unproven_view, why_unproven

_log = logging.getLogger(__name__)


def read_and_look(visit: Visit) -> tuple[CardRecord, bool]:
    """The card, and whether an earlier write of it has no end. Blocks for card, centre and store."""
    return visit.read(), is_doubtful(visit)


def serve(visit: Visit, service: Service, environment: str, *also: str) -> None:
    """For a command: read the card and make sure that its holder can have this service now, before anybody is asked
    for a PIN. On the screen :func:`admitted` and :func:`refused_for` say the same beside what else can be had.

    :param also: codes besides the service's by which the centre may have switched off what is done.
    :raises CardError: the card is closed to everybody.
    :raises TerminalError: ``CARD_WATCHED``, ``SERVICE_OFF``, ``REFERENCE_OLD``; what :func:`check_region` and
        :func:`terminal.services.base.refusal` raise; what stood in the way of proving the card.
    """
    if service.card is CardNeed.NONE:
        visit.reference.of_anybody.require(service.code, *also, leaves_something=service.leaves_something)
        return
    record = visit.read()
    if record.rejected is not None:
        raise record.rejected
    check_region(record, environment)
    visit.refused.require(service.code, *also, leaves_something=service.leaves_something)
    refused = refused_for(service, visit, reachable=True)
    if refused is not None:
        raise (why_unproven(record) if service.card is CardNeed.PROVEN else None) or refused


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
    :raises TerminalError: what :func:`terminal.rules.check_region` raises.
    """
    if record.rejected is not None:
        raise record.rejected
    remark = check_region(record, environment)
    if not visit.proven:
        return unproven_view(record)
    other = remark or check_holder(record) or next(iter(record.errors), None)
    return None if other is None else faults.explain(other)
