"""What holds for every test: how hard Hypothesis tries, what may be logged, and that no canary shows up anywhere."""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import canary, report
from tests.support.scheduling import TogetherScheduling, longest_first

# Under ``./run prove`` the same properties run with many more examples; deterministic in the ordinary run, so that a
# red test is red for everybody.
_SLOW = [HealthCheck.too_slow]
settings.register_profile("test", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("quick", max_examples=200, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("full", max_examples=5_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("SSC_PROOF", "test"))


def pytest_configure() -> None:
    """A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """See :mod:`tests.support.scheduling`."""
    return TogetherScheduling(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every property test is also a proof: ``./run prove`` picks them by this mark, so they have it before it picks."""
    if is_property(item):
        item.add_marker(pytest.mark.proof)
        item.session.stash[_PROPERTIES] = item.session.stash.get(_PROPERTIES, 0) + 1


_PROPERTIES = pytest.StashKey[int]()


def is_property(item: pytest.Item) -> bool:
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


def note_examples(item: pytest.Item) -> int:
    """What Hypothesis tells of a property that held, for the report of the proofs. Gives its examples."""
    told = re.findall(r"(\d+) passing\b", getattr(item, "hypothesis_statistics", ""))
    part, examples = re.sub(r"[^0-9A-Za-z]+", "-", item.nodeid), sum(map(int, told))
    report.note("properties", part, item.session.stash[_PROPERTIES], properties=1, examples=examples)
    return examples


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of two tests with one id workers run one, and nobody hears of the other."""
    twice = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:
        raise pytest.UsageError(f"several tests with one id: {', '.join(twice)}")
    longest_first(items)


def pytest_collection_finish() -> None:
    """What the test modules made stays to the end: the collector need not look at it again with each test."""
    gc.collect()
    gc.freeze()


_COUNTED = {"created", "msecs", "relativeCreated", "thread", "process"}
"""Of a log record, what a clock or the system counts: some of its digits are a PIN sooner or later."""


class Listener(logging.Handler):
    """Hears every log line at every level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.unexpected: list[str] = []
        self.canaries: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if record.levelno >= logging.WARNING:
            self.unexpected.append(line)
        told = {name: value for name, value in vars(record).items() if name not in _COUNTED}
        self.canaries += canary.found_in(f"{line} {told}")


@pytest.fixture(autouse=True)
def watched_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A line at WARNING or above fails the test unless it is marked ``expects_log``; a canary at any level always."""
    root, listener = logging.getLogger(), Listener()
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(listener)
        root.setLevel(before)
    if listener.canaries:
        pytest.fail(
            f"secrets in the log: {len(listener.canaries)}, the first has {len(listener.canaries[0])} characters"
        )
    if listener.unexpected and request.node.get_closest_marker("expects_log") is None:
        pytest.fail("unexpected log lines:\n" + "\n".join(listener.unexpected))


@pytest.fixture
def no_trace() -> Iterator[None]:
    """For tests that play thousands of commands: no line for each of them. Other tests look at what those say."""
    trace = logging.getLogger("cardio.trace")
    trace.setLevel(logging.INFO)
    yield
    trace.setLevel(logging.NOTSET)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A canary in what a test printed, or in the text of an exception, fails it."""
    told: pytest.TestReport = yield  # type: ignore[assignment]
    said = "\n".join(text for _, text in told.sections) + (str(call.excinfo.value) if call.excinfo else "")
    if told.passed and canary.found_in(said):
        told.outcome = "failed"
        told.longrepr = "a secret was printed by this test"
    if told.passed and told.when == "call" and is_property(item) and not note_examples(item):
        told.outcome = "failed"
        told.longrepr = "no example of this property held, or Hypothesis tells of them in other words now"
    return told  # type: ignore[return-value]


_told_by_workers: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """A worker that ends tells what it found: what it raises itself is heard by nobody."""
    _told_by_workers.extend(getattr(node, "workeroutput", {}).get("leaks", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """No file that any test left behind holds a canary in clear. With workers, each looks at its own."""
    if getattr(session.config.option, "numprocesses", None):
        leaks = _told_by_workers
    else:
        factory = getattr(session.config, "_tmp_path_factory", None)
        base = getattr(factory, "_basetemp", None)
        leaks = list(canary.found_in_files(base)) if base is not None else []
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = leaks
    elif leaks:
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        text = "secrets in files:\n" + "\n".join(leaks)
        if reporter is not None:
            reporter.write_line(text, red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        raise pytest.UsageError(text)
