"""Every screen as a picture: ``python -m tests.ui.gallery DIR [NAME …]``.

Each scene in both languages and two sizes; pictures are looked at before a screen is called done.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QSize

from terminal.text import Language
from tests.ui.scenes import SCENES, Scene
from tests.ui.scripted import ScriptedDesk
from ui.app import application
from ui.rest import Rest
from ui.window import create_window

SIZES = (QSize(1280, 800), QSize(1920, 1080))
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def picture(scene: Scene, language: Language, size: QSize, folder: Path) -> Path:
    desk = ScriptedDesk(scene.view)
    window = create_window(desk, language, rest=Rest(0.0))
    try:
        window.view.resize(size)
        window.show()
        window.settle()
        for step in scene.prepare:
            step(desk, window)
        path = folder / f"{scene.name}-{language}-{size.width()}.png"
        window.grab(path)
    finally:
        window.close()
    return path


def main(folder: Path, names: set[str]) -> None:
    application()
    for scene in SCENES:
        if names and scene.name not in names:
            continue
        for language in LANGUAGES:
            for size in SIZES:
                print(picture(scene, language, size, folder))  # noqa: T201 - the command's output


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
