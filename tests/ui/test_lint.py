"""QML is linted against the real types of the view-models, and the lint does see mistakes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = [sys.executable, str(ROOT / "tools" / "qmllint.py")]

MISTAKES = {
    "a property that does not exist": "desk.holder.nmae",
    "a method that does not exist": "desk.acceptNotise()",
    "a type that does not exist": "(desk as DeskModl).page",
}


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT, *map(str, files)], capture_output=True, text=True, check=False, timeout=100)


def test_no_screen_has_a_warning() -> None:
    done = lint()
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_found(tmp_path: Path, mistake: str) -> None:
    file = tmp_path / "Wrong.qml"
    file.write_text(
        "import QtQuick\nimport Ssc.Models\nItem {\n    id: root\n    required property DeskModel desk\n"
        f"    Component.onCompleted: console.log(root.{mistake.removeprefix('(')})\n}}\n".replace(
            "root.desk as", "(root.desk as"
        )
    )
    done = lint(file)
    assert done.returncode != 0
    assert "Wrong.qml" in done.stdout + done.stderr
