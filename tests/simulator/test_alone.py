"""The lines of docs/cardio.md, run by the command that stands there, print what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.private_pcscd import shared_pcscd

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cardio.md").read_text("utf-8")
_BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
_COMMAND = re.compile(r"`\./run cli (sandbox pcscd --holder \w+) python FILE`")


def blocks() -> list[str]:
    """Programs and what they print, by turns."""
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) for block in _BLOCK.findall(PAGE)]


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    """Both programs of the page one after the other, in one run of its command."""
    shared_pcscd()  # which skips this test, or fails it, on a machine that has none
    (command,) = _COMMAND.findall(PAGE)
    first, said, second, said_then, *others = blocks()
    assert not others
    file = tmp_path / "programs.py"
    file.write_text(f"{first}\n{second}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "terminal", *command.split(), sys.executable, str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (f"{said}\n{said_then}", "")


def test_ten_lines_are_enough() -> None:
    assert len(blocks()[0].splitlines()) == 10
