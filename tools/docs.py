"""Writes the generated pages of ``docs/`` again. A test fails when one is stale."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Page -> the module that prints it.
PAGES = {
    "docs/faults.md": ("terminal.docs", "faults"),
    "docs/services.md": ("terminal.docs", "services"),
    "docs/centre-api.json": ("terminal.centre.openapi",),
    "docs/cards.md": ("cardio.filetable",),
}


def printed(page: str) -> str:
    """What stands in a page, made from the code as it is now."""
    command = [sys.executable, "-m", *PAGES[page]]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    for name in PAGES:
        (ROOT / name).write_text(printed(name), encoding="utf-8")
        print(name)
