"""One card thread for each reader: order, deadlines, stuck drivers and their recovery."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from cardio.errors import CardError, CardFault
from cardio.link import Link
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.reader import SimulatedLink, SimulatedReaders
from cardio.worker import CardWorker, system_scheduler
from tests.support.waiting import wait_until

READER = "Simulated Reader 00"
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
VERIFY = bytes.fromhex("0020000003123456")
LONG = 3600.0


class Clock:
    """A scheduler whose time passes when the test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> Clock.Entry:
        entry = (seconds, call)
        self.calls.append(entry)
        return Clock.Entry(self, entry)

    class Entry:
        def __init__(self, clock: Clock, entry: tuple[float, Callable[[], None]]) -> None:
            self._clock, self._entry = clock, entry

        def cancel(self) -> None:
            if self._entry in self._clock.calls:
                self._clock.calls.remove(self._entry)

    def pass_all(self) -> None:
        """Every deadline that is running passes."""
        calls, self.calls = self.calls, []
        for _, call in calls:
            call()


class Desk:
    """A worker on a simulated reader."""

    def __init__(self) -> None:
        self.readers = SimulatedReaders([READER])
        self.clock = Clock()
        self.stuck: list[bool] = []
        self.worker = CardWorker(self.readers, READER, scheduler=self.clock, on_stuck=self.stuck.append)

    def insert(self, *faults: Fault) -> SimulatedCard:
        card = SimulatedCard(THIRD, faults)
        self.readers.insert(READER, card)
        return card

    @property
    def insertion(self) -> int:
        return self.readers.snapshot()[0].insertion


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.worker.stop()


def select(link: Link) -> int:
    with link.transaction():
        return link.transmit(SELECT)[1]


def verify(link: Link) -> int:
    with link.transaction():
        link.transmit(SELECT)
        return link.transmit(VERIFY)[1]


def fault_of(error: BaseException | None) -> CardFault:
    assert isinstance(error, CardError)
    return error.fault


def test_a_flow_runs_on_the_cards_own_thread(desk: Desk) -> None:
    desk.insert()
    threads = [desk.worker.submit(lambda link: threading.current_thread().name, LONG).result(30) for _ in range(2)]
    assert threads == [f"card {READER}"] * 2


def test_flows_keep_their_order(desk: Desk) -> None:
    desk.insert()
    done: list[int] = []
    futures = [desk.worker.submit(lambda link, n=n: done.append(n), LONG) for n in range(20)]  # type: ignore[misc]
    for future in futures:
        future.result(30)
    assert done == list(range(20))


def test_flows_of_one_insertion_share_the_powered_card(desk: Desk) -> None:
    card = desk.insert()
    assert desk.worker.submit(verify, LONG).result(30) == 0x9000
    first = desk.worker.submit(lambda link: link, LONG).result(30)
    second = desk.worker.submit(lambda link: link, LONG).result(30)
    assert first is second
    assert card.pin_verified


def test_release_ends_what_was_proven(desk: Desk) -> None:
    card = desk.insert()
    desk.worker.submit(verify, LONG).result(30)
    desk.worker.release()
    desk.worker.submit(select, LONG).result(30)
    assert not card.pin_verified


def test_another_insertion_gets_another_link_and_the_old_one_is_dead(desk: Desk) -> None:
    card = desk.insert()
    old = desk.worker.submit(lambda link: link, LONG).result(30)
    desk.readers.pull(READER)
    assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.NO_CARD
    desk.readers.insert(READER, card)
    new = desk.worker.submit(lambda link: link, LONG).result(30)
    assert new is not old
    late = desk.worker.submit(lambda link: old.transmit(SELECT), LONG)
    assert fault_of(late.exception(30)) is CardFault.CARD_REMOVED


def test_a_flow_meant_for_another_card_does_not_begin(desk: Desk) -> None:
    desk.insert()
    meant = desk.insertion
    desk.readers.insert(READER, SimulatedCard(SECOND))
    changed = desk.worker.submit(select, LONG, insertion=meant)
    assert fault_of(changed.exception(30)) is CardFault.CARD_CHANGED
    desk.readers.pull(READER)
    gone = desk.worker.submit(select, LONG, insertion=meant)
    assert fault_of(gone.exception(30)) is CardFault.CARD_REMOVED


class Swapping(SimulatedReaders):
    """While a link is made, another card is put in the reader."""

    def __init__(self) -> None:
        super().__init__([READER])
        self.made: list[SimulatedLink] = []

    def connect(self, reader: str) -> SimulatedLink:
        if not self.made:
            self.pull(reader)
            self.insert(reader, SimulatedCard(SECOND))
        self.made.append(super().connect(reader))
        return self.made[-1]


