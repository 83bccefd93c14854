"""Card and PSAM pay together, in process and in the two slots of a real pcscd; files and chains of the PSAM as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio import status
from cardio.answers import UnexpectedStatusError
from cardio.apdu import Command
from cardio.channel import Channel
from cardio.keysource import Algorithm, CardIdentity
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.spec import PsamSpec
from tests.support.purse_terminal import PurseTerminal
from tests.support.worlds import World


def identity(contents: CardContents) -> CardIdentity:
    algorithm = Algorithm.SM4 if contents.generation == 3 else Algorithm.TDES
    return CardIdentity(contents.card_id, contents.history, algorithm, contents.generation)


def terminal(world: World, contents: CardContents) -> PurseTerminal:
    card, psam = (world.system.connect(name) for name in world.names)
    return PurseTerminal(card, psam, identity(contents))


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_a_purchase_together(world: World, contents: CardContents) -> None:
    world.insert(0, contents)
    world.insert_psam(1, PsamSpec())
    desk = terminal(world, contents)
    desk.load(10_000)
    assert desk.next_number() == 0
    first, second = desk.pay(3_000, 2_000, 1_000), desk.pay(500, 500, 0)
    assert [int.from_bytes(paid.number) for paid in (first, second)] == [0, 1]
    assert desk.balance() == 7_500
    assert desk.next_number() == 2
    assert desk.proven(first)
    assert desk.proven(second)
    assert not desk.proven(replace(first, said=second.said))


def test_a_card_of_another_city_takes_no_money_by_this_psam(world: World) -> None:
    """A key with one level to go comes down another way than the card's: MAC1 is not what the card makes."""
    elsewhere = replace(SECOND, card_id=bytes.fromhex("379901") + SECOND.card_id[3:])
    world.insert(0, elsewhere)
    world.insert_psam(1, PsamSpec())
    desk = terminal(world, elsewhere)
    with pytest.raises(UnexpectedStatusError) as load:
        desk.load(100)
    assert load.value.sw == status.SW.MAC_INVALID
    with pytest.raises(UnexpectedStatusError) as pay:
        desk.pay(0, 0, 0)
    assert pay.value.sw == status.SW.MAC_INVALID
    assert desk.balance() == 0


def test_its_files(world: World) -> None:
    world.insert_psam(1, PsamSpec())
    channel = Channel(world.system.connect(world.names[1]))
    psam = PsamContents()
    expected = {0x15: "01" + psam.serial.hex() + "01010000", 0x16: psam.terminal, 0x19: "00000000"}
    expected |= {0x1A: "000000", 0x1B: "370000", 0x1C: "379999"}
    for number, content in expected.items():
        channel.send(Command(0x00, 0xA4, 0x00, 0x00, bytes((0x00, number))), status.SELECTED)
        assert channel.send(Command(0x00, 0xB0, 0x00, 0x00, le=len(content) // 2)).data.hex() == content
    for number in (0x11, 0x12, 0x13):
        channel.send(Command(0x00, 0xA4, 0x00, 0x00, bytes((0x00, number))), status.SELECTED)
        with pytest.raises(UnexpectedStatusError) as refused:
            channel.send(Command(0x00, 0xB0, 0x00, 0x00, le=16))
        assert refused.value.sw == 0x6982
