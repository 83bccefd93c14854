"""What happens at the counter while the centre is away: a phone number is changed by two people and recorded.

Runs in a process of its own, so that the demo can kill it. It tells the parent with one JSON line what the slip says,
and then waits to be killed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.cli.demo.people import expected
from terminal.cli.demo.people_at_work import REVIEWER, enter, sign_in
from terminal.cli.demo.visit import Visit, check, identify_offline, notice_first
from terminal.cli.fonts import check_fonts
from terminal.views import ResultView

if TYPE_CHECKING:
    from terminal.cli.demo.tray import Tray

PHONE = "13900000000"
WHO = "farmer"  # generation 2: its holder can be read without the centre
INSERT = "insert"


class ParentTray:
    """The parent's tray, asked for through standard output and input."""

    def __init__(self) -> None:
        from cardio.pcsc import PcscReaders  # noqa: PLC0415 - loads the system's library

        self.readers = PcscReaders()

    def insert(self, _card: object) -> None:
        say({"do": INSERT})
        sys.stdin.readline()

    def eject(self) -> None:
        """The parent does it."""

    def close(self) -> None:
        self.readers.close()


def say(line: dict[str, object]) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def change_phone(visit: Visit) -> ResultView:
    """Form, read-out, second person, record."""
    visit.driver.text("3")  # its key: the tile may be below the edge of the list
    visit.page("form")
    visit.driver.text(PHONE)
    # Until the desk has said that it is complete, Enter leads to the next field.
    visit.driver.wait("the number to be complete", lambda: visit.window.model.form.complete)
    visit.picture("contact-form")
    visit.press("Return")
    visit.page("confirm")
    check(visit.driver.item("offlineNote") is not None, "it is told that the centre is away")
    visit.picture("contact-confirm")
    visit.driver.click("readOut")
    visit.driver.click("confirm")
    visit.page("second-person")
    visit.picture("second-person")
    enter(visit, REVIEWER)
    visit.page("result")
    journey = visit.window.model.view.journey
    data = journey.data if journey is not None else None
    check(isinstance(data, ResultView), "the result is a paper's")
    assert isinstance(data, ResultView)  # noqa: S101 - checked above, for the type checker
    check(data.headline.zh.startswith("已收件"), "it says taken in, and no more")
    check(visit.driver.sees(data.number), "the number of the slip stands on the screen")
    check(data.take_card and visit.driver.sees("取走"), "it says to take the card")
    visit.driver.click("print")
    visit.driver.wait("the slip", lambda: _printed(visit) is not None)
    visit.picture("contact-recorded")
    return data


def _printed(visit: Visit) -> object:
    journey = visit.window.model.view.journey
    return journey.data.printed if journey is not None and isinstance(journey.data, ResultView) else None


def main(data: str, paper: str, pictures: str, pcsc: bool) -> None:
    """Play until it is recorded; then wait for the end."""
    from terminal import bootstrap  # noqa: PLC0415
    from terminal.cli.demo.tray import ProcessTray  # noqa: PLC0415
    from terminal.clock import SystemClock  # noqa: PLC0415
    from terminal.settings import Settings  # noqa: PLC0415
    from ui.app import application  # noqa: PLC0415
    from ui.driver import ScreenDriver  # noqa: PLC0415
    from ui.window import create_window  # noqa: PLC0415

    clock = SystemClock()
    settings = Settings(environment="sandbox", data_dir=data, probe_every=2.0, sync_splay=0.0, printer=f"file:{paper}")
    tray: Tray = ParentTray() if pcsc else ProcessTray()
    application()
    desk = bootstrap.desk(settings, clock, tray.readers, fonts=check_fonts)
    window = create_window(desk, "zh")
    window.show()
    visit = Visit(window, ScreenDriver(window.view), tray, Path(pictures) if pictures else None, shots=40)
    desk.start()
    person = expected(WHO, clock.now())
    sign_in(visit)
    notice_first(visit, person, "offline-notice")
    identify_offline(visit, person, "offline-holder")
    result = change_phone(visit)
    say({"do": "recorded", "number": result.number, "code": result.scan})
    sys.stdin.read()  # until the parent ends us, which is not a polite end


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"], os.environ["QT_QUICK_BACKEND"] = "offscreen", "software"
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == "pcsc")
