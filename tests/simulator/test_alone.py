"""The programs of docs/cardio.md, run by the very words of its command, print what stands there."""

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
_COMMAND = re.compile(r"`(\./run [^`]*)`")

_OF_AN_ENVIRONMENT = frozenset({"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"})


def blocks() -> list[str]:
    """Programs and what they print, by turns."""
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) for block in _BLOCK.findall(PAGE)]


def checkout(folder: Path) -> Path:
    """A checkout of its own that ``./run setup`` went through: these sources, and this interpreter in its ``.venv``."""
    folder.mkdir()
    for each in ROOT.iterdir():
        if each.name not in {".venv", ".git"}:
            (folder / each.name).symlink_to(each)
    venv = folder / ".venv"
    venv.mkdir()
    for each in Path(sys.prefix).iterdir():
        if each.name != ".complete":
            (venv / each.name).symlink_to(each)
    locked = b"".join((ROOT / name).read_bytes() for name in ("run", "bootstrap.lock", "requirements.lock"))
    mark = subprocess.run(["cksum"], input=locked, capture_output=True, check=True).stdout
    (venv / ".complete").write_bytes(mark)
    return folder


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    """Both programs of the page one after the other, in one run of its command, where no PATH leads to ``.venv``."""
    shared_pcscd()  # which skips this test, or fails it, on a machine that has none
    (command,) = _COMMAND.findall(PAGE)
    first, said, second, said_then, *others = blocks()
    assert not others
    here = checkout(tmp_path / "checkout")
    (here / "FILE").write_text(f"{first}\n{second}\n", encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if name not in _OF_AN_ENVIRONMENT}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=here,
        env=plain | {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (f"{said}\n{said_then}", "")


def test_ten_lines_are_enough() -> None:
    assert len(blocks()[0].splitlines()) == 10
