"""What must be true before Qt is asked for a window: Qt aborts the process where one of these fails."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ui.errors import UiError, UiFault, library_missing

_NEEDS_NO_SERVER: Final = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})
_X_PORT: Final = 6000
_WAIT_SECONDS: Final = 2.0


def check(environment: Mapping[str, str] | None = None) -> None:
    """Make sure that a window can be opened.

    :raises UiError: ``NO_DISPLAY`` or ``LIBRARY_MISSING``.
    """
    env = os.environ if environment is None else environment
    absent = problem(env)
    if absent:
        raise UiError(UiFault.NO_DISPLAY, absent)
    platform = _platform(env)
    if sys.platform.startswith("linux") and (platform == "xcb" or not (platform or env.get("WAYLAND_DISPLAY"))):
        load_plugin(_plugins() / "libqxcb.so")


def problem(environment: Mapping[str, str] | None = None) -> str:
    """Why there is no display to open a window on; empty when there is one, or none is needed."""
    env = os.environ if environment is None else environment
    if not sys.platform.startswith("linux") or _platform(env) in _NEEDS_NO_SERVER:
        return ""
    return _display_problem(env, _platform(env))


def _platform(env: Mapping[str, str]) -> str:
    return env.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]


def _display_problem(env: Mapping[str, str], platform: str) -> str:
    """Why there is no display; empty when there is one."""
    wayland, x_display = env.get("WAYLAND_DISPLAY", ""), env.get("DISPLAY", "")
    if wayland and platform in {"", "wayland"} and _wayland_answers(env, wayland):
        return ""
    if platform == "wayland":
        return "no Wayland server answers"
    if not x_display:
        return "DISPLAY is not set"
    return "" if _x_answers(x_display) else "no X server answers"


def _wayland_answers(env: Mapping[str, str], name: str) -> bool:
    path = Path(env.get("XDG_RUNTIME_DIR", "/run"), name)  # an absolute name stands for itself
    return _answers(socket.AF_UNIX, str(path))


def _x_answers(display: str) -> bool:
    """Whether a server listens where ``DISPLAY`` points: ``host:number.screen``."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit() or len(number) > 4:
        return False
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X11 keeps its socket
        return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")
    return _answers(socket.AF_INET, (host, _X_PORT + int(number)))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(_WAIT_SECONDS)
            probe.connect(address)
    except (OSError, ValueError):
        return False
    return True


def _plugins() -> Path:
    from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415 - not before it is known that there is a display

    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")


def load_plugin(plugin: Path) -> None:
    """Load a window plugin the way Qt will: a missing system library is named here instead of an abort there.

    :raises UiError: ``LIBRARY_MISSING``.
    """
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise library_missing(error) from None
