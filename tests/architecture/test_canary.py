"""The net that catches secrets catches one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import canary

ROOT = Path(__file__).parents[2]


def test_every_kind_of_secret_is_a_canary() -> None:
    words = canary.canaries()
    assert any(len(word) == 18 for word in words)  # citizen numbers
    assert any(word.isdigit() and len(word) == 6 for word in words)  # PINs
    assert any(word.isdigit() and len(word) == 19 for word in words)  # accounts
    assert any(not word.isascii() for word in words)  # names


def test_a_canary_is_found_in_text_but_not_inside_another_number() -> None:
    pin = next(word for word in canary.canaries() if word.isdigit() and len(word) == 6)
    assert canary.found_in(f"pin={pin}") == [pin]
    assert canary.found_in(f"1{pin}9") == []


def test_a_canary_is_found_in_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    name = next(word for word in canary.canaries() if not word.isascii())
    leak = folder / "leak.bin"
    leak.write_bytes(b"\x00\xff" + name.encode("utf-8") + b"\x00")
    assert len(list(canary.found_in_files(folder))) == 1
    leak.unlink()  # the net looks here too, at the end of the session


def run_inner(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    """These tests, run under the net."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    (folder / "test_inner.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, f"--rootdir={folder}", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


_INNER = """
import logging
from tests.support.canary import canaries

def test_logs():
    logging.getLogger("x").debug("number %s", canaries()[1])

def test_prints():
    print(canaries()[1])

def test_is_silent():
    pass
"""


def test_the_net_fails_a_test_that_logs_or_prints_one(tmp_path: Path) -> None:
    done = run_inner(tmp_path, _INNER, "-p", "no:randomly", "--tb=no")
    assert done.returncode == 1
    # What prints or logs one fails in its call, and again at its teardown; the silent one passes.
    assert done.stdout.splitlines()[-1].startswith("2 failed, 1 passed, 2 errors")


_LEAVES_A_FILE = """
from tests.support.canary import canaries

def test_leaves_one(tmp_path):
    (tmp_path / "left").write_text(canaries()[0])
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_net_fails_a_run_that_leaves_one_in_a_file(tmp_path: Path, workers: str) -> None:
    left = tmp_path / "left"
    done = run_inner(tmp_path, _LEAVES_A_FILE, "-n", workers, f"--basetemp={left}")
    shutil.rmtree(left)  # the net looks here too, at the end of the session
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "secrets in files" in done.stdout
