"""Waiting for something to become true, with a limit far beyond what it takes."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], limit: float = 30.0) -> None:
    """Block until ``condition`` holds; fails the test after ``limit`` seconds."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "what the test waits for does not happen"
        time.sleep(0.01)
