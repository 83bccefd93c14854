"""One subject's trouble is not another's: where one operation is refused or held, everybody else's take effect
in the same moment as without that (I4). The core, the courier and their clock are real, and nothing is left to chance.
"""

from __future__ import annotations

import heapq
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from offline_cache.operations import State
from terminal.centre.contract import Acknowledgement, Changes
from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.words import Action, Answered, Ask, Carry, Event, Knobs, Park, Pull, Send, Tick, WaitUntil, Work
from tests.sync.model import Centre, Disk, subject_of
from tests.sync.parts import SimCourier

KNOBS = Knobs(splay=0.0)
NAME = "379999000001"
EVERY = 0.3
"""Seconds from one operation to the next; a request and its answer take :data:`WAY`."""
WAY = 1.0
COUNT, SUBJECTS, VICTIM = 120, 6, 2
END = 4_000.0


class Refusing(Centre):
    """Business refuses the first operation of the victim."""

    def _apply(self, terminal: str, op_id: bytes, sealed: bytes) -> None:
        if subject_of(sealed) == VICTIM and not self.settled_by and not self.order[terminal].count(-1):
            self.order[terminal].append(-1)
            self._say(terminal, op_id, "rejected")
        else:
            super()._apply(terminal, op_id, sealed)


class Clock:
    """What a courier of the simulation wants of its line."""

    def __init__(self, run: Run) -> None:
        self.world, self.name = run, NAME

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now, UTC)


class Run:
    """One terminal and one centre; when each operation took effect, by subject."""

    def __init__(self, centre: Centre, *, poison: bool = False) -> None:
        ids = itertools.count(1)
        self.now, self.centre, self.disk = 0.0, centre, Disk(lambda: next(ids).to_bytes(16, "big"))
        line: Any = Clock(self)
        self.courier = SimCourier(line, self.disk, NAME)
        self.state = core.start(0.0, KNOBS, lambda: 0.5)
        self.done: dict[int, tuple[int, float]] = {}
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Event | int]] = [(0.0, 0, Tick(0.0))]
        for number in range(COUNT):
            heapq.heappush(self._agenda, (EVERY * number, next(self._order) + 1, number))
        self._poison = poison

    def run(self) -> Run:
        while self._agenda and self.now <= END:
            self.now, _, event = heapq.heappop(self._agenda)
            if isinstance(event, int):
                subject = event % SUBJECTS
                self.disk.take_in(event, subject, poison=self._poison and event == VICTIM)
                event = Work(self.now)
            self.state, actions = core.step(self.state, event, KNOBS, lambda: 0.5)
            for action in actions:
                self._perform(action)
        return self

    def _perform(self, action: Action) -> None:
        if isinstance(action, Park):
            self.courier.park(action.seq)
        elif isinstance(action, WaitUntil):
            self._at(action.time, Tick(max(action.time, self.now)))
        elif isinstance(action, Send | Ask | Pull | Carry):
            answer = self._exchange(action)
            later = self.now if answer.kind in (Kind.NOTHING, Kind.NO_BLOB) else self.now + WAY
            self._at(later, Answered(later, action.flight, answer))

    def _at(self, moment: float, event: Event) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order) + COUNT + 1, event))

    def _exchange(self, action: Send | Ask | Pull | Carry) -> Answer:
        if isinstance(action, Carry):
            return Answer(Kind.NO_BLOB)
        if isinstance(action, Ask):
            return self.courier.guarded(lambda: self.courier.settle_ask(1, self._mark))
        if isinstance(action, Pull):
            return self.courier.guarded(lambda: self.courier.settle_pull(self._feed, compared=False))
        batch = self.courier.pack(action.first, action.most, KNOBS.most_bytes)
        if batch is None:
            return Answer(Kind.NOTHING)
        answer = self.courier.guarded(
            lambda: self.courier.settle_send(batch, lambda: self.centre.take(NAME, batch, self.now))
        )
        for op in self.disk.all():
            if self.centre.outcome.get(op.op_id) == "applied":
                self.done.setdefault(op.seq, (_subject(op.sealed), self.now))
        return answer

    def _mark(self) -> Acknowledgement:
        return self.centre.mark(NAME, 1, self.now)

    def _feed(self) -> Changes:
        return self.centre.changes(NAME, self.courier.feed.place())

    def others(self) -> dict[int, float]:
        """When each operation that is not the victim's took effect."""
        return {seq: when for seq, (subject, when) in self.done.items() if subject != VICTIM}


def _subject(sealed: bytes) -> int:
    return subject_of(sealed.lstrip(b"!"))


@pytest.fixture(scope="module")
def undisturbed() -> Run:
    run = Run(Centre()).run()
    assert len(run.done) == COUNT
    assert set(run.disk.states.values()) == {State.APPLIED}
    return run


def test_a_refusal_of_business_delays_nobody_else(undisturbed: Run) -> None:
    run = Run(Refusing()).run()
    assert run.others() == undisturbed.others()
    mine = [run.disk.states[op.op_id] for op in run.disk.all() if _subject(op.sealed) == VICTIM]
    assert mine[0] is State.REJECTED
    assert set(mine[1:]) == {State.HELD}  # it stops its own subject, until a person settles it


def test_what_is_refused_at_ingest_costs_the_others_the_search_for_it_and_no_more(undisturbed: Run) -> None:
    run = Run(Centre(), poison=True).run()
    others, before = run.others(), undisturbed.others()
    assert others.keys() == before.keys()
    late = {seq: when - before[seq] for seq, when in others.items() if when != before[seq]}
    assert late
    assert max(late.values()) <= 8 * (WAY + KNOBS.base)  # halving a batch of 120 takes seven requests
    # In the end nobody is late any more, but for where in the sender's rhythm an operation falls.
    assert max(late.get(seq, 0.0) for seq in sorted(others)[-2 * SUBJECTS :]) <= WAY
