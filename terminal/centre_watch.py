"""Whether the centre can be used: asked at the start, when a card goes in, after a fault, and now and then.

What this asks of the centre: a look asks for its status, which needs no proof of who asks and no search, so it costs
the same whatever the centre holds; the first look, and the first after an absence, ask for the configuration too. With
the defaults a terminal that nobody uses asks once a minute: 51,000 terminals make 850 small questions a second. Each
terminal draws every pause anew between three and five quarters of what is set, by its own number, so that they do not
ask together, neither in the morning nor when the centre comes back.
"""

from __future__ import annotations

import hashlib
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


def spread(pause: float, terminal: str, look: int) -> float:
    """``pause`` seconds, more or less by up to a quarter: for each terminal and each of its looks another."""
    drawn = int.from_bytes(hashlib.sha256(f"{terminal} {look}".encode()).digest()[:4], "big") / 2**32
    return pause * (0.75 + drawn / 2)


class CentreWatch:
    """What is known of the centre. Its properties may be read on the desk's thread, :attr:`client` from any.

    :param join: gives the membership of this machine, or raises why there is none; slow at the first call.
    :param away: seconds between looks while the centre is away, before they are spread.
    :param up: the same while it is there.
    """

    def __init__(self, join: Callable[[], Membership], clock: Clock, *, away: float, up: float) -> None:
        self._join, self._clock, self._pauses = join, clock, {False: away, True: up}
        self._membership: Membership | None = None
        self._joining = threading.Lock()
        self._pool: Executor | None = None
        self._loop: Loop | None = None
        self._changed: Callable[[], None] = lambda: None
        self._probing = False
        self._due: float | None = None
        self._looks = 0
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
            _log.info("no centre: %s", error, extra={"fault": faults.code_of(error)})
            return None

    def member(self) -> Membership:
        """The membership of this machine, or the fault why there is none. Blocks at the first call."""
        with self._joining:
            first = self._membership is None
            member = self._membership = self._membership or self._join()
        if first and self._loop is not None:
            # Outlet and bank are known from here on, whether the centre answers or not.
            self._loop.post(self._changed)
        return member

    def _ask(self, known: str | None) -> str:
        """The city's hotline, asked for only where it is not known."""
        client = self.member().client
        client.status()
        return known or client.configuration().loss_hotline

    def probe(self) -> None:
        """Look whether the centre is there, unless a look is under way."""
        if self._pool is None or self._loop is None or self._probing:
            return
        self._probing = True
        self._looks += 1
        loop = self._loop
        known = self.loss_hotline if self.view.reachable else None
        self._pool.submit(self._ask, known).add_done_callback(lambda done: loop.post(lambda: self._came(done)))

    def _came(self, done: Future[str]) -> None:
        self._probing = False
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self.loss_hotline = done.result()
            self.view = CentreView(True, self._time())
            self._look_again()
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
        self._look_again()

    def _look_again(self) -> None:
        """Look in a while, unless a sooner look is planned."""
        pause = spread(self._pauses[self.usable], self.terminal, self._looks)
        due = self._clock.monotonic() + pause
        if self._loop is None or (self._due is not None and self._due <= due):
            return
        self._due = due
        self._loop.later(pause, self._wake)

    def _wake(self) -> None:
        if self._due is not None and self._due <= self._clock.monotonic():  # not a look that a sooner one replaced
            self._due = None
            self.probe()

    def _time(self) -> str:
        return self._clock.now().astimezone().strftime("%H:%M")
