"""The lint of the QML knows our view-models and sees mistakes; the screens pass it in ``./run lint``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT = [sys.executable, str(ROOT / "tools" / "qmllint.py")]

MISTAKES = (
    "root.desk.holder.nmae",  # a property that does not exist
    "root.desk.acceptNotise()",  # a method
    "(root.desk as DeskModl).page",  # a type
)


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT, *map(str, files)], capture_output=True, text=True, check=False, timeout=100)


def test_mistakes_are_found(tmp_path: Path) -> None:
    files = [tmp_path / f"Wrong{number}.qml" for number in range(len(MISTAKES))]
    for file, mistake in zip(files, MISTAKES, strict=True):
        file.write_text(
            "import QtQuick\nimport Ssc.Models\nItem {\n    id: root\n    required property DeskModel desk\n"
            f"    Component.onCompleted: console.log({mistake})\n}}\n"
        )
    done = lint(*files)
    assert done.returncode != 0
    for file in files:
        assert file.name in done.stdout + done.stderr
