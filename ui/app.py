"""Starting and running the counter screen.

The first frame comes before the desk starts: slow imports and the card stack wait until something is to be seen.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from terminal.text import Language
from terminal.views import DeskPort
from ui import display, fonts
from ui.interrupt import ends_the_loop
from ui.window import CounterWindow, create_window

__all__ = ["RESTART", "application", "create_window", "restart_if_wanted", "run"]

_log = logging.getLogger(__name__)

RESTART: Final = 10  # platform.md §7: restart wanted
_SOFTWARE: Final = "software"
_START_AT_LATEST_MS: Final = 2_000

_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def application() -> QGuiApplication:
    """The Qt application with its fonts; the running one when there is one.

    :raises UiError: ``NO_DISPLAY``, ``LIBRARY_MISSING`` or ``NO_FONT``.
    """
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        fonts.load()
        return running
    display.check()
    os.environ.setdefault("QML_DISABLE_DISK_CACHE", "1")  # a stale cache after an update shows no window
    os.environ.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")
    if sys.platform.startswith("linux") and not Path("/dev/dri").exists():
        os.environ.setdefault("QT_QUICK_BACKEND", _SOFTWARE)
    app = QGuiApplication(["ssc-terminal"])
    app.setApplicationName("ssc-terminal")
    app.setQuitOnLastWindowClosed(False)
    fonts.load()
    return app


def run(
    desk: DeskPort,
    language: Language = "zh",
    *,
    full_screen: bool = False,
    shown: Callable[[CounterWindow], None] | None = None,
) -> int:
    """Show the counter screen until it is closed; starts and stops the desk.

    :param shown: called once, when the first frame is on the screen and the desk has been started.
    :returns: 0, or ``RESTART`` when the graphics of this machine failed: see :func:`restart_if_wanted`.
    :raises UiError: the screen cannot be shown; the desk was not started.
    """
    app = application()
    qInstallMessageHandler(_from_qt)
    hook_before, sys.excepthook = sys.excepthook, _from_slot
    window = create_window(desk, language)
    starter = _Starter(desk, window, shown)
    window.view.closed.connect(app.quit)
    window.view.sceneGraphError.connect(_graphics_failed)
    try:
        window.show(full_screen=full_screen)
        with ends_the_loop(app):
            return app.exec()
    finally:
        starter.stop()
        window.close()
        sys.excepthook = hook_before
        qInstallMessageHandler(None)


class _Starter:
    """Starts the desk once: after the first frame, or a little later where the window is not to be seen."""

    def __init__(self, desk: DeskPort, window: CounterWindow, shown: Callable[[CounterWindow], None] | None) -> None:
        self._desk = desk
        self._window = window
        self._shown = shown
        self._started = False
        self._stopped = False
        window.view.frameSwapped.connect(self.start)
        QTimer.singleShot(_START_AT_LATEST_MS, self.start)

    def start(self) -> None:
        if not self._started and not self._stopped:
            self._started = True
            self._desk.start()
            if self._shown is not None:
                self._shown(self._window)

    def stop(self) -> None:
        self._stopped = True
        if self._started:
            self._desk.stop()


def _graphics_failed(error: QQuickWindow.SceneGraphError, message: str) -> None:
    """Graphics hardware or its driver broke: leave, to come back with the software renderer, once."""
    _log.error("graphics failed: %s %s", error.name, message)
    os.environ[_WANTED] = "1"
    app = QGuiApplication.instance()
    if app is not None:
        app.exit(RESTART)


_WANTED: Final = "SSC_RESTART_IN_SOFTWARE"


def restart_if_wanted(code: int) -> int:
    """Begin again with the software renderer when :func:`run` ended with ``RESTART``; otherwise hand back ``code``.

    The caller does this last, after everything is closed: this process is replaced. It happens once, because the new
    process already draws in software.
    """
    wanted = os.environ.pop(_WANTED, "") == "1"
    if code != RESTART or not wanted or os.environ.get("QT_QUICK_BACKEND") == _SOFTWARE:
        return code
    environment = {**os.environ, "QT_QUICK_BACKEND": _SOFTWARE}
    return os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606 - our own command again


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """What Qt and QML have to say goes into our log."""
    logging.getLogger("qt." + (context.category or "default")).log(_LEVELS.get(kind, logging.WARNING), "%s", message)


def _from_slot(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception in a slot: say where, never what it carried, and go on."""
    if issubclass(kind, KeyboardInterrupt):
        app = QGuiApplication.instance()
        if app is not None:
            app.exit(130)
        return
    where = traceback.extract_tb(trace)[-1:] if trace else []
    place = f"{Path(where[0].filename).name}:{where[0].lineno}" if where else "unknown place"
    _log.critical("unexpected %s at %s", kind.__name__, place)
