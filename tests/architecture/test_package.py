"""What the installed production package holds, and what it must not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly built wheel."""
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
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    """Names of the files in it."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The wheel as an installation lays it out."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as archive:
        # Without the metadata: it carries the README, which tells the demo's PIN, and the canary net looks here.
        archive.extractall(folder, [name for name in archive.namelist() if ".dist-info/" not in name])
    return folder


def _run(installed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SSC_", "XDG_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "terminal", "--json", *arguments],
        cwd=home,
        env={**kept, "PYTHONPATH": str(installed), "HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_production_package_has_no_sandbox_and_no_toy_keys(contents: set[str]) -> None:
    assert [
        name for name in contents if name.startswith(("cardio/simulator", "terminal/sandbox", "tests", "tools"))
    ] == []


def test_the_production_package_has_the_screens_and_the_font(contents: set[str]) -> None:
    assert "ui/fonts/NotoSansSC-Regular.otf" in contents
    assert {"terminal/receipts/fonts/PaperSansSC-Regular.ttf", "terminal/receipts/fonts/LICENSE"} <= contents
    assert any(name.endswith(".qml") for name in contents)
    assert "terminal/__main__.py" in contents


def test_installed_it_knows_production_alone(installed: Path, tmp_path: Path) -> None:
    told = json.loads(_run(installed, tmp_path, "doctor").stdout)
    environment = next(setting for setting in told["settings"] if setting["key"] == "environment")
    assert (environment["value"], environment["source"]) == ("production", "default")


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("demo",), {"T109"}),
        (("sandbox", "seed"), {"T109"}),
        (("--environment", "sandbox", "doctor"), {"T120"}),
        (("--environment", "sandbox", "demo"), {"T120"}),
    ],
)
def test_installed_it_refuses_what_belongs_to_the_sandbox(
    installed: Path, tmp_path: Path, arguments: tuple[str, ...], codes: set[str]
) -> None:
    done = _run(installed, tmp_path, *arguments)
    assert json.loads(done.stdout)["fault"]["code"] in codes
    assert done.returncode not in {0, 1}
