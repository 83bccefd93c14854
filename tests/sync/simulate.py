"""A terminal's life in a simulated world: one seed, one history, the same one every time.

The core and the courier's decisions are the real ones; clock, network, disk and centre are models. The network loses,
doubles, reorders and delays; a login page answers in the centre's place; the terminal dies between any two actions; its
clock jumps; the centre is restored from a backup. Then everything heals, and what must hold is checked.

    python -m tests.sync.simulate --seed 7          one history, told line by line
    python -m tests.sync.simulate --seeds 20000     many, in silence
"""

from __future__ import annotations

import argparse
import heapq
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.words import (
    Action,
    Alarm,
    Answered,
    Ask,
    ClockSet,
    Event,
    Knobs,
    Park,
    Pull,
    Send,
    Tick,
    WaitUntil,
    Warn,
    Work,
)
from tests.sync.model import Centre, Disk

KNOBS = Knobs()
STORM = 3600.0
HEALED_WITHIN = 3 * KNOBS.watchdog + KNOBS.cap * 3
"""Seconds within which everything has arrived once all is well: three watchdogs, and the waits that were begun."""

OPERATIONS = 40
SUBJECTS = 6


@dataclass
class Weather:
    """How likely what is. All of it ends with the storm."""

    lose_request: float
    lose_answer: float
    double: float
    portal: float
    busy: float
    crash: float
    restore: float
    clock: float
    half_open: float

    @classmethod
    def of(cls, random: Random) -> Weather:
        return cls(*(random.random() * most for most in (0.3, 0.3, 0.1, 0.1, 0.1, 0.02, 0.003, 0.02, 0.03)))

    @classmethod
    def fine(cls) -> Weather:
        return cls(0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass
class World:
    """One terminal, one centre, and what lies between."""

    seed: int
    told: Callable[[str], None] = lambda _line: None
    now: float = 0.0
    alarms: list[Alarm] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - a world, not a secret
        self.weather = Weather.of(self.random)
        self.centre = Centre(poison=frozenset(n for n in range(OPERATIONS) if self.random.random() < 0.03))
        self.disk = Disk()
        self.state = core.start(self.now, KNOBS, self.random.random)
        self.life = 0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._backups = [self.centre.copy()]

    # --- the agenda ---

    def at(self, time: float, do: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (time, self._order, do))

    def run(self) -> None:
        """The storm, then fine weather until nothing more happens or time is up."""
        for number in range(OPERATIONS):
            subject = self.random.randrange(SUBJECTS)
            self.at(self.random.random() * STORM, partial(self._record, number, subject))
        self.at(0.0, lambda: self._event(Tick(self.now)))
        self.at(STORM, self._heal)
        while self._agenda and self.now <= STORM + HEALED_WITHIN and not (self.now > STORM and self._done()):
            self.now, _, do = heapq.heappop(self._agenda)
            do()

    def _done(self) -> bool:
        return self.state.task is None and not self.state.work and not self.disk.unsettled(self.centre)

    def _heal(self) -> None:
        self.told(f"{self.now:9.1f}  the weather clears")
        self.weather = Weather.fine()

    # --- the terminal ---

    def _record(self, number: int, subject: int) -> None:
        self.disk.record(number, subject)
        self._event(Work(self.now))

    def _event(self, event: Event) -> None:
        self.state, actions = core.step(self.state, event, KNOBS, self.random.random)
        for action in actions:
            if self.random.random() < self.weather.crash:
                self._crash()
                return
            self._perform(action)

    def _crash(self) -> None:
        self.told(f"{self.now:9.1f}  the terminal dies")
        self.life += 1
        self.now += self.random.random() * 60
        self.state = core.start(self.now, KNOBS, self.random.random)
        life = self.life
        self.at(self.now, lambda: self._event(Tick(self.now)) if life == self.life else None)

    def _perform(self, action: Action) -> None:
        if isinstance(action, WaitUntil):
            life = self.life
            self.at(max(action.time, self.now), lambda: self._event(Tick(self.now)) if life == self.life else None)
            if self.random.random() < self.weather.clock:
                self._event(ClockSet(self.now))
        elif isinstance(action, Warn):
            self.alarms.append(action.alarm)
            self.told(f"{self.now:9.1f}  alarm {action.alarm.value}")
        elif isinstance(action, Park):
            self.disk.park(action.seq)
        else:
            self._request(action)

    # --- the network ---

    def _request(self, action: Send | Ask | Pull) -> None:
        wire = self._pack(action)
        if wire is None:
            self._reply(action.flight, Answer(Kind.NOTHING))
            return
        self.told(f"{self.now:9.1f}  {wire.what}")
        draw = self.random.random
        weather = self.weather
        if draw() < weather.half_open:
            if draw() < 0.5:
                self._arrive(action, wire)
            return  # no answer ever: only the watchdog ends this
        if draw() < weather.lose_request:
            self._later(action.flight, Answer(Kind.UNKNOWN), 15.0)
            return
        if draw() < weather.portal:
            self._later(action.flight, Answer(Kind.UNKNOWN), draw())
            return
        if draw() < weather.busy:
            retry = None if draw() < 0.5 else draw() * 60
            self._later(action.flight, Answer(Kind.BUSY, retry_after=retry), draw())
            return
        delay = draw() * 3
        self.at(self.now + delay, lambda: self._arrive(action, wire))
        if draw() < weather.double:
            # A copy of the request that turns up long after: whatever it does, nobody hears the answer.
            self.at(self.now + delay + draw() * 600, lambda: self._arrive_again(wire))

    def _arrive(self, action: Send | Ask | Pull, wire: Wire) -> None:
        if self.random.random() < self.weather.restore:
            self.told(f"{self.now:9.1f}  the centre is restored from a backup")
            self.centre = self.random.choice(self._backups).copy()
        answer = wire.deliver(self.centre)
        if self.random.random() < 0.05:
            self._backups.append(self.centre.copy())
        if self.random.random() < self.weather.lose_answer:
            self._later(action.flight, Answer(Kind.UNKNOWN), self.random.random() * 15)
            return
        # Answers may overtake each other by far: the longest wait exceeds the watchdog.
        delay = self.random.random() * (200 if self.random.random() < self.weather.half_open else 3)
        life = self.life
        self.at(self.now + delay, lambda: self._heard(action.flight, answer, life))

    def _arrive_again(self, wire: Wire) -> None:
        wire.deliver(self.centre)

    def _heard(self, flight: int, answer: Heard, life: int) -> None:
        if life == self.life and self.state.task is not None and flight == self.state.flight:
            self._reply(flight, answer(self.disk))

    def _later(self, flight: int, answer: Answer, most: float) -> None:
        life = self.life
        self.at(
            self.now + self.random.random() * most, lambda: self._reply(flight, answer) if life == self.life else None
        )

    def _reply(self, flight: int, answer: Answer) -> None:
        self.told(f"{self.now:9.1f}    {answer.kind.value} {answer.hwm or ''}")
        if self.random.random() < self.weather.crash:
            self._crash()  # after the store took the answer, before the core heard of it
            return
        self._event(Answered(self.now, flight, answer))

    def _pack(self, action: Send | Ask | Pull) -> Wire | None:
        if isinstance(action, Ask):
            return Wire("ask", lambda centre: centre.ask())
        if isinstance(action, Pull):
            cursor = self.disk.cursor
            return Wire(f"pull {cursor}", lambda centre: centre.pull(cursor))
        batch = self.disk.batch(action.first, action.most)
        if not batch:
            return None
        first, before = batch[0].seq, self.disk.head(batch[0].seq - 1)
        return Wire(f"send {first}..{batch[-1].seq}", lambda centre: centre.take(first, before, batch))


Heard = Callable[[Disk], Answer]


@dataclass(frozen=True)
class Wire:
    """One request under way."""

    what: str
    deliver: Callable[[Centre], Heard]


def violations(world: World) -> list[str]:
    """What does not hold at the end of a history; empty when all is as it must be."""
    disk, centre = world.disk, world.centre
    wrong: list[str] = []
    if len(disk.log) != OPERATIONS:
        wrong.append("an operation left the terminal's log")
    good = [op for op in disk.log if op.number not in centre.poison]
    missing = [op.seq for op in good if centre.effects.get(op.number, 0) == 0]
    if missing:
        wrong.append(f"no effect of {missing}")
    if twice := {number: count for number, count in centre.effects.items() if count > 1}:
        wrong.append(f"more than one effect: {twice}")
    if parked := [op.seq for op in good if op.seq in disk.parked]:
        wrong.append(f"parked although good: {parked}")
    for subject in range(SUBJECTS):
        applied = [number for number in centre.order if disk.subject(number) == subject]
        recorded = [op.number for op in disk.log if op.subject == subject and op.number in centre.effects]
        if applied != recorded:
            wrong.append(f"order of subject {subject}")
    if world.disk.received != centre.hwm or centre.hwm != OPERATIONS:
        wrong.append(f"terminal knows {world.disk.received}, centre has {centre.hwm}")
    if unknown := [op.seq for op in good if op.number not in disk.outcomes]:
        wrong.append(f"no outcome of {unknown}")
    if world.state.stopped is not None:
        wrong.append(f"stopped: {world.state.stopped}")
    return wrong


def history(seed: int, told: Callable[[str], None] = lambda _line: None) -> list[str]:
    """Live through one seed and check it."""
    world = World(seed, told)
    world.run()
    return violations(world)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.simulate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, help="one history, told")
    parser.add_argument("--seeds", type=int, default=500, help="how many")
    options = parser.parse_args(arguments)
    if options.seed is not None:
        wrong = history(options.seed, print)
        print(f"seed {options.seed}: {wrong or 'all holds'}")  # noqa: T201
        return 1 if wrong else 0
    for seed in range(options.seeds):
        if wrong := history(seed):
            print(f"seed {seed}: {wrong}; again: python -m tests.sync.simulate --seed {seed}")  # noqa: T201
            return 1
    print(f"{options.seeds} seeds: all holds")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
