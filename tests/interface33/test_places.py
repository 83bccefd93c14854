"""Item 60 stands in DF02 EF06 or in DF03 EF05, never in both: by whichever name it is written, it stays where it is."""

from __future__ import annotations

import pytest

from cardio.cardkeys import RK_DF03
from cardio.files import BY_PATH
from cardio.interface33 import Code
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.files import RecordFile
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.psam_contents import PsamContents
from tests.interface33.support import bench, info
from tests.interface33.test_psam import with_psam

PLACES = ("DF02EF06", "DF03EF05")
HOME = {2: "DF02EF06", 3: "DF03EF05"}
"""Of the made-up cards."""
BOTH = pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["DF02EF06", "DF03EF05"])


def file_of(card: SimulatedCard, path: str) -> RecordFile:
    ef = BY_PATH[path]
    application = next(each for each in card.chip.applications if each.name == ef.application.name)
    file = application.by_fid(ef.fid)
    assert isinstance(file, RecordFile)
    return file


def held(card: SimulatedCard) -> dict[str, str]:
    """What the chip has as 60, by file."""
    return {
        path: record[2:].hex() for path in PLACES for record in file_of(card, path).records if record[:1] == b"\x60"
    }


@BOTH
@pytest.mark.parametrize("name", PLACES)
def test_it_goes_where_the_card_has_it(contents: CardContents, name: str) -> None:
    with bench() as desk:
        card = desk.insert(contents)
        desk.good("iWriteCard", 1, info(contents), f"{name}|60|$", f"{name}|20190203|$")
        assert held(card) == {HOME[contents.generation]: "20190203"}


@pytest.mark.parametrize("name", PLACES)
def test_on_a_card_that_has_it_nowhere_it_goes_where_it_was_sent(name: str) -> None:
    with bench() as desk:
        card = desk.insert(THIRD)
        home = file_of(card, HOME[3])
        home.records = [each for each in home.records if each[:1] != b"\x60"]
        desk.good("iWriteCard", 1, info(THIRD), f"{name}|60|$", f"{name}|20190203|$")
        assert held(card) == {name: "20190203"}


@pytest.mark.parametrize("name", PLACES)
def test_a_blank_one_gives_way_to_one_with_a_value(name: str) -> None:
    with bench() as desk:
        card = desk.insert(THIRD)
        file_of(card, "DF02EF06").records.append(b"\x60\x04" + b"\xff" * 4)
        desk.good("iWriteCard", 1, info(THIRD), f"{name}|60|$", f"{name}|20190203|$")
        assert held(card) == {"DF02EF06": "ffffffff", "DF03EF05": "20190203"}


def test_what_was_sent_with_it_goes_where_it_was_sent() -> None:
    with bench() as desk:
        card = desk.insert(THIRD)
        address = "DF02EF06|4C|60|4D|$"
        desk.good("iWriteCard", 1, info(THIRD), address, "DF02EF06|20180504|20190203|379998|$")
        assert held(card) == {"DF03EF05": "20190203"}
        assert desk.good("iReadCard", 1, 2, info(THIRD), address) == "DF02EF06|20180504||379998|$"


def test_both_places_at_once_are_refused_and_nothing_is_written() -> None:
    with bench() as desk:
        card = desk.insert(THIRD)
        before = held(card)
        address, data = "DF02EF06|60|$DF03EF05|60|$", "DF02EF06|20190203|$DF03EF05|20190203|$"
        assert desk.call("iWriteCard", 1, info(THIRD), address, data).code == Code.DATA
        assert held(card) == before


def test_where_the_card_does_not_show_it_nothing_is_written() -> None:
    """With a PSAM that cannot open the other file; and with an HSM, which opens one file alone."""
    blind = PsamContents().without(RK_DF03[1])
    with with_psam(THIRD, blind) as interface:
        args = (info(THIRD), "DF02EF06|60|$", "DF02EF06|20190203|$")
        assert interface.call("iWriteCard", 1, *args).code == -0x6A88
    with bench() as desk:
        card = desk.insert(THIRD)
        before = held(card)
        for name in PLACES:
            assert desk.call("iWriteCard_HSM_Step1", 1, info(THIRD), f"{name}|60|$").code == -0x6982
        assert desk.call("iWriteCard_HSM_Step1", 1, info(THIRD), "DF02EF06|4C|$").code == Code.OK
        assert held(card) == before
