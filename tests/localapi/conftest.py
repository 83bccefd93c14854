"""One place with three programs: a page that reads, a page that writes, a desktop program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.localapi.programs import NATIVE
from tests.localapi.support import OTHER, Place, place


@pytest.fixture
def spot(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        made.register("Hall")
        made.register("Other", OTHER, writes=True)
        made.register("Desktop", NATIVE)
        yield made
