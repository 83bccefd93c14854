"""Terminals' lives in a simulated world: one seed, one history, the same one every time.

The core, the courier and the way out of a fork are the real ones; clock, network, disks and centre are models. The
network loses, doubles, reorders and delays; a login page answers in the centre's place; acknowledgements are forged
and replayed; connections stay open on one side alone; a terminal dies between any two actions; its clock jumps; the
centre, and a terminal, are restored from older copies. In a part of the worlds terminals keep books
(:mod:`tests.sync.book`): clocks are set by years, disks are full, older journals are put back. Then everything heals,
and what must hold is checked.

    python -m tests.sync.simulate --seed 7                      one history, told line by line
    python -m tests.sync.simulate --seeds 20000 --cores 2       many, in silence
    python -m tests.sync.simulate --seeds 300 --wrong trusting  a wrong program, which the same check must catch
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import State
from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.words import (
    Action,
    Alarm,
    Answered,
    Ask,
    Carry,
    ClockSet,
    Event,
    Knobs,
    Park,
    Pull,
    Renew,
    Resume,
    Send,
    Tick,
    WaitUntil,
    Warn,
    Work,
)
from tests.sync.book import Book, Outside
from tests.sync.model import (
    BUSINESS,
    HELD_FOR_PHOTO,
    POISON,
    Centre,
    Disk,
    Op,
    number_of,
    photo_of,
    subject_of,
    taken_back_by,
)
from tests.sync.parts import RIGHT, Line, Parts, Wire
from tests.sync.wrong_parts import WRONG

STORM = 1800.0
SUBJECTS = 4
OPERATIONS = 14
VISITS = 6
PHOTOS = 0.3
"""Share of the operations that a photo of one to three pieces belongs to."""
BOOKS = 5
"""In every so many worlds terminals keep books: journal, limits, reserved numbers; clocks are set, disks are full."""
DECADE = timedelta(days=3653)
PEOPLE = 120.0
"""Seconds within which the centre's people look at a fork."""


def healed_within(knobs: Knobs) -> float:
    """Seconds within which everything has arrived once all is well: three watchdogs, the waits that were begun, and
    two forks that wait for people."""
    return 3 * knobs.watchdog + 3 * knobs.cap + 2 * (PEOPLE + 2 * knobs.people)


@dataclass
class Weather:
    """How likely what is. All of it ends with the storm."""

    lose_request: float
    lose_answer: float
    double: float
    portal: float
    busy: float
    crash: float
    restore_centre: float
    restore_terminal: float
    clock: float
    half_open: float
    forge: float
    replay: float

    @classmethod
    def of(cls, random: Random) -> Weather:
        most = (0.3, 0.3, 0.1, 0.1, 0.1, 0.02, 0.004, 0.004, 0.02, 0.03, 0.05, 0.05)
        # Each kind of trouble is away in a third of the worlds, so that they are also met one by one.
        return cls(*(random.random() * one * (random.random() > 0.33) for one in most))

    @classmethod
    def fine(cls) -> Weather:
        return cls(*(0.0 for _ in range(12)))


