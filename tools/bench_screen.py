"""A part of ``./run bench cards``: from a card that PC/SC tells of to what a person can read on the screen.

The notice is accepted the moment it stands there, so that nobody's reading time is in the numbers. Off screen, with no
centre: the sandbox's own keys prove the card.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.window import CounterWindow

ROUNDS = 15
WARM_UP = 2
_LIMIT = 30.0


class _Screen:
    """:param window: is looked at until it shows what is waited for, and has drawn it."""

    def __init__(self, window: CounterWindow) -> None:
        from PySide6.QtCore import QCoreApplication  # noqa: PLC0415 - not for the other parts of the bench

        self._window, self._turn = window, QCoreApplication.processEvents
        self._frames = 0
        window.view.frameSwapped.connect(self._drawn)

    def _drawn(self) -> None:
        self._frames += 1

    def until(self, shown: Callable[[], bool]) -> float:
        """:returns: the moment at which it was drawn."""
        end = time.perf_counter() + _LIMIT
        while not shown():
            self._turn()
            if time.perf_counter() > end:
                raise TimeoutError("the screen does not show it")
        drawn = self._frames
        self._window.view.update()
        while self._frames == drawn and time.perf_counter() < end:
            self._turn()
        return time.perf_counter()


def showing(service: Any, watched: Callable[[str], Any], bell: Any) -> tuple[list[float], list[float]]:  # noqa: ANN401
    """:param service: the private pcscd. :param watched: rings ``bell`` when PC/SC tells of a card in that reader.
    :returns: seconds from PC/SC's word to the notice, and from its acceptance to the holder.
    """
    from cardio.pcsc import PcscReaders  # noqa: PLC0415 - after the socket is chosen
    from cardio.simulator.personas import THIRD  # noqa: PLC0415
    from terminal import bootstrap  # noqa: PLC0415
    from terminal.cli.fonts import check_fonts  # noqa: PLC0415
    from terminal.clock import SystemClock  # noqa: PLC0415
    from terminal.settings import Settings  # noqa: PLC0415
    from ui.app import application, create_window  # noqa: PLC0415
    from ui.driver import ScreenDriver  # noqa: PLC0415

    application()
    noticed, shown = [], []
    with tempfile.TemporaryDirectory() as folder, watched(service.reader_names[0]):
        settings = Settings(environment="sandbox", data_dir=folder, sign_in=False)
        desk = bootstrap.desk(settings, SystemClock(), PcscReaders(), fonts=check_fonts)
        window = create_window(desk, "zh")
        window.show()
        screen, driver = _Screen(window), ScreenDriver(window.view)
        desk.start()
        card = service.card(THIRD)
        masked = (THIRD.name or "")[0] + "*"
        try:
            for number in range(ROUNDS + WARM_UP):
                screen.until(lambda: window.page == "waiting")
                service.insert(0, card)
                told = bell.wait()
                at_notice = screen.until(lambda: window.page == "notice")
                desk.accept_notice()
                accepted = time.perf_counter()
                at_holder = screen.until(lambda: driver.sees(masked))
                if number >= WARM_UP:
                    noticed.append(at_notice - told)
                    shown.append(at_holder - accepted)
                service.eject(0)
        finally:
            desk.stop()
            window.close()
    return noticed, shown
