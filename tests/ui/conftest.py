"""Screens in tests: offscreen, software renderer, real view-models."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
# Some hundred windows of one process: each engine compiles the screens anew, unless what the first made is kept. The
# program itself keeps none (see ui/app.py); here it lasts as long as the process, so that it is never an older one.
os.environ["QML_DISK_CACHE_PATH"] = tempfile.mkdtemp(prefix="ssc-qml-")
os.environ["QT_QUICK_CONTROLS_STYLE"] = "Basic"

import pytest
from PySide6.QtGui import QGuiApplication

from terminal.text import Language
from terminal.views import DeskPort
from ui import fonts
from ui.models.holder import SHOW_MS
from ui.rest import Rest
from ui.window import CounterWindow, create_window

pytest.register_assert_rewrite("tests.ui.checks")
atexit.register(shutil.rmtree, os.environ["QML_DISK_CACHE_PATH"], ignore_errors=True)

Open = Callable[..., CounterWindow]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture
def open_window(qapp: QGuiApplication) -> Iterator[Open]:
    """Opens counter windows and closes them after the test. Their pages take Enter at once, unless a test says not."""
    fonts.load()
    windows: list[CounterWindow] = []

    def make(
        desk: DeskPort,
        language: Language = "zh",
        *,
        width: int = 1280,
        height: int = 800,
        show_ms: int = SHOW_MS,
        rest: Rest | None = None,
    ) -> CounterWindow:
        window = create_window(desk, language, show_ms=show_ms, rest=rest or Rest(0.0))
        windows.append(window)
        window.view.resize(width, height)
        window.show()
        window.settle()
        return window

    yield make
    for window in windows:
        if window.open:
            window.close()
