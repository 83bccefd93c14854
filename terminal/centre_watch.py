"""Whether the centre can be used: asked at the start, after every fault that says otherwise, and now and then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

from offline_cache.errors import StoreError
from terminal import faults
from terminal.centre.contract import Outlet
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.desk_loop import Loop
from terminal.membership import Membership
from terminal.views import CentreView

if TYPE_CHECKING:
    from terminal.centre.client import CentreClient

_log = logging.getLogger(__name__)

DEFAULT_HOTLINE = "12333"
"""The national number; the centre's configuration may name the city's own."""


class CentreWatch:
    """What is known of the centre. Its properties may be read on the desk's thread, :attr:`client` from any.

    :param join: gives the membership of this machine, or raises why there is none; slow at the first call.
    :param every: seconds between looks while the centre is away.
    """

    def __init__(self, join: Callable[[], Membership], clock: Clock, every: float) -> None:
        self._join, self._clock, self._every = join, clock, every
        self._membership: Membership | None = None
        self._joining = threading.Lock()
        self._pool: Executor | None = None
        self._loop: Loop | None = None
        self._changed: Callable[[], None] = lambda: None
        self._probing = False
        self._waiting = False
        self.loss_hotline = DEFAULT_HOTLINE
        self.view = CentreView(None)

    def start(self, pool: Executor, loop: Loop, changed: Callable[[], None]) -> None:
        """Look for the first time. ``changed`` is called on the loop when something is known anew."""
        self._pool, self._loop, self._changed = pool, loop, changed
        loop.post(self.probe)

    @property
    def usable(self) -> bool:
        """Whether a service that needs the centre may be started; yes, until the first look says otherwise."""
        return self.view.reachable is not False

    @property
    def _outlet(self) -> Outlet | None:
        return self._membership.identity.outlet if self._membership else None

    @property
    def outlet(self) -> str:
        return self._outlet.name if self._outlet else ""

    @property
    def terminal(self) -> str:
        return self._membership.identity.terminal if self._membership else ""

    @property
    def bank_hotline(self) -> str:
        return self._outlet.bank_hotline if self._outlet else ""

    def client(self) -> CentreClient | None:
        """The client of the centre; ``None`` where this machine has not joined. Blocks at the first call."""
        try:
            return self.member().client
        except (CentreError, StoreError) as error:
            _log.info("no centre", exc_info=error)
            return None

    def member(self) -> Membership:
        """The membership of this machine, or the fault why there is none. Blocks at the first call."""
        with self._joining:
            if self._membership is None:
                self._membership = self._join()
            return self._membership

    def _ask(self) -> str:
        client = self.member().client
        client.status()
        return client.configuration().loss_hotline

    def probe(self) -> None:
        """Look whether the centre is there, unless a look is under way."""
        if self._pool is None or self._loop is None or self._probing:
            return
        self._probing = True
        loop = self._loop
        self._pool.submit(self._ask).add_done_callback(lambda done: loop.post(lambda: self._came(done)))

    def _came(self, done: Future[str]) -> None:
        self._probing = False
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self.loss_hotline = done.result()
            self.view = CentreView(True, self._time())
        else:
            self._away(error)
        self._changed()

    def learned(self, error: BaseException) -> None:
        """A request that was made for something else failed: that may say that the centre is away."""
        if faults.is_one_of(error, faults.CENTRE_AWAY):
            self._away(error)

    def _away(self, error: BaseException) -> None:
        view = CentreView(False, self._time(), faults.explain(error))
        if view.fault is not None and view.fault.code == faults.INTERNAL:
            _log.error("asking the centre failed", exc_info=error)
        self.view = view
        if self._loop is not None and not self._waiting:
            self._waiting = True
            self._loop.later(self._every, self._wake)

    def _wake(self) -> None:
        self._waiting = False
        self.probe()

    def _time(self) -> str:
        return self._clock.now().astimezone().strftime("%H:%M")
