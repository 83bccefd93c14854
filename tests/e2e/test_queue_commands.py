"""Taking in, sending and looking, without the screen: each command a process of its own on the same store."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.pcscd import PrivatePcscd
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.spec import CardSpec, PsamSpec
from terminal import bootstrap
from terminal.clock import SystemClock
from terminal.instance import single_instance
from terminal.membership import join
from terminal.model.operations import PIN_UNBLOCK
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import DEMO_PIN, find_person
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings, prepare_data
from tests.e2e.conftest import Answer, Shell

PHONE = "13912345678"
NEW_PIN = "860427"
ORDER = {
    "application": "A-1",
    "number": "379999195601020011",
    "name": "石大山",
    "sex": "1",
    "nation": "01",
    "birth_place": "379999",
    "birth_date": "1956-01-02",
    "card_number": "X00000019",
    "issued_on": "2026-01-02",
    "expires_on": "2036-01-02",
}


@pytest.fixture
def own(centre: SandboxCentre, pcscd: PrivatePcscd, tmp_path: Path) -> Iterator[Shell]:
    """A terminal of its own that has joined."""
    centre.control.clear()
    made = Shell(tmp_path, pcscd.environment)
    code = centre.control.new_code()
    done = made.json("enrol", "--centre", centre.url, "--ca", centre.ready.authority, stdin=code + "\n")
    assert done.code == 0, done.out
    yield made
    centre.control.clear()


def people(**more: str) -> str:
    return json.dumps({"operator": "1001", "operator_secret": PASSWORDS["1001"], **more})


def two(reviewer: str = "2001", **more: str) -> str:
    return people(reviewer=reviewer, reviewer_secret=PASSWORDS[reviewer], **more)


def contact_change(shell: Shell, phone: str = PHONE, reviewer: str = "2001") -> Answer:
    return shell.json("service", "run", "contact-change", "--fields-stdin", stdin=two(reviewer, phone=phone))


def lines(shell: Shell) -> list[dict[str, Any]]:
    document = shell.json("queue", "list").document
    return [*document["people"], *document["lines"]]


def test_taken_in_off_line_sent_once_and_proven(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd) -> None:
    assert own.json("sync", "--once").document["clear"]
    pcscd.insert(0, contents(find_person("farmer")))
    done = contact_change(own)  # while the centre is there the list of operators comes along
    assert done.code == 0, done.out
    centre.control.fault("down")
    done = contact_change(own, "13612345678")
    assert done.code == 0, done.out + done.err
    assert done.document["word"] == "已收件"
    verified = own.json("receipt", "verify", done.document["code"])
    assert verified.document["valid"]
    assert verified.document["number"] == done.document["number"]
    assert [line["words"] for line in lines(own)] == ["已收件，待送中心"] * 2
    assert own.json("sync", "--once", "--seconds", "5").code == 5
    centre.control.clear()
    centre.control.fault("lost", route="operations", times=1)
    sent = own.json("sync", "--once")
    assert (sent.code, sent.document["clear"]) == (0, True), sent.out
    assert [line["words"] for line in lines(own)] == ["已办结"] * 2
    assert centre.control.effects()[done.document["operation"]] == 1
    shown = own.json("queue", "show", done.document["operation"]).document
    assert (shown["state"], shown["number"]) == ("applied", done.document["number"])
    proof = own.json("journal", "verify").document
    assert (proof["valid"], proof["operations"], proof["acknowledged"]) == (True, 2, 2)
    said = own.json("queue", "list").out + own.run("queue", "list").out
    assert PHONE not in said
    signed = own.json("queue", "list", "--people-stdin", stdin=people()).out
    assert ("139****5678" in signed, "139****5678" in said) == (True, False)


@pytest.mark.parametrize(
    ("phone", "reviewer", "fault", "code"), [("12345", "2001", "T138", 2), (PHONE, "1001", "T134", 7)]
)
def test_what_is_refused_leaves_nothing(  # noqa: PLR0917 - pytest hands over one parameter for each value
    own: Shell, pcscd: PrivatePcscd, phone: str, reviewer: str, fault: str, code: int
) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    done = contact_change(own, phone, reviewer)
    assert (done.fault, done.code) == (fault, code)
    assert lines(own) == []


@pytest.mark.parametrize(
    ("fields", "fault", "said"),
    [
        ("nonsense", "T128", "JSON"),
        ({"operator_secret": ""}, "T114", "operator, operator_secret [phone, region, address, reviewer"),
        ({"operator": "1001", "operator_secret": "x", "colour": "red"}, "T114", "[phone, region, address, reviewer"),
        ({"operator": "1001", "operator_secret": "x", "phone": 13912345678}, "T129", "phone"),
        ({"operator": 1001, "operator_secret": "x"}, "T129", "operator"),
        ({"operator": "1001", "operator_secret": "a\\b"}, "T129", "operator_secret"),
    ],
)
def test_what_is_wrong_with_the_fields_is_told_and_what_to_do(
    own: Shell, pcscd: PrivatePcscd, fields: object, fault: str, said: str
) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    typed = fields if isinstance(fields, str) else json.dumps(fields)
    done = own.json("service", "run", "contact-change", "--fields-stdin", stdin=typed)
    assert (done.code, done.fault) == (2, fault)
    assert said in done.document["fault"]["message"]
    remedy = done.document["fault"]["remedy"]
    assert "service list" not in remedy  # which names neither people nor passwords
    assert PHONE not in done.out + done.err


def test_a_card_in_clear_for_a_reason_is_in_the_journal_before_it_is_read(
    own: Shell, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    asked = ("card", "read", "--unmask", "--reason", "correction")
    assert own.json(*asked).fault == "T113"
    assert own.json(*asked, "--people-stdin", stdin=people().replace("1001", "9009", 1)).fault == "T130"
    read = own.json(*asked, "--people-stdin", stdin=people()).document
    assert "*" not in read["holder"]["name"] + read["holder"]["social_security_number"]
    file = tmp_path / "journal.jsonl"
    assert own.json("journal", "export", "--people-stdin", str(file), stdin=people()).code == 0
    text = file.read_text("utf-8")
    shown = [line["fields"] for line in map(json.loads, text.splitlines()) if line["what"] == "unmasked"]
    assert shown == [{"operator": "1001", "reason": "correction", "what": "card"}]
    assert read["holder"]["social_security_number"] not in text


def test_a_pin_is_changed_in_the_chip(own: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    done = own.json("card", "pin", "change", "--fields-stdin", stdin=people(old_pin=DEMO_PIN, new_pin=NEW_PIN))
    assert done.code == 0, done.out
    assert done.document["outcome"] == "done_in_chip"
    assert own.json("card", "pin", "verify", "--pin-stdin", stdin=NEW_PIN + "\n").document == {"verified": True}
    weak = own.json("card", "pin", "change", "--fields-stdin", stdin=people(old_pin=NEW_PIN, new_pin="111111"))
    assert weak.fault == "T139"
    assert len(lines(own)) == 2


def test_set_aside_and_put_back(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    key = contact_change(own).document["operation"]
    assert own.json("queue", "retry", key, "--people-stdin", stdin=people()).fault == "T144"
    assert own.json("queue", "park", key, "--people-stdin", stdin=two()).code == 0
    assert own.json("sync", "--once").document["people"] == 1  # its tombstone is at the centre
    assert [line["actions"] for line in lines(own)] == [["retry", "withdraw", "escalate"]]
    assert own.json("queue", "retry", key, "--people-stdin", stdin=people()).code == 0
    assert own.json("sync", "--once").document["clear"]
    assert centre.control.effects()[key] == 1
    key = contact_change(own, "13612345678").document["operation"]
    assert own.json("queue", "park", key, "--people-stdin", stdin=two()).code == 0
    right = own.json("queue", "correct", key, "--fields-stdin", stdin=two(phone="13612345679")).document["number"]
    later = contact_change(own, "13612345670").document["operation"]
    assert own.json("queue", "park", later, "--people-stdin", stdin=two()).code == 0
    assert own.json("queue", "resolve", later, "--people-stdin", stdin=two()).code == 0
    assert own.json("sync", "--once").document["clear"]
    assert not {key, later} & centre.control.effects().keys()
    assert own.json("queue", "show", right).document["state"] == "applied"
    exported = tmp_path / "operations.jsonl"
    assert own.json("queue", "export", str(exported), "--people-stdin", stdin=people()).document == {"exported": 5}
    assert len(exported.read_text("utf-8").splitlines()) == 5
    chain = tmp_path / "journal.jsonl"
    nobody = own.json("journal", "export", str(chain), "--people-stdin", stdin=people(operator_secret="wrong"))
    assert (nobody.fault, chain.exists()) == ("T130", False)
    done = own.json("journal", "export", str(chain), "--people-stdin", stdin=people())
    assert done.document["exported"] == len(chain.read_text("utf-8").splitlines())
    assert own.json("journal", "verify").document["valid"]


def test_a_drained_queue_in_which_something_waits_for_a_person_ends_with_six(own: Shell, pcscd: PrivatePcscd) -> None:
    def sync() -> tuple[int, int, bool]:
        done = own.json("sync", "--once")
        return done.code, done.document["people"], done.document["stopped"]

    pcscd.insert(0, SECOND)  # no card of the centre's people: it refuses
    assert contact_change(own).code == 0
    assert sync() == (6, 1, False)
    refused = lines(own)[0]
    assert (refused["words"], refused["actions"]) == ("中心不予办理", ["withdraw", "escalate"])
    assert own.json("queue", "resolve", refused["key"], "--people-stdin", stdin=two()).code == 0
    assert sync() == (0, 0, False)
    pcscd.eject(0)
    pcscd.insert(0, contents(find_person("farmer")))
    key = contact_change(own).document["operation"]
    assert own.json("queue", "park", key, "--people-stdin", stdin=two()).code == 0
    assert sync() == (6, 1, False)


def test_an_address_is_taken_in_by_command(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    given = people(region="379999", address="槐荫村三组 12 号")
    done = own.json("service", "run", "contact-change", "--fields-stdin", stdin=given)
    assert done.code == 0, done.out + done.err
    assert own.json("sync", "--once").document["clear"]
    assert centre.control.effects()[done.document["operation"]] == 1
    wrong = own.json("service", "run", "contact-change", "--fields-stdin", stdin=people(region="379999", address="x"))
    assert wrong.fault == "T147"


def enrol_again(centre: SandboxCentre, shell: Shell, renews: str | None = None) -> Answer:
    code = centre.control.new_code(renews)
    return shell.json("enrol", "--replace", "--centre", centre.url, "--ca", centre.ready.authority, stdin=code + "\n")


def test_an_older_copy_of_a_renewed_terminal_is_refused_at_once_until_it_is_renewed(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    done = contact_change(own).document
    terminal = done["number"].split("-")[0]
    older = Shell(tmp_path_factory.mktemp("older") / "copy", pcscd.environment)
    shutil.copytree(own.data, older.data)
    assert enrol_again(centre, own, terminal).code == 0
    first = older.json("sync", "--once")
    assert (first.code, first.document["why"], first.document["stopped"]) == (7, "refused", True), first.out
    # Before a card is read and before anybody is asked: neither the number nor the passwords are good.
    nobody = people(operator_secret="wrong", reviewer="2001", reviewer_secret="wrong")
    for command, fields in (
        (("service", "run", "contact-change"), nobody[:-1] + ', "phone": "1"}'),
        (("card", "pin", "change"), people(operator_secret="wrong", old_pin=DEMO_PIN, new_pin="111111")),
        (("card", "pin", "reset"), nobody[:-1] + ', "new_pin": "111111"}'),
    ):
        refused = older.json(*command, "--fields-stdin", stdin=fields)
        assert (refused.fault, refused.code) == ("S154", 7), command
    assert "S154" in [check["fault"]["code"] for check in older.json("doctor").document["checks"] if check["fault"]]
    queue = older.json("queue", "list").document
    assert (queue["next_try"], queue["stopped"]) == (None, refused.document["fault"])
    said = older.run("queue", "list").out
    assert ("已停止传送" in said, refused.document["fault"]["message"] in said, "下次尝试" in said) == (
        True,
        True,
        False,
    )
    assert own.json("sync", "--once").document["clear"]  # the right copy goes on
    assert own.json("queue", "list").document["stopped"] is None
    assert enrol_again(centre, older, terminal).code == 0
    assert older.json("sync", "--once").document["clear"]
    assert older.json("queue", "list").document["stopped"] is None
    assert contact_change(older, "13612345678").code == 0
    assert centre.control.effects()[done["operation"]] == 1


def test_a_new_certificate_keeps_what_waits(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    centre.control.fault("down")
    done = contact_change(own, "13612345678")
    assert done.code == 0, done.out
    centre.control.clear()

    assert enrol_again(centre, own).fault == "N113"  # a new number: nothing that waits could ever be sent
    terminal = done.document["number"].split("-")[0]
    renewed = enrol_again(centre, own, terminal)
    assert (renewed.code, renewed.document["terminal"]) == (0, terminal)
    assert own.json("receipt", "verify", done.document["code"]).document["valid"]
    assert own.json("sync", "--once").document["clear"]
    assert centre.control.effects()[done.document["operation"]] == 1


@pytest.mark.parametrize("command", [("queue", "list"), ("sync", "--once"), ("journal", "verify")])
def test_beside_a_running_screen_a_command_is_refused(own: Shell, command: tuple[str, ...]) -> None:
    folder = prepare_data(Settings(environment="sandbox", data_dir=str(own.data)))
    with single_instance(folder, SystemClock()):
        done = own.json(*command)
    assert (done.fault, done.code) == ("T104", 7)


def test_a_terminal_that_has_not_joined_has_no_queue(shell: Shell) -> None:
    assert shell.json("queue", "list").fault == "N112"


def _ended(own: Shell) -> list[str]:
    """How each unblock of this terminal ended, in order."""
    clock, settings = SystemClock(), Settings(environment="sandbox", data_dir=str(own.data))
    staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
    try:
        kinds = [entry.kind for entry in staff.room.open().outbox.listed()]
    finally:
        staff.room.close()
    parts = [kind.partition(".") for kind in kinds]
    return [step for what, _, step in parts if what == PIN_UNBLOCK and step != "begun"]


def _unblock_in_doubt(own: Shell, pcscd: PrivatePcscd, elder: CardContents, last: int) -> None:
    """:param last: number of the command that unblocks. The card carries it out, and is pulled before its answer."""
    pcscd.eject(0)
    card = pcscd.insert(0, CardSpec(elder, (Fault(Trouble.REMOVED_AFTER, last),)))
    assert own.json("card", "pin", "verify", "--pin-stdin", stdin="000000").fault
    own.json("card", "pin", "unblock", "--fields-stdin", stdin=two(reviewer="1001"))  # refused, as before
    lost = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two())
    assert (lost.fault, pcscd.state(card).pin_tries_left) == ("C110", 1)
    pcscd.insert(0, card)
    reset = own.json("card", "pin", "reset", "--fields-stdin", stdin=two(new_pin=NEW_PIN))
    assert reset.fault == "S121"  # in doubt: nothing else is done to its PIN before
    settled = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two())
    assert settled.code == 0, settled.out + settled.err


def _unblock_that_never_was(own: Shell, pcscd: PrivatePcscd, elder: CardContents, last: int) -> None:
    """Pulled before the command, with tries left: the next one ends it as undone, and gives all tries back itself."""
    pcscd.eject(0)
    card = pcscd.insert(0, CardSpec(replace(elder, pin_tries=3), (Fault(Trouble.REMOVED_BEFORE, last),)))
    assert own.json("card", "pin", "verify", "--pin-stdin", stdin="000000").fault
    own.json("card", "pin", "unblock", "--fields-stdin", stdin=two(reviewer="1001"))
    lost = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two())
    assert (lost.fault, pcscd.state(card).pin_tries_left) == ("C110", 2)
    pcscd.insert(0, card)
    settled = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two())
    assert settled.code == 0, settled.out + settled.err
    assert pcscd.state(card).pin_tries_left == 3


def test_a_locked_pin_is_unblocked_and_reset_by_two_people(own: Shell, pcscd: PrivatePcscd) -> None:
    """Unblocked with the keys of the centre's HSM, reset with those of the terminal's PSAM. An unblock whose answer was
    lost stays in doubt until the card comes again, which then says how it ended."""
    elder = replace(contents(find_person("elder")), pin_tries=1)
    card = pcscd.insert(0, elder)
    assert own.json("card", "pin", "verify", "--pin-stdin", stdin="000000").fault
    assert pcscd.state(card).pin_tries_left == 0
    alone = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two(reviewer="1001"))
    assert (alone.code != 0, pcscd.state(card).pin_tries_left) == (True, 0)
    done = own.json("card", "pin", "unblock", "--fields-stdin", stdin=two())
    assert done.code == 0, done.out + done.err
    assert pcscd.state(card).pin_tries_left == 1
    last = pcscd.state(card).commands
    _unblock_in_doubt(own, pcscd, elder, last)
    _unblock_that_never_was(own, pcscd, elder, last)
    assert _ended(own) == ["done", "done", "done", "undone", "done"]  # the cut-off ones are the second and fourth
    pcscd.insert(1, PsamSpec())
    settings = own.data / "config" / "ssc-terminal"
    settings.mkdir(parents=True)
    (settings / "settings.toml").write_text(f'psam = "{pcscd.reader_names[1]}"\n', encoding="utf-8")
    assert own.json("card", "read").document["authenticated_by"] == "psam"
    assert own.json("card", "pin", "reset", "--fields-stdin", stdin=two(new_pin="111111")).code != 0  # too simple
    done = own.json("card", "pin", "reset", "--fields-stdin", stdin=two(new_pin=NEW_PIN))
    assert done.code == 0, done.out + done.err
    assert NEW_PIN not in done.out + done.err
    assert own.json("card", "pin", "verify", "--pin-stdin", stdin=NEW_PIN).code == 0
    assert own.json("sync", "--once").document["clear"]
    assert [line["words"] for line in lines(own)] == ["已办结"] * 12


def test_a_batch_is_issued_into_a_blank_card_and_stands_in_the_journal(
    own: Shell, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    blank = replace(THIRD, number=None, name=None, birth_date=None, card_number="")
    card = pcscd.insert(0, blank)
    order = ORDER
    batch = tmp_path / "orders.json"
    batch.write_text(json.dumps([order]), encoding="utf-8")
    command = ("card", "personalise", "--batch", str(batch), "--fields-stdin", "--wait", "5")
    done = own.json(*command, stdin=people())
    assert done.code == 0, done.out + done.err
    assert (done.document["made"], done.document["orders"][0]["state"]) == (1, "made")
    pcscd.eject(0)
    pcscd.insert(0, card)
    again = own.json(*command, stdin=people())
    assert again.document["orders"][0] | {"already": 0} == done.document["orders"][0] | {
        "state": "already",
        "written": 0,
        "already": 0,
    }
    record = own.json("card", "read", "--unmask").document
    assert (record["card_number"], record["holder"]["name"]) == ("X00000019", "石大山")
    assert own.json("journal", "verify").document["valid"]
    batch.write_text(json.dumps([order | {"sex": "7"}]), encoding="utf-8")
    wrong = own.json(*command, stdin=people())
    assert (wrong.fault, wrong.code) == ("T162", 2)
    assert order["number"] not in wrong.out + wrong.err
    batch.unlink()
    assert own.json("sync", "--once").document["clear"]
    issued = [(line["title"], line["words"]) for line in lines(own) if line["title"].startswith("批量写卡")]
    titles = ["批量写卡（开始）", "批量写卡", "批量写卡（开始）", "批量写卡（卡片没有变）"]
    assert sorted(issued) == sorted((title, "已办结") for title in titles)


def test_a_card_that_is_pulled_while_it_is_issued_is_doubtful_until_its_batch_goes_on(
    own: Shell, pcscd: PrivatePcscd, tmp_path: Path, centre: SandboxCentre
) -> None:
    blank = replace(THIRD, number=None, name=None, birth_date=None, card_number="")
    card = pcscd.insert(0, CardSpec(blank, (Fault(Trouble.REMOVED_AFTER, 32),)))
    batch = tmp_path / "orders.json"
    batch.write_text(json.dumps([ORDER]), encoding="utf-8")
    command = ("card", "personalise", "--batch", str(batch), "--fields-stdin", "--wait", "5")
    cut = own.json(*command, stdin=people())
    assert (cut.document["made"], cut.document["orders"][0]["state"]) == (0, "half-made"), cut.out + cut.err
    (doubtful,) = own.json("queue", "list").document["people"]
    assert (doubtful["title"], doubtful["words"]) == ("批量写卡", "卡片待核实")
    # Another order does not take the card, and the same does not take another card.
    pcscd.insert(0, card)
    batch.write_text(json.dumps([ORDER | {"application": "A-2", "card_number": "X00000027"}]), encoding="utf-8")
    other = own.json(*command, stdin=people())
    assert other.document["orders"][0]["fault"]["code"] == "S121", other.out
    pcscd.eject(0)
    pcscd.insert(0, card)
    batch.write_text(json.dumps([ORDER]), encoding="utf-8")
    done = own.json(*command, stdin=people())
    assert (done.code, done.document["orders"][0]["state"]) == (0, "made"), done.out + done.err
    assert own.json("queue", "list").document["people"] == []
    assert own.json("sync", "--once").document["clear"]
    ended = [(line["title"], line["words"]) for line in lines(own)]
    assert ended == [("批量写卡", "已办结"), ("批量写卡（开始）", "已办结")]
    assert set(centre.control.effects().values()) == {1}
    assert ORDER["number"] not in done.out
    assert own.json("journal", "verify").document["valid"]
    batch.unlink()
