"""The screens on the real desk: cards in software, the sandbox centre as a child, nothing scripted."""

from __future__ import annotations

import os
from pathlib import Path

from cardio.simulator.faults import Fault, Trouble
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings
from tests.terminal.conftest import centre, member, running_centre, settings, world
from tests.terminal.world import READER, SECOND, World, card_of, settings_for
from tests.ui.conftest import Open
from tests.ui.tree import click, everything_said, has, named, text_of, wait_for
from ui.models.subsidy_rows import CategoryRow, LineRow
from ui.models.tiles import ServiceRow
from ui.window import CounterWindow

__all__ = ["centre", "member", "running_centre", "settings", "world"]

PICTURES = os.environ.get("SSC_PICTURES")
"""Where to leave pictures of real data, to be looked at."""


def picture(window: CounterWindow, name: str) -> None:
    if PICTURES:
        window.grab(Path(PICTURES) / f"{name}.png")


def lines(window: CounterWindow) -> list[LineRow]:
    return [row for row in window.model.subsidies.lines.rows if isinstance(row, LineRow)]


def page(window: CounterWindow, wanted: str) -> None:
    wait_for(window, lambda: window.page == wanted, 30_000)


def type_pin(window: CounterWindow, digits: str) -> None:
    for digit in digits:
        window.press(digit)
    window.press("Return")


def to_holder(window: CounterWindow, world: World, key: str) -> None:
    world.readers.insert(READER, card_of(key))
    page(window, "notice")
    window.press("Return")
    page(window, "holder")


def to_account(window: CounterWindow) -> None:
    window.press("2")
    page(window, "pin")
    type_pin(window, "739182")
    page(window, "subsidies")


def test_a_whole_visit_and_the_next_holder(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    page(window, "waiting")
    to_holder(window, world, "elder")
    picture(window, "real-holder")
    card = card_of("elder")
    first = {name: world.desk.unmask(name) for name in ("name", "number", "birth_date", "card_number")}
    assert all(first.values())
    window.press("2")
    page(window, "pin")
    type_pin(window, "654321")
    wait_for(window, lambda: has(window, "pinMessage"))
    assert "5" in text_of(window, "triesLeft")
    type_pin(window, "739182")
    page(window, "subsidies")
    picture(window, "real-subsidies")
    years = window.model.subsidies.years.count
    assert years >= 5
    said = everything_said(window)
    assert window.model.subsidies.paid in said
    assert not [value for value in first.values() if value and value in said]
    masked = (window.model.holder.name, window.model.holder.number)
    world.readers.pull(READER)
    page(window, "waiting")
    said = everything_said(window)
    assert not [value for value in (*masked, *first.values()) if value and value in said]
    assert "¥" not in said
    assert card.commands == 0  # another card of the same person was never touched

    to_holder(window, world, "disabled")
    assert window.model.holder.number != masked[1]
    said = everything_said(window)
    assert not [value for value in (masked[1], *first.values()) if value and value in said]


def test_show_is_held_on_the_real_card(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    to_holder(window, world, "elder")
    plain = world.desk.unmask("number")
    assert plain is not None
    window.model.holder.reveal("number")
    assert plain in everything_said(window)
    window.model.holder.conceal()
    assert plain not in everything_said(window)


def test_the_account_is_chosen_and_revealed_by_keys_and_mouse(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    to_holder(window, world, "disabled")
    to_account(window)
    click(window, named(window, "year-"))
    wait_for(window, lambda: window.model.subsidies.selectedYear == "")
    everything = window.model.subsidies.lines.count
    hidden = [line.key for line in lines(window) if line.hidden]
    assert hidden
    window.model.subsidies.open(hidden[0])
    wait_for(window, lambda: hidden[0] in {line.key for line in lines(window) if not line.hidden})
    window.model.subsidies.open(hidden[0])
    assert window.model.subsidies.unfolded == hidden[0]
    picture(window, "real-revealed")
    category = next(row.key for row in window.model.subsidies.categories.rows if isinstance(row, CategoryRow))
    click(window, named(window, f"category-{category}"))
    wait_for(window, lambda: window.model.subsidies.selectedCategory == category)
    assert 0 < window.model.subsidies.lines.count <= everything
    click(window, named(window, f"category-{category}"))
    wait_for(window, lambda: window.model.subsidies.selectedCategory == "")
    assert window.model.subsidies.lines.count == everything


def test_card_status(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    to_holder(window, world, "elder")
    window.press("1")
    page(window, "card-status")
    picture(window, "real-card-status")
    assert window.model.cardStatus.facts.count >= 4
    window.press("Escape")
    page(window, "holder")


def test_a_declined_notice_leaves_the_card_to_be_taken(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    card = card_of("elder")
    world.readers.insert(READER, card)
    page(window, "notice")
    window.press("Escape")
    page(window, "waiting")
    assert text_of(window, "waitingTitle") == "请取走卡"
    assert card.commands == 0
    picture(window, "real-take-card")
    world.readers.pull(READER)
    wait_for(window, lambda: text_of(window, "waitingTitle") == "请插入社会保障卡")


def test_a_mute_card_is_a_fault_that_ends_by_itself(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    world.readers.insert(READER, card_of("elder", (Fault(Trouble.MUTE),)))
    page(window, "fault")
    picture(window, "real-mute")
    assert window.model.fault.code == "C109"
    assert not has(window, "leave")  # nothing was begun: there is no visit to end
    world.readers.pull(READER)
    page(window, "waiting")


def test_the_service_may_stop_and_start_again(world: World, open_window: Open) -> None:
    window = open_window(world.desk)
    page(window, "waiting")
    world.readers.stop_service()
    page(window, "fault")
    assert window.model.fault.code == "C101"
    picture(window, "real-service-stopped")
    world.readers.start_service()
    page(window, "waiting")


def test_two_cards_are_asked_about(centre: SandboxCentre, settings: Settings, open_window: Open) -> None:
    world = World(settings, readers=(READER, SECOND))
    world.readers.insert(READER, card_of("elder"))
    world.readers.insert(SECOND, card_of("disabled"))
    with world:
        window = open_window(world.desk)
        page(window, "readers")
        picture(window, "real-readers")
        window.press("Tab")  # from the first reader to the second
        window.press("Return")
        page(window, "notice")
        assert world.desk.view.reader == SECOND
        window.close()


def test_a_centre_that_is_down_leaves_the_free_records(
    centre: SandboxCentre, settings: Settings, open_window: Open
) -> None:
    with World(settings) as world:
        world.centre_known()
        window = open_window(world.desk)
        centre.control.fault("down")
        world.readers.insert(READER, card_of("elder"))
        page(window, "notice")
        window.press("Return")
        page(window, "holder")
        picture(window, "real-centre-down")
        assert window.model.holder.name == "—"
        assert not window.model.holder.authenticated
        assert has(window, "holderFault")
        assert [row.refused for row in window.model.services.rows if isinstance(row, ServiceRow)] == [True] * 4
        window.press("1")
        assert window.page == "holder"
        window.close()


def test_before_a_centre_is_joined_the_page_says_what_is_missing(tmp_path: Path, open_window: Open) -> None:
    with World(settings_for(tmp_path, sign_in=False)) as world:
        window = open_window(world.desk)
        wait_for(window, lambda: window.model.centreState == "down", 30_000)
        picture(window, "real-not-joined")
        assert window.model.centreFault.code == "N112"
        window.close()
