"""Time as a port, so that no rule of the terminal depends on when a test runs."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where the terminal gets its time from."""

    def now(self) -> datetime:
        """The time of day, with its zone; may jump when somebody sets the clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for deadlines. Counted from the machine's start, so comparable between processes as
        long as :meth:`boot` is the same."""
        ...

    def boot(self) -> str:
        """Names one run of the machine: another start, another name."""
        ...


class SystemClock:
    """The machine's own clock, in its own zone."""

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        return time.monotonic()

    def boot(self) -> str:
        return _boot()


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        # Not told on this system: no two processes may compare their clocks.
        return f"{os.getpid()}-{time.time_ns()}"


class FixedClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 0.0
        self._starts = 1

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def boot(self) -> str:
        return f"boot {self._starts}"

    def restart(self) -> None:
        """The machine is started again."""
        self._starts += 1
        self._monotonic = 0.0

    def set(self, now: datetime) -> None:
        """Somebody sets the time of day."""
        self._now = now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
