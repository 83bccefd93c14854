"""The second half of the visit: the centre away, a change recorded, the program killed, and everything found again.

What must have happened is asked of the centre's own books and of the store, not of the screen alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from terminal.cli.demo.offline import INSERT, PHONE, WHO
from terminal.cli.demo.people import card_of
from terminal.cli.demo.people_at_work import sign_in
from terminal.cli.demo.visit import StepFailed, Visit, check
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.demo.stage import Stage
    from terminal.cli.demo.tray import Tray
    from terminal.sandbox.child import CentreControl

_PATIENCE = 120.0


@dataclass(frozen=True)
class Slip:
    """What the holder went home with. :param code: what the square code on it says."""

    number: str
    code: str


def record_and_kill(stage: Stage, tray: Tray, pictures: str, *, pcsc: bool) -> Slip:
    """Play the off-line change in a process of its own, and end that process with -9 once it said "recorded".

    :raises StepFailed: it ended before, or said something else.
    """
    arguments = [stage.settings.data_dir, str(stage.paper), pictures, "pcsc" if pcsc else "process"]
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "terminal.cli.demo.offline", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdin is not None  # noqa: S101 - for the type checker
            assert process.stdout is not None  # noqa: S101
            slip = _listen(process.stdout, process.stdin, tray)
        finally:
            process.kill()  # SIGKILL: no handler, no flush, no goodbye
    tray.eject()
    return slip


def _listen(told: IO[str], answer: IO[str], tray: Tray) -> Slip:
    for line in told:
        said = json.loads(line)
        if said["do"] == INSERT:
            tray.insert(card_of(WHO))
            answer.write("\n")
            answer.flush()
        elif said["do"] == "recorded":
            return Slip(said["number"], said["code"])
    raise StepFailed("the off-line change ended before it was recorded")


def found_again(visit: Visit, slip: Slip) -> None:
    """After the kill: the operator signs in, and the change waits in the queue."""
    sign_in(visit)
    visit.driver.wait("the queue", lambda: visit.window.model.view.queue is not None)
    badge = visit.window.model.view.queue
    check(badge is not None and badge.waiting >= 1 and badge.tone != "good", "what waits is not shown as done")
    visit.press("F6")
    visit.page("queue")
    visit.driver.wait("the number of the slip", lambda: visit.driver.sees(slip.number))
    visit.picture("queue-waiting")
    visit.press("F6")
    visit.page("waiting")


def centre_back(visit: Visit, stage: Stage) -> None:
    """The centre starts; its answer to the first batch is lost after it has committed.

    The operator does not wait for the next try (up to some minutes away after a long silence) and sends at once.
    """
    assert stage.centre is not None  # noqa: S101 - it was up before
    stage.centre.start(lost="operations")
    visit.press("F6")
    visit.page("queue")
    visit.driver.click("syncNow")
    visit.press("F6")
    visit.page("waiting")
    visit.driver.wait(
        "the centre's signed word for everything",
        lambda: (badge := visit.window.model.view.queue) is not None and badge.tone == "good",
        limit=_PATIENCE,
    )
    check(stage.centre.control.faults_met().get("lost") == 1, "the first answer was lost, and the batch sent again")
    visit.picture("waiting-all-received")


def effect_once(control: CentreControl, slip: Slip) -> None:
    """The centre has the new number, and made it so exactly once."""
    effects = control.effects()
    check(bool(effects) and set(effects.values()) == {1}, "every operation took effect exactly once")
    check(
        control.contact(card_of(WHO).contents.card_id.hex().upper()).get("phone") == PHONE, "the phone is the new one"
    )
    check(control.alarms() == [], "the centre saw nothing that contradicts itself")
    check(bool(slip.number), "the slip has its number")


def applied(visit: Visit, slip: Slip) -> None:
    """The outcome has come down, and stands in the queue page."""
    visit.press("F6")
    visit.page("queue")

    def done() -> bool:
        return any(line.number == slip.number and line.tone == "good" for line in visit.window.model.queue.listing)

    visit.driver.wait("the outcome", done, limit=_PATIENCE)
    visit.picture("queue-done")
    visit.press("F6")
    visit.page("waiting")


def shell(stage: Stage, *arguments: str) -> dict[str, object]:
    """One command of the program on this stage's data, as a clerk types it.

    :raises StepFailed: it says anything but yes.
    """
    command = [sys.executable, "-m", "terminal", "--environment", "sandbox", "--json", *arguments]
    done = subprocess.run(  # noqa: S603 - our own module
        command, env=stage.environment(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise StepFailed(f"{' '.join(arguments[:2])} ended with {done.returncode}")
    found = json.loads(done.stdout)
    return found if isinstance(found, dict) else {}


def papers(stage: Stage, slip: Slip) -> None:
    """The journal's chain holds, and the code on the slip is ours; neither asks the network."""
    check(shell(stage, "journal", "verify").get("valid") is True, "the journal is whole")
    check(sorted(path.suffix for path in stage.paper.iterdir()) == [".pdf", ".png"], "the slip is there")
    verified = shell(stage, "receipt", "verify", slip.code)
    check(verified.get("valid") is True and verified.get("number") == slip.number, "the slip is genuine")


Act = Callable[[], None]


def after_the_kill(visit: Visit, stage: Stage, slip: Slip) -> list[tuple[Text, Act]]:
    """The steps at the screen, once the program was started again."""

    def once() -> None:
        check(stage.centre is not None, "the centre is up")
        if stage.centre is not None:
            effect_once(stage.centre.control, slip)

    return [
        (Text("重新启动，业务还在队列里", "started again, the change waits"), lambda: found_again(visit, slip)),
        (Text("中心恢复，首批回执丢失后重传", "centre back, first answer lost"), lambda: centre_back(visit, stage)),
        (Text("中心只办理了一次", "effect exactly once at the centre"), once),
        (Text("结果已回到队列页", "the outcome is on the queue page"), lambda: applied(visit, slip)),
    ]
