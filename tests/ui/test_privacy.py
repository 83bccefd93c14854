"""Nothing of one holder is left for the next: not in a model, not in an item, not for a screen reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.text import Text
from terminal.views import CardStatusView, ConfirmView, DeskView, Fact, FormView, SubsidyView
from tests.ui import staff
from tests.ui.conftest import Open
from tests.ui.people import HOLDER, LINES, SUBSIDIES
from tests.ui.scenes import AT_HOLDER, LOCKED, NOTICE, PIN, changing, in_service, pin_change
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
STATUS = CardStatusView("normal", True, FACTS, CANARY, both(CANARY))


def marked(view: DeskView) -> DeskView:
    return replace(view, holder=MARKED)


SHOWN = {
    "holder": marked(AT_HOLDER),
    "pin": marked(PIN),
    "subsidies": marked(in_service("subsidies", data=ACCOUNT)),
    "card-status": marked(in_service("card-status", data=STATUS)),
    "form": marked(
        changing("form", FormView((replace(staff.FORM.fields[0], value=CANARY, before=both(CANARY)),), True))
    ),
    "confirm": marked(changing("confirm", ConfirmView(FACTS, True, True))),
    "second-person": marked(changing("second-person", replace(staff.SECOND, lines=FACTS, number="2001"))),
    "doubtful": marked(pin_change("doubtful", replace(staff.DOUBTFUL, what=both(CANARY), since=CANARY))),
    "result": marked(
        changing("result", replace(staff.RECORDED, lines=FACTS, number=CANARY, code=CANARY, printed=both(CANARY)))
    ),
}


@pytest.mark.parametrize("page", sorted(SHOWN))
def test_nothing_is_left(open_window: Open, page: str) -> None:
    desk = ScriptedDesk(SHOWN[page])
    window = open_window(desk)
    for after in (WAITING, NOTICE, LOCKED):
        assert window.page == page
        if page == "subsidies":
            window.model.subsidies.open(LINE.payment_id)
            window.settle()
        assert CANARY in everything_said(window)
        desk.show_from_thread(after)
        wait_for(window, lambda after=after: window.model.view is after)  # type: ignore[misc]
        assert CANARY not in everything_said(window), after.stage
        desk.show_from_thread(SHOWN[page])
        wait_for(window, lambda: window.model.view is SHOWN[page])


def test_what_was_typed_and_not_yet_echoed_is_forgotten(open_window: Open) -> None:
    desk = ScriptedDesk(marked(changing("form", staff.FORM)))
    window = open_window(desk)
    for key in "13987654321":
        window.press(key)
    assert "13987654321" in everything_said(window)
    desk.show_from_thread(AT_HOLDER, marked(changing("form", staff.FORM)))
    wait_for(window, lambda: window.page == "form")
    assert "1398765432" not in everything_said(window)


def test_the_queue_is_forgotten_when_it_is_closed(open_window: Open) -> None:
    desk = ScriptedDesk()
    line = replace(staff.QUEUE_PEOPLE[0], number=CANARY, title=both(CANARY), detail=both(CANARY), facts=FACTS)
    desk.queue_view = replace(staff.QUEUE, people=(line,))
    window = open_window(desk)
    window.press("F6")
    wait_for(window, lambda: CANARY in everything_said(window))
    window.press("Escape")
    window.settle()
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
