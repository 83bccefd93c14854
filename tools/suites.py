"""The checks and test suites behind ``./run test``, ``lint`` and ``prove``, with the time each may take.

Suites run one after another, each spread over the cores, so that the table at the end tells where the time went.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import proof_report

PYTHON = sys.executable


@dataclass(frozen=True)
class Suite:
    """:param budget: seconds on two cores (DESIGN §8); printed beside the time taken, never asserted.
    :param commands: each uses one core, so two go at once; what they say comes one after the other.
    """

    name: str
    budget: int
    commands: tuple[tuple[str, ...], ...]


def _pytest(*paths: str, workers: int = 3) -> tuple[tuple[str, ...], ...]:
    """Tests wait for other processes a third of their time: one worker more than there are cores, or two."""
    return ((PYTHON, "-m", "pytest", "-q", "-n", str(workers), *paths),)


CHECKS = Suite(
    "checks",
    120,
    (
        (PYTHON, "-m", "mypy"),
        (PYTHON, "-m", "ruff", "check", "."),
        (PYTHON, "-m", "ruff", "format", "--check", "."),
        (PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
        (PYTHON, "-m", "tools.qmllint"),
        *_pytest("tests/architecture"),
    ),
)

TESTS = (
    Suite(
        "cards and readers",
        90,
        _pytest("tests/cardio", "tests/simulator", "tests/contracts", "tests/fuzz", "tests/foreign", workers=4),
    ),
    Suite("reader interface", 60, _pytest("tests/conformance", "tests/interface33", "tests/localapi")),
    Suite("centre", 60, _pytest("tests/centre", "tests/sandbox")),
    Suite("store and sync", 120, _pytest("tests/offline_cache", "tests/sync", "tests/model")),
    Suite("services", 90, _pytest("tests/terminal")),
    Suite("whole program", 90, _pytest("tests/e2e", workers=4)),
    Suite("papers", 60, _pytest("tests/receipts")),
    Suite("screens", 120, _pytest("tests/ui")),
)

# The same property, fuzz and fault tests with more examples each (see tests/conftest.py for the profiles).
PROOFS = Suite("proofs", 900, _pytest("-m", "proof", "--timeout=1800"))


def _worked() -> float:
    """Seconds that the processors have worked for processes that ended under this one."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _quietly(command: tuple[str, ...]) -> tuple[int, bytes]:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def _said(code: int, text: bytes) -> int:
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return code


def _run(suite: Suite) -> tuple[bool, float, float]:
    """Whether all passed, the seconds that it took, and those that processors worked for it."""
    print(f"\n== {suite.name}", flush=True)
    begun, worked = time.monotonic(), _worked()
    # Every command of a suite runs, so that one report shows all that is wrong.
    if len(suite.commands) == 1:
        results = [subprocess.run(suite.commands[0], check=False).returncode]
    else:
        with ThreadPoolExecutor(2) as pool:
            results = [_said(*done) for done in pool.map(_quietly, suite.commands)]
    return not any(results), time.monotonic() - begun, _worked() - worked


def run_all(suites: tuple[Suite, ...]) -> int:
    """Run the suites, print the table, give 0 when all passed."""
    outcomes = [(suite, *_run(suite)) for suite in suites]
    print("\nsuite                 took  budget  worked")
    for suite, passed, took, worked in outcomes:
        end = "passed" if passed else "FAILED"
        print(f"{suite.name:<20} {took:4.0f} s  {suite.budget:4d} s  {worked:4.0f} s  {end}")
    return 0 if all(passed for _, passed, _, _ in outcomes) else 1


def main(arguments: list[str]) -> int:
    command, rest = arguments[0], arguments[1:]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if command == "lint":
        return run_all((CHECKS,))
    if command == "prove":
        os.environ["SSC_PROOF"] = "quick" if "--quick" in rest else "full"
        proof_report.clear()
        status = run_all((PROOFS,))
        print(f"\n{proof_report.write()}\n\nwritten: {proof_report.FOLDER}", flush=True)
        return status
    if rest:
        return subprocess.run([PYTHON, "-m", "pytest", *rest], check=False).returncode
    return run_all((CHECKS, *TESTS))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
