"""The centre's reference data on the command line: what it refuses is refused by every command that serves a card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from terminal.cli.app import cli
from terminal.clock import SystemClock
from terminal.instance import single_instance
from terminal.model.operations import CARD_ISSUE, PIN_RESET, PIN_UNBLOCK
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import DEMO_PIN, find_person
from terminal.services.catalogue import services
from terminal.settings import Settings, prepare_data
from tests.e2e.conftest import Answer, Shell
from tests.e2e.test_queue_commands import NEW_PIN, ORDER, contact_change, lines, own, people, two
from tests.terminal.own import past_its_end
from tests.terminal.test_who_asks import commands

__all__ = ["own"]

BATCH = "{batch}"
"""In an argument: the file of orders."""


@dataclass(frozen=True)
class Serving:
    """A command that serves the card in the reader. :param stdin: with which it would go through, or spend a try.
    :param code: by which the centre switches it off; ``None`` for what is no service."""

    arguments: tuple[str, ...]
    stdin: str = ""
    code: str | None = None


RUN = {
    "card-status": ((), ""),
    "subsidy-enquiry": (("--fields-stdin",), json.dumps({"pin": DEMO_PIN})),
    "contact-change": (("--fields-stdin",), two(phone="13912345678")),
    "card-pin-change": (("--fields-stdin",), people(old_pin=DEMO_PIN, new_pin=NEW_PIN)),
}
"""How ``service run`` runs each service."""

COMMANDS = {
    "card read": (Serving(()),),
    "card personalise": (Serving(("--batch", BATCH, "--fields-stdin", "--wait", "5"), people(), CARD_ISSUE),),
    "card pin verify": (Serving(("--pin-stdin",), "654321\n"),),
    "card pin change": (Serving(("--fields-stdin",), people(old_pin=DEMO_PIN, new_pin=NEW_PIN), "card-pin-change"),),
    "card pin unblock": (Serving(("--fields-stdin",), two(), PIN_UNBLOCK),),
    "card pin reset": (Serving(("--fields-stdin",), two(new_pin=NEW_PIN), PIN_RESET),),
    "subsidy list": (Serving(("--pin-stdin",), DEMO_PIN, "subsidy-enquiry"),),
    "service run": tuple(Serving((code, *arguments), stdin, code) for code, (arguments, stdin) in RUN.items()),
}
OTHER_CARDS = {"reader conformance"}
"""Tries a reader and a key system out on a card that is made for it, in the sandbox alone; nobody is served."""

NOBODY = {"operator": "1001", "operator_secret": "a wrong one"}
ALL = [(name, each) for name, found in COMMANDS.items() for each in found]


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    made = tmp_path / "orders.json"
    made.write_text(json.dumps([ORDER]), "utf-8")
    return made


def run(shell: Shell, name: str, one: Serving, batch: Path) -> Answer:
    arguments = (str(batch) if each == BATCH else each for each in one.arguments)
    return shell.json(*name.split(), *arguments, stdin=one.stdin)


def fault_of(done: Answer) -> str | None:
    """Of the command, or of the one order of a batch."""
    document = done.document
    if isinstance(document, dict) and "orders" in document:
        document = document["orders"][0]
    found = document.get("fault") if isinstance(document, dict) else None
    return None if found is None else str(found["code"])


def held(pcscd: PrivatePcscd, card: RemoteCard) -> dict[str, Any]:
    """What is in the card: its files, PIN and tries, and not how often it was spoken to."""
    return {name: value for name, value in pcscd.saved(card).items() if name != "commands"}


def test_the_table_has_every_command_that_takes_a_card_and_every_service() -> None:
    takes = {
        name
        for name, command in commands(cli)
        for option in command.params
        if isinstance(option, click.Option) and "--reader" in option.opts
    }
    assert takes == COMMANDS.keys() | OTHER_CARDS
    assert RUN.keys() == {service.code for service in services()}


def test_a_card_on_the_watch_list_is_refused_by_every_command_before_its_pin_and_before_a_write(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, batch: Path
) -> None:
    farmer = contents(find_person("farmer"))
    card = pcscd.insert(0, farmer)
    assert own.json("sync", "--once").document["clear"]
    recorded = contact_change(own)  # from before; people set it aside, and would correct it
    key = recorded.document["operation"]
    assert own.json("queue", "park", key, "--people-stdin", stdin=two()).code == 0
    centre.control.publish(watch=[farmer.card_id.hex()])
    try:
        assert own.json("sync", "--once").code in {0, 6}
        before, stands = held(pcscd, card), lines(own)
        for fault in (None, "down"):
            if fault:
                centre.control.fault(fault)
            for name, one in ALL:
                done = run(own, name, one, batch)
                assert (fault_of(done), done.code) == ("T181", 6 if name == "card personalise" else 7), (name, one)
                assert str(farmer.name) not in done.out + done.err
            for name in ("card pin verify", "card pin change", "subsidy list"):
                asked = own.json("--no-input", *name.split())
                assert asked.fault == "T181", name  # before anybody is asked for anything
            corrected = own.json("queue", "correct", key, "--fields-stdin", stdin=two(phone="13612345679"))
            assert (corrected.fault, corrected.code) == ("T181", 7)
        assert (held(pcscd, card), lines(own)) == (before, stands)
        # What takes something back is done all the same.
        assert own.json("queue", "resolve", key, "--people-stdin", stdin=two()).code == 0
    finally:
        centre.control.clear()
        centre.control.publish(watch=[])
    assert own.json("sync", "--once").document["clear"]
    assert contact_change(own).code == 0


def test_what_is_switched_off_is_refused_by_every_command_and_nothing_else_is(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, batch: Path
) -> None:
    card = pcscd.insert(0, contents(find_person("farmer")))
    assert own.json("sync", "--once").document["clear"]
    off = {one.code for _, one in ALL if one.code is not None}
    centre.control.publish(off=sorted(off))
    try:
        assert own.json("sync", "--once").document["clear"]
        before = held(pcscd, card)
        for fault in (None, "down"):
            if fault:
                centre.control.fault(fault)
            for name, one in ALL:
                if one.code is not None:
                    done = run(own, name, one, batch)
                    assert (fault_of(done), done.code) == ("T182", 7), (name, one)
        assert held(pcscd, card) == before
        assert own.json("card", "read").code in {0, 6}
        centre.control.clear()
        centre.control.publish(off=["subsidy-enquiry"])
        assert own.json("sync", "--once").document["clear"]
        assert contact_change(own).code == 0
        assert own.json("service", "run", "card-status").code == 0
    finally:
        centre.control.clear()
        centre.control.publish(off=[])


OLD = {
    **dict.fromkeys(("contact-change", "card-pin-change", PIN_UNBLOCK, PIN_RESET), "T183"),
    CARD_ISSUE: "T188",
}
"""By a command's code: what it says off-line once the reference data is past its end."""


