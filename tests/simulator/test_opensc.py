"""Another program's view: opensc-tool reads a simulated card through a real pcscd, as docs/simulator.md shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cardio.simulator.faults import Trouble
from cardio.simulator.personas import THIRD
from tests.support.private_pcscd import shared_pcscd

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
ATR = "3b:6d:00:00:00:81:4a:44:46:86:60:37:99:00:00:00:03"


def tool(*arguments: str) -> str:
    program = shutil.which("opensc-tool")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("opensc-tool is missing")
        pytest.skip("opensc-tool is missing")
    # A driver that knows no card: it sends what it is told and nothing else before it.
    environment = {**os.environ, "OPENSC_DRIVER": "default"}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def example() -> tuple[list[str], list[str]]:
    """The command of the page and the output that it shows."""
    block = re.search(r"    \$ opensc-tool (.*?)\n\n", PAGE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    command, *output = block.group(0).replace("\\\n", "").splitlines()
    return command.split()[2:], lines("\n".join(line[4:] for line in output))


def test_the_example_of_the_page_is_what_happens() -> None:
    service = shared_pcscd()
    service.insert(0, THIRD)
    assert tool("--reader", "0", "--atr").strip() == ATR
    arguments, output = example()
    assert len(arguments) == 12
    assert lines(tool(*arguments)) == output


def test_the_page_names_every_fault() -> None:
    page = PAGE.read_text("utf-8")
    assert [each.value for each in Trouble if f"| `{each.value}` |" not in page] == []
