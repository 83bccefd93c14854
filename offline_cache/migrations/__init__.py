"""Numbered forms of the store. ``PRAGMA user_version`` says which one a file has; each module brings it one further.

A migration adds tables and columns. It never rewrites the bytes of an operation or of a line of the journal: the centre
holds their hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offline_cache.database import Db
from offline_cache.migrations import m0001, m0002, m0003, m0004, m0005, m0006, m0007

Migration = Callable[[Db], None]

MIGRATIONS: Sequence[Migration] = (m0001.up, m0002.up, m0003.up, m0004.up, m0005.up, m0006.up, m0007.up)
"""Number ``n`` stands at index ``n - 1``."""
