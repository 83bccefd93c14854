"""The ``demo`` command: what is there, what is missing, and which of the two shows to play."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from terminal.cli.fonts import check_fonts
from terminal.cli.usage import WrongValueError
from terminal.text import Text

_NO_FOLDER = Text("这里建不了文件夹，请换一个位置", "no folder can be made there, name another place")

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.cli.demo.stage import Stage
    from terminal.cli.demo.tray import Tray
    from terminal.cli.demo.visit import Step, Visit
    from terminal.desk import Desk

T = TypeVar("T")

_TOLD = threading.Event()
"""Somebody wants the visit to end."""

PARTLY = 6
FAILED = 1

_NO_DISPLAY = Text("没有显示器：改为离屏演示。", "No display: the visit is played off screen.")
_NO_PCSC = Text("没有虚拟读卡器（{why}）：卡片改在进程内。", "No virtual PC/SC reader ({why}): cards stay in process.")


@click.command()
@click.option("--mode", type=click.Choice(["counter"]), default="counter", help="Kiosk and drive come later.")
@click.option("--headless", is_flag=True, help="Play a scripted visit through the real screens, off screen.")
@click.option("--pcsc", is_flag=True, help="Cards in a real pcscd of the demo's own, instead of in process.")
@click.option("--screenshots", type=click.Path(path_type=Path), help="With --headless: save each screen here.")
@click.pass_obj
def demo(context: Context, mode: str, headless: bool, pcsc: bool, screenshots: Path | None) -> int:
    """Everything by itself: a sandbox centre, made-up people, their cards, and the screen."""
    from terminal.rules import require_sandbox  # noqa: PLC0415 - slow imports wait until they are needed

    require_sandbox(context.settings.environment, "demo")
    _make(screenshots)
    headless = _off_screen(context) if headless or screenshots else not _display_there(context)
    from terminal.cli.demo.stage import Stage  # noqa: PLC0415

    with ExitStack() as ends:
        stage = ends.enter_context(Stage(context.settings, context.clock))
        tray, complete = _tray(context, pcsc)
        ends.callback(tray.close)
        if not headless:
            return _show(context, _desk(context, stage, tray), tray)
        passed = _play(context, stage, tray, screenshots, pcsc=pcsc and complete)
    if not passed:
        return FAILED
    return 0 if complete else PARTLY


def _make(folder: Path | None) -> None:
    """Before anything starts: pictures that could not be kept would end the visit in its middle."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as cause:
        raise WrongValueError("--screenshots", _NO_FOLDER) from cause


def _off_screen(context: Context) -> bool:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_QUICK_BACKEND"] = "software"
    return True


def _display_there(context: Context) -> bool:
    """Whether a window can be shown; if not, say so and go off screen."""
    from ui import display  # noqa: PLC0415

    if not display.problem():
        return True
    context.output.aside(_NO_DISPLAY)
    return not _off_screen(context)


def _tray(context: Context, pcsc: bool) -> tuple[Tray, bool]:
    """The tray that was asked for, or the one that can be had; and whether it is the one asked for."""
    from terminal.cli.demo.tray import PcscTray, ProcessTray  # noqa: PLC0415

    if pcsc:
        from cardio.simulator.pcscd import PcscdError, PcscdUnavailableError  # noqa: PLC0415

        try:
            return PcscTray(), True
        except (PcscdUnavailableError, PcscdError) as error:
            context.output.aside(_NO_PCSC.format(why=str(error)))
    return ProcessTray(), not pcsc


def _desk(context: Context, stage: Stage, tray: Tray) -> Desk:
    from terminal import bootstrap  # noqa: PLC0415

    return bootstrap.desk(stage.settings, context.clock, tray.readers, fonts=check_fonts, joining=stage.membership)


def _show(context: Context, desk: Desk, tray: Tray) -> int:
    """The window, with a tray of cards beside it, until it is closed."""
    from terminal.cli.demo.people import ROLES, card_of  # noqa: PLC0415
    from terminal.cli.demo.people_at_work import OPERATOR, REVIEWER  # noqa: PLC0415
    from terminal.sandbox.people import DEMO_PIN  # noqa: PLC0415
    from terminal.sandbox.staff import PASSWORDS  # noqa: PLC0415
    from ui.app import run  # noqa: PLC0415
    from ui.models.tray import TrayModel, TrayRow  # noqa: PLC0415
    from ui.tray import TrayWindow  # noqa: PLC0415
    from ui.window import CounterWindow  # noqa: PLC0415

    model = TrayModel(
        [TrayRow(role.slug, role.title.zh, role.title.en) for role in ROLES],
        lambda slug: tray.insert(card_of(slug)),
        tray.eject,
        DEMO_PIN,
        "，".join(f"{number} {PASSWORDS[number]}" for number in (OPERATOR, REVIEWER)),
    )
    beside: list[TrayWindow] = []

    def shown(window: CounterWindow) -> None:
        up = Text("屏幕已显示，用时 {seconds} 秒。", "The screen is up after {seconds} s.")
        context.output.aside(up.format(seconds=f"{_since_start():.1f}"))
        beside.append(TrayWindow(model, window.view))

    try:
        return run(desk, context.settings.language, shown=shown)
    finally:
        for window in beside:
            window.close()
        model.close()


