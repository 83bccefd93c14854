"""Nothing of one holder is left for the next: not in a model, not in an item, not for a screen reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.text import Text
from terminal.views import CardStatusView, DeskView, Fact, SubsidyView
from tests.ui.conftest import Open
from tests.ui.people import HOLDER, LINES, SUBSIDIES
from tests.ui.scenes import AT_HOLDER, NOTICE, PIN, in_service
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import everything_said, wait_for

CANARY = "金丝雀"


def both(word: str) -> Text:
    return Text(word, word)


MARKED = replace(HOLDER, name=CANARY, number=CANARY, card_number=CANARY, region=both(CANARY), birth_date=CANARY)
FACTS = (Fact(both(CANARY), both(CANARY), note=both(CANARY)),)
LINE = replace(
    LINES[1],
    title=both(CANARY),
    account=both(CANARY),
    reason=both(CANARY),
    remedy=both(CANARY),
    date=CANARY,
    facts=FACTS,
)
ACCOUNT: SubsidyView = replace(SUBSIDIES, lines=(LINE, *LINES))
STATUS = CardStatusView(FACTS, CANARY, both(CANARY))


def marked(view: DeskView) -> DeskView:
    return replace(view, holder=MARKED)


SHOWN = {
    "holder": marked(AT_HOLDER),
    "pin": marked(PIN),
    "subsidies": marked(in_service("subsidies", data=ACCOUNT)),
    "card-status": marked(in_service("card-status", data=STATUS)),
}


@pytest.mark.parametrize("after", [WAITING, NOTICE], ids=lambda view: view.stage.value)
@pytest.mark.parametrize("page", sorted(SHOWN))
def test_nothing_is_left(open_window: Open, page: str, after: DeskView) -> None:
    desk = ScriptedDesk(SHOWN[page])
    window = open_window(desk)
    assert window.page == page
    if page == "subsidies":
        window.model.subsidies.open(LINE.payment_id)
        window.settle()
    assert CANARY in everything_said(window)
    desk.show_from_thread(after)
    wait_for(window, lambda: window.model.view is after)
    assert CANARY not in everything_said(window)


def test_the_next_holder_starts_without_the_first(open_window: Open) -> None:
    desk = ScriptedDesk(SHOWN["subsidies"])
    window = open_window(desk)
    desk.show_from_thread(WAITING, NOTICE, AT_HOLDER)
    wait_for(window, lambda: window.model.view is AT_HOLDER)
    said = everything_said(window)
    assert CANARY not in said
    assert str(HOLDER.number) in said


def test_the_walk_sees_what_is_on_the_screen(open_window: Open) -> None:
    """The proof above is worth nothing if the walk is blind."""
    said = everything_said(open_window(ScriptedDesk(AT_HOLDER)))
    for word in (HOLDER.name, HOLDER.number, "可办事项", "发卡地区"):
        assert word is not None
        assert word in said
