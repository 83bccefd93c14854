"""A simulated card on disk: nothing of it is lost, nothing else is taken for one, and people can look into it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardio.errors import CardError
from cardio.files import EF06, FILES, Need, Structure
from cardio.keysource import UK_SSSE
from cardio.session import CardSession
from cardio.simulator.card import CardGone, SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.inspection import inspected
from cardio.simulator.kept import StateError, alone
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.saved import KeptCard, from_json, load, save, to_json, with_faults
from cardio.simulator.toykeys import ToyKeySource

READER = "Simulated Reader 00"
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
WRONG_PIN = bytes.fromhex("0020000003999999")
RIGHT_PIN = bytes.fromhex("0020000003123456")


def session(card: SimulatedCard) -> CardSession:
    readers = SimulatedReaders([READER])
    readers.insert(READER, card)
    return CardSession(readers.connect(READER), [ToyKeySource()])


def lived(contents: CardContents) -> SimulatedCard:
    """A card with a life behind it: a wrong PIN, a new name, a fault still to come."""
    card = SimulatedCard(contents, [Fault(Trouble.HANG, at=900), Trouble.MAC_WRONG], t0=contents.generation != 2)
    held = session(card)
    with pytest.raises(CardError):
        held.verify_pin(bytearray((9, 9, 9, 9, 9, 9)))
    with held.flow():
        held.unlock(held.identify(), UK_SSSE)
        name = next(record for record in EF06.records if record.key == "sex")
        held.selection.write_record(EF06, name, name.encode("9"))
    return card


@pytest.mark.parametrize("contents", PERSONAS, ids=lambda each: str(each.generation))
def test_a_saved_card_is_the_same_card(contents: CardContents, tmp_path: Path) -> None:
    card, path = lived(contents), tmp_path / "card.json"
    save(card, path)
    again = load(path)
    assert to_json(again) == to_json(card)
    assert inspected(again) == inspected(card)
    assert (again.commands, again.pin_tries_left) == (card.commands, contents.pin_tries - 1)
    assert inspected(again)["files"]["SSSEEF06"]["sex"] == "9"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again.power_on()
    again.process(SELECT)
    assert again.process(RIGHT_PIN)[-2:] == b"\x90\x00"


def test_a_changed_pin_and_blocks_are_kept() -> None:
    card = SimulatedCard(replace(THIRD, key_tries=1))
    session(card).change_pin(bytearray((1, 2, 3, 4, 5, 6)), bytearray((6, 5, 4, 3, 2, 1)))
    card.chip.restore_blocks([0xDF03], dead=True)
    card.chip.purse.balance, card.chip.purse.loads = 1200, 3
    card.chip.purse.proofs[1, 2] = b"proof"
    again = from_json(json.loads(json.dumps(to_json(card))))
    assert inspected(again)["blocked"] == ["card"]
    assert again.chip.blocked_directories == {0xDF03}
    assert again.chip.purse == card.chip.purse
    again.chip.restore_blocks([0xDF03], dead=False)
    assert inspected(again)["blocked"] == ["DF03"]
    session(again).verify_pin(bytearray((6, 5, 4, 3, 2, 1)))


def test_a_kept_card_takes_new_faults_but_none_that_a_new_card_alone_can_have() -> None:
    select = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
    card = SimulatedCard(SECOND, (Fault(Trouble.PADDED_FF), Fault(Trouble.HANG, 9)))
    card.power_on()
    card.process(select)
    late = Fault(Trouble.WRONG_STATUS, 2, 0x6985)
    again = with_faults(card, (Fault(Trouble.PADDED_FF), late))
    assert again.faults == (Fault(Trouble.PADDED_FF), late)
    again.power_on()
    assert again.process(select) == bytes.fromhex("6985")
    assert to_json(again)["files"] == to_json(card)["files"]
    with pytest.raises(ValueError, match="new card"):
        with_faults(card, (Fault(Trouble.REGION_33),))


def test_a_card_without_a_pin() -> None:
    again = from_json(to_json(SimulatedCard(replace(SECOND, pin=None))))
    assert inspected(again)["pin"] == {"set": False, "tries_left": SECOND.pin_tries}


def test_a_kept_card_has_done_what_it_did_even_if_the_answer_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    kept = KeptCard(SimulatedCard(THIRD, [Fault(Trouble.REMOVED_AFTER, at=3)]), path)
    assert kept.power_on() == kept.atr
    kept.process(SELECT)
    before = path.read_bytes()
    kept.process(bytes.fromhex("00C000001E"))
    assert path.read_bytes() == before  # reading leaves nothing
    with pytest.raises(CardGone):
        kept.process(WRONG_PIN)
    assert load(path).pin_tries_left == THIRD.pin_tries - 1
    assert not list(tmp_path.glob(".*"))


def damaged(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    plain = to_json(SimulatedCard(FIRST))
    change(plain)
    return plain


@pytest.mark.parametrize(
    "plain",
    [
        {},
        damaged(lambda plain: plain.update(format="another")),
        damaged(lambda plain: plain.update(version=2)),
        damaged(lambda plain: plain.pop("files")),
        damaged(lambda plain: plain["files"].popitem()),
        damaged(lambda plain: plain.update(keys=[["0000", "77", 1]])),
        damaged(lambda plain: plain.update(keys=[["0000", "04", 99]])),
        damaged(lambda plain: plain["pin"].update(packed="12")),
        damaged(lambda plain: plain["pin"].update(left=-1)),
        damaged(lambda plain: plain.update(faults=[["nonsense", 0, 0]])),
        damaged(lambda plain: plain["contents"].update(history="00")),
        damaged(lambda plain: plain["files"].update(dict.fromkeys(plain["files"], 7))),
        damaged(lambda plain: plain["files"].update(dict.fromkeys(plain["files"], "00"))),
        damaged(lambda plain: plain.update(pin=[])),
    ],
)
def test_what_is_no_saved_card(plain: dict[str, Any]) -> None:
    with pytest.raises(StateError):
        from_json(plain)


@pytest.mark.parametrize("text", ["", "[]", "{", "7"])
def test_a_file_that_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(StateError):
        load(path)


@pytest.mark.parametrize("contents", PERSONAS, ids=lambda each: str(each.generation))
def test_every_file_can_be_looked_at(contents: CardContents) -> None:
    shown = inspected(SimulatedCard(contents))["files"]
    wanted = {
        ef.path
        for ef in FILES
        if contents.generation in ef.read
        and contents.generation >= ef.application.since
        and ef.structure is not Structure.INTERNAL
        and ef.read[contents.generation].need is not Need.NEVER
    }
    assert shown.keys() == wanted
    assert shown["SSSEEF06"]["social_security_number"] == contents.number
    assert "?" not in json.dumps(shown)
    assert "unreadable" not in json.dumps(shown)


def test_what_cannot_be_read_is_shown_as_it_stands() -> None:
    card = SimulatedCard(SECOND)
    plain = to_json(card)
    ssse = "7378312E73682EC9E7BBE1B1A3D5CF"
    plain["files"][f"{ssse}/EF08"] = "01" * 0x1000
    plain["files"][f"{ssse}/EF06"] = ["0A0280FF"]
    shown = inspected(from_json(plain))["files"]
    assert shown["SSSEEF08"] == {"unreadable": "01" * 0x1000}
    assert shown["SSSEEF06"] == {"sex": "? 0A0280FF"}


def test_a_file_is_for_one_process_alone(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    with alone(path):
        with pytest.raises(BlockingIOError), alone(path):
            pass
        save(SimulatedCard(FIRST), path)  # which puts another file in its place
        with pytest.raises(BlockingIOError), alone(path):
            pass
    with alone(path):
        assert load(path).contents.card_id == FIRST.card_id


@pytest.mark.parametrize(
    ("contents", "home", "empty"), [(SECOND, "DF02EF06", "DF03EF05"), (THIRD, "DF03EF05", "DF02EF06")]
)
def test_item_60_stands_in_one_of_its_two_places(contents: CardContents, home: str, empty: str) -> None:
    files = inspected(SimulatedCard(contents))["files"]
    assert "item_60" in files[home]
    assert "item_60" not in files[empty]
