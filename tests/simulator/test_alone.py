"""The lines of docs/cardio.md, run as they stand there, print what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cardio.simulator.personas import SECOND
from tests.support.private_pcscd import shared_pcscd

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def blocks() -> list[str]:
    """Programs and what they print, by turns."""
    found = _BLOCK.findall((ROOT / "docs" / "cardio.md").read_text("utf-8"))
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) for block in found]


@pytest.mark.parametrize("number", [0, 1])
def test_the_page_does_what_it_says(number: int) -> None:
    program, printed = blocks()[2 * number : 2 * number + 2]
    service = shared_pcscd()
    service.insert(0, SECOND)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (printed, "")


def test_ten_lines_are_enough() -> None:
    assert len(blocks()[0].splitlines()) == 10
