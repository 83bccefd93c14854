"""On which suites the tests of the store run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from offline_cache.suite import INTL, NAMES, suite
from tests.offline_cache.support import CHOSEN


@pytest.fixture(params=NAMES)
def both_suites(request: pytest.FixtureRequest) -> Iterator[None]:
    """The stores of the test are made with ``intl``, then with ``gm``."""
    CHOSEN.suite = suite(request.param)
    yield
    CHOSEN.suite = INTL


_PROOF = [pytest.param("gm", marks=pytest.mark.proof)] if "SSC_PROOF" in os.environ else []


@pytest.fixture(params=["intl", *_PROOF])
def both_suites_in_proof(request: pytest.FixtureRequest) -> Iterator[None]:
    """The same, with ``gm`` under ``./run prove`` alone."""
    CHOSEN.suite = suite(request.param)
    yield
    CHOSEN.suite = INTL
