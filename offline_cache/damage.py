"""Where a file of the store is damaged, as far as it can be known: the first page that does not decipher."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import apsw

from offline_cache.copying import Copying
from offline_cache.database import bare, damaged
from offline_cache.errors import StoreError
from offline_cache.salvage_pages import PAGE, copy_readable, lead_all

DAMAGED = damaged("").fault


def located(error: StoreError, path: Path, keys: Sequence[bytes]) -> StoreError:
    """The same fault with the page, where there is one to tell; other faults as they are.

    :param keys: those that the file may be under.
    """
    if error.fault is not DAMAGED:
        return error
    found = first_bad_page(path, keys)
    return error if found is None else damaged(error.detail, page=found, pages=-(-path.stat().st_size // PAGE))


def first_bad_page(path: Path, keys: Sequence[bytes]) -> int | None:
    """Counted from 1. ``None``: each page behind the first deciphers, or there was no room to look. The file is only
    copied. What the first page holds says whoever opens the file.
    """
    with suppress(OSError, StoreError):
        scratch = Path(tempfile.mkdtemp(dir=path.parent, prefix=".damage-"))
        try:
            # The right key comes furthest.
            reached = [_reached(path, scratch, key) for key in keys]
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return None if None in reached else max((page for page in reached if page is not None), default=None)
    return None


def _reached(path: Path, scratch: Path, key: bytes) -> int | None:
    copy, page = scratch / "copy.db", 1
    copy_readable(path, copy)
    pages = lead_all(copy, key)
    source = bare(copy, key)
    try:
        with Copying(scratch / "whole.db", key) as whole:
            while page <= pages and not whole.step(source, 1):  # behind them stands what our first page speaks of
                page += 1
    except apsw.Error:
        return page
    finally:
        source.close(True)
    return None
