"""The checks and test suites behind ``./run test``, ``lint`` and ``prove``, with the time each may take.

All tests go in one run of pytest, spread over the cores, as starting it for each suite took a seventh of the whole; the
table at the end tells where the time went.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import proof_report

PYTHON = sys.executable
MEMORY = Path("/dev/shm")  # noqa: S108
WORKERS = 3
"""Tests wait for other processes a third of their time: one worker more than there are cores."""


@dataclass(frozen=True)
class Suite:
    """:param budget: seconds on two cores (DESIGN §8); printed beside the time taken, never asserted.
    :param folders: where its tests are.
    """

    name: str
    budget: int
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table; :param worked: seconds of processors, where they can be told apart."""

    name: str
    took: float
    budget: int
    passed: bool
    worked: float | None = None

    def __str__(self) -> str:
        worked = "" if self.worked is None else f"{self.worked:4.0f} s"
        end = "passed" if self.passed else "FAILED"
        return f"{self.name:<20} {self.took:4.0f} s  {self.budget:4d} s  {worked:>6}  {end}"


def _pytest(*arguments: str, workers: int = WORKERS) -> tuple[str, ...]:
    return (PYTHON, "-m", "pytest", "-q", "-n", str(workers), *arguments)


CHECKS_BUDGET = 60
CHECKS: tuple[tuple[str, ...], ...] = (
    (PYTHON, "-m", "mypy"),
    (PYTHON, "-m", "ruff", "check", "."),
    (PYTHON, "-m", "ruff", "format", "--check", "."),
    (PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
    (PYTHON, "-m", "tools.qmllint"),
)

TESTS = (
    Suite("the sources", 30, ("tests/architecture",)),
    Suite(
        "cards and readers",
        90,
        ("tests/cardio", "tests/simulator", "tests/contracts", "tests/fuzz", "tests/foreign"),
    ),
    Suite("reader interface", 60, ("tests/conformance", "tests/interface33", "tests/localapi")),
    Suite("centre", 60, ("tests/centre", "tests/sandbox")),
    Suite("store and sync", 120, ("tests/offline_cache", "tests/sync", "tests/model")),
    Suite("services", 90, ("tests/terminal",)),
    Suite("whole program", 90, ("tests/e2e",)),
    Suite("papers", 60, ("tests/receipts",)),
    Suite("screens", 120, ("tests/ui",)),
)

# The same property, fuzz and fault tests with more examples each (see tests/conftest.py for the profiles).
PROOFS = _pytest("-m", "proof", "--timeout=1800")
PROOFS_BUDGET = {"quick": 900, "full": 4200}


def _worked() -> float:
    """Seconds that the processors have worked for processes that ended under this one."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _quietly(command: tuple[str, ...]) -> tuple[int, bytes]:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def check() -> tuple[Row, bytes]:
    """Run every check, two at once as each uses one core; gives what they said, too, one after the other."""
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(_quietly, CHECKS))
    row = Row("checks", time.monotonic() - begun, CHECKS_BUDGET, not any(code for code, _ in done))
    return row, b"\n== checks\n" + b"".join(text for _, text in done)


def _said(checked: tuple[Row, bytes]) -> Row:
    row, text = checked
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return row


def _run(name: str, command: tuple[str, ...], budget: int) -> Row:
    print(f"\n== {name}", flush=True)
    begun, worked = time.monotonic(), _worked()
    status = subprocess.run(command, check=False).returncode
    return Row(name, time.monotonic() - begun, budget, status == 0, _worked() - worked)


def shares(results: Path, workers: int) -> list[Row]:
    """What each suite took of a run: the seconds of its tests, spread over the workers.

    :param results: JUnit XML, as pytest writes it.
    """
    took: defaultdict[str, float] = defaultdict(float)
    failed: set[str] = set()
    for case in ET.parse(results).getroot().iter("testcase"):  # noqa: S314 - our own file
        folder = "/".join(case.attrib["classname"].split(".")[:2])
        took[folder] += float(case.attrib["time"])
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(folder)
    return [
        Row(
            suite.name,
            sum(took[folder] for folder in suite.folders) / workers,
            suite.budget,
            not failed.intersection(suite.folders),
        )
        for suite in TESTS
    ]


def table(rows: list[Row]) -> int:
    """Print the table; gives 0 when all passed."""
    print("\nsuite                 took  budget  worked")
    for row in rows:
        print(row)
    return 0 if all(row.passed for row in rows) else 1


def test() -> int:
    """All checks, and beside them all tests, which wait for other processes a third of their time."""
    begun, worked = time.monotonic(), _worked()
    folders = [folder for suite in TESTS for folder in suite.folders]
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(1) as beside:
        checking = beside.submit(check)
        results = Path(made) / "results.xml"
        ran = _run("tests", _pytest(f"--junitxml={results}", *folders), 0)
        checked = _said(checking.result())
        rows = [checked, *(shares(results, WORKERS) if results.exists() else ())]
    passed = checked.passed and ran.passed
    whole = Row("in all", time.monotonic() - begun, 480, passed, _worked() - worked)
    return table([*rows, whole])


def prove(profile: str) -> int:
    """All proofs, and the report; it fails as well where one does not count, as none may be absent in silence."""
    os.environ["SSC_PROOF"] = profile
    proof_report.clear()
    # No proof needs the disk to be slow: power cuts are decided by a VFS of ours, refusals are put in by strace.
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="prove-", dir=memory) as made:
        os.environ["TMPDIR"] = made
        results = Path(made) / "results.xml"
        status = table([_run("proofs", (*PROOFS, f"--junitxml={results}"), PROOFS_BUDGET[profile])])
        text, counted = proof_report.write(results, profile)
    print(f"\n{text}\n\nwritten: {proof_report.FOLDER}", flush=True)
    return status or not counted


def main(arguments: list[str]) -> int:
    command, rest = arguments[0], arguments[1:]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if command == "lint":
        return table([_said(check())])
    if command == "prove":
        return prove("quick" if "--quick" in rest else "full")
    if rest:
        return subprocess.run([PYTHON, "-m", "pytest", *rest], check=False).returncode
    return test()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
