"""Secrets that are overwritten where they stand. Best effort: Python and the libraries below may hold copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


def wipe(secret: bytearray) -> None:
    """Overwrite ``secret`` where it stands and empty it."""
    for index in range(len(secret)):
        secret[index] = 0
    secret.clear()


@contextmanager
def wiped(*secrets: bytearray) -> Iterator[tuple[bytearray, ...]]:
    """Give them, and wipe them at the end of the block, whatever happens in it."""
    try:
        yield secrets
    finally:
        for secret in secrets:
            wipe(secret)
