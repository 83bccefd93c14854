"""A phone number is changed: off-line by two people, recorded once, sent once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.operations import State
from terminal.membership import identity_of
from terminal.model.outbox_words import STATE_WORDS
from terminal.receipts.code import verify
from terminal.receipts.identity import paper_keys
from terminal.receipts.words import WORDS, Outcome
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.text import Text
from terminal.views import ConfirmView, DeskView, FormView, ResultView, SecretView, Stage
from tests.terminal.own import joined
from tests.terminal.test_sign_in import journal
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
    assert "****" in form.fields[0].before.zh
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


@pytest.mark.parametrize("phone", ["12912345678", "03912345678", "1391234567"])
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


ADDRESS = "测试镇东风村三组18号"


def fill(world: World, **fields: str) -> None:
    to_form(world)
    for name, text in fields.items():
        world.send("set", f"{name}={text}")
    world.send("next")
    world.until_page("confirm")


def test_an_address_alone_needs_nobody_else_and_arrives(centre: SandboxCentre, world: World) -> None:
    world.identify(card_of("inactive"))
    fill(world, address="测试镇东风村三组１８号")
    confirm = data_of(world.desk.view)
    assert isinstance(confirm, ConfirmView)
    assert not confirm.second_person
    assert ADDRESS in [line.value.zh for line in confirm.lines]
    world.send("confirm")
    result = data_of(world.until_page("result"))
    assert ADDRESS not in repr(result)
    assert "测试镇****" in repr(result)
    everything_sent(world)
    world.until(lambda _: world.desk.queue().result(30).lines[0].words == STATE_WORDS[State.APPLIED].word)
    assert ADDRESS not in repr(world.desk.queue().result(30))
    found = centre.control.contact(card_id("inactive"))
    assert (found["region"], found["address"]) == ("379998", ADDRESS)
    world.send("done")
    form = data_of(to_form(world))
    assert isinstance(form, FormView)
    assert [field.before for field in form.fields][2] == Text("379998 测试镇****", "379998 测试镇****")


def test_number_and_address_together_need_the_second_person(centre: SandboxCentre, world: World) -> None:
    world.identify(card_of("inactive"))
    fill(world, phone="13712345678", region="379999", address="测试镇西风村9号")
    world.send("confirm")
    world.until_page("second-person")
    world.type_secret("2001", PASSWORDS["2001"])
    world.until_page("result")
    everything_sent(world)
    world.until(lambda _: world.desk.queue().result(30).lines[0].words == STATE_WORDS[State.APPLIED].word)
    found = centre.control.contact(card_id("inactive"))
    assert (found["phone"], found["address"]) == ("13712345678", "测试镇西风村9号")


def test_what_is_wrong_stands_under_its_field(world: World) -> None:
    world.identify(card_of("inactive"))
    to_form(world)

    def errors(view: DeskView) -> dict[str, str]:
        form = data_of(view)
        return {each.name: each.error.code for each in form.fields if each.error} if isinstance(form, FormView) else {}

    def until_wrong(wrong: dict[str, str]) -> None:
        world.until(lambda view: errors(view) == wrong)

    for address, region, phone, wrong in (
        ("", "379999", "", {"phone": "T148"}),
        ("东风", "379999", "", {"address": "T147"}),
        (ADDRESS, "00", "", {"region": "T145"}),
        (ADDRESS, "379999", "139", {"phone": "T138"}),
        ("测试镇\ue000东风村", "379999", "", {"address": "T146"}),
    ):
        for name, text in (("address", address), ("region", region), ("phone", phone)):
            world.send("set", f"{name}={text}")
        world.send("next")
        until_wrong(wrong)


def test_a_second_try_corrects_the_one_that_was_set_aside(centre: SandboxCentre, world: World) -> None:
    world.identify(card_of("inactive"))
    centre.control.fault("down")
    change(world)
    world.send("done")
    (line,) = world.desk.queue().result(30).lines
    answer = world.desk.queue_act(line.key, "park")
    world.until(lambda view: view.secret is not None)
    world.type_secret("2002", PASSWORDS["2002"])
    assert answer.result(30) is None
    fill(world, phone="13612345678")
    world.send("confirm")
    world.until_page("second-person")
    world.type_secret("2001", PASSWORDS["2001"])
    world.until_page("result")
    centre.control.clear()
    world.desk.sync_now()
    everything_sent(world)
    world.until(lambda _: world.desk.queue().result(30).people == ())
    assert centre.control.contact(card_id("inactive"))["phone"] == "13612345678"


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
        centre.control.fault("down")  # while the centre says nothing the paper stays the same
        number = change(world).number
        world.send("print")
        world.until(lambda view: isinstance(data := data_of(view), ResultView) and data.printed is not None)
        world.send("print")
        world.until(lambda view: (folder / f"{number}-copy1.pdf").exists())
    assert (folder / f"{number}.pdf").exists()


def test_without_a_printer_nothing_is_called_printed(centre: SandboxCentre, settings: Settings) -> None:
    with World(settings) as world:
        world.centre_known()
        world.identify(card_of("farmer"))
        centre.control.fault("down")
        change(world)
        world.send("print")
        view = world.until(lambda view: isinstance(data := data_of(view), ResultView) and data.printed is not None)
        data = data_of(view)
        assert isinstance(data, ResultView)
        assert data.printed is not None
        assert "没有打印机" in data.printed.zh
    assert "printed" not in {what for what, _ in journal(settings)}


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
        world.eventually(lambda: world.desk.queue().result(30).lines[0].words == STATE_WORDS[State.APPLIED].word)
    new = {op_id: count for op_id, count in centre.control.effects().items() if op_id not in before}
    assert list(new.values()) == [1]
    assert centre.control.contact(card_id("farmer"))["phone"] == PHONE


def test_once_the_centre_has_decided_the_result_says_so_and_the_paper_is_the_centres(
    centre: SandboxCentre, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    with World(settings_for(tmp_path, printer=f"file:{folder}")) as world:
        world.centre_known()
        world.identify(card_of("inactive"))
        number = change(world).number
        view = world.until(
            lambda view: (
                isinstance(data := data_of(view), ResultView) and data.headline.zh == WORDS[Outcome.COMPLETED].word.zh
            )
        )
        data = data_of(view)
        assert isinstance(data, ResultView)
        verified = verify(data.scan, paper_keys(identity_of(settings)), "sandbox")
        assert verified.key.of_centre
        assert (verified.claim.number, verified.claim.outcome) == (number, Outcome.COMPLETED)
        assert any("→" in line.value.zh for line in data.lines)  # what stood there before is still told
        world.send("print")
        world.until(lambda view: isinstance(data := data_of(view), ResultView) and data.printed is not None)
    assert [path.name for path in folder.glob("*.pdf")] == [f"{number}-completed.pdf"]
