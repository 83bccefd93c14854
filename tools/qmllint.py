"""Lint every QML file against the real types of our Python view-models: ``python tools/qmllint.py [FILE …]``.

``pyside6-project qmllint`` does the same steps but always ends with 0; here one warning is a failure. The type file is
made afresh each time in a temporary folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "ui" / "models"
QML = ROOT / "ui" / "qml"
MODULE = "Ssc.Models"


def run(tool: str, *arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(f"pyside6-{tool}")), *arguments]
    return subprocess.run(command, check=False, text=True, capture_output=quiet)


def mark_constants(dump: Path) -> None:
    """Tell the type file what our house rule says: a property without ``notify`` is constant (see :mod:`ui.qt`).

    The dump tool does not read ``constant=True``.
    """
    units = json.loads(dump.read_text(encoding="utf-8"))
    for unit in units:
        for kind in unit["classes"]:
            for entry in kind.get("properties", []):
                if "notify" not in entry:
                    entry["constant"] = True
    dump.write_text(json.dumps(units), encoding="utf-8")


def write_types(folder: Path) -> None:
    """Describe the Python types as a QML module under ``folder``."""
    module = folder / Path(*MODULE.split("."))
    module.mkdir(parents=True)
    dump = folder / "types.json"
    # rows.py first: the dump knows a base class only after it has seen it
    sources = sorted(MODELS.glob("*.py"), key=lambda path: (path.name != "rows.py", path.name))
    run("metaobjectdump", "-q", "-o", str(dump), *map(str, sources), quiet=True).check_returncode()
    mark_constants(dump)
    types = module / "types.qmltypes"
    made = run(
        "qmltyperegistrar",
        *("--generate-qmltypes", str(types), "--import-name", MODULE),
        *("--major-version", "1", "--minor-version", "0"),
        *("-o", str(folder / "unused.cpp"), str(dump)),
        quiet=True,
    )
    made.check_returncode()
    (module / "qmldir").write_text(f"module {MODULE}\ntypeinfo types.qmltypes\ndepends QtQml.Models\n")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_types(folder)
        files = sys.argv[1:] or sorted(str(path) for path in QML.rglob("*.qml"))
        return run("qmllint", "--max-warnings", "0", "-I", str(folder), "-I", str(QML), *files).returncode


if __name__ == "__main__":
    sys.exit(main())
