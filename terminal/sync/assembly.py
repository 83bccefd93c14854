"""The sender of an enrolled terminal, put together from its store and its centre."""

from __future__ import annotations

from collections.abc import Callable

from offline_cache import rows
from offline_cache.kept import Kept
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.centre import causes, chain
from terminal.centre.identity import Identity
from terminal.clock import Clock
from terminal.sync import core
from terminal.sync.courier import Centre, Courier
from terminal.sync.driver import Driver
from terminal.sync.status import Standing
from terminal.sync.words import Knobs


def courier(store: Store, centre: Centre, identity: Identity) -> Courier:
    """The three requests of this terminal.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE`` when the terminal's key cannot be used, or the
        centre's ``ack`` key was not pinned.
    """
    if not identity.pinned("ack"):
        raise causes.identity_unreadable("no acknowledgement key of the centre is pinned")
    return Courier(
        centre,
        Outbox(store),
        Kept(store),
        identity,
        sign=chain.terminal_signer(identity),
        epoch=lambda: store.do(rows.epoch_of, write=False),
        aside=lambda epoch: store.lay_aside(f"fork-{epoch}"),
    )


def sender(
    store: Store,
    centre: Centre,
    identity: Identity,
    clock: Clock,
    *,
    knobs: Knobs | None = None,
    roll: core.Roll | None = None,
    changed: Callable[[], None] = lambda: None,
) -> Driver:
    """A driver that is not started yet.

    :raises terminal.centre.errors.CentreError: as :func:`courier`.
    """
    standing = Standing(Outbox(store).counts)
    return Driver(courier(store, centre, identity), standing, clock, knobs=knobs, roll=roll, changed=changed)