def _play(context: Context, stage: Stage, tray: Tray, pictures: Path | None, *, pcsc: bool) -> bool:
    """The scripted visit; tells each step and whether all of it happened."""
    from terminal.cli.demo.visit import StepFailed  # noqa: PLC0415
    from ui.app import application  # noqa: PLC0415
    from ui.driver import ScreenNeverCame  # noqa: PLC0415

    application()
    done: list[Step] = []
    failure = ""
    _ends_between_steps()
    try:
        _acts(context, stage, tray, pictures, done, pcsc=pcsc)
    except (StepFailed, ScreenNeverCame) as error:
        failure = str(error)
    context.output.document(
        {
            "passed": not failure,
            "failure": failure or None,
            "steps": [{"name": step.name.en, "seconds": round(step.seconds, 3)} for step in done],
        }
    )
    if failure:
        context.output.line(f"[{_since_start():6.2f} s] FAILED: {failure}")
    else:
        context.output.line(f"[{_since_start():6.2f} s] the whole visit happened and was checked")
    return not failure


def _acts(context: Context, stage: Stage, tray: Tray, pictures: Path | None, done: list[Step], *, pcsc: bool) -> None:
    """Three acts: two holders on-line; a change off-line that ends with kill -9; everything found again."""
    from terminal.cli.demo import power  # noqa: PLC0415
    from terminal.cli.demo.people import expected  # noqa: PLC0415
    from terminal.cli.demo.visit import Step, check, steps  # noqa: PLC0415

    def act(name: Text, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        made = work()
        done.append(Step(name, time.monotonic() - begun))
        _tell(context, done[-1])
        return made

    now = context.clock.now()
    first, second = expected("elder", now), expected("farmer", now)
    with _counter(context, stage, tray, pictures, 0) as visit:
        for name, step in steps(first, second):
            act(name, partial(step, visit))
    check(stage.centre is not None, "the centre runs")
    if stage.centre is not None:
        act(Text("中心停止", "the centre is stopped"), stage.centre.stop)
    slip = act(
        Text("离线变更手机号，两人办理，收件后断电", "off-line change by two people, recorded, killed with -9"),
        lambda: power.record_and_kill(stage, tray, str(pictures or ""), pcsc=pcsc),
    )
    with _counter(context, stage, tray, pictures, 60) as visit:
        for name, work in power.after_the_kill(visit, stage, slip):
            act(name, work)
    act(Text("日志链完整，回执码核验通过", "journal whole, slip genuine"), lambda: power.papers(stage, slip))


def _ends_between_steps() -> None:
    """From now on SIGINT and SIGTERM are heard between two steps: within a call of Qt an exception would be lost."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _TOLD.set())


@contextmanager
def _counter(context: Context, stage: Stage, tray: Tray, pictures: Path | None, shots: int) -> Iterator[Visit]:
    """A window on a desk of this stage, open for one act."""
    from terminal.cli.demo.visit import Visit  # noqa: PLC0415
    from ui.driver import ScreenDriver  # noqa: PLC0415
    from ui.window import create_window  # noqa: PLC0415

    desk = _desk(context, stage, tray)
    window = create_window(desk, "zh")
    window.show()
    visit = Visit(window, ScreenDriver(window.view, _TOLD.is_set), tray, pictures, shots=shots)
    visit.driver.settle()
    context.output.line(f"[{_since_start():6.2f} s] screen up")
    desk.start()
    try:
        yield visit
    finally:
        desk.stop()
        window.close()


def _tell(context: Context, step: Step) -> None:
    context.output.line(f"[{_since_start():6.2f} s] ok  {step.seconds:5.2f} s  {step.name.zh} · {step.name.en}")


def _since_start() -> float:
    """Seconds since this process began, interpreter and imports included."""
    try:
        ticks = int(Path("/proc/self/stat").read_text("ascii").rsplit(")", 1)[1].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return time.process_time()
