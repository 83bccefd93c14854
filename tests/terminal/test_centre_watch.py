"""When the centre is looked at: spread over terminals, one look planned at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.centre import causes
from terminal.centre_watch import CentreWatch, spread
from terminal.clock import FixedClock
from terminal.desk_loop import Call, Loop
from terminal.membership import Membership, join
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.office import OUTLET
from tests.terminal.world import settings_for

P = ParamSpec("P")
T = TypeVar("T")

TERMINALS = [f"3799{number:06d}" for number in range(3000)]


@given(st.floats(0.1, 3600), st.text(max_size=20), st.integers(0, 10**9))
def test_a_pause_is_what_is_set_give_or_take_a_quarter(pause: float, terminal: str, look: int) -> None:
    assert pause * 0.75 <= spread(pause, terminal, look) <= pause * 1.25


def test_terminals_do_not_ask_together() -> None:
    """All switched on in the same moment: no second of the first minute has far more than its share."""
    seconds = Counter(int(spread(60, terminal, 0)) for terminal in TERMINALS)
    assert set(range(46, 75)) <= set(seconds)
    assert max(seconds.values()) < 2 * len(TERMINALS) / 30
    assert spread(60, TERMINALS[0], 0) != spread(60, TERMINALS[0], 1)


class Stepped(Loop):
    """A loop without a thread: what is due runs when the test says so."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self.planned: list[tuple[float, Call]] = []

    def post(self, call: Call) -> None:
        call()

    def later(self, seconds: float, call: Call) -> None:
        self.planned.append((self.clock.monotonic() + seconds, call))

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        due = [each for each in self.planned if each[0] <= self.clock.monotonic()]
        self.planned = [each for each in self.planned if each not in due]
        for _, call in due:
            call()


class AtOnce(Executor):
    """Work is done where it is handed in."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as a pool does
            done.set_exception(error)
        return done


class Away:
    """A machine whose centre does not answer, and how often it was asked."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> Membership:
        self.looks += 1
        raise causes.unreachable("nobody")


def test_no_centre_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    watch = CentreWatch(Away(), FixedClock(), away=40, up=400)
    with caplog.at_level("INFO"):
        assert watch.client() is None
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)
    assert "N101" in record.getMessage()


def test_looks_do_not_pile_up() -> None:
    loop, away = Stepped(FixedClock()), Away()
    watch = CentreWatch(away, loop.clock, away=40, up=400)
    watch.start(AtOnce(), loop, lambda: None)
    assert away.looks == 1
    for _ in range(5):  # requests that fail meanwhile say the same and plan nothing more
        watch.learned(causes.unreachable("again"))
    assert len(loop.planned) == 1
    for looks in (2, 3, 4):
        loop.advance(50)
        assert (away.looks, len(loop.planned)) == (looks, 1)


def test_the_number_of_the_bank_is_shown_before_the_centre_has_answered(member: Path, centre: SandboxCentre) -> None:
    """Who lost a card does not wait for a centre that is away: the number is kept with the enrolment."""
    centre.control.fault("down")
    loop = Stepped(FixedClock())
    watch = CentreWatch(lambda: join(settings_for(member), loop.clock), loop.clock, away=40, up=400)
    shown: list[tuple[str, bool | None]] = []
    watch.start(AtOnce(), loop, lambda: shown.append((watch.bank_hotline, watch.view.reachable)))
    assert shown == [(OUTLET.bank_hotline, None), (OUTLET.bank_hotline, False)]
