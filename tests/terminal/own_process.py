"""A whole desk in a process of its own, to be killed: ``python -m tests.terminal.own_process DATA``.

Signs in, changes a phone number off-line with two people, says ``recorded NUMBER`` and then waits for its end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from terminal.sandbox.staff import PASSWORDS
from terminal.views import ResultView
from tests.terminal.world import World, card_of, settings_for

PHONE = "13912345678"


def main(data: Path) -> None:
    with World(settings_for(data)) as world:
        world.identify(card_of("farmer"))
        world.desk.start_service("contact-change")
        world.until_page("form")
        world.send("set", f"phone={PHONE}")
        world.send("next")
        world.until_page("confirm")
        world.send("confirm")
        world.until_page("second-person")
        world.type_secret("2001", PASSWORDS["2001"])
        view = world.until_page("result")
        assert view.journey is not None
        assert isinstance(view.journey.data, ResultView)
        sys.stdout.write(f"recorded {view.journey.data.number}\n")
        sys.stdout.flush()
        time.sleep(600)  # until it is killed


if __name__ == "__main__":
    main(Path(sys.argv[1]))