def test_a_card_that_is_changed_while_we_connect_is_not_taken_for_the_one_that_was_meant() -> None:
    readers = Swapping()
    readers.insert(READER, SimulatedCard(THIRD))
    worker = CardWorker(readers, READER, scheduler=Clock())
    meant = readers.snapshot()[0].insertion
    begun: list[Link] = []
    assert fault_of(worker.submit(begun.append, LONG, insertion=meant).exception(30)) is CardFault.CARD_REMOVED
    assert fault_of(worker.submit(begun.append, LONG, insertion=meant).exception(30)) is CardFault.CARD_CHANGED
    assert (begun, len(readers.made)) == ([], 1)
    worker.submit(begun.append, LONG).result(30)  # whoever asks for what is there now gets it, by a link of its own
    assert (len(begun), len(readers.made)) == (1, 2)
    worker.stop()


def test_faults_and_mistakes_reach_the_caller_and_the_thread_lives(desk: Desk) -> None:
    assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.NO_CARD
    desk.insert()
    assert isinstance(desk.worker.submit(lambda link: {"a": 1}["no"], LONG).exception(30), KeyError)
    assert desk.worker.submit(select, LONG).result(30) == 0x611E


def test_a_link_is_of_no_use_off_its_thread(desk: Desk) -> None:
    desk.insert()
    link = desk.worker.submit(lambda link: link, LONG).result(30)
    for use in (lambda: link.transmit(SELECT), link.reset, lambda: link.transaction().__enter__()):
        with pytest.raises(RuntimeError):
            use()


def test_a_stuck_driver_is_left_alone_and_recovers(desk: Desk) -> None:
    card = desk.insert(Fault(Trouble.HANG, at=3))
    assert desk.worker.submit(verify, LONG).result(30) == 0x9000
    hung = desk.worker.submit(select, 5.0)
    behind = desk.worker.submit(select, LONG)
    assert card.hanging.wait(30)
    assert [seconds for seconds, _ in desk.clock.calls] == [5.0]
    assert not desk.worker.stuck

    desk.clock.pass_all()
    for future in (hung, behind, desk.worker.submit(select, LONG)):
        assert fault_of(future.exception(30)) is CardFault.READER_STUCK
    assert desk.worker.stuck
    assert desk.stuck == [True]

    card.release()
    wait_until(lambda: not desk.worker.stuck)
    assert desk.stuck == [True, False]
    assert desk.worker.submit(select, LONG).result(30) == 0x611E
    assert not card.pin_verified  # the late flow's link was closed, with all it had opened


def test_a_reader_that_another_program_keeps_is_busy_and_not_stuck(desk: Desk) -> None:
    desk.insert()
    other = desk.readers.connect(READER)
    with other.transaction():
        waiting = desk.worker.submit(select, 5.0)
        wait_until(lambda: bool(desk.clock.calls) and desk.worker.waiting_for_turn)
        desk.clock.pass_all()
        assert fault_of(waiting.exception(30)) is CardFault.READER_BUSY
        assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.READER_BUSY
    wait_until(lambda: not desk.worker.stuck)
    assert desk.worker.submit(select, LONG).result(30) == 0x611E


def test_a_failure_of_the_reader_renews_the_link(desk: Desk) -> None:
    desk.insert()
    old = desk.worker.submit(lambda link: link, LONG).result(30)
    assert desk.worker.submit(verify, LONG).result(30) == 0x9000
    desk.readers.reset_by_other(READER)
    assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.CARD_RESET
    assert desk.worker.submit(select, LONG).result(30) == 0x611E
    assert desk.worker.submit(lambda link: link, LONG).result(30) is not old
    late = desk.worker.submit(lambda link: old.transmit(SELECT), LONG)
    assert fault_of(late.exception(30)) is CardFault.CARD_RESET


def test_a_service_that_stops_and_starts(desk: Desk) -> None:
    desk.insert()
    desk.worker.submit(select, LONG).result(30)
    desk.readers.stop_service()
    assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.SERVICE_STOPPED
    desk.readers.start_service()
    assert desk.worker.submit(select, LONG).result(30) == 0x611E


def test_stop_lets_the_card_go_and_refuses_more(desk: Desk) -> None:
    card = desk.insert()
    desk.worker.submit(verify, LONG).result(30)
    desk.worker.stop()
    assert not card.pin_verified
    assert fault_of(desk.worker.submit(select, LONG).exception(30)) is CardFault.READER_GONE


def test_stop_does_not_wait_for_a_stuck_driver(desk: Desk) -> None:
    card = desk.insert(Fault(Trouble.HANG, at=1))
    hung = desk.worker.submit(select, 5.0)
    assert card.hanging.wait(30)
    desk.clock.pass_all()
    assert fault_of(hung.exception(30)) is CardFault.READER_STUCK
    desk.worker.stop(timeout=LONG)
    card.release()


def test_the_clock_on_the_wall() -> None:
    rung = threading.Event()
    system_scheduler(0.0, rung.set)
    assert rung.wait(30)
    timer = system_scheduler(LONG, rung.set)
    timer.cancel()
