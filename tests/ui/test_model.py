"""The root view-model: what it asks of the desk, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from terminal.views import CentreView, SubsidyView
from tests.ui.people import FAILED, HIDDEN, PARTLY, TILES_UNPROVEN, UNREACHABLE
from tests.ui.scenes import AT_HOLDER, NOTICE, SUBSIDY, in_service
from tests.ui.scripted import WAITING, ScriptedDesk
from ui.models.desk import DeskModel


class Seconds:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def test_a_double_press_is_one_wish(qtbot: QtBot, clock: Seconds) -> None:
    desk = ScriptedDesk(NOTICE)
    model = DeskModel(desk, clock=clock)
    model.acceptNotice()
    clock.now += 0.3
    model.acceptNotice()
    assert desk.count("accept_notice") == 1


def test_a_press_later_counts_again(qtbot: QtBot, clock: Seconds) -> None:
    desk = ScriptedDesk(replace(AT_HOLDER, fault=PARTLY))
    model = DeskModel(desk, clock=clock)
    model.retry()
    clock.now += 1.5
    model.retry()
    assert desk.count("retry") == 2


def test_a_new_view_counts_again(qtbot: QtBot, clock: Seconds) -> None:
    desk = ScriptedDesk(NOTICE)
    model = DeskModel(desk, clock=clock)
    model.declineNotice()
    model.apply(NOTICE)
    model.declineNotice()
    assert desk.count("decline_notice") == 2


def test_two_services_are_not_started_by_one_double_press(qtbot: QtBot, clock: Seconds) -> None:
    desk = ScriptedDesk(AT_HOLDER)
    model = DeskModel(desk, clock=clock)
    model.startService("card-status")
    model.startService("subsidy-enquiry")
    assert desk.calls == [("start_service", "card-status")]


def test_a_refused_or_unknown_service_is_not_started(qtbot: QtBot) -> None:
    desk = ScriptedDesk(replace(AT_HOLDER, services=TILES_UNPROVEN))
    model = DeskModel(desk)
    model.startService("card-status")
    model.startService("no-such-service")
    assert desk.calls == []


def test_retry_goes_to_the_journey_while_one_runs(qtbot: QtBot) -> None:
    desk = ScriptedDesk(in_service("fault", fault=UNREACHABLE, actions=("retry",)))
    model = DeskModel(desk)
    assert model.canRetry
    model.retry()
    assert desk.calls == [("send", "retry", "")]


def test_a_fault_of_a_journey_without_retry_says_so(qtbot: QtBot) -> None:
    assert not DeskModel(ScriptedDesk(in_service("fault", fault=UNREACHABLE))).canRetry


@pytest.mark.parametrize(("reachable", "state"), [(None, "unknown"), (True, "up"), (False, "down")])
def test_the_centre_has_three_states(qtbot: QtBot, reachable: bool | None, state: str) -> None:
    model = DeskModel(ScriptedDesk(replace(WAITING, centre=CentreView(reachable, "09:12"))))
    assert model.centreState == state


def test_choosing_the_chosen_category_shows_all_again(qtbot: QtBot) -> None:
    desk = ScriptedDesk(SUBSIDY)
    model = DeskModel(desk)
    model.subsidies.chooseCategory("farming")
    assert SUBSIDY.journey is not None
    data = replace(SUBSIDY.journey.data, category="farming")  # type: ignore[type-var]
    model.apply(replace(SUBSIDY, journey=replace(SUBSIDY.journey, data=data)))
    model.subsidies.chooseCategory("farming")
    assert desk.calls == [("send", "category", "farming"), ("send", "category", "")]


def test_a_hidden_payment_is_revealed_before_it_unfolds(qtbot: QtBot) -> None:
    desk = ScriptedDesk(SUBSIDY)
    model = DeskModel(desk)
    model.subsidies.open(HIDDEN.payment_id)
    assert desk.calls == [("send", "reveal", HIDDEN.payment_id)]
    assert model.subsidies.unfolded == ""


def test_a_payment_unfolds_and_folds(qtbot: QtBot) -> None:
    model = DeskModel(ScriptedDesk(SUBSIDY))
    model.subsidies.open(FAILED.payment_id)
    assert model.subsidies.unfolded == FAILED.payment_id
    model.subsidies.open(FAILED.payment_id)
    assert model.subsidies.unfolded == ""
    model.subsidies.open("no such payment")
    assert model.subsidies.unfolded == ""


def test_what_was_unfolded_is_forgotten_with_the_page(qtbot: QtBot) -> None:
    model = DeskModel(ScriptedDesk(SUBSIDY))
    model.subsidies.open(FAILED.payment_id)
    model.apply(WAITING)
    assert model.subsidies.unfolded == ""


def test_what_was_unfolded_is_forgotten_once_the_list_does_not_hold_it(qtbot: QtBot) -> None:
    model = DeskModel(ScriptedDesk(SUBSIDY))
    assert SUBSIDY.journey is not None
    view = cast("SubsidyView", SUBSIDY.journey.data)
    without = replace(view, lines=tuple(line for line in view.lines if line.payment_id != FAILED.payment_id))
    assert without != view
    for lines, unfolded in ((view, FAILED.payment_id), (without, "")):
        model.apply(SUBSIDY)
        model.subsidies.open(FAILED.payment_id)
        model.apply(replace(SUBSIDY, journey=replace(SUBSIDY.journey, data=lines)))
        assert model.subsidies.unfolded == unfolded
        model.subsidies.open(FAILED.payment_id)
        model.apply(WAITING)


def test_a_plain_value_stays_for_ten_seconds_and_no_longer(qtbot: QtBot) -> None:
    """What domain.md says of the longest; the timer that hides is asked how long it runs, and then told to be over."""
    model = DeskModel(ScriptedDesk(AT_HOLDER))
    model.holder.reveal("name")
    assert model.holder.plain
    (hiding,) = [timer for timer in model.holder.findChildren(QTimer) if timer.isActive()]
    assert (hiding.interval(), hiding.isSingleShot()) == (10_000, True)
    hiding.timeout.emit()
    assert model.holder.plain == ""
