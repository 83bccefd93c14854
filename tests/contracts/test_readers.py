"""What a reader system promises, the same in process and behind a real pcscd."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cardio.errors import CardError, CardFault
from cardio.readers import Presence, ReaderState, choose
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, SECOND, THIRD
from cardio.simulator.spec import CardSpec
from tests.support.worlds import World

SELECT_EF = bytes.fromhex("00A4020002EF05")
SELECT_SSSE = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
VERIFY_RIGHT = bytes.fromhex("0020000003123456")


def test_empty_readers_in_a_stable_order(world: World) -> None:
    states = world.system.snapshot()
    assert tuple(state.name for state in states) == world.names
    assert {(state.presence, state.atr) for state in states} == {(Presence.EMPTY, None)}
    assert world.system.snapshot() == states


def test_a_card_comes_and_goes(world: World) -> None:
    empty = world.system.snapshot()
    world.insert(0, THIRD)
    filled = world.system.snapshot()
    assert (filled[0].presence, filled[0].atr) == (Presence.CARD, b"\x3b\x6d\x00\x00" + THIRD.history)
    assert filled[1] == empty[1]
    world.pull(0)
    gone = world.system.snapshot()
    assert gone[0].presence is Presence.EMPTY
    assert len({empty[0].insertion, filled[0].insertion, gone[0].insertion}) == 3


def test_a_card_put_back_is_another_insertion(world: World) -> None:
    world.insert(0, FIRST)
    before = world.system.snapshot()
    world.pull(0)
    world.put_back(0)
    after = world.system.snapshot()
    assert after[0].atr == before[0].atr
    assert after[0].insertion != before[0].insertion


def test_wait_tells_of_a_card_that_comes(world: World) -> None:
    empty = world.system.snapshot()
    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(world.system.wait, empty, 30.0)
        world.insert(1, SECOND)
        states = seen.result(30)
    while states[1].presence is not Presence.CARD:  # a reader may show the card before it has its ATR
        states = world.system.wait(states, 30.0)
    assert states == world.system.snapshot()


def test_wait_returns_at_once_when_something_has_changed_already(world: World) -> None:
    empty = world.system.snapshot()
    world.insert(0, FIRST)
    assert world.system.wait(empty, 30.0) == world.system.snapshot()


def test_wait_ends_at_its_time_with_nothing_new(world: World) -> None:
    empty = world.system.snapshot()
    assert world.system.wait(empty, 0.05) == empty


def test_cancel_ends_a_wait(world: World) -> None:
    empty = world.system.snapshot()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(world.system.wait, empty, None)
        while not waiting.done():
            world.system.cancel()
        assert waiting.result() == empty


def test_a_mute_card(world: World) -> None:
    world.insert(0, CardSpec(THIRD, (Fault(Trouble.MUTE),)))
    state = world.system.snapshot()[0]
    assert (state.presence, state.atr) == (Presence.MUTE, None)
    assert _fault(lambda: world.system.connect(world.names[0])) is CardFault.CARD_MUTE


def test_nothing_to_connect_to(world: World) -> None:
    assert _fault(lambda: world.system.connect(world.names[0])) is CardFault.NO_CARD
    assert _fault(lambda: world.system.connect("No such reader")) is CardFault.READER_UNKNOWN


def test_a_card_that_another_program_holds(world: World) -> None:
    world.insert(0, THIRD)
    with world.held_by_other(0):
        assert world.system.snapshot()[0].presence is Presence.IN_USE
        assert _fault(lambda: world.system.connect(world.names[0])) is CardFault.READER_BUSY
    assert world.system.snapshot()[0].presence is Presence.CARD
    world.system.connect(world.names[0]).close()


def test_the_service_stops_and_starts(world: World) -> None:
    world.insert(0, THIRD)
    link = world.system.connect(world.names[0])
    before = world.system.snapshot()
    world.stop_service()
    assert _fault(world.system.snapshot) is CardFault.SERVICE_STOPPED
    assert _fault(lambda: world.system.wait(before, 30.0)) is CardFault.SERVICE_STOPPED
    assert _fault(lambda: world.system.connect(world.names[0])) is CardFault.SERVICE_STOPPED
    assert _fault(lambda: link.transmit(SELECT_EF)) is CardFault.SERVICE_STOPPED
    link.close()
    world.start_service()
    world.put_back(0)
    after = world.system.snapshot()
    assert after[0].presence is Presence.CARD
    assert after[0].insertion != before[0].insertion
    link = world.system.connect(world.names[0])
    assert link.transmit(SELECT_EF) == (b"", 0x6A82)
    link.close()


def test_a_reset_by_another_program_is_told_once_when_it_undid_something(world: World) -> None:
    world.insert(0, THIRD)
    link = world.system.connect(world.names[0])
    world.reset_by_other(0)
    with link.transaction():  # nothing was done yet: nothing is lost
        assert link.transmit(SELECT_SSSE)[1] >> 8 == 0x61
        assert link.transmit(VERIFY_RIGHT) == (b"", 0x9000)
    world.reset_by_other(0)
    assert not world.pin_verified()
    with pytest.raises(CardError) as error, link.transaction():
        raise AssertionError("the flow must not begin")
    assert error.value.fault is CardFault.CARD_RESET
    with link.transaction():
        assert link.transmit(SELECT_SSSE)[1] >> 8 == 0x61
    link.close()


def test_nothing_proven_outlives_the_link_that_proved_it(world: World) -> None:
    world.insert(0, THIRD)
    link = world.system.connect(world.names[0])
    with link.transaction():
        link.transmit(SELECT_SSSE)
        link.transmit(VERIFY_RIGHT)
    assert world.pin_verified()
    world.system.connect(world.names[0]).close()  # one that did nothing leaves the card as it is
    assert world.pin_verified()
    link.close()
    assert not world.pin_verified()


def test_a_transaction_keeps_others_waiting(world: World) -> None:
    world.insert(0, THIRD)
    link = world.system.connect(world.names[0])
    begun = threading.Event()

    def flow() -> None:
        with link.transaction():
            begun.set()

    with ThreadPoolExecutor(1) as pool:
        with world.occupied_by_other(0):
            waiting = pool.submit(flow)
            assert not begun.wait(0.3)
        waiting.result(30)
    assert begun.is_set()
    link.close()


def test_choose_names_each_case() -> None:
    empty = ReaderState("A", Presence.EMPTY)
    card = ReaderState("B", Presence.CARD, b"\x3b\x00")
    mute = ReaderState("C", Presence.MUTE)
    busy = ReaderState("D", Presence.IN_USE, b"\x3b\x00")
    assert choose([empty, card]) is card
    assert choose([card, mute], "B") is card
    cases = [
        ([], None, CardFault.NO_READER),
        ([empty], None, CardFault.NO_CARD),
        ([empty, card], "A", CardFault.NO_CARD),
        ([card], "Z", CardFault.READER_UNKNOWN),
        ([card, mute], None, CardFault.SEVERAL_READERS),
        ([mute], None, CardFault.CARD_MUTE),
        ([busy], "D", CardFault.READER_BUSY),
    ]
    for states, name, fault in cases:
        assert _fault(lambda states=states, name=name: choose(states, name)) is fault


def _fault(call: object) -> CardFault:
    assert callable(call)
    with pytest.raises(CardError) as error:
        call()
    return error.value.fault
