"""A phone number is changed: off-line by two people, recorded once, sent once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.operations import State
from terminal.model.outbox_words import STATE_WORDS
from terminal.receipts.words import WORDS, Outcome
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.views import ConfirmView, DeskView, FormView, ResultView, SecretView, Stage
from tests.terminal.own import joined
from tests.terminal.world import World, card_of, settings_for

PHONE = "13912345678"


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path) -> Settings:
    return joined(centre, tmp_path)


@pytest.fixture
def world(centre: SandboxCentre, settings: Settings) -> Iterator[World]:
    with World(settings) as made:
        made.centre_known()
        yield made


def to_form(world: World) -> DeskView:
    world.desk.start_service("contact-change")
    return world.until_page("form")


def to_second(world: World, phone: str = PHONE) -> None:
    to_form(world)
    world.send("set", f"phone={phone}")
    world.send("next")
    world.until_page("confirm")
    world.send("confirm")
    world.until_page("second-person")


def change(world: World, reviewer: str = "2001") -> ResultView:
    to_second(world)
    world.type_secret(reviewer, PASSWORDS[reviewer])
    data = data_of(world.until_page("result"))
    assert isinstance(data, ResultView)
    return data


def data_of(view: DeskView) -> object:
    return view.journey.data if view.journey else None


def everything_sent(world: World) -> DeskView:
    return world.until(lambda view: view.queue is not None and view.queue.tone == "good")


def card_id(key: str) -> str:
    return card_of(key).contents.card_id.hex().upper()


def test_on_line_the_old_number_is_masked_and_the_change_arrives_once(centre: SandboxCentre, world: World) -> None:
    world.identify(card_of("elder"))
    form = data_of(to_form(world))
    assert isinstance(form, FormView)
    assert form.fields[0].before is not None
    assert "****" in form.fields[0].before
    world.send("set", f"phone={PHONE}")
    world.send("next")
    confirm = data_of(world.until_page("confirm"))
    assert isinstance(confirm, ConfirmView)
    assert confirm.second_person
    assert not confirm.offline
    world.send("confirm")
    world.until_page("second-person")
    world.type_secret("2001", PASSWORDS["2001"])
    result = data_of(world.until_page("result"))
    assert isinstance(result, ResultView)
    assert result.headline == WORDS[Outcome.RECORDED].word
    assert result.qr
    assert PHONE not in repr(result)
    everything_sent(world)
    assert centre.control.contact(card_id("elder"))["phone"] == PHONE


def test_off_line_with_a_card_that_nobody_could_prove(centre: SandboxCentre, world: World) -> None:
    centre.control.fault("down")
    view = world.identify(card_of("farmer"))
    assert view.holder is not None
    assert not view.holder.authenticated
    result = change(world)
    assert result.headline.zh == "已收件"
    world.until(lambda view: view.queue is not None and view.queue.waiting == 1)
    before = dict(centre.control.effects())
    centre.control.clear()
    centre.control.fault("lost", route="operations", times=1)
    world.desk.sync_now()
    everything_sent(world)
    new = {op_id: count for op_id, count in centre.control.effects().items() if op_id not in before}
    assert list(new.values()) == [1]


def test_a_third_generation_card_without_its_holder_is_refused(centre: SandboxCentre, world: World) -> None:
    centre.control.fault("down")
    view = world.identify(card_of("elder"))
    refused = {tile.code: tile.refused.code for tile in view.services if tile.refused}
    assert refused["contact-change"] == "T137"
    world.desk.start_service("contact-change")
    assert world.desk.view.stage is Stage.HOLDER


@pytest.mark.parametrize("phone", ["12912345678", "03912345678", "1391234567", ""])
def test_a_number_that_is_none_stays_on_the_form(world: World, phone: str) -> None:
    world.identify(card_of("farmer"))
    to_form(world)
    world.send("set", f"phone={phone}")
    world.send("next")
    view = world.until(lambda view: isinstance(data := data_of(view), FormView) and data.fields[0].error is not None)
    form = data_of(view)
    assert isinstance(form, FormView)
    assert form.fields[0].error is not None
    assert form.fields[0].error.code == "T138"


@pytest.mark.parametrize(
    ("number", "password", "code"),
    [
        ("1001", PASSWORDS["1001"], "T134"),
        ("1002", PASSWORDS["1002"], "T133"),
        ("2001", "wrong", "T130"),
        ("9999", "wrong", "T130"),
    ],
)
def test_a_second_person_who_may_not(world: World, number: str, password: str, code: str) -> None:
    world.identify(card_of("farmer"))
    to_second(world)
    world.type_secret(number, password)
    view = world.until(lambda view: isinstance(data := data_of(view), SecretView) and data.message is not None)
    data = data_of(view)
    assert isinstance(data, SecretView)
    assert data.message is not None
    assert data.message.code == code
    assert data.characters == 0
    world.type_secret("2002", PASSWORDS["2002"])
    world.until_page("result")


def test_leaving_the_second_person_records_nothing(world: World) -> None:
    world.identify(card_of("farmer"))
    to_second(world)
    world.desk.secret_char("x")
    world.desk.secret_cancel()
    world.until_page("confirm")
    world.desk.leave_service()
    world.until_stage(Stage.HOLDER)
    queue = world.desk.queue().result(30)
    assert queue.lines == ()


def test_the_paper_is_filed_and_a_second_one_says_so(centre: SandboxCentre, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    printing = settings_for(tmp_path, printer=f"file:{folder}")
    with World(printing) as world:
        world.centre_known()
        world.identify(card_of("farmer"))
        number = change(world).number
        world.send("print")
        world.until(lambda view: isinstance(data := data_of(view), ResultView) and data.printed is not None)
        world.send("print")
        world.until(lambda view: (folder / f"{number}-copy1.pdf").exists())
    assert (folder / f"{number}.pdf").exists()


def test_killed_after_recorded_and_started_again_it_is_there_and_arrives_once(
    centre: SandboxCentre, settings: Settings, tmp_path: Path
) -> None:
    with World(settings) as world:  # the list of operators has to come once
        world.centre_known()
    centre.control.fault("down")
    before = dict(centre.control.effects())
    command = [sys.executable, "-m", "tests.terminal.own_process", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().split()
        finally:
            process.kill()
    assert said[0] == "recorded"
    with World(settings) as world:
        (line,) = world.desk.queue().result(30).lines
        assert line.number == said[1]
        assert line.words == STATE_WORDS[State.PENDING].word
        centre.control.clear()
        centre.control.fault("lost", route="operations", times=1)
        world.desk.sync_now()
        everything_sent(world)
        world.until(lambda _: world.desk.queue().result(30).lines[0].words == STATE_WORDS[State.APPLIED].word)
    new = {op_id: count for op_id, count in centre.control.effects().items() if op_id not in before}
    assert list(new.values()) == [1]
    assert centre.control.contact(card_id("farmer"))["phone"] == PHONE
