"""The watcher tells everything, and outlives the service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from cardio import reader_causes as causes
from cardio.errors import CardError, CardFault
from cardio.link import Link
from cardio.readers import Presence, ReaderState
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.spec import CardSpec
from cardio.watcher import Situation, Watcher
from cardio.worker import CardWorker
from tests.support.waiting import wait_until
from tests.support.worlds import World

PAUSES = (0.01, 0.02, 0.05)


class Listener:
    """Keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.told: list[Situation] = []

    def __call__(self, situation: Situation) -> None:
        with self._news:
            self.told.append(situation)
            self._news.notify_all()

    def until(self, wanted: Callable[[Situation], bool]) -> Situation:
        """The newest report, once it is as wanted."""
        with self._news:
            assert self._news.wait_for(lambda: bool(self.told) and wanted(self.told[-1]), 30), self.told
            return self.told[-1]


def in_slot(slot: int, presence: Presence) -> Callable[[Situation], bool]:
    return lambda situation: len(situation.readers) > slot and situation.readers[slot].presence is presence


def failed(fault: CardFault) -> Callable[[Situation], bool]:
    return lambda situation: situation.error is not None and situation.error.fault is fault


class Failing(SimulatedReaders):
    """Its looks succeed or fail as planned, then all fail; nothing can be waited for."""

    def __init__(self, plan: list[bool]) -> None:
        super().__init__(("A",))
        self._plan = plan

    def snapshot(self) -> tuple[ReaderState, ...]:
        if self._plan and self._plan.pop(0):
            return super().snapshot()
        raise causes.service_stopped("planned")

    def wait(self, known: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        raise causes.service_stopped("planned")


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def watcher(world: World, listener: Listener) -> Iterator[Watcher]:
    made = Watcher(world.system, listener, PAUSES)
    made.start()
    yield made
    made.stop()


@pytest.mark.usefixtures("watcher")
def test_cards_come_and_go(world: World, listener: Listener) -> None:
    listener.until(in_slot(0, Presence.EMPTY))
    world.insert(0, THIRD)
    listener.until(in_slot(0, Presence.CARD))
    world.insert(1, FIRST)
    both = listener.until(in_slot(1, Presence.CARD))
    assert [state.atr for state in both.readers] == [
        b"\x3b\x6d\x00\x00" + contents.history for contents in (THIRD, FIRST)
    ]
    world.pull(0)
    listener.until(in_slot(0, Presence.EMPTY))


@pytest.mark.usefixtures("watcher")
def test_no_insertion_is_lost(world: World, listener: Listener) -> None:
    """However fast hands are: each insertion is either told by itself or passed over by a later one."""
    world.insert(0, THIRD)
    for _ in range(3):
        before = listener.until(in_slot(0, Presence.CARD)).readers[0].insertion
        world.pull(0)
        world.put_back(0)
        now = world.system.snapshot()[0].insertion
        assert now != before
        listener.until(lambda situation, now=now: bool(situation.readers) and situation.readers[0].insertion == now)  # type: ignore[misc]
    insertions = [told.readers[0].insertion for told in listener.told]
    assert insertions == sorted(insertions)


@pytest.mark.usefixtures("watcher")
def test_the_service_is_killed_and_started_again(world: World, listener: Listener) -> None:
    world.insert(0, THIRD)
    first = listener.until(in_slot(0, Presence.CARD)).readers[0].insertion
    for _ in range(2):
        world.stop_service()
        listener.until(failed(CardFault.SERVICE_STOPPED))
        world.start_service()
        world.put_back(0)
        listener.until(in_slot(0, Presence.CARD))
    assert listener.told[-1].readers[0].insertion != first
    stops = [told.error.fault for told in listener.told if told.error]
    assert stops == [CardFault.SERVICE_STOPPED] * 2  # each once


def test_a_start_without_service(world: World, listener: Listener) -> None:
    world.stop_service()
    watcher = Watcher(world.system, listener, PAUSES)
    watcher.start()
    listener.until(failed(CardFault.SERVICE_STOPPED))
    world.start_service()
    listener.until(in_slot(1, Presence.EMPTY))
    watcher.stop()


@pytest.mark.usefixtures("watcher")
def test_a_mute_card_and_one_held_by_another_program(world: World, listener: Listener) -> None:
    world.insert(0, CardSpec(THIRD, (Fault(Trouble.MUTE),)))
    listener.until(in_slot(0, Presence.MUTE))
    world.insert(1, THIRD)
    listener.until(in_slot(1, Presence.CARD))
    with world.held_by_other(1):
        listener.until(in_slot(1, Presence.IN_USE))
    listener.until(in_slot(1, Presence.CARD))


def test_watching_does_not_touch_a_card_in_use(world: World, watcher: Watcher, listener: Listener) -> None:
    world.insert(0, THIRD)
    listener.until(in_slot(0, Presence.CARD))
    link = world.system.connect(world.names[0])
    with link.transaction():
        link.transmit(bytes.fromhex("0084000008"))
        world.insert(1, FIRST)
        listener.until(in_slot(1, Presence.CARD))
    link.close()


def test_stop_is_prompt_and_final(world: World, watcher: Watcher, listener: Listener) -> None:
    listener.until(in_slot(0, Presence.EMPTY))
    watcher.stop()
    told = len(listener.told)
    world.insert(0, THIRD)
    assert len(listener.told) == told


def test_a_hung_command_a_pull_and_the_next_card(world: World) -> None:
    """The worker over each height: stuck at the deadline, recovered when the driver returns, ready for the next."""
    world.insert(0, CardSpec(THIRD, (Fault(Trouble.HANG, at=2),)))
    calls: list[Callable[[], None]] = []

    class Never:
        def cancel(self) -> None:
            pass

    def scheduler(seconds: float, call: Callable[[], None]) -> Never:
        calls.append(call)
        return Never()

    def challenge(link: Link) -> int:
        with link.transaction():
            return link.transmit(bytes.fromhex("0084000008"))[1]

    worker = CardWorker(world.system, world.names[0], scheduler=scheduler)
    assert worker.submit(challenge, 10).result(30) == 0x9000
    hung = worker.submit(challenge, 10)
    wait_until(world.hanging)
    calls[-1]()
    error = hung.exception(30)
    assert isinstance(error, CardError)
    assert error.fault is CardFault.READER_STUCK
    assert worker.stuck
    assert len(world.system.snapshot()) == 2  # looking goes on while one driver hangs
    world.pull(0)
    world.release()
    wait_until(lambda: not worker.stuck)
    world.insert(0, FIRST)
    assert worker.submit(challenge, 10).result(30) == 0x9000
    worker.stop()


class TestReadersInProcess:
    """Readers that come and go; a pcscd with vpcd has always its two."""

    def test_readers_are_plugged_and_unplugged(self, listener: Listener) -> None:
        readers = SimulatedReaders(())
        watcher = Watcher(readers, listener, PAUSES)
        watcher.start()
        listener.until(failed(CardFault.NO_READER))
        readers.plug("B")
        listener.until(in_slot(0, Presence.EMPTY))
        readers.plug("A")
        assert [state.name for state in listener.until(in_slot(1, Presence.EMPTY)).readers] == ["B", "A"]
        readers.unplug("B")
        listener.until(lambda situation: [state.name for state in situation.readers] == ["A"])
        readers.unplug("A")
        listener.until(failed(CardFault.NO_READER))
        watcher.stop()

    def test_a_reader_unplugged_in_use_is_gone(self) -> None:
        readers = SimulatedReaders(("A",))
        readers.insert("A", CardSpec(THIRD).make())
        link = readers.connect("A")
        readers.unplug("A")
        with pytest.raises(CardError) as error:
            link.transmit(bytes.fromhex("0084000008"))
        assert error.value.fault is CardFault.READER_GONE

    def test_the_pauses_grow_up_to_the_last_and_begin_anew_after_a_success(self) -> None:
        paused: list[float] = []
        over = threading.Event()

        def wait(stopping: threading.Event, seconds: float) -> None:
            paused.append(seconds)
            if len(paused) == 6:
                over.set()
                stopping.wait()

        watcher = Watcher(Failing([False] * 4 + [True]), lambda situation: None, (1, 2, 3), wait)
        watcher.start()
        assert over.wait(30)
        watcher.stop()
        assert paused == [1, 2, 3, 3, 1, 2]

    @pytest.mark.expects_log
    def test_a_listener_that_fails_is_logged_and_told_the_next_change(
        self, caplog: pytest.LogCaptureFixture, listener: Listener
    ) -> None:
        readers = SimulatedReaders(("A",))

        def clumsy(situation: Situation) -> None:
            listener(situation)
            raise RuntimeError("clumsy")

        watcher = Watcher(readers, clumsy, PAUSES)
        watcher.start()
        listener.until(in_slot(0, Presence.EMPTY))
        readers.insert("A", CardSpec(THIRD).make())
        listener.until(in_slot(0, Presence.CARD))
        watcher.stop()
        assert "a listener of the reader watcher failed" in caplog.text
