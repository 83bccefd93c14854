"""The link contract at its heights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cardio.errors import CardError, CardFault
from cardio.link import Link
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import THIRD
from cardio.simulator.spec import CardSpec
from tests.contracts.link_contract import ATR, CONVERSATION, READ_WITHOUT_FILE, Bench, LinkContract
from tests.support.scripted import TableLink
from tests.support.waiting import wait_until
from tests.support.worlds import World

FIRST_COMMAND = bytes.fromhex(CONVERSATION[0][0])


class _Scripted:
    """A table of answers; the card forgets by another table."""

    def __init__(self) -> None:
        self._pulled = False
        self._table = {command: f"{data}{sw:04X}" for command, data, sw in CONVERSATION}
        self._scripted = _ForgetfulLink(self._table, ATR, twist=self._answer)
        self.link: Link = self._scripted
        self.reader = "Scripted 0"

    def _answer(self, number: int, answer: bytes) -> bytes | CardFault:
        return CardFault.CARD_REMOVED if self._pulled else answer

    def pull(self) -> None:
        self._pulled = True

    def pull_in_mid_command(self, command: bytes) -> CardError:
        self._pulled = True
        with pytest.raises(CardError) as error, self.link.transaction():
            self.link.transmit(command)
        return error.value


class _ForgetfulLink(TableLink):
    """After a reset no file is selected."""

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        data, sw = super().transmit(apdu)
        return (b"", 0x6986) if self.resets and apdu == bytes.fromhex(READ_WITHOUT_FILE) else (data, sw)


class _InWorld:
    """A card in a reader of a world. It hangs where it shall be pulled in mid-command."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.reader = world.names[0]
        world.insert(0, THIRD)
        self.link = world.system.connect(self.reader)

    def pull(self) -> None:
        self._world.pull(0)

    def pull_in_mid_command(self, command: bytes) -> CardError:
        self.link.close()
        self._world.insert(0, CardSpec(THIRD, (Fault(Trouble.HANG, at=1),)))
        self.link = self._world.system.connect(self.reader)
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(self.link.transmit, command)
            wait_until(self._world.hanging)
            self._world.pull(0)
            self._world.release()
            error = under_way.exception(30)
        assert isinstance(error, CardError)
        return error


class TestScriptedLink(LinkContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return _Scripted()


class TestLinkToSimulator(LinkContract):
    """In process, and behind pcscd."""

    @pytest.fixture
    def bench(self, world: World) -> Iterator[Bench]:
        made = _InWorld(world)
        yield made
        made.link.close()

    def test_a_closed_link_is_a_fault_and_nothing_else(self, bench: Bench) -> None:
        bench.link.close()
        uses: list[Callable[[], object]] = [
            lambda: bench.link.transmit(FIRST_COMMAND),
            lambda: bench.link.transaction().__enter__(),
            bench.link.reset,
        ]
        for use in uses:
            with pytest.raises(CardError):
                use()

    @pytest.mark.parametrize("trouble", [Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER])
    def test_the_fault_plan_pulls_the_card(self, world: World, trouble: Trouble) -> None:
        world.insert(0, CardSpec(THIRD, (Fault(trouble, at=2),)))
        link = world.system.connect(world.names[0])
        with pytest.raises(CardError) as error, link.transaction():
            assert link.transmit(FIRST_COMMAND)[1] == 0x611E
            link.transmit(bytes.fromhex("00C000001E"))
        assert error.value.fault is CardFault.CARD_REMOVED
        link.close()

    def test_answers_of_every_kind_come_through(self, world: World) -> None:
        """Direct data as over T=1 or with a chatty reader, an empty answer, and the longest one."""
        faults = (Fault(Trouble.WRONG_STATUS, at=2, value=0x6F00), Fault(Trouble.TRUNCATED, at=3, value=1))
        world.insert(0, CardSpec(THIRD, faults, t0=False))
        link = world.system.connect(world.names[0])
        assert link.transmit(FIRST_COMMAND)[1] == 0x9000
        assert link.transmit(FIRST_COMMAND) == (b"", 0x6F00)
        assert link.transmit(FIRST_COMMAND) == (b"\x6f", 0x9000)
        link.close()