class Terminal:
    """One machine: its disk, and the program that runs on it."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.disk = world.parts.disk(world.mint)
        self.outside = Outside(lambda: world.now)
        if world.keeps_books:
            self.disk.book = Book(name, self.outside)
        self.backups = [self.disk.copy()]
        self.life = 0
        self.looked = 0.0
        self.begin()

    def begin(self) -> None:
        """The program starts, on the disk as it is."""
        world = self.world
        self.line = Line(world, self.name)
        if self.disk.book is not None:
            self.disk.book.begin()
        self.courier = world.parts.courier(self.line, self.disk, self.name)
        forked = self.courier.forked()
        urgent = self.courier.urgent()
        self.state = core.start(world.now, world.parts.knobs, world.random.random, forked=forked, urgent=urgent)

    def minutes_pass(self) -> None:
        if self.disk.book is not None:
            self.disk.book.minutes_pass()

    def check_journal(self, answer: Answer, wire: Wire) -> None:
        """An older copy is noticed at first contact: no word of the centre is taken that knows more of our journal."""
        said = wire.heard
        if self.disk.book is None or answer.kind not in (Kind.RECEIVED, Kind.MARK) or said is None:
            return
        assert self.disk.book.knows(bytes.fromhex(said.journal_head)), "an older journal, and nobody noticed"

    @property
    def quiet(self) -> bool:
        """All is said, and the centre, as it is now, was heard since."""
        state, heard = self.state, self.looked > STORM
        return (
            heard and state.task is None and not (state.work or state.ask) and not state.stopped and self.disk.settled()
        )


@dataclass
class World:
    """Some terminals, one centre, and what lies between."""

    seed: int
    told: Callable[[str], None] = lambda _line: None
    parts: Parts = RIGHT
    now: float = 0.0
    alarms: Counter[Alarm] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - a world, not a secret
        self.weather = Weather.of(self.random)
        self.centre: Centre = self.parts.centre()
        self.keeps_books = self.seed % BOOKS == 1
        self.luck = Random(~self.seed)  # noqa: S311 - what happens to books; the weather does not depend on it
        self._ids = 0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._backups = [self.centre.copy()]
        self._numbers = itertools.count()
        self.programs = itertools.count()
        self.terminals = [Terminal(self, f"{n:012d}") for n in range(1, self.random.choice((2, 2, 3)))]

    @property
    def older_copies(self) -> int:
        """How often either side went back: only then may they know otherwise."""
        return self.happened["centre restored"] + self.happened["terminal restored"]

    def mint(self) -> bytes:
        self._ids += 1
        return self._ids.to_bytes(16, "big")

    def tell(self, line: str, terminal: Terminal | None = None) -> None:
        who = f"t{int(terminal.name)}" if terminal else "  "
        self.told(f"{self.now:9.1f}  {who}  {line}")

    # --- the agenda ---

    def at(self, moment: float, do: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (moment, self._order, do))

    def run(self) -> None:
        """The storm, then fine weather until nothing more happens or time is up."""
        self.at(STORM, self._heal)  # before what people do in that moment
        for terminal in self.terminals:
            for _ in range(OPERATIONS):
                subject, poison = self.random.randrange(SUBJECTS), self.random.random() < 0.03
                pieces = 0 if poison or self.random.random() > PHOTOS else self.random.randrange(1, 4)
                record = partial(self._record, terminal, subject, poison=poison, pieces=pieces)
                self.at(self.random.random() * STORM, record)
            for _ in range(VISITS):
                self.at(self.random.random() * STORM, partial(self._visit, terminal))
            if self.keeps_books:
                self._trouble(terminal)
            for minute in range(20):
                self.at(STORM + 60.0 * minute, partial(self._tidy, terminal))
            self.at(0.0, partial(self._tick, terminal, 0))
        end = STORM + healed_within(Knobs())  # also where a wrong program has knobs of its own
        while self._agenda and self.now <= end and not (self.now > STORM and self._done()):
            moment, _, do = heapq.heappop(self._agenda)
            self.now = max(self.now, moment)
            do()

    def _done(self) -> bool:
        return all(terminal.quiet for terminal in self.terminals)

    def _heal(self) -> None:
        self.tell("the weather clears")
        self.weather = Weather.fine()

    # --- a terminal ---

    def _record(self, terminal: Terminal, subject: int, *, poison: bool, pieces: int) -> None:
        disk, number, book = terminal.disk, next(self._numbers), terminal.disk.book
        if book is None:
            disk.take_in(number, subject, poison=poison, pieces=pieces)
        elif not self._booked(terminal, book, partial(disk.take_in, number, subject, poison=poison, pieces=pieces)):
            return
        self._event(terminal, Work(self.now, terminal.courier.urgent()))

    # --- books ---

    def _trouble(self, terminal: Terminal) -> None:
        """Somebody sets the clock, or puts an older journal back; the disk is full for a while."""
        luck = self.luck
        for _ in range(luck.randrange(4)):
            self.at(luck.random() * STORM, partial(self._set_clock, terminal, (2 * luck.random() - 1) * DECADE))
        for _ in range(luck.randrange(4)):
            begins = luck.random() * STORM
            self.at(begins, lambda: self._fill_disk(terminal))
            self.at(min(begins + luck.random() * 300, STORM), lambda: self._free_disk(terminal))

        if luck.random() < 0.3:
            self.at(luck.random() * STORM, lambda: self._roll_back(terminal))

    def _roll_back(self, terminal: Terminal) -> None:
        self.happened["journal rolled back"] += 1
        self.tell("some lines of its journal are gone", terminal)
        if terminal.disk.book is not None:
            terminal.disk.book.roll_back_journal(self.luck.randrange(1, 7))

    def _set_clock(self, terminal: Terminal, ahead: timedelta) -> None:
        self.happened["clock set"] += 1
        self.tell(f"its clock is set: {ahead.days} days", terminal)
        terminal.minutes_pass()
        terminal.outside.ahead = ahead
        self._event(terminal, ClockSet(self.now))

    def _fill_disk(self, terminal: Terminal) -> None:
        self.tell("its disk is full", terminal)
        if terminal.disk.book is not None:
            terminal.disk.book.fill_disk(self.luck.randrange(2))

    def _free_disk(self, terminal: Terminal) -> None:
        self.tell("its disk has room", terminal)
        if terminal.disk.book is not None:
            terminal.disk.book.free_disk()

    def _booked(self, terminal: Terminal, book: Book, take_in: Callable[..., Op]) -> bool:
        """Take something in that the limits may refuse, or the disk; some with a number, and some die on the way."""
        terminal.minutes_pass()
        number = book.number() if self.luck.random() < 0.5 else None
        if self.luck.random() < self.weather.crash:
            self._crash(terminal)
            return False
        before = book.standing()
        try:
            op = take_in(value=self.luck.randrange(1000), reserved=number)
        except StoreError as error:
            self.happened[error.fault.name.lower()] += 1
            self.tell(f"refuses: {error.fault.name}", terminal)
            book.check_refused(before)
            return False
        book.check_taken(before, op.op_id, number)
        self.happened["numbered"] += number is not None
        return True

    # --- the person in front of it ---

    def _visit(self, terminal: Terminal) -> None:
        """Sets something aside that waits, or puts something back, or takes it back, at the worst of moments."""
        disk = terminal.disk
        carried = set(disk.carrier_of.values())
        waiting = [
            op
            for op in disk.all()
            if op.kind == BUSINESS
            if disk.states[op.op_id] is State.PENDING and op.op_id not in carried
        ]
        found = waiting + disk.for_people()
        if not found:
            return
        op = self.random.choice(found)
        if op in waiting:
            self._does("sets aside", terminal, op, lambda: disk.set_aside(op))
            self.at(self.now + self.random.random() * 10, partial(self._visit, terminal))
        else:
            self._settle(terminal, op)

    def _tidy(self, terminal: Terminal) -> None:
        """In fine weather somebody works the list off, here and at the centre."""
        self.centre.settle_lost(terminal.name, {op.op_id for op in terminal.disk.all()})
        for op in terminal.disk.for_people():
            self._settle(terminal, op)

    def _settle(self, terminal: Terminal, op: Op) -> None:
        disk = terminal.disk
        here = disk.states[op.op_id] is State.PARKED and op.life == disk.life
        possible = here and not disk.is_passed_over(op)
        withdrawal = taken_back_by(op.sealed) is not None  # which is not taken back itself
        if withdrawal or (possible and not op.sealed.startswith(POISON) and self.random.random() < 0.5):
            self._does("puts back", terminal, op, lambda: disk.put_back(op))
        else:
            self._does("takes back", terminal, op, lambda: disk.take_back(op, next(self._numbers)))

    def _does(self, what: str, terminal: Terminal, op: Op, act: Callable[[], object]) -> None:
        self.happened[what] += 1
        self.tell(f"a person {what} {op.life}/{op.seq}", terminal)
        try:
            act()
        except StoreError as error:
            assert error.fault is StoreFault.DISK_FULL, error
            self.tell("in vain: the disk is full", terminal)
            return
        self._event(terminal, Work(self.now, terminal.courier.urgent()))

    def _tick(self, terminal: Terminal, life: int) -> None:
        if life == terminal.life:
            self._event(terminal, Tick(self.now))

    def _event(self, terminal: Terminal, event: Event) -> None:
        terminal.state, actions = core.step(terminal.state, event, self.parts.knobs, self.random.random)
        for action in actions:
            if self.random.random() < self.weather.crash:
                self._crash(terminal)
                return
            self._perform(terminal, action)

    def _crash(self, terminal: Terminal) -> None:
        terminal.minutes_pass()
        self.happened["crash"] += 1
        self.tell("dies", terminal)
        if self.random.random() < 0.2:
            terminal.backups.append(terminal.disk.copy())
        self._restart(terminal)

    def _restart(self, terminal: Terminal) -> None:
        terminal.life += 1
        terminal.begin()
        self.at(self.now + self.random.random() * 60, partial(self._tick, terminal, terminal.life))

    def _restore_terminal(self, terminal: Terminal) -> None:
        """Somebody puts an older copy of the machine back."""
        self.happened["terminal restored"] += 1
        terminal.disk = self.random.choice(terminal.backups).copy()
        terminal.outside.heard_at = None
        self.tell(f"is an older copy now: {terminal.disk.lives()}", terminal)
        self._restart(terminal)

    def _perform(self, terminal: Terminal, action: Action) -> None:
        if isinstance(action, WaitUntil):
            self.at(max(action.time, self.now), partial(self._tick, terminal, terminal.life))
            if self.random.random() < self.weather.clock:
                self._event(terminal, ClockSet(self.now))
            elif self.random.random() < self.weather.restore_terminal:
                self._restore_terminal(terminal)
        elif isinstance(action, Warn):
            self.alarms[action.alarm] += 1
            self.tell(f"alarm {action.alarm.value} {action.kind.value if action.kind else ''}", terminal)
        elif isinstance(action, Park):
            terminal.courier.park(action.seq)
        else:
            self._request(terminal, action)

    # --- the network ---

    def _request(self, terminal: Terminal, action: Send | Ask | Pull | Renew | Carry) -> None:
        wire = terminal.line.pack(terminal.courier, terminal.disk, action, self.parts.knobs)
        if wire is None:
            nothing = Kind.NO_BLOB if isinstance(action, Carry) else Kind.NOTHING
            self._reply(terminal, action.flight, Answer(nothing))
            return
        self.tell(wire.what, terminal)
        draw, weather = self.random.random, self.weather
        wait: float | None = None
        if draw() < weather.half_open:
            self.happened["half-open"] += 1
            if draw() < 0.5:
                wire.arrive()
            return  # no answer ever: only the watchdog ends this
        if draw() < weather.lose_request:
            self.happened["request lost"] += 1
            wire.fail(terminal.line.lost())
            wait = 15.0
        elif draw() < weather.portal:
            self.happened["portal"] += 1
            wire.fail(terminal.line.portal())
            wait = 1.0
        elif draw() < weather.busy:
            wire.fail(terminal.line.busy(None if draw() < 0.5 else draw() * 60))
            wait = 1.0
        elif draw() < weather.forge:
            self.happened["forged"] += 1
            wire.forge(self.now)
            wait = 1.0
        if wait is not None:
            self._later(terminal, action.flight, wire, draw() * wait)
            return
        delay = draw() * 3
        self.at(self.now + delay, partial(self._arrive, terminal, action.flight, wire, terminal.life))
        if draw() < weather.double:
            self.happened["doubled"] += 1
            # A copy of the request that turns up long after: whatever it does, nobody hears the answer.
            self.at(self.now + delay + draw() * 600, wire.again)

    def _arrive(self, terminal: Terminal, flight: int, wire: Wire, life: int) -> None:
        draw, weather = self.random.random, self.weather
        if draw() < weather.restore_centre:
            self.happened["centre restored"] += 1
            self.tell("the centre is restored from a backup")
            self.centre = self.random.choice(self._backups).copy().restored(self.happened["centre restored"])
        wire.arrive()
        if draw() < 0.05:
            self._backups.append(self.centre.copy())
        if draw() < 0.01:
            terminal.backups.append(terminal.disk.copy())
        if draw() < weather.lose_answer:
            self.happened["answer lost"] += 1
            wire.fail(terminal.line.lost())
            delay = draw() * 15
        elif draw() < weather.replay:
            self.happened["replayed"] += 1
            ledger = self.centre.ledger
            wire.replay(self.random, ledger.said[terminal.name], ledger.photos[terminal.name])
            delay = draw() * 3
        else:
            # Answers may overtake each other by far: the longest wait exceeds the watchdog.
            delay = draw() * (200 if draw() < weather.half_open else 3)
        self._later(terminal, flight, wire, delay, life)

    def _later(self, terminal: Terminal, flight: int, wire: Wire, delay: float, life: int | None = None) -> None:
        alive = terminal.life if life is None else life
        self.at(self.now + delay, partial(self._heard, terminal, flight, wire, alive, self.now))

    def _heard(self, terminal: Terminal, flight: int, wire: Wire, life: int, said: float) -> None:
        """:param said: when the centre said it: it may have been restored since."""
        if life == terminal.life and terminal.state.task is not None and flight == terminal.state.flight:
            answer = wire.settle()
            if answer.kind is Kind.CHANGES:
                terminal.looked = said
            terminal.check_journal(answer, wire)
            self._reply(terminal, flight, answer)

    def _reply(self, terminal: Terminal, flight: int, answer: Answer) -> None:
        self.tell(f"  {answer.kind.value} {answer.hwm or ''}", terminal)
        self.happened[answer.kind.value] += 1
        self._check_anchors(terminal)
        if answer.kind is Kind.STATE_DIFFERS:
            assert self.older_copies, "two that know the same are told that they do not"
        if answer.kind is Kind.PENDING:
            self.at(self.now + self.random.random() * PEOPLE, partial(self._people, terminal))
        if self.random.random() < self.weather.crash:
            self._crash(terminal)  # after the store took the answer, before the core heard of it
            return
        self._event(terminal, Answered(self.now, flight, answer))

    def _check_anchors(self, terminal: Terminal) -> None:
        """At every moment: nothing is called received without the centre's own word for it (I7)."""
        for life, (hwm, head) in terminal.disk.anchors.items():
            known = (terminal.name, life, hwm, head.hex()) in self.centre.ledger.signed
            assert known or hwm == 0, f"received without a word of the centre: {life}/{hwm}"
        said = {standing.blob for standing in self.centre.ledger.photos[terminal.name]}
        assert {digest.hex() for digest in terminal.disk.whole} <= said, "a photo is there without a word of the centre"

    def _people(self, terminal: Terminal) -> None:
        if self.centre.agree(terminal.name):
            self.tell("the centre's people agree to a new life", terminal)

    def resume(self, terminal: Terminal) -> None:
        """A person says: go on."""
        self._event(terminal, Resume(self.now))


