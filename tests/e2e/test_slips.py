"""The paper of a command: as the counter makes it, for every outcome, on-line and off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cardio.simulator.pcscd import PrivatePcscd
from offline_cache.operations import State
from terminal.model.outbox_words import STATE_WORDS
from terminal.receipts.words import AT_CENTRE, TAKE_CARD, WORDS, Outcome
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import DEMO_PIN, find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import NEW_PIN, PHONE, lines, own, people, two
from tests.receipts.reading import codes, text_of

__all__ = ["own"]  # the fixture

FARMER = find_person("farmer")
WAITING = STATE_WORDS[State.PENDING].word


def solid(text: str) -> str:
    return "".join(text.split())


def paper(file: Path) -> str:
    """The words on it; the slip beside it shows one square code and they are one paper."""
    assert len(codes(Image.open(file.with_suffix(".png")))) == 1
    return text_of(file.read_bytes())


def recorded_off_line(centre: SandboxCentre, shell: Shell, pcscd: PrivatePcscd, *options: str) -> dict[str, Any]:
    """A change of number, taken in while nobody answers."""
    pcscd.insert(0, contents(FARMER))
    assert shell.json("sync", "--once").document["clear"]  # the list of operators has to come once
    centre.control.fault("down")
    done = shell.json("service", "run", "contact-change", "--fields-stdin", *options, stdin=two(phone=PHONE))
    assert done.code == 0, done.out + done.err
    document: dict[str, Any] = done.document
    return document


def test_what_is_taken_in_off_line_has_its_slip(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    file = tmp_path / "slip.pdf"
    done = recorded_off_line(centre, own, pcscd, "--slip", str(file))
    assert done["printed"] == {"on_paper": False, "where": str(file)}
    assert codes(Image.open(file.with_suffix(".png"))) == [done["code"]]
    assert own.json("receipt", "verify", done["code"]).document["outcome"] == "recorded"
    said = WORDS[Outcome.RECORDED]
    for text in (solid(done["slip"]), paper(file)):
        for words in (said.word, said.sentence, said.next_step, TAKE_CARD):
            assert solid(words.zh) in text
        assert "12333" in text
        assert done["telephone_code"] in text
        assert done["number"] in text
        assert PHONE not in text
        assert FARMER.number not in text
        assert FARMER.name not in text
        assert FARMER.number not in done["code"]


def test_people_read_the_slip_where_there_is_no_printer(centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd) -> None:
    recorded_off_line(centre, own, pcscd)
    done = own.run("service", "run", "contact-change", "--fields-stdin", stdin=two(phone="13612345678"))
    assert done.code == 0, done.err
    printed = own.json("service", "run", "contact-change", "--fields-stdin", stdin=two(phone=PHONE)).document
    assert printed["printed"] is None
    head, _, code = done.out.strip().rpartition("SSC1:")
    assert own.json("receipt", "verify", "SSC1:" + code).document["valid"]
    assert [word in head for word in ("已收件", "12333", "136****5678", TAKE_CARD.zh)] == [True] * 4


@pytest.mark.parametrize("name", ["slip.txt", "no-such-folder/slip.pdf", "."])
def test_a_place_that_cannot_be_is_refused_before_anything_is_done(
    own: Shell, pcscd: PrivatePcscd, tmp_path: Path, name: str
) -> None:
    pcscd.insert(0, contents(FARMER))
    asked = ("service", "run", "contact-change", "--fields-stdin", "--slip", str(tmp_path / name))
    done = own.json(*asked, stdin=two(phone=PHONE))
    assert (done.code, done.fault) == (2, "T123")
    assert lines(own) == []


def test_a_service_that_leaves_nothing_behind_has_no_slip(own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(FARMER))
    done = own.json("service", "run", "card-status", "--slip", str(tmp_path / "slip.pdf"))
    assert (done.code, done.fault) == (2, "T123")
    assert TAKE_CARD.zh in own.run("service", "run", "card-status").out


def test_a_printer_that_fails_takes_nothing_back(own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(FARMER))
    own.set("SSC_PRINTER", f"escpos80:{tmp_path / 'no-printer'}")
    done = own.json("service", "run", "contact-change", "--fields-stdin", stdin=two(phone=PHONE))
    assert (done.code, done.fault, done.document["outcome"]) == (4, "P120", "recorded")
    (line,) = lines(own)
    assert line["key"] == done.document["operation"]
    own.set("SSC_PRINTER", f"file:{tmp_path / 'papers'}")
    assert own.json("queue", "print", line["key"], "--people-stdin", stdin=people()).code == 0
    (file,) = (tmp_path / "papers").glob("*.pdf")
    assert file.stem == done.document["number"]
    assert "补打" not in paper(file)  # the first one did not come out


def test_the_paper_of_an_operation_says_where_it_is(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    first, again, received, decided = (tmp_path / f"{name}.pdf" for name in ("first", "again", "received", "decided"))
    key = recorded_off_line(centre, own, pcscd, "--slip", str(first))["operation"]

    def printed(file: Path) -> str:
        done = own.json("queue", "print", key, "--slip", str(file), "--people-stdin", stdin=people())
        assert done.code == 0, done.out
        return paper(file)

    assert "print" in lines(own)[0]["actions"]
    assert "补打" not in paper(first)
    text = printed(again)
    assert "补打" in text
    assert solid(WORDS[Outcome.RECORDED].sentence.zh) in text
    centre.control.clear()
    centre.control.fault("failed", route="changes")  # the centre has it, and does not say what became of it
    for _ in range(10):  # on a loaded machine not in the first five seconds
        own.json("sync", "--once", "--seconds", "5")
        if lines(own)[0]["words"] != WAITING.zh:
            break
    assert lines(own)[0]["words"] == "已送达中心，待办结"
    text = printed(received)
    assert solid(AT_CENTRE.sentence.zh) in text
    assert solid(WORDS[Outcome.RECORDED].sentence.zh) not in text
    centre.control.clear()
    assert own.json("sync", "--once").document["clear"]
    text = printed(decided)
    assert WORDS[Outcome.COMPLETED].word.zh in text
    assert "补打" not in text  # another paper


def test_a_pin_change_has_its_slip_and_it_is_printed_again(own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(find_person("elder")))
    first, again = tmp_path / "first.pdf", tmp_path / "again.pdf"
    pins = people(old_pin=DEMO_PIN, new_pin=NEW_PIN)
    done = own.json("card", "pin", "change", "--slip", str(first), "--fields-stdin", stdin=pins)
    assert done.code == 0, done.out
    key = done.document["operation"]
    assert own.json("queue", "print", key, "--slip", str(again), "--people-stdin", stdin=people()).code == 0
    (one,), (other,) = (codes(Image.open(file.with_suffix(".png"))) for file in (first, again))
    verified = own.json("receipt", "verify", one).document
    assert (verified["valid"], verified["outcome"]) == (True, "done_in_chip")
    assert own.json("receipt", "verify", other).document == verified
    for text in (solid(done.document["slip"]), paper(first), paper(again)):
        for words in ("卡内已完成", "已改为新密码", "12333", TAKE_CARD.zh, done.document["telephone_code"]):
            assert words in text
        assert NEW_PIN not in text
    assert ("补打" in paper(first), "补打" in paper(again)) == (False, True)


TOMORROW = """
import sys
from datetime import timedelta

