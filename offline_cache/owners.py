"""Whose a store file is: a machine that was enrolled anew under another number has copies of the old one's beside it.

What is sealed is bound to its terminal, so the work of one under the number of another would never take effect. A file
that opens says itself whose it is; of a damaged one the chains tell, which begin and go on with the number in them
(:mod:`offline_cache.chain`).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import apsw

from offline_cache.chain import Origin
from offline_cache.database import connect
from offline_cache.errors import StoreError, StoreFault
from offline_cache.suite import suite


def origin_of(connection: apsw.Connection) -> Origin:
    """As the open file says.

    :raises apsw.Error: it cannot be read; :raises KeyError: it says nothing; :raises StoreError: ``SUITE_UNKNOWN``.
    """
    meta = {str(name): bytes(value).decode() for name, value in connection.execute("SELECT name, value FROM meta")}
    return Origin(meta["environment"], meta["terminal"], suite(meta["suite"]))


def said_by(file: Path, key: bytes) -> Origin | None:
    """The same of a closed one, whose log is taken in by it; ``None`` where it does not open, or says nothing."""
    with suppress(StoreError, apsw.Error, KeyError, ValueError):
        connection = connect(file, key)
        try:
            return origin_of(connection)
        finally:
            connection.close(True)
    return None


def foreign(copies: str, terminal: str) -> StoreError:
    """:param copies: the files; :param terminal: whose they are; empty where nothing in them tells."""
    return StoreError(StoreFault.COPY_FOREIGN, f"{copies}: {terminal}", copies=copies, terminal=terminal or "?")
