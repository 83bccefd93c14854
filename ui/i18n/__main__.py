"""Gather the sentences of the screens and compile their translation: ``python -m ui.i18n``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ui.i18n import COMPILED_FILE, FOLDER, SOURCE_FILE

QML = FOLDER.parent / "qml"


def tool(name: str, *arguments: str) -> None:
    """Run a tool of PySide6 that stands beside this Python."""
    command = [str(Path(sys.executable).with_name(f"pyside6-{name}")), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own tool and arguments


def gather(target: Path = SOURCE_FILE) -> None:
    """Bring ``target`` up to the sentences that the QML has now; translations stay."""
    sources = sorted(str(path) for path in QML.rglob("*.qml"))
    flags = ["-source-language", "zh_CN", "-target-language", "en", "-no-obsolete", "-locations", "none"]
    tool("lupdate", *flags, *sources, "-ts", str(target))


def compile_to(target: Path = COMPILED_FILE) -> None:
    tool("lrelease", "-silent", str(SOURCE_FILE), "-qm", str(target))


if __name__ == "__main__":
    gather()
    compile_to()