def test_past_the_end_of_the_reference_data_nothing_is_taken_in_and_what_waits_is_sent(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, batch: Path, tmp_path: Path
) -> None:
    card = pcscd.insert(0, contents(find_person("farmer")))
    assert own.json("sync", "--once").document["clear"]
    centre.control.fault("down")
    recorded = contact_change(own).document["operation"]
    assert own.json("queue", "park", recorded, "--people-stdin", stdin=two()).code == 0
    past_its_end(Settings(environment="sandbox", data_dir=str(own.data)))
    before = held(pcscd, card)
    for name, one in ALL:
        if one.code in OLD:
            done = run(own, name, one, batch)
            assert (fault_of(done), done.code) == (OLD[str(one.code)], 7), (name, one)
    people_only = ("--people-stdin",)
    refused: dict[tuple[str, ...], str] = {
        ("queue", "park", recorded, *people_only): two(),
        ("queue", "resolve", recorded, *people_only): two(),
        ("queue", "correct", recorded, "--fields-stdin"): two(phone="13612345679"),
        ("drive", "roster", "village-a", *people_only): people(),
        ("drive", "end", "village-a", *people_only): people(),
        ("store", "wipe", "--yes", *people_only): people(),
        ("card", "read", "--unmask", "--reason", "correction", *people_only): people(),
    }
    for command, stdin in refused.items():
        done = own.json(*command, stdin=stdin)
        assert (done.fault, done.code) == ("T188", 7), command
    assert held(pcscd, card) == before
    looking: dict[tuple[str, ...], str] = {
        ("queue", "list"): "",
        ("queue", "show", recorded, *people_only): people(),
        ("queue", "export", str(tmp_path / "sealed"), *people_only): people(),
        ("journal", "export", str(tmp_path / "journal"), *people_only): people(),
        ("store", "backup", str(tmp_path / "copy"), *people_only): people(),
        ("journal", "verify"): "",
        ("queue", "retry", recorded, *people_only): people(),
        ("store", "export", str(tmp_path / "medium"), *people_only): people(),
    }
    for command, stdin in looking.items():
        done = own.json(*command, stdin=stdin)
        assert done.code == 0, (command, done.out + done.err)
    assert own.json("queue", "export", str(tmp_path / "no"), "--people-stdin", stdin=json.dumps(NOBODY)).fault == "T130"
    centre.control.clear()  # what is new comes along, for whoever asks first
    absent = own.json("drive", "roster", "village-a", "--people-stdin", stdin=people())
    assert absent.fault == "T168"
    past_its_end(Settings(environment="sandbox", data_dir=str(own.data)))
    assert contact_change(own, "13612345678").code == 0
    assert own.json("sync", "--once").document["clear"]
    assert centre.control.effects()[recorded] == 1


def test_beside_a_screen_the_centre_is_asked_and_nobody_is_served_where_nobody_can_be(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd
) -> None:
    farmer = contents(find_person("farmer"))
    pcscd.insert(0, farmer)
    assert own.json("sync", "--once").document["clear"]
    settings = Settings(environment="sandbox", data_dir=str(own.data))
    try:
        with single_instance(prepare_data(settings), SystemClock()):
            assert own.json("service", "run", "card-status").code == 0
            centre.control.publish(watch=[farmer.card_id.hex()])
            assert own.json("service", "run", "card-status").fault == "T181"
            centre.control.fault("down")
            assert own.json("card", "read").fault == "T104"
    finally:
        centre.control.clear()
        centre.control.publish(watch=[])
