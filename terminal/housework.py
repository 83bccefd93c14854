"""The store's housekeeping while the program runs: every few minutes, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from offline_cache.errors import StoreError
from offline_cache.housekeeping import Housekeeper, Notice

_log = logging.getLogger(__name__)

PERIOD = 600.0
"""Seconds between two rounds; the first comes after one, so that a start is left alone."""


def _log_notice(notice: Notice) -> None:
    _log.warning("store: %s %s", notice.what, notice.detail)


class Housework:
    """Not started by itself.

    :param told: hears of everything that a person should hear of, from the thread.
    """

    def __init__(
        self, keeper: Housekeeper, *, period: float = PERIOD, told: Callable[[Notice], None] = _log_notice
    ) -> None:
        self._keeper, self._period, self._told = keeper, period, told
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housework", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Before the store is closed. Waits for the round that is under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> None:
        """One round; a store that does not work is said so elsewhere."""
        try:
            done = self._keeper.round()
        except StoreError as error:
            _log.info("no housekeeping", exc_info=error)
            return
        for notice in done.notices:
            self._told(notice)

    def _work(self) -> None:
        while not self._over.wait(self._period):
            self.once()
