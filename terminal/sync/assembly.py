"""The sender of an enrolled terminal, put together from its store and its centre."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from offline_cache import rows
from offline_cache.blob_rows import Blobs
from offline_cache.caps import OfflineTime, last_heard
from offline_cache.errors import StoreError
from offline_cache.kept import Kept
from offline_cache.mirror import Mirror
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from offline_cache.suite import INTL
from terminal.centre import causes, chain
from terminal.centre.identity import Identity
from terminal.clock import Clock
from terminal.sync import core
from terminal.sync.courier import Centre, Courier
from terminal.sync.driver import Driver
from terminal.sync.snapshots import Refresher, Source
from terminal.sync.status import Standing
from terminal.sync.words import Knobs


class SnapshotCentre(Centre, Source, Protocol):
    """What the sender asks of the centre, reference data included."""


def courier(
    store: Store,
    centre: Centre,
    identity: Identity,
    refresh: Callable[[], None] = lambda: None,
    begun: Callable[[int], None] = lambda _life: None,
) -> Courier:
    """The requests of this terminal.

    :param refresh: called after each page of outcomes, for what else is fetched now and then.
    :param begun: told of a new life of the log.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE`` when the terminal's key cannot be used, or the
        centre's ``ack`` key was not pinned.
    """
    if not identity.pinned("ack"):
        raise causes.identity_unreadable("no acknowledgement key of the centre is pinned")
    certificate = INTL.digest(identity.certificate_file.read_bytes()).hex()
    log = Outbox(store)
    with suppress(StoreError):  # a store that takes nothing says so where it matters
        log.lift_refusal(certificate)
    return Courier(
        centre,
        log,
        Kept(store),
        identity,
        sign=chain.terminal_signer(identity),
        certificate=certificate,
        epoch=lambda: store.do(rows.epoch_of, write=False),
        aside=lambda epoch: store.lay_aside(f"fork-{epoch}"),
        blob_store=Blobs(store),
        refresh=refresh,
        begun=begun,
    )


def sender(
    store: Store,
    centre: SnapshotCentre,
    identity: Identity,
    clock: Clock,
    *,
    knobs: Knobs | None = None,
    roll: core.Roll | None = None,
    changed: Callable[[], None] = lambda: None,
    begun: Callable[[int], None] = lambda _life: None,
) -> Driver:
    """A driver that is not started yet.

    :raises terminal.centre.errors.CentreError: as :func:`courier`.
    """
    standing = Standing(Outbox(store).counts, Blobs(store).load, lambda: last_heard(store))
    refresh = Refresher(centre, Mirror(store), identity, clock).look
    offline = OfflineTime(store, clock.monotonic)
    requests = courier(store, centre, identity, refresh, begun)
    return Driver(requests, standing, clock, knobs=knobs, roll=roll, changed=changed, minute=offline.tick)
