"""A new PIN in the chip: done, refused, or doubtful and then settled by the card itself or by two people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from cardio.errors import CardError, CardFault
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from terminal.desk_notes import CUT_OFF, when_pulled
from terminal.receipts.words import WORDS, Outcome
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import DEMO_PIN, find_person
from terminal.sandbox.staff import PASSWORDS
from terminal.services.doubtful_card import ASK_OLD
from terminal.settings import Settings
from terminal.views import DoubtfulView, PinChangeView, PinView, ResultView, Stage
from tests.terminal.own import joined
from tests.terminal.test_contact_change import data_of, everything_sent
from tests.terminal.world import READER, World, card_of, settings_for

NEW = "860427"


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path) -> Settings:
    return joined(centre, tmp_path)


@pytest.fixture
def world(centre: SandboxCentre, settings: Settings) -> Iterator[World]:
    with World(settings) as made:
        made.centre_known()
        yield made


def entry(world: World, name: str) -> PinChangeView:
    data = data_of(world.until(lambda view: isinstance(d := data_of(view), PinChangeView) and d.entry == name))
    assert isinstance(data, PinChangeView)
    return data


def type_all(world: World, old: str = DEMO_PIN, new: str = NEW, again: str = NEW) -> None:
    world.desk.start_service("card-pin-change")
    for name, digits in (("old", old), ("new", new), ("again", again)):
        entry(world, name)
        world.type_pin(digits)


def result(world: World) -> ResultView:
    data = data_of(world.until_page("result"))
    assert isinstance(data, ResultView)
    return data


def test_a_new_pin_is_in_the_chip_at_once_and_the_centre_hears_of_it(centre: SandboxCentre, world: World) -> None:
    card = card_of("elder")
    world.identify(card)
    type_all(world)
    shown = result(world)
    assert shown.headline == WORDS[Outcome.DONE_IN_CHIP].word
    assert shown.tone == "good"
    everything_sent(world)
    world.eventually(lambda: {line.words.zh for line in world.desk.queue().result(30).lines} == {"已办结"})
    assert world.desk.queue().result(30).people == ()
    assert _has(card, NEW)
    assert proof_left(world) == (bytes.fromhex("9000"),)


def test_off_line_the_change_is_local(centre: SandboxCentre, world: World) -> None:
    world.identify(card_of("elder"))  # proven while the centre was there
    centre.control.fault("down")
    type_all(world)
    assert result(world).headline == WORDS[Outcome.DONE_IN_CHIP].word


def test_an_unproven_card_is_not_written(centre: SandboxCentre, world: World) -> None:
    centre.control.fault("down")
    view = world.identify(card_of("farmer"))
    refused = {tile.code: tile.refused.code for tile in view.services if tile.refused}
    assert refused["card-pin-change"] == "T107"


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [("860427", "860428", "T140"), ("123456", "123456", "T139"), ("194103", "194103", "T139")],
)
def test_a_new_pin_that_is_guessed_or_mistyped(world: World, new: str, again: str, said: str) -> None:
    world.identify(card_of("elder"))
    type_all(world, new=new, again=again)
    view = world.until(lambda view: isinstance(d := data_of(view), PinChangeView) and d.message is not None)
    data = data_of(view)
    assert isinstance(data, PinChangeView)
    assert (data.entry, data.digits) == ("new", 0)
    world.type_pin(NEW)
    entry(world, "again")
    world.type_pin(NEW)
    assert result(world).headline == WORDS[Outcome.DONE_IN_CHIP].word


def test_a_wrong_old_pin_costs_a_try_and_begins_nothing(world: World) -> None:
    world.identify(card_of("elder"))
    type_all(world, old="111119")
    view = world.until(lambda view: isinstance(d := data_of(view), PinChangeView) and d.message is not None)
    data = data_of(view)
    assert isinstance(data, PinChangeView)
    assert (data.entry, data.tries_left) == ("old", 5)
    assert world.desk.queue().result(30).lines == ()


def proof_left(world: World) -> tuple[bytes, ...]:
    """What the card said at the end of its writes, as the store keeps it, in the order of their beginnings."""
    records = world.desk._queue._room.records
    assert records is not None
    sql = "SELECT proof FROM intent JOIN operation ON op_id = begun ORDER BY position"
    return records.store.do(lambda db: tuple(bytes(row[0] or b"") for row in db.rows(sql)), write=False)


def _has(card: SimulatedCard, pin: str) -> bool:
    packed = bytes.fromhex(pin)
    before = card._chip.pin.left
    try:
        card._chip.pin.verify(packed)
    except Exception:  # noqa: BLE001 - the card's refusal, whatever it is
        card._chip.pin._left = before
        return False
    return True


def cut_card(trouble: Trouble, at: int) -> SimulatedCard:
    return SimulatedCard(contents(find_person("elder")), (Fault(trouble, at),))


def cut_at_change(world: World, trouble: Trouble) -> SimulatedCard:
    """A card that leaves at CHANGE PIN itself: its number is found on a card that stays."""
    probe = card_of("elder")
    world.identify(probe)
    type_all(world)
    result(world)
    last = probe.commands
    world.readers.pull(READER)
    assert world.until_stage(Stage.WAITING).notices == ()  # it was done
    card = cut_card(trouble, last)
    world.identify(card)
    type_all(world)
    # The holder, who may walk off now, hears what to do.
    assert world.until(lambda view: view.stage is Stage.WAITING and view.notices != ()).notices == (CUT_OFF,)
    world.until(lambda view: view.queue is not None and view.queue.people == 1)
    return card


def test_pulled_in_the_middle_after_the_card_did_it(world: World) -> None:
    card = cut_at_change(world, Trouble.REMOVED_AFTER)
    (line,) = world.desk.queue().result(30).people
    assert line.actions == ("escalate", "print")
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.accept_notice()
    data = data_of(world.until_page("doubtful"))
    assert isinstance(data, DoubtfulView)
    world.send("settle")
    world.until_page("pin")
    world.type_pin(NEW)
    assert result(world).headline == WORDS[Outcome.DONE_IN_CHIP].word
    assert proof_left(world)[-1] == bytes.fromhex("9000")  # the card took the new PIN that was shown
    everything_sent(world)


def test_pulled_before_the_card_did_it_the_old_pin_proves_that(world: World) -> None:
    card = cut_at_change(world, Trouble.REMOVED_BEFORE)
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.accept_notice()
    world.until_page("doubtful")
    world.send("settle")
    world.until_page("pin")
    world.type_pin(NEW)
    view = world.until(lambda view: isinstance(d := data_of(view), PinView) and d.message == ASK_OLD)
    assert view.journey is not None
    world.type_pin(DEMO_PIN)
    assert result(world).headline == WORDS[Outcome.REFUSED].word
    assert proof_left(world)[-1] == bytes.fromhex("63C59000")  # it did not take the new one, and took the old one
    titles = {line.title.zh for line in world.desk.queue().result(30).lines}
    assert {"社保密码修改（卡片没有变）", "社保密码修改（开始）"} <= titles  # whatever the centre makes of the entries
    world.send("done")
    world.until_stage(Stage.HOLDER)
    type_all(world)
    assert result(world).headline == WORDS[Outcome.DONE_IN_CHIP].word


def test_later_leaves_the_card_doubtful_and_no_second_change_begins(world: World) -> None:
    card = cut_at_change(world, Trouble.REMOVED_AFTER)
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    world.desk.accept_notice()
    world.until_page("doubtful")
    world.send("later")
    world.until_stage(Stage.HOLDER)
    world.desk.start_service("card-pin-change")
    world.until_page("doubtful")


def test_two_people_give_a_doubtful_card_up(world: World) -> None:
    cut_at_change(world, Trouble.REMOVED_AFTER)
    (line,) = world.desk.queue().result(30).people
    answer = world.desk.queue_act(line.key, "escalate")
    world.until(lambda view: view.secret is not None)
    world.type_secret("1001", PASSWORDS["1001"])
    view = world.until(lambda view: view.secret is not None and view.secret.message is not None)
    assert view.secret is not None
    assert view.secret.message is not None
    assert view.secret.message.code == "T134"
    assert view.secret.number == ""  # a reviewer who types theirs does not go on behind it
    world.type_secret("2002", PASSWORDS["2002"])
    assert answer.result(30) is None
    everything_sent(world)
    assert world.desk.queue().result(30).people == ()


def test_the_holder_of_a_doubtful_card_gets_a_notice(settings: Settings, tmp_path: Path, centre: SandboxCentre) -> None:
    folder = tmp_path / "papers"
    with World(settings_for(tmp_path, printer=f"file:{folder}")) as world:
        world.centre_known()
        cut_at_change(world, Trouble.REMOVED_AFTER)
        (line,) = world.desk.queue().result(30).people
        assert world.desk.queue_act(line.key, "print").result(30) is None
        assert len(list(folder.glob("*.pdf"))) == 1


def test_a_second_person_who_leaves_the_page_settles_nothing(world: World) -> None:
    cut_at_change(world, Trouble.REMOVED_AFTER)
    (line,) = world.desk.queue().result(30).people
    answer = world.desk.queue_act(line.key, "escalate")
    world.until(lambda view: view.secret is not None)
    world.desk.secret_cancel()
    fault = answer.result(30)
    assert fault is not None
    assert fault.code == "T143"
    assert len(world.desk.queue().result(30).people) == 1


@pytest.mark.parametrize(
    ("code", "page", "fault", "said"),
    [
        ("card-pin-change", "busy", None, True),
        ("card-doubtful", "busy", None, True),
        ("card-pin-change", "fault", CardFault.CARD_REMOVED, True),
        ("card-pin-change", "fault", CardFault.PIN_LOCKED, False),  # told, and the card taken out
        ("card-pin-change", "pin-change", None, False),
        ("subsidy-enquiry", "busy", None, False),
    ],
)
def test_a_card_is_asked_back_only_where_it_left_in_the_middle(
    code: str, page: str, fault: CardFault | None, said: bool
) -> None:
    view = SimpleNamespace(code=code, view=page)
    journey = SimpleNamespace(view=view, error=None if fault is None else CardError(fault))
    assert (when_pulled(journey) is CUT_OFF) == said  # type: ignore[arg-type] # what it looks at
