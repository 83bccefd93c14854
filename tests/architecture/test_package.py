"""What the installed production package holds, and what it must not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    # A copy: building leaves files beside the sources.
    copy = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(folder), str(copy)], check=True, capture_output=True)
    shutil.rmtree(copy)  # sources name the made-up people; the canary net looks through what tests leave behind
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_production_package_has_no_sandbox_and_no_toy_keys(contents: set[str]) -> None:
    assert [
        name for name in contents if name.startswith(("cardio/simulator", "terminal/sandbox", "tests", "tools"))
    ] == []


def test_the_production_package_has_the_screens_and_the_font(contents: set[str]) -> None:
    assert "ui/fonts/NotoSansSC-Regular.otf" in contents
    assert {"terminal/receipts/fonts/PaperSansSC-Regular.ttf", "terminal/receipts/fonts/LICENSE"} <= contents
    assert any(name.endswith(".qml") for name in contents)
    assert "terminal/__main__.py" in contents
