"""A new page rests for a moment: an Enter that comes at once was meant for the page before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt

REST_SECONDS: Final = 0.6
"""Longer than between the two presses of one hand, shorter than anybody reads a page."""

DECIDING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})
"""Keys that press what has the focus. All others say by themselves what they mean and always count."""


class Rest:
    """Tells whether a key counts already.

    :param seconds: how long a new page takes none of the keys ``DECIDING``.
    :param clock: seconds that only grow.
    """

    def __init__(self, seconds: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._until = clock()

    def begin(self) -> None:
        """A new page is there."""
        self._until = self._clock() + self._seconds

    @property
    def over(self) -> bool:
        return self._clock() >= self._until

    def takes(self, key: int) -> bool:
        """Whether this key is swallowed now."""
        return key in DECIDING and not self.over
