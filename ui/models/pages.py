"""Which page shows a view: the one table between the core's stages and the screens."""

from __future__ import annotations

from typing import Final

from terminal.views import DeskView, Stage

JOURNEY_PAGES: Final = frozenset(
    {
        *("busy", "pin", "card-status", "subsidies", "fault"),
        *("form", "confirm", "second-person", "pin-change", "doubtful", "result"),
    }
)

_STAGE_PAGES: Final = {
    Stage.SIGN_IN: "sign-in",
    Stage.WAITING: "waiting",
    Stage.NOTICE: "notice",
    Stage.READING: "busy",
    Stage.HOLDER: "holder",
    Stage.FAULT: "fault",
}

_CHOOSING: Final = frozenset({Stage.WAITING, Stage.FAULT})


def page_of(view: DeskView) -> str:
    """The page for this view.

    Cards in several readers and none chosen, which the desk calls a fault: ask which. A second person who is asked for
    outside of a journey (an entry of the queue) comes before whatever stands below.
    """
    if view.stage is not Stage.SIGN_IN and view.secret is not None:
        return "second-person"
    if view.program is not None:  # no visit is under way meanwhile
        return "program"
    cards = sum(reader.state == "card" for reader in view.readers)
    if view.stage in _CHOOSING and view.reader is None and view.fault is not None and cards > 1:
        return "readers"
    if view.stage is Stage.SERVICE:
        journey = view.journey
        return journey.view if journey is not None and journey.view in JOURNEY_PAGES else "busy"
    return _STAGE_PAGES[view.stage]
