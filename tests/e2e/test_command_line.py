"""``ssc-terminal`` as a process: exact JSON, exit codes, faults, and nothing said that must not be."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.pcscd import PrivatePcscd
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.spec import CardSpec
from terminal.centre.contract import PaymentState
from terminal.clock import SystemClock
from terminal.instance import single_instance
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from terminal.settings import Settings, prepare_data
from tests.e2e.conftest import Shell

NATIONS = {"01": "汉族", "05": "维吾尔族"}


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_card_read_gives_exactly_what_the_chip_holds(shell: Shell, pcscd: PrivatePcscd, contents: CardContents) -> None:
    pcscd.insert(0, contents)
    done = shell.json("card", "read", "--fields", "all", "--unmask")
    assert contents.pan is not None
    document = done.document
    reader = document.pop("reader")
    assert "00" in reader
    assert document == {
        "atr": "3B6D0000" + contents.history.hex().upper(),
        "generation": contents.generation,
        "algorithm": "SM4" if contents.generation == 3 else "3DES",
        "version": contents.version[:3].decode(),
        "region": "379999",
        "card_id": contents.card_id.hex().upper(),
        "card_number": contents.card_number,
        "card_class": contents.card_class,
        "issuer": contents.issuer.hex().upper(),
        "issued_on": iso(contents.issued_on),
        "expires_on": iso(contents.expires_on),
        "holder": {
            "social_security_number": contents.number,
            "name": contents.name,
            "sex": contents.sex,
            "sex_text": "男" if contents.sex == "1" else "女",
            "nation": contents.nation,
            "nation_text": NATIONS[contents.nation],
            "birth_date": iso(contents.birth_date),
            "birth_place": contents.birth_place,
        },
        "bank_account_last4": contents.pan[-4:],
        "authenticated": True,
        "authenticated_by": "sandbox",
        "faults": [],
    }
    assert (done.code, done.err) == (0, "")


def test_card_read_is_masked_and_says_no_account_unless_asked(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, THIRD)
    document = shell.json("card", "read").document
    assert document["holder"]["social_security_number"] == "379***********0028"
    assert document["holder"]["name"] == "阿*"
    assert document["card_number"] == "A******38"
    assert "bank_account_last4" not in document


def test_english_on_request(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, THIRD)
    assert shell.json("--language", "en", "card", "read").document["holder"]["nation_text"] == "Uygur"
    shown = shell.run("card", "read")
    assert "维吾尔族" in shown.out
    assert "演示密钥" in shown.out
    assert "demonstration keys" in shell.run("--language", "en", "card", "read").out


def test_blank_fields_are_null(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, CardSpec(replace(THIRD, version=b"2.0\0"), (Fault(Trouble.BLANK_PERSONAL),)))
    done = shell.json("card", "read")
    document = done.document
    assert (done.code, [fault["code"] for fault in document["faults"]]) == (0, ["T186"])
    assert document["version"] == "2.0"
    assert set(document["holder"].values()) == {None}


def test_a_forged_card_is_refused(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, CardSpec(SECOND, (Fault(Trouble.FORGED),)))
    done = shell.json("card", "read")
    assert done.code == 7
    assert [fault["code"] for fault in done.document["faults"]] == ["C301"]
    assert (done.document["holder"], done.document["authenticated"]) == (None, False)


@pytest.mark.parametrize(
    ("at", "code", "found"),
    [
        (1, 7, ["C201"]),  # SELECT SSSE, and all that follows
        (2, 0, []),  # the FCI, which comes at the second try, after the root
        (4, 6, ["C207"]),  # the card id: nobody can prove the card
        (9, 7, ["C206"]),  # internal authentication: closed, and yet nothing was disproved
        (11, 6, ["C206"]),  # a challenge for the key
        (14, 6, ["C207"]),  # the card class
        (19, 6, ["C207"]),  # the holder's number
    ],
)
def test_what_cannot_be_read_leaves_something_out(
    shell: Shell, pcscd: PrivatePcscd, at: int, code: int, found: list[str]
) -> None:
    last = 60 if at == 1 else at + 1
    pcscd.insert(0, CardSpec(THIRD, tuple(Fault(Trouble.WRONG_STATUS, each, 0x6F00) for each in range(at, last))))
    done = shell.json("card", "read")
    said = [done.document["fault"]] if "fault" in done.document else done.document["faults"]
    assert ([fault["code"] for fault in said], done.code) == (found, code)


def test_each_record_that_cannot_be_read_is_named_once(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, CardSpec(THIRD, tuple(Fault(Trouble.WRONG_STATUS, at, 0x6F00) for at in range(19, 60))))
    done = shell.json("card", "read")
    said = [fault["message"] for fault in done.document["faults"]]
    assert len(said) == len(set(said)) > 3
    assert any("(09)" in sentence for sentence in said)
    assert (THIRD.number or "") not in "".join(said)
    assert done.code == 6


@pytest.mark.parametrize("contents", [FIRST, THIRD], ids=["first", "third"])
def test_a_card_of_another_province_is_read_and_told(shell: Shell, pcscd: PrivatePcscd, contents: CardContents) -> None:
    pcscd.insert(0, replace(contents, card_id=bytes.fromhex("330100") + contents.card_id[3:]))
    done = shell.json("card", "read")
    assert [fault["code"] for fault in done.document["faults"]] == ["T110"]
    assert done.document["holder"] is not None
    assert (done.code, done.document["authenticated"]) == (0, True)


@pytest.mark.parametrize(
    ("trouble", "fault", "code"),
    [
        (Trouble.NOT_SOCIAL_SECURITY, "C201", 7),
        (Trouble.APPLICATION_BLOCKED, "C203", 7),
        (Trouble.CARD_BLOCKED, "C204", 7),
        (Trouble.MUTE, "C109", 4),
    ],
)
def test_cards_that_cannot_be_read(shell: Shell, pcscd: PrivatePcscd, trouble: Trouble, fault: str, code: int) -> None:
    pcscd.insert(0, CardSpec(THIRD, (Fault(trouble),)))
    done = shell.json("card", "read")
    assert (done.fault, done.code) == (fault, code)
    assert set(done.document["fault"]) == {"code", "message", "remedy"}


def test_readers_and_their_faults(shell: Shell, pcscd: PrivatePcscd) -> None:
    listed = shell.json("reader", "list").document
    assert [each["state"] for each in listed] == ["empty", "empty"]
    assert shell.json("card", "read").fault == "C108"
    assert shell.json("card", "read", "--reader", "nobody's").fault == "C104"
    pcscd.insert(0, SECOND)
    pcscd.insert(1, THIRD)
    assert shell.json("card", "read").fault == "C103"
    named = shell.json("card", "read", "--reader", listed[1]["name"]).document
    assert named["generation"] == 3
    pcscd.stop_service()
    done = shell.json("card", "read")
    assert (done.fault, done.code) == ("C101", 4)


def test_pin_verify_wrong_right_locked(shell: Shell, pcscd: PrivatePcscd) -> None:
    card = pcscd.insert(0, replace(THIRD, pin_tries=3))
    wrong = shell.json("card", "pin", "verify", "--pin-stdin", stdin="654321\n")
    assert (wrong.code, wrong.fault, wrong.document["fault"]["tries_left"]) == (7, "C401", 2)
    right = shell.json("card", "pin", "verify", "--pin-stdin", stdin="123456\n")
    assert (right.code, right.document) == (0, {"verified": True})
    for _ in range(2):
        assert shell.json("card", "pin", "verify", "--pin-stdin", stdin="000000").fault == "C401"
    locked = shell.json("card", "pin", "verify", "--pin-stdin", stdin="000000")
    assert (locked.code, locked.fault) == (7, "C402")
    assert pcscd.state(card).pin_tries_left == 0


@pytest.mark.parametrize("typed", ["12a456\n", "1234567890123\n"])
def test_what_is_no_pin_costs_no_try(shell: Shell, pcscd: PrivatePcscd, typed: str) -> None:
    card = pcscd.insert(0, THIRD)
    assert shell.json("card", "pin", "verify", "--pin-stdin", stdin=typed).fault == "C403"
    assert pcscd.state(card).pin_tries_left == 6


def test_nobody_to_type(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, THIRD)
    done = shell.json("--no-input", "card", "pin", "verify")
    assert (done.code, done.fault) == (2, "T113")
    assert shell.json("card", "pin", "verify", "--pin-stdin", stdin="").fault == "T113"


def test_services_and_subsidies(member: Shell, pcscd: PrivatePcscd) -> None:
    person = find_person("elder")
    pcscd.insert(0, contents(person))
    read = member.json("card", "read").document
    assert (read["authenticated_by"], read["faults"]) == ("hsm", [])
    status = member.json("service", "run", "A4")
    assert status.code == 0
    assert {"facts", "as_of", "advice"} <= set(status.document)
    assert (status.document["state"], status.document["account_active"]) == ("normal", True)
    listed = member.json("subsidy", "list", "--pin-stdin", stdin="739182\n")
    assert listed.code == 0, listed.out
    years = {line["year"] for line in listed.document}
    assert len(years) > 1
    assert {line["state_code"] for line in listed.document} <= {state.value for state in PaymentState} | {"untold"}
    one = member.json("subsidy", "list", "--year", str(max(years)), "--pin-stdin", stdin="739182\n").document
    assert {line["year"] for line in one} == {max(years)}
    assert one == [line for line in listed.document if line["year"] == max(years)]
    whole = member.json("service", "run", "subsidy-enquiry", "--fields-stdin", stdin='{"pin": "739182"}')
    assert whole.code == 0
    assert {"years", "lines"} <= set(whole.document)


def test_a_service_with_the_wrong_pin_or_fields(member: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    run = ("service", "run", "subsidy-enquiry", "--fields-stdin")
    assert member.json(*run, stdin='{"pin": "999999"}').fault == "C401"
    wrong = {"": "T128", "[1]": "T128", '{"pin": 123456}': "T129", '{"pin": "739182", "name": "x"}': "T114"}
    for fields, fault in wrong.items():
        said = member.json(*run, stdin=fields)
        assert (said.code, said.fault) == (2, fault), fields
        assert "123456" not in said.out + said.err  # a value is never told
    assert member.json("service", "run", "no-such").fault == "T111"


def test_a_conformance_test_with_the_centres_own_hsm(member: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    done = member.json("reader", "conformance", "--report", str(tmp_path))
    assert done.code == 0, done.out
    report = done.document
    assert (report["key_sources"], report["proved_by"]) == (["hsm", "sandbox"], "hsm")
    found = {case["id"]: (case["verdict"], case["found"]) for case in report["cases"]}
    assert (found["F01"][0], found["F15"][0]) == ("passed", "passed")
    # The centre compares what a card answers, and tells nobody what a right answer would be.
    assert found["F14"] == ("not applicable", "the HSM has no IRK for us")


def test_services_with_the_centre_down(member: Shell, pcscd: PrivatePcscd, centre: SandboxCentre) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    centre.control.fault("down")
    done = member.json("service", "run", "card-status")
    assert (done.code, done.fault) == (5, "N101")
    read = member.json("card", "read")
    # The sandbox's own keys stand in for the centre here, and here alone.
    assert (read.code, read.document["authenticated_by"]) == (0, "sandbox")


def test_not_joined(shell: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, THIRD)
    done = shell.json("service", "run", "card-status")
    assert (done.code, done.fault) == (3, "N112")


def test_enrol_twice_and_with_a_used_code(member: Shell, shell: Shell, centre: SandboxCentre) -> None:
    again = ("enrol", "--centre", centre.url, "--ca", centre.ready.authority)
    assert member.json(*again, stdin="whatever-code\n").fault == "N118"
    done = shell.json(*again, stdin="whatever-code\n")
    assert (done.code, done.fault) == (7, "N113")
    assert shell.json("enrol", "--centre", centre.url, "--ca", "nowhere.pem", stdin="x\n").fault == "T124"


def test_doctor_tells_every_check_and_where_settings_come_from(member: Shell) -> None:
    done = member.json("doctor")
    states = {check["name"]: check["state"] for check in done.document["checks"]}
    assert set(states.values()) == {"ok"}, done.out
    assert done.code == 0
    origins = {origin["key"]: origin["source"] for origin in done.document["settings"]}
    assert (origins["data_dir"], origins["language"]) == ("SSC_DATA_DIR", "default")


def test_a_pin_from_the_keyboard_is_not_echoed(shell: Shell, pcscd: PrivatePcscd) -> None:
    card = pcscd.insert(0, THIRD)
    done, echoed = shell.typed("card", "pin", "verify", keys=b"1239\x7f456\r")
    assert (done.code, done.document) == (0, {"verified": True})
    assert b"1" not in echoed
    assert pcscd.state(card).pin_tries_left == 6


def test_an_interrupted_question_costs_no_try(shell: Shell, pcscd: PrivatePcscd) -> None:
    card = pcscd.insert(0, THIRD)
    done, _ = shell.typed("card", "pin", "verify", keys=b"12", interrupt=True)
    assert (done.code, done.fault) == (130, "T127")
    assert pcscd.state(card).pin_tries_left == 6


def test_a_second_screen_is_refused_with_who_holds_the_first(shell: Shell) -> None:
    settings = Settings(environment="sandbox", data_dir=str(shell.data))
    with single_instance(prepare_data(settings), SystemClock()):
        done = shell.json("run")
    assert (done.code, done.fault) == (7, "T104")
    assert str(os.getpid()) in done.document["fault"]["message"]


def test_production_refuses_the_sandbox(shell: Shell, pcscd: PrivatePcscd) -> None:
    production = ("--environment", "production")
    pcscd.insert(0, THIRD)
    assert shell.json(*production, "service", "run", "card-status").fault == "N112"
    assert shell.json(*production, "card", "read").fault == "T118"
    assert shell.json(*production, "card", "read", "--unmask").fault == "T108"
    assert shell.json(*production, "sandbox", "seed").fault == "T109"


def test_the_sandboxs_people(shell: Shell) -> None:
    people = shell.json("sandbox", "seed", "--limit", "3").document
    assert [each["index"] for each in people] == [0, 1, 2]
    assert shell.json("sandbox", "seed", "--holder", "nobody at all").fault == "X104"
    assert shell.json("sandbox", "card", "--vpcd", "--port", "1").fault == "T125"


@pytest.mark.parametrize(
    "wrong", [("no-such-command",), ("card", "read", "--no-such"), ("card", "read", "--fields", "some")]
)
def test_a_command_that_is_not_one(shell: Shell, wrong: tuple[str, ...]) -> None:
    done = shell.json(*wrong)
    assert (done.code, done.fault) == (2, "T123")


def test_settings_that_are_wrong(shell: Shell) -> None:
    file = shell.data / "settings.toml"
    assert shell.json("--config", str(file), "reader", "list").fault == "T101"
    file.write_text("colour = 'red'")
    assert shell.json("--config", str(file), "reader", "list").fault == "T102"
    file.write_text("card_deadline = 'long'")
    done = shell.json("--config", str(file), "reader", "list")
    assert (done.code, done.fault) == (3, "T103")


def test_no_secret_and_nobodys_data_in_any_log(member: Shell, pcscd: PrivatePcscd) -> None:
    person = find_person("elder")
    canary = replace(contents(person), pin="802463", pan="6299993799990080244")
    pcscd.insert(0, canary)
    answers = [
        member.run("-vv", "card", "read", "--fields", "all"),
        member.run("-vv", "card", "pin", "verify", "--pin-stdin", stdin="802463\n"),
        member.run("-vv", "subsidy", "list", "--pin-stdin", stdin="802463\n"),
        member.run("-vv", "card", "pin", "verify", "--pin-stdin", stdin="802464\n"),
    ]
    assert [answer.code for answer in answers] == [0, 0, 0, 7]
    said = "".join(answer.out + answer.err for answer in answers)
    logged = "".join(answer.err for answer in answers)
    for secret in ("802463", "802464", canary.pan or "", "8024630F", canary.number or ""):
        assert secret not in said
    assert (canary.name or "") not in logged
    for path in member.data.rglob("*"):
        if path.is_file():
            assert b"802463" not in path.read_bytes()