def violations(world: World) -> list[str]:
    """What does not hold at the end of a history; empty when all is as it must be."""
    centre, wrong = world.centre, []
    if twice := {number: count for number, count in centre.effects.items() if count > 1}:
        wrong.append(f"more than one effect: {twice}")
    for terminal in world.terminals:
        wrong += [f"t{int(terminal.name)}: {what}" for what in _of(terminal, centre)]
    return wrong


TELLS = {
    "applied": State.APPLIED,
    "rejected": State.REJECTED,
    "held": State.HELD,
    HELD_FOR_PHOTO: State.HELD,
    "empty": State.PARKED,
}
"""What a terminal must show of an operation of which the centre says this."""


def _of(terminal: Terminal, centre: Centre) -> list[str]:
    disk, wrong = terminal.disk, []
    log = [op for op in disk.all() if op.kind == BUSINESS]
    for op in log:
        told = centre.outcome.get(op.op_id)
        if TELLS.get(told or "") is not disk.states[op.op_id]:
            wrong.append(f"{op.life}/{op.seq}: {told} at the centre, {disk.states[op.op_id].value} here")
        wrong += [f"{op.life}/{op.seq}: {what}" for what in _effect(op, disk, centre)]
    for subject in range(SUBJECTS):
        recorded = [number_of(op.sealed) for op in log if _happened(op, centre) and subject_of(op.sealed) == subject]
        applied = [number for number in centre.order[terminal.name] if number in set(recorded)]
        if applied != recorded:
            wrong.append(f"order of subject {subject}: {applied} instead of {recorded}")
    if disk.book is not None and disk.book.in_order() != [op.op_id for op in log]:
        wrong.append("another order than that in which it was taken in")
    life, tip, head, _ = disk.tip()
    if tip and (disk.anchors.get(life) != (tip, head) or centre.head(terminal.name, life, tip) != head):
        wrong.append(f"the centre's mark is not our tip {life}/{tip}")
    if terminal.state.stopped is not None:
        wrong.append(f"stopped: {terminal.state.stopped}")
    return wrong


