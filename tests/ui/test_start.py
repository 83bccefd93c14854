"""Starting and ending: the first frame, the ways it can fail, and a window closed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from terminal.views import DeskView
from tests.ui.conftest import Open
from tests.ui.scenes import AT_HOLDER, NOTICE
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import wait_for
from ui import app as screen
from ui import display, fonts, window
from ui.errors import UiError, UiFault
from ui.icons import Icons

ROOT = Path(__file__).parents[2]

FIRST_FRAME = """
import sys
from ui.app import run
from tests.ui.scripted import ScriptedDesk
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication

class Desk(ScriptedDesk):
    def start(self):
        slow = {"requests", "falcon", "smartcard", "cryptography.x509", "PySide6.QtWidgets"} & set(sys.modules)
        print("started after the first frame; slow imports:", sorted(slow))
        QTimer.singleShot(0, QGuiApplication.instance().quit)

    def stop(self):
        print("stopped")

print("ended with", run(Desk()))
"""


def test_the_first_frame_comes_before_the_desk_and_slow_imports() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == [
        "started after the first frame; slow imports: []",
        "stopped",
        "ended with 0",
    ], done.stderr
    assert done.stderr == ""


@pytest.fixture
def running(qapp: QGuiApplication) -> Iterator[QGuiApplication]:
    yield qapp


def end_soon(app: QGuiApplication, code: int = 0) -> None:
    QTimer.singleShot(0, lambda: app.exit(code))


def test_run_starts_the_desk_and_stops_it(running: QGuiApplication, qtbot: QtBot) -> None:
    desk = ScriptedDesk()
    desk.answers["start"] = lambda: end_soon(running)
    assert screen.run(desk) == 0
    assert desk.calls == [("start",), ("stop",)]
    assert desk.listeners == 0


@pytest.mark.expects_log
def test_broken_graphics_ask_for_a_restart_in_software(
    running: QGuiApplication, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    desk = ScriptedDesk()
    monkeypatch.setenv("SSC_RESTART_IN_SOFTWARE", "")

    def break_graphics() -> None:
        view = next(each for each in QGuiApplication.topLevelWindows() if isinstance(each, window.CounterView))
        view.sceneGraphError.emit(QQuickWindow.SceneGraphError.ContextNotAvailable, "no context")

    desk.answers["start"] = lambda: QTimer.singleShot(0, break_graphics)
    assert screen.run(desk) == screen.RESTART
    assert desk.calls[-1] == ("stop",)
    # this test draws in software already, so there is nothing better to restart with
    assert screen.restart_if_wanted(screen.RESTART) == screen.RESTART
    assert screen.restart_if_wanted(0) == 0


def test_a_restart_replaces_the_process_with_software_graphics() -> None:
    code = (
        "import os, sys\n"
        "from ui.app import restart_if_wanted, RESTART\n"
        "if os.environ.get('QT_QUICK_BACKEND') == 'software':\n"
        "    print('again', restart_if_wanted(RESTART), sys.argv[1:])\n"
        "else:\n"
        "    os.environ['SSC_RESTART_IN_SOFTWARE'] = '1'\n"
        "    restart_if_wanted(RESTART)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "QT_QUICK_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code, "--mode", "counter"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "again 10 ['--mode', 'counter']"


def test_closing_in_the_middle_ends_the_visit_first(open_window: Open) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    closed: list[bool] = []
    shown = open_window(desk)
    shown.view.closed.connect(lambda: closed.append(True))
    assert not shown.view.close()
    assert desk.calls == [("end_visit",)]
    assert closed == []
    assert shown.view.isVisible()
    assert shown.view.close()  # the second wish counts, whatever the desk does
    assert closed == [True]


@pytest.mark.parametrize("between", [(WAITING, NOTICE), (NOTICE,)], ids=["card out", "cards swapped"])
def test_closing_in_the_middle_of_a_later_visit_ends_that_first(
    open_window: Open, between: tuple[DeskView, ...]
) -> None:
    """The window that stayed open, because its visit ended first, asks again at the next visit."""
    desk = ScriptedDesk(AT_HOLDER)
    closed: list[bool] = []
    shown = open_window(desk)
    shown.view.closed.connect(lambda: closed.append(True))
    for visits in (1, 2):
        assert not shown.view.close()
        assert desk.count("end_visit") == visits
        assert closed == []
        for view in (*between, AT_HOLDER):
            desk.show(view)
        shown.settle()


def test_closing_while_nobody_is_here_just_closes(open_window: Open) -> None:
    desk = ScriptedDesk(WAITING)
    shown = open_window(desk)
    assert shown.view.close()
    assert desk.calls == []


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ":4242"},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": "127.0.0.1:63"},
        {"QT_QPA_PLATFORM": "xcb"},
        {"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": "wayland-99", "XDG_RUNTIME_DIR": "/nonexistent"},
    ],
)
def test_no_display_is_a_fault_before_qt_aborts(environment: dict[str, str]) -> None:
    with pytest.raises(UiError) as caught:
        display.check(environment)
    assert caught.value.fault is UiFault.NO_DISPLAY


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:enable_fonts"])
def test_some_platforms_need_no_display(platform: str) -> None:
    display.check({"QT_QPA_PLATFORM": platform})


def test_a_missing_system_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UiError) as caught:
        display.load_plugin(tmp_path / "libqxcb.so")
    assert caught.value.fault is UiFault.LIBRARY_MISSING


WITHOUT_A_LIBRARY = """
import sys