from terminal.clock import SystemClock

now = SystemClock.now
SystemClock.now = lambda clock: now(clock) + timedelta(days=1)

from terminal.cli.app import run

sys.exit(run(sys.argv[1:]))
"""


def test_a_clock_that_was_set_back_is_told_beside_the_slip(
    centre: SandboxCentre, own: Shell, pcscd: PrivatePcscd
) -> None:
    """What is taken in now bears a date before what was taken in first; nothing is refused."""
    assert "clock" not in recorded_off_line(centre, own, pcscd)
    command = ("--json", "service", "run", "contact-change", "--fields-stdin")
    ahead = own.script(TOMORROW, *command, stdin=two(phone=PHONE))
    assert ahead.code == 0, ahead.out + ahead.err
    assert "clock" not in ahead.document
    done = own.run(*command, stdin=two(phone=PHONE))
    assert (done.code, done.document["clock"]["code"]) == (0, "S152"), done.err
    said = own.run(*command[1:], stdin=two(phone=PHONE))
    assert (said.code, "S152" in said.err, TAKE_CARD.zh in said.out) == (0, True, True)
    centre.control.clear()
    before = centre.control.alarms()
    assert own.json("sync", "--once").document["clear"]
    told = centre.control.alarms()[len(before) :]
    assert len(told) == 1  # of both operations
    assert told[0].endswith(" clock-behind")
