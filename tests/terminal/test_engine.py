"""The engine on a procedure of its own: arrows, faults, retries, late answers and the ways out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord
from terminal.centre.contract import CardStatus, Contact, SubsidyStatement
from terminal.centre.errors import CentreError, CentreFault
from terminal.counter import CounterPort
from terminal.journeys.engine import Journey
from terminal.pin import PinBuffer
from terminal.procedure import END, Arrow, Ask, Procedure, VisitPort, Work
from terminal.text import Text


class Person:
    """A visit with nothing but a PIN buffer."""

    def __init__(self) -> None:
        self.pin = PinBuffer()
        self.pin_verified = False

    def pin_tries(self) -> int | None:
        return None

    def pin_word(self) -> int:
        return 0x63C3

    def verify_pin(self) -> int:
        self.pin.wipe()
        return 0x9000

    @property
    def record(self) -> CardRecord | None:
        return None

    @property
    def counter(self) -> CounterPort:
        raise NotImplementedError

    def show_pin(self, digits: bytearray) -> int:
        raise NotImplementedError

    def change_pin(self, old: bytearray, new: bytearray) -> int:
        raise NotImplementedError

    def held(self, places: str, sizes: tuple[int, ...]) -> bytes | None:
        raise NotImplementedError

    def contact(self) -> Contact:
        raise NotImplementedError

    def card_status(self) -> CardStatus:
        raise NotImplementedError

    def subsidies(self) -> SubsidyStatement:
        raise NotImplementedError


@dataclass
class State:
    done: list[str] = field(default_factory=list)
    fails_with: BaseException | None = None


def note(state: State, value: str) -> None:
    state.done.append(value)


@dataclass
class Bench:
    """A journey whose work is done when the test says so."""

    outcome: Callable[[VisitPort, State], str]
    retry: str = "work"
    waiting: list[tuple[Callable[[], str], Future[str]]] = field(default_factory=list)
    posted: list[Callable[[], None]] = field(default_factory=list)
    changes: int = 0
    ends: int = 0

    def __post_init__(self) -> None:
        self.person = Person()
        procedure = Procedure(
            first="work",
            steps={
                "work": Work(self.outcome, retry=self.retry),
                "page": Ask("subsidies", lambda visit, state: None, on={"note": note}),
            },
            arrows=(Arrow("work", "known", "page"), Arrow("page", "again", "work"), Arrow("page", "close", END)),
            state=State,
        )
        self.journey = Journey(
            code="test",
            title=Text("试", "Test"),
            procedure=procedure,
            visit=self.person,
            submit=self.submit,
            post=self.posted.append,
            changed=self.count,
            ended=self.end,
        )

    def submit(self, call: Callable[[], str]) -> Future[str]:
        future: Future[str] = Future()
        self.waiting.append((call, future))
        return future

    def count(self) -> None:
        self.changes += 1

    def end(self) -> None:
        self.ends += 1

    def work(self) -> None:
        """Do what waits, and bring its answer back."""
        call, future = self.waiting.pop(0)
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        while self.posted:
            self.posted.pop(0)()


def fails(error: BaseException) -> Callable[[VisitPort, State], str]:
    def run(_: VisitPort, state: State) -> str:
        raise error

    return run


def test_work_leads_to_the_page_and_back() -> None:
    bench = Bench(lambda visit, state: "known")
    bench.journey.start()
    assert bench.journey.view.view == "busy"
    bench.work()
    assert bench.journey.view.actions == ("note", "again", "close")
    bench.journey.send("again")
    assert bench.journey.view.view == "busy"
    bench.work()
    bench.journey.send("close")
    assert (bench.journey.over, bench.ends) == (True, 1)


def test_an_event_that_means_nothing_changes_nothing() -> None:
    bench = Bench(lambda visit, state: "known")
    bench.journey.start()
    bench.journey.send("again")
    assert len(bench.waiting) == 1
    bench.work()
    before = bench.changes
    bench.journey.send("nonsense", "value")
    assert bench.changes == before


def test_a_passing_fault_can_be_tried_again() -> None:
    bench = Bench(fails(CentreError(CentreFault.UNREACHABLE)))
    bench.journey.start()
    bench.work()
    view = bench.journey.view
    assert (view.view, view.fault and view.fault.code, view.actions) == ("fault", "N101", ("retry", "back"))
    bench.journey.send("retry")
    assert bench.journey.view.view == "busy"


def test_a_fault_that_stays_offers_no_retry() -> None:
    bench = Bench(fails(CardError(CardFault.PIN_LOCKED)))
    bench.journey.start()
    bench.work()
    assert bench.journey.view.actions == ("back",)
    bench.journey.send("retry")
    assert bench.journey.view.view == "fault"
    bench.journey.send("back")
    assert bench.journey.over


@pytest.mark.expects_log
def test_our_own_mistake_is_one_fault_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(fails(KeyError("canary")))
    bench.journey.start()
    bench.work()
    view = bench.journey.view
    assert view.fault is not None
    assert view.fault.code == "T199"
    assert "canary" not in repr(view)
    assert caplog.records[-1].levelno == logging.ERROR


@pytest.mark.expects_log
def test_an_outcome_without_an_arrow_is_our_own_mistake() -> None:
    bench = Bench(lambda visit, state: "unheard of")
    bench.journey.start()
    bench.work()
    assert bench.journey.view.fault is not None
    assert bench.journey.view.fault.code == "T199"


def test_ending_wipes_the_pin_and_throws_a_late_answer_away() -> None:
    bench = Bench(lambda visit, state: "known")
    bench.journey.start()
    bench.person.pin.add(7)
    bench.journey.end()
    assert (len(bench.person.pin), bench.ends) == (0, 1)
    changes = bench.changes
    bench.work()
    assert (bench.journey.over, bench.changes, bench.ends) == (True, changes, 1)
    bench.journey.end()
    bench.journey.send("again")
    bench.journey.refresh()
    assert (bench.ends, bench.changes) == (1, changes)


def test_a_centre_that_does_not_answer_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(fails(CentreError(CentreFault.TOO_SLOW, "no whole answer in 3 s")))
    with caplog.at_level("INFO"):
        bench.journey.start()
        bench.work()
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)
    assert record.getMessage() == "a step failed: N102 TOO_SLOW: no whole answer in 3 s"
    assert vars(record)["fault"] == "N102"


@pytest.mark.expects_log
def test_an_error_of_our_own_is_logged_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(fails(ZeroDivisionError("ours")))
    bench.journey.start()
    bench.work()
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_an_answer_from_before_a_retry_is_thrown_away() -> None:
    bench = Bench(fails(CentreError(CentreFault.TOO_SLOW)))
    bench.journey.start()
    bench.work()
    bench.journey.send("retry")
    bench.journey.send("back")
    bench.work()
    assert bench.journey.over


@pytest.mark.parametrize(
    ("arrows", "retry"),
    [
        ((Arrow("work", "known", "nowhere"),), ""),
        ((Arrow("work", "known", "page"), Arrow("work", "known", END)), ""),
        ((), ""),
        ((Arrow("work", "known", "page"),), "nowhere"),
    ],
)
def test_a_procedure_that_does_not_hold_together_cannot_be_made(arrows: tuple[Arrow, ...], retry: str) -> None:
    steps: dict[str, Work[State] | Ask[State]] = {
        "work": Work(lambda visit, state: "known", retry=retry),
        "page": Ask("subsidies", lambda visit, state: None),
    }
    with pytest.raises(ValueError, match=r"arrow|step"):
        Procedure(first="work", steps=steps, arrows=arrows, state=State)