def _happened(op: Op, centre: Centre) -> bool:
    """Whether it is business that took effect."""
    return taken_back_by(op.sealed) is None and centre.effects[number_of(op.sealed)] > 0


def _effect(op: Op, disk: Disk, centre: Centre) -> list[str]:
    """Once, or taken back in time and then never."""
    effects, target = centre.effects[number_of(op.sealed)], taken_back_by(op.sealed)
    if target is not None:
        if disk.states[op.op_id] is State.PARKED:  # set aside in an earlier life: what it was for is on the list itself
            return ["set aside, and settles all the same"] if disk.settled_by.get(target) == op.op_id else []
        went_through = disk.states[op.op_id] is State.APPLIED
        return [] if went_through == (centre.outcome.get(target) != "applied") else ["withdrawn, and yet applied"]
    taken_back = op.op_id in disk.settled_by
    photo = photo_of(op.sealed)
    if effects and photo is not None and centre.pieces[photo.digest] != set(range(len(photo.hashes))):
        return ["took effect without its photo"]
    if op.sealed.startswith(POISON):
        return [] if taken_back and not effects else ["nobody sees the poison"]
    return [] if effects == (not taken_back) else [f"{effects} effects, {'' if taken_back else 'not '}taken back"]


def history(seed: int, told: Callable[[str], None] = lambda _line: None, parts: Parts = RIGHT) -> list[str]:
    """Live through one seed and check it. An assertion of a model that breaks is a violation, too."""
    return lived(seed, told, parts)[0]


