"""What the screens say is what the core and the catalogue say."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from terminal.centre.contract import PaymentState
from terminal.model.payment_texts import COLUMNS, STATE, TONE, UNTOLD
from terminal.services.catalogue import services
from terminal.text import Language, Text
from terminal.views import CentreView
from tests.ui.checks import no_text_is_cut
from tests.ui.conftest import Open
from tests.ui.people import PAID, SUBSIDIES
from tests.ui.scenes import in_service
from tests.ui.scripted import WAITING, ScriptedDesk
from tests.ui.tree import named, shown_texts, text_of
from ui.window import CounterWindow

SIZES = [(1280, 800), (1920, 1080)]


def texts(window: CounterWindow) -> list[str]:
    return [str(item.property("text")) for item in shown_texts(window)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_of_a_payment_is_shown_whole(language: Language, open_window: Open) -> None:
    desk = ScriptedDesk()
    window = open_window(desk, language)
    states = [*((STATE[state], TONE[state]) for state in PaymentState), (UNTOLD, "warning")]
    for (state, tone), (width, height) in itertools.product(states, SIZES):
        window.view.resize(width, height)
        desk.show(in_service("subsidies", data=replace(SUBSIDIES, lines=(replace(PAID, state=state, tone=tone),))))
        window.settle()
        assert state.say(language) in texts(window)
        no_text_is_cut(window)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_totals_and_payments_use_the_same_words(language: Language, open_window: Open) -> None:
    window = open_window(ScriptedDesk(in_service("subsidies", data=replace(SUBSIDIES, lines=()))), language)
    for column in COLUMNS:
        assert column.say(language) in texts(window)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reachable", [True, False])
def test_the_waiting_page_names_the_services_of_the_catalogue(
    reachable: bool, language: Language, open_window: Open
) -> None:
    view = replace(WAITING, centre=CentreView(reachable, "09:12"))
    window = open_window(ScriptedDesk(view), language)
    for service in services():
        assert service.title.say(language) in text_of(window, "works")


def test_a_service_that_works_without_the_centre_is_told_so(open_window: Open) -> None:
    local, other = Text("改密", "Change PIN"), Text("查询", "Enquiry")
    view = replace(WAITING, centre=CentreView(False), offers=(local, other), offers_offline=(local,))
    window = open_window(ScriptedDesk(view))
    works, waits = str(named(window, "works").property("text")).split("\n")
    assert (local.zh in works, other.zh in works) == (True, False)
    assert (local.zh in waits, other.zh in waits) == (False, True)
