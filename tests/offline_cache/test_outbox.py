"""The outbox on the real, enciphered file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.kept import Kept
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.outbox_contract import OutboxContract
from tests.offline_cache.support import Wall, create, reopen


@pytest.mark.usefixtures("both_suites")
class TestOutboxOnTheStore(OutboxContract):
    @pytest.fixture
    def opened(self, tmp_path: Path, wall: Wall) -> Iterator[list[Store]]:
        stores = [create(tmp_path, wall)]
        yield stores
        for store in stores:
            store.close()

    @pytest.fixture
    def outbox(self, opened: list[Store], wall: Wall) -> Outbox:
        return Outbox(opened[0])

    @pytest.fixture
    def again(self, opened: list[Store], tmp_path: Path, wall: Wall) -> Callable[[], Outbox]:
        def start() -> Outbox:
            opened[-1].close()
            opened.append(reopen(tmp_path, wall))
            return Outbox(opened[-1])

        return start

    def test_the_cursor_moves_with_the_outcomes(self, outbox: Outbox, opened: list[Store]) -> None:
        kept = Kept(opened[0])
        assert kept.cursor("changes") is None
        outbox.outcomes([], ("changes", "17-ab"))
        assert kept.cursor("changes") == "17-ab"
