"""What holds for every test: how hard Hypothesis tries, and that nothing is logged that a test did not expect."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Under ``./run prove`` the same properties run with many more examples; deterministic in the ordinary run, so that a
# red test is red for everybody.
settings.register_profile("test", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("quick", max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("full", max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("SSC_PROOF", "test"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every property test is also a proof: ``./run prove`` picks them by this mark."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.proof)


class UnexpectedLog(logging.Handler):
    """Collects log lines at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A line at WARNING or above fails the test, unless it is marked ``expects_log``."""
    handler = UnexpectedLog()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    if handler.lines and request.node.get_closest_marker("expects_log") is None:
        pytest.fail("unexpected log lines:\n" + "\n".join(handler.lines))
