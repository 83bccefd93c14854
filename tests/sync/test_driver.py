"""The sender in its own thread: it wakes, waits, stops, tells how things stand, and outlives a centre that is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from offline_cache.operations import Counts, State
from terminal.clock import SystemClock
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync.answers import Answer, Kind
from terminal.sync.driver import Driver
from terminal.sync.status import Standing, SyncStatus
from terminal.sync.words import Knobs
from tests.support.waiting import wait_until
from tests.sync.support import QUICK, Terminal, contact_change


class Script:
    """Requests that are answered from a list; afterwards there is nothing to do."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.parks = True
        self.reversal = False

    def _next(self, what: str) -> Answer:
        self.asked.append(what)
        return self.answers.pop(0) if self.answers else Answer(Kind.CHANGES if what == "pull" else Kind.MARK)

    def send(self, first: int | None, most: int, most_bytes: int) -> Answer:
        assert most_bytes > most > 0
        return self._next("send" if first is None else f"send from {first}")

    def ask(self) -> Answer:
        return self._next("ask")

    def pull(self) -> Answer:
        return self._next("pull")

    def carry(self) -> Answer:
        return Answer(Kind.NO_BLOB)

    def renew(self) -> Answer:
        return self._next("renew")

    def forked(self) -> bool:
        return False

    def urgent(self) -> bool:
        return self.reversal

    def stopped(self, reason: str) -> None:
        assert reason

    def park(self, seq: int) -> bool:
        self.asked.append(f"park {seq}")
        return self.parks


class JumpingClock(SystemClock):
    """Somebody sets it."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


def counts() -> Counts:
    return Counts({State.PENDING: 2, State.HELD: 1}, {State.PENDING: 1_780_000_000_000}, 1)


def driver_of(script: Script, knobs: Knobs = QUICK, clock: SystemClock | None = None) -> Driver:
    return Driver(script, Standing(counts), clock or SystemClock(), knobs=knobs, roll=lambda: 0.5)


def test_it_works_by_itself_and_stops_when_told(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    centre.control.fault("down")
    driver = terminal.driver()
    driver.start()
    try:
        terminal.record(contact_change(population.people[20]))
        driver.wake()
        wait_until(lambda: driver.status().why is Kind.UNKNOWN)
        status = driver.status()
        assert (status.waiting, status.stopped, status.last_contact) == (1, False, None)
        assert status.next_try is not None
        centre.control.clear()
        wait_until(lambda: driver.status().clear and driver.status().received == 0)
        terminal.record(contact_change(population.people[21]))
        driver.wake()
        wait_until(lambda: driver.status().clear and driver.status().received == 0)
        assert driver.status().last_contact is not None
    finally:
        driver.stop()
        driver.stop()
    assert [operation.state for operation in terminal.outbox.listed()] == [State.APPLIED] * 2
    assert not any(thread.name == "sync" for thread in threading.enumerate())


def test_the_status_is_the_truth() -> None:
    status = driver_of(Script()).status()
    assert isinstance(status, SyncStatus)
    assert (status.waiting, status.received, status.people) == (2, 1, 1)
    assert status.oldest == datetime.fromtimestamp(1_780_000_000, UTC)
    assert not status.clear


@pytest.mark.expects_log
def test_a_stop_is_told_and_ends_when_a_person_says_so() -> None:
    script = Script(Answer(Kind.MARK, left=True), Answer(Kind.REFUSED))
    driver = driver_of(script)
    driver.start()
    try:
        wait_until(lambda: driver.status().stopped)
        assert driver.status().next_try is None
        driver.wake()
        driver.resume()
        wait_until(lambda: script.asked[2:4] == ["ask", "pull"])
        assert not driver.status().stopped
    finally:
        driver.stop()


@pytest.mark.expects_log
def test_a_store_that_cannot_park_stops_it() -> None:
    script = Script(Answer(Kind.MARK, left=True), Answer(Kind.POISON, count=1, first=4))
    script.parks = False
    status = driver_of(script).once()
    assert script.asked == ["ask", "send", "park 4"]
    assert status.stopped
    assert status.why is Kind.STORE


@pytest.mark.expects_log
def test_our_own_mistake_does_not_end_the_sender() -> None:
    script = Script()
    broken: list[Callable[[], Answer]] = [script.ask]

    def ask() -> Answer:
        if broken:
            broken.clear()
            raise RuntimeError("a mistake")
        return script._next("ask")

    script.ask = ask  # type: ignore[method-assign]
    status = driver_of(script).once()
    assert script.asked[0] == "ask"
    assert status.why is None


def test_a_clock_that_was_set_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.sync.driver._LOOK_SECONDS", 0.02)
    script = Script(Answer(Kind.CLOCK))
    clock = JumpingClock()
    driver = driver_of(script, Knobs(base=3600.0, cap=3600.0, splay=0.0), clock)
    driver.start()
    try:
        wait_until(lambda: driver.status().why is Kind.CLOCK)
        clock.ahead = timedelta(hours=2)
        wait_until(lambda: script.asked[:2] == ["ask", "ask"])
    finally:
        driver.stop()


def test_a_reversal_that_is_recorded_goes_sooner() -> None:
    script, clock = Script(), SystemClock()
    driver = driver_of(script, Knobs(splay=300.0), clock)

    def seconds() -> float:
        due = driver.status().next_try
        assert due is not None
        return (due - clock.now()).total_seconds()

    driver.start()
    try:
        wait_until(lambda: 120 < seconds() <= 150)
        driver.wake()
        script.reversal = True
        driver.wake()
        wait_until(lambda: 0 < seconds() <= 15)
    finally:
        driver.stop()
    assert script.asked == []
    driver = driver_of(script, Knobs(splay=300.0), clock)
    driver.start()
    try:
        wait_until(lambda: 0 < seconds() <= 15)
    finally:
        driver.stop()


def test_once_gives_up_when_nothing_helps() -> None:
    script = Script(*[Answer(Kind.UNKNOWN)] * 9)
    status = driver_of(script).once(5.0)
    assert script.asked == ["ask"] * 3
    assert status.why is Kind.UNKNOWN
