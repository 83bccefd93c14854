"""The store's housekeeping while the program runs: every few minutes, on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offline_cache.errors import StoreError
from offline_cache.housekeeping import Housekeeper, Notice
from terminal.rounds import Rounds

_log = logging.getLogger(__name__)

PERIOD = 600.0
"""Seconds between two rounds; the first comes after one, so that a start is left alone."""


def _log_notice(notice: Notice) -> None:
    _log.warning("store: %s %s", notice.what, notice.detail)


class Housework(Rounds):
    """Not started by itself.

    :param told: hears of everything that a person should hear of, from the thread. :param after: done after each round.
    """

    def __init__(
        self,
        keeper: Housekeeper,
        *,
        period: float = PERIOD,
        told: Callable[[Notice], None] = _log_notice,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("housework", period, self.once)
        self._keeper, self._told, self._after = keeper, told, after

    def once(self) -> None:
        """One round; a store that does not work is said so elsewhere."""
        try:
            done = self._keeper.round()
            self._after()
        except StoreError as error:
            _log.info("no housekeeping", exc_info=error)
            return
        for notice in done.notices:
            self._told(notice)
