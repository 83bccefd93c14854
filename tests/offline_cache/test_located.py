"""Damage is told with its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.damage import first_bad_page, located
from offline_cache.database import damaged, unreadable
from offline_cache.outbox import Outbox
from offline_cache.rotation import keys_of
from tests.offline_cache.support import create, draft, keys, place

PAGE = 4096


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    with create(tmp_path) as store:
        for _ in range(12):
            Outbox(store).record(draft(size=3000))
    return place(tmp_path).read_bytes()


def test_each_page_behind_the_first_is_found(tmp_path: Path, whole: bytes) -> None:
    known, pages = keys_of(keys(tmp_path)), len(whole) // PAGE
    assert pages > 20
    for one in ([bytes(32), *known], known):
        assert first_bad_page(place(tmp_path), one) is None
    for page in range(2, pages + 1):
        spoiled = bytearray(whole)
        for each in {page, pages}:  # the first of two
            spoiled[each * PAGE - 40] ^= 1
        place(tmp_path).write_bytes(spoiled)
        assert first_bad_page(place(tmp_path), [bytes(32), *known]) == page  # among keys that do not fit
        assert place(tmp_path).read_bytes() == bytes(spoiled)
    assert located(damaged("x"), place(tmp_path), known).values == {"page": pages, "pages": pages}
    for other in (unreadable("x"), damaged("y")):
        assert (located(other, place(tmp_path), known) is other) == (other.fault is not damaged("").fault)
    assert not list(tmp_path.glob(".damage*"))


def test_what_has_no_page_is_told_as_it_was(tmp_path: Path, whole: bytes) -> None:
    known = keys_of(keys(tmp_path))
    for error in (damaged("references"), unreadable("x")):
        assert located(error, place(tmp_path), known) is error
    place(tmp_path).write_bytes(b"\1" * PAGE + whole[PAGE:])  # that it does not open says the fault itself
    assert first_bad_page(place(tmp_path), known) is None
    assert first_bad_page(tmp_path / "gone" / "store.db", known) is None