class Missing:
    def find_spec(self, name, path, target=None):
        if name == "PySide6.QtGui":
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

sys.meta_path.insert(0, Missing())
from terminal.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", [("demo", "--headless"), ("run",)], ids=lambda command: str(command[0]))
def test_qt_without_a_system_library_is_a_fault_with_its_remedy(command: tuple[str, ...], tmp_path: Path) -> None:
    bare = {**os.environ, "SSC_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    arguments = ["--environment", "sandbox", "--json", *command]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_LIBRARY, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=bare,
    )
    assert (json.loads(done.stdout)["fault"]["code"], done.returncode) == ("U104", 3), done.stderr
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_LIBRARY, "--environment", "sandbox", "--json", "doctor"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=bare,
    )
    assert "U104" in [check["fault"]["code"] for check in json.loads(told.stdout)["checks"] if check["fault"]]


@pytest.mark.parametrize("content", [None, b"", b"not a font"])
def test_a_missing_or_broken_font_is_a_fault(tmp_path: Path, content: bytes | None, qapp: QGuiApplication) -> None:
    file = tmp_path / "font.otf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UiError) as caught:
        fonts.load(file)
    assert caught.value.fault is UiFault.NO_FONT


def test_glyphs_that_the_font_lacks_are_named(qapp: QGuiApplication, tmp_path: Path) -> None:
    assert fonts.missing_glyphs("张三丰·买买提 A1，") == ()
    assert fonts.missing_glyphs("\U000323ae张\U000323ae") == ("\U000323ae",)
    assert fonts.missing_glyphs("张", tmp_path / "none.otf") == ("张",)


def test_a_character_that_no_font_has_is_named_in_its_place(qapp: QGuiApplication) -> None:
    fonts.load()
    assert fonts.drawable("张三丰·买买提 𠅤 A1") == "张三丰·买买提 𠅤 A1"
    assert (fonts.drawable("张\U0010fffd"), fonts.undrawn("张\U0010fffd\U0010fffd")) == (
        "张〔U+10FFFD〕",
        "〔U+10FFFD〕",
    )


@pytest.mark.qt_log_ignore("No such file")
def test_a_damaged_screen_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QGuiApplication) -> None:
    monkeypatch.setattr(window, "QML", tmp_path)
    with pytest.raises(UiError) as caught:
        window.create_window(ScriptedDesk())
    assert caught.value.fault is UiFault.SCREEN_BROKEN


@pytest.mark.expects_log
def test_an_exception_in_a_slot_tells_where_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("canary 379999196203141270")
    except ValueError as error:
        screen._from_slot(ValueError, error, error.__traceback__)
    assert "ValueError at test_start.py" in caplog.text
    assert "canary" not in caplog.text


def test_waiting_screen_is_up_in_the_real_window(open_window: Open) -> None:
    desk = ScriptedDesk()
    shown = open_window(desk)
    wait_for(shown, shown.view.isExposed)
    assert shown.page == "waiting"


def test_the_font_answers_for_itself_on_any_thread(qapp: QGuiApplication, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert "齐全" in pool.submit(fonts.health).result().zh
        assert "不完整" in pool.submit(fonts.health, tmp_path / "none.otf").result().zh


def test_an_icon_is_drawn_in_its_colour_and_an_unknown_one_is_none(qapp: QGuiApplication) -> None:
    drawn = Icons().requestImage("check/1450a3/3", QSize(), QSize(48, 48))
    assert (drawn.width(), drawn.height()) == (48, 48)
    inks = {
        drawn.pixelColor(x, y).name() for x in range(48) for y in range(48) if drawn.pixelColor(x, y).alpha() == 255
    }
    assert inks == {"#1450a3"}
    assert Icons().requestImage("no-such-icon/000000/2", QSize(), QSize(48, 48)).isNull()
