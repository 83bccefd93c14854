"""Work that comes round every so often while the program runs, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Rounds:
    """Not started by itself. :param period: seconds; the first round comes after one, so that a start is left alone."""

    def __init__(self, name: str, period: float, once: Callable[[], None]) -> None:
        self._period, self._once = period, once
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Before the store is closed. Waits for the round that is under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(self._period):
            self._once()
