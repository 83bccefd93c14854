"""The heights at which the contracts are tested."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.private_pcscd import shared_pcscd
from tests.support.worlds import BehindPcscd, InProcess, World

HEIGHTS = [
    pytest.param("in process", id="in-process"),
    # One private pcscd is enough for all processes of a run.
    pytest.param("pcscd", id="pcscd"),
]


@pytest.fixture(params=HEIGHTS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Two empty readers."""
    made: World = BehindPcscd(shared_pcscd()) if request.param == "pcscd" else InProcess()
    yield made
    made.close()
