"""The second Enter of one hand: it undoes nothing, and begins nothing, on the page that the first one brought."""

from __future__ import annotations

import pytest

from terminal.sandbox.child import SandboxCentre
from terminal.views import DeskView
from tests.terminal.conftest import centre, member, running_centre, settings, world
from tests.terminal.world import READER, World, card_of
from tests.ui.actor import VisitDesk
from tests.ui.conftest import Open
from tests.ui.scenes import READING, in_service
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import click, named, wait_for
from ui.rest import REST_SECONDS, Rest
from ui.window import CounterWindow

__all__ = ["centre", "member", "running_centre", "settings", "world"]


class Seconds:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self) -> None:
        self.now += REST_SECONDS


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def opened(desk: ScriptedDesk | World, open_window: Open, clock: Seconds) -> CounterWindow:
    window = open_window(desk.desk if isinstance(desk, World) else desk, rest=Rest(clock=clock))
    assert isinstance(window, CounterWindow)
    return window


def page(window: CounterWindow, wanted: str) -> None:
    wait_for(window, lambda: window.page == wanted, 30_000)


@pytest.mark.parametrize("key", ["Return", "Enter", "Space"])
def test_a_new_page_rests(key: str, open_window: Open, clock: Seconds) -> None:
    desk = VisitDesk()
    window = opened(desk, open_window, clock)
    desk.insert()
    window.settle()
    window.press(key)
    assert not window.rested
    assert desk.calls == []
    clock.pass_by()
    window.press(key)
    assert not window.rested  # the holder page is new again
    window.press(key, repeats=3)
    assert desk.calls == [("accept_notice",)]
    clock.pass_by()
    window.press(key)
    assert desk.calls == [("accept_notice",), ("start_service", "card-status")]


def test_other_keys_and_the_mouse_count_at_once(open_window: Open, clock: Seconds) -> None:
    desk = VisitDesk()
    window = opened(desk, open_window, clock)
    desk.insert()
    window.settle()
    click(window, named(window, "accept"))
    assert window.page == "holder"
    window.press("2")
    window.press("7")
    window.press("Escape")
    assert [call[0] for call in desk.calls] == ["accept_notice", "start_service", "pin_digit", "leave_service"]


def test_a_new_view_of_the_same_page_does_not_rest(open_window: Open, clock: Seconds) -> None:
    desk = VisitDesk()
    window = opened(desk, open_window, clock)
    desk.insert()
    window.settle()
    clock.pass_by()
    desk.show(desk.view)
    window.settle()
    assert window.rested


@pytest.mark.parametrize("view", [READING, in_service("busy")], ids=["reading", "in a service"])
@pytest.mark.parametrize("key", ["Return", "Enter", "Space"])
def test_what_is_under_way_is_not_stopped_by_enter(key: str, view: DeskView, open_window: Open, clock: Seconds) -> None:
    """However long it takes, and wherever Tab has been."""
    desk = ScriptedDesk(view)
    window = opened(desk, open_window, clock)
    clock.pass_by()
    window.press(key)
    window.press(key)
    stop = named(window, "stop")
    for _ in range(6):
        window.press("Tab")
        assert not stop.hasActiveFocus()
    assert desk.calls == []


@pytest.mark.parametrize("way", ["Esc", "click"])
@pytest.mark.parametrize(
    ("view", "call"), [(READING, "end_visit"), (in_service("busy"), "leave_service")], ids=["reading", "in a service"]
)
def test_esc_and_a_click_stop_it(view: DeskView, call: str, way: str, open_window: Open, clock: Seconds) -> None:
    desk = ScriptedDesk(view)
    window = opened(desk, open_window, clock)
    if way == "Esc":
        window.press("Escape")
    else:
        click(window, named(window, "stop"))
    assert desk.calls == [(call,)]


def test_a_slow_centre_is_not_cancelled(centre: SandboxCentre, world: World, open_window: Open, clock: Seconds) -> None:
    window = opened(world, open_window, clock)
    world.readers.insert(READER, card_of("elder"))
    page(window, "notice")
    centre.control.fault("slow", route="open_visit", seconds=1.0)
    clock.pass_by()
    window.press("Return")
    page(window, "busy")
    window.press("Return")
    page(window, "holder")
    assert world.desk.view.journey is None
    window.press("2")
    page(window, "pin")
    centre.control.fault("slow", route="subsidies", seconds=1.0)
    for digit in "739182":
        window.press(digit)
    clock.pass_by()
    window.press("Return")
    page(window, "busy")
    window.press("Return")
    page(window, "subsidies")


def test_a_fast_centre_starts_nothing_by_itself(world: World, open_window: Open, clock: Seconds) -> None:
    window = opened(world, open_window, clock)
    world.readers.insert(READER, card_of("elder"))
    page(window, "notice")
    clock.pass_by()
    window.press("Return")
    page(window, "holder")
    window.press("Return")
    assert world.desk.view.journey is None
    window.press("2")
    page(window, "pin")
    for digit in "739182":
        window.press(digit)
    clock.pass_by()
    window.press("Return")
    page(window, "subsidies")
    window.press("Return")
    assert window.model.subsidies.unfolded == ""