def lived(
    seed: int, told: Callable[[str], None] = lambda _line: None, parts: Parts = RIGHT
) -> tuple[list[str], Counter[str]]:
    """The same, and what happened on the way."""
    world = World(seed, told, parts)
    try:
        world.run()
        return violations(world), world.happened
    except AssertionError as error:
        return [f"in the middle: {error}"], world.happened


Bad = list[tuple[int, list[str]]]


def many(first: int, seeds: int, step: int = 1, wrong: str = "") -> tuple[Bad, Counter[str]]:
    """Every ``step``-th seed from ``first`` on; those that do not hold, and what happened in all of them."""
    parts, bad, happened = WRONG[wrong].parts if wrong else RIGHT, [], Counter[str]()
    for seed in range(first, seeds, step):
        found, met = lived(seed, parts=parts)
        happened += met
        if found:
            bad.append((seed, found))
    return bad, happened


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.simulate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, help="one history, told")
    parser.add_argument("--seeds", type=int, default=500, help="how many")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--wrong", choices=sorted(WRONG), default="", help="a wrong program in place of ours")
    parser.add_argument("--report", type=Path, help="where a JSON report is written")
    options = parser.parse_args(arguments)
    if options.seed is not None:
        wrong = history(options.seed, print, WRONG[options.wrong].parts if options.wrong else RIGHT)
        print(f"seed {options.seed}: {wrong or 'all holds'}")  # noqa: T201
        return 1 if wrong else 0
    begun = time.monotonic()
    with ProcessPoolExecutor(options.cores) as pool:
        blocks = [pool.submit(many, n, options.seeds, 16, options.wrong) for n in range(16)]
        results = [block.result() for block in blocks]
    bad = sorted(one for found, _ in results for one in found)
    happened = sum((met for _, met in results), Counter[str]())
    for seed, found in bad[:10]:
        print(f"seed {seed}: {found}; again: python -m tests.sync.simulate --seed {seed}")  # noqa: T201
    seconds = round(time.monotonic() - begun)
    report = {"seeds": options.seeds, "bad": len(bad), "first": bad[:10], "happened": happened, "seconds": seconds}
    if options.report is not None:
        options.report.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(f"{options.seeds} seeds, {len(bad)} do not hold, {seconds} s: {dict(happened)}")  # noqa: T201
    return 1 if bad else 0


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what parts log of so many storms; the history tells what happened
    sys.exit(main())
