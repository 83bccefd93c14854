"""Time as a port, so that no rule of the terminal depends on when a test runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the terminal gets its time from."""

    def now(self) -> datetime:
        """The time of day, with its zone; may jump when somebody sets the clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for deadlines."""
        ...


class SystemClock:
    """The machine's own clock, in its own zone."""

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        return time.monotonic()


class FixedClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
