"""A second disk, for tests of what must not lie where the store lies."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PLACES = ("/dev/shm", tempfile.gettempdir(), "/tmp", "/var/tmp", str(Path(__file__).parents[2]))  # noqa: S108


def other_disk(folder: Path) -> Path | None:
    """Where one may write on another disk than the folder's; ``None`` where there is no such place."""
    ours = folder.stat().st_dev
    for place in map(Path, PLACES):
        if place.is_dir() and os.access(place, os.W_OK) and place.stat().st_dev != ours:
            return place
    return None
