"""When to send, ask, pull, wait, stop: a pure function of what happened. No clock, no network, no store, no threads.

``step(state, event, knobs, roll)`` gives the next state and what to do. One request is under way at a time; its answer
comes back as an event that names it, so an answer that comes too late is known as such. Nothing here can lose an
operation: the worst a wrong decision can do is to send again what the centre already has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from terminal.sync.answers import RULES, Answer, Kind, Next
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
    Stuck,
    Task,
    WaitUntil,
    Warn,
    Work,
)

Roll = Callable[[], float]
"""Gives numbers from 0 up to 1."""

ASK_AFTER = 3
"""Unknown outcomes in a row after which the centre is asked what it has, before anything large is sent again: the
circuit breaker is open, and the question is its one probe a pause."""

_MOST_DOUBLINGS = 16
_TROUBLES = frozenset({Next.AGAIN, Next.ASK, Next.WAIT, Next.SHRINK, Next.STOP, Next.RENEW})


class State(msgspec.Struct, frozen=True):
    """Everything the core remembers. Times are seconds of the monotonic clock.

    A struct, as each step makes one or two new ones, which took dataclasses a third of a simulated life.

    :param flight: number of the last request; :param task: what is under way, ``None`` when nothing is.
    :param since: when it went out; :param not_before: no request earlier than this.
    :param unknowns: requests in a row of which it is not known whether they were done; :param failed_pulls: likewise.
    :param ask: ask for the mark before sending; :param rewind: the centre needs the log again from here.
    :param most: operations in the next batch; :param work: something may wait to be sent.
    :param pull_at: when to look for outcomes; :param idle_pulls: looks in a row that brought nothing.
    :param settled: the last look showed that no outcome is awaited.
    :param progress_at: last time that the mark moved, or that there was nothing to do.
    :param contact_at: last answer that was the centre's own.
    :param trouble: the last answer, when it was no good one.
    :param stopped: why the core waits for people; ``None`` while it works.
    :param renewals: questions in a row for a new life of the log that did not bring it.
    :param blobs: a photo may wait to be sent; :param blob_at: when to go on with it; :param failed_blobs: requests in a
        row about one that failed; :param turn: it is a photo's turn: the last request was a look for outcomes.
    :param urgent: a reversal waits to be sent.
    """

    flight: int = 0
    task: Task | None = None
    since: float = 0.0
    not_before: float = 0.0
    unknowns: int = 0
    failed_pulls: int = 0
    ask: bool = True
    rewind: int | None = None
    most: int = 1
    work: bool = True
    pull_at: float = 0.0
    idle_pulls: int = 0
    settled: bool = False
    progress_at: float = 0.0
    contact_at: float | None = None
    trouble: Kind | None = None
    stopped: Kind | None = None
    renewals: int = 0
    blobs: bool = True
    blob_at: float = 0.0
    failed_blobs: int = 0
    turn: bool = False
    urgent: bool = False

    @property
    def forked(self) -> bool:
        """The histories have parted: nothing is sent, and a new life of the log is asked for."""
        return self.stopped is Kind.FORKED


@dataclass(frozen=True)
class _At:
    """The moment of a step, and what chance and settings say in it."""

    now: float
    knobs: Knobs
    roll: Roll

    def spread(self, seconds: float, urgent: bool) -> float:
        """Anywhere within ``seconds``, so that not all of us come at one moment; who is urgent, in the first part."""
        return self.roll() * seconds * (self.knobs.ahead if urgent else 1.0)

    def jitter(self, failures: int, urgent: bool = False) -> float:
        """Full jitter: anywhere between nothing and the doubled pause, which ends sooner for who is urgent."""
        doubled = self.knobs.base * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
        return self.roll() * min(self.knobs.cap * (self.knobs.ahead if urgent else 1.0), doubled)


Step = tuple[State, tuple[Action, ...]]


def start(now: float, knobs: Knobs, roll: Roll, *, forked: bool = False, urgent: bool = False) -> State:
    """The state of a sender that begins: everybody who begins at the same moment spreads over ``knobs.splay``.

    :param forked: whether a fork was noticed before, which a start does not heal.
    :param urgent: whether a reversal waits.
    """
    first = now + _At(now, knobs, roll).spread(knobs.splay, urgent)
    stopped = Kind.FORKED if forked else None
    return State(
        not_before=first,
        pull_at=first,
        most=knobs.most,
        progress_at=first,
        stopped=stopped,
        trouble=stopped,
        urgent=urgent,
    )


def step(state: State, event: Event, knobs: Knobs, roll: Roll) -> Step:
    """What follows from one event. Every step ends with a request under way, a time to wait for, or a stop."""
    at = _At(event.now, knobs, roll)
    actions: tuple[Action, ...] = ()
    if isinstance(event, Answered):
        if state.task is None or event.flight != state.flight:
            return state, ()  # the answer to a request that was given up
        state, actions = _answered(state, event.answer, at)
    elif isinstance(event, Work):
        state = _recorded(state, event, at)
    elif isinstance(event, Stuck):
        state = replace(state, stopped=Kind.STORE, trouble=Kind.STORE)
    elif isinstance(event, Resume) or (isinstance(event, ClockSet) and state.trouble is Kind.CLOCK):
        state = _fresh(state, at)
    state, watched = _watch(state, at)
    state, following = _go_on(state, at)
    return state, actions + watched + following


def _recorded(state: State, event: Work, at: _At) -> State:
    """There is work. A reversal ends a spread early; a pause that the centre asked for, or a back-off, it does not."""
    spreads = state.trouble is None and state.task is None and at.now < state.not_before
    not_before = state.not_before
    if event.urgent and not state.urgent and spreads:
        not_before = min(not_before, at.now + at.spread(at.knobs.splay, True))
    return replace(
        state,
        work=True,
        blobs=True,
        urgent=state.urgent or event.urgent,
        not_before=not_before,
        progress_at=state.progress_at if state.work else at.now,
    )


def _fresh(state: State, at: _At) -> State:
    """Begin again by asking what the centre has; a request under way is given up."""
    return State(
        flight=state.flight + (state.task is not None),
        not_before=at.now,
        most=at.knobs.most,
        pull_at=at.now,
        progress_at=at.now,
        contact_at=state.contact_at,
        urgent=state.urgent,
    )


# --- answers ---


def _answered(state: State, answer: Answer, at: _At) -> Step:
    rule = RULES[answer.kind]
    silent = state.contact_at is None or at.now - state.contact_at > max(at.knobs.splay, at.knobs.watchdog)
    task = state.task
    state = replace(state, task=None, turn=task is Task.PULL, trouble=answer.kind if rule.then in _TROUBLES else None)
    if rule.of_the_centre:
        state = replace(state, contact_at=at.now)
    if rule.then is Next.BEGIN:
        return _fresh(state, at), (Warn(Alarm.NEW_LIFE, answer.kind),)
    if rule.then is Next.RENEW or (task is Task.RENEW and rule.then is not Next.STOP):
        return _forked(state, answer, at, asked=task is Task.RENEW)
    if rule.then is Next.STOP:
        return replace(state, stopped=answer.kind), (Warn(Alarm.STOPPED, answer.kind),)
    if rule.then is Next.ADVANCE:
        return _advance(state, answer, at, sent=task is Task.SEND, away=silent and task is Task.ASK)
    if rule.then is Next.SHRINK:
        return _shrink(state, answer, at)
    if rule.then is Next.CARRY:
        return _carried(state, answer, at), ()
    if rule.then is Next.FED:
        return _fed(state, answer, at), ()
    if rule.then is Next.WAIT:
        return _wait(state, answer, at), ()
    return _unknown(state, task, at, ask=rule.then is Next.ASK), ()


def _advance(state: State, answer: Answer, at: _At, *, sent: bool, away: bool) -> Step:
    """A proven mark. Whatever stands above it is sent, from the mark on, also what was received before.

    :param away: the centre was silent for long; everybody finds it back now, so we spread before we send. That nothing
        moved meanwhile is no sign that we hang.
    """
    lost, work = answer.lost, answer.left
    splay = at.spread(at.knobs.splay, answer.urgent) if away and work and state.unknowns >= ASK_AFTER else 0.0
    state = replace(
        state,
        ask=False,
        rewind=answer.hwm + 1 if lost else None,
        work=work,
        unknowns=0 if sent or not work else state.unknowns,
        not_before=at.now + splay,
        progress_at=at.now if sent or away or not work else state.progress_at,
        most=min(at.knobs.most, state.most * 2) if sent else state.most,
        pull_at=min(state.pull_at, at.now + at.knobs.soon) if sent or lost else state.pull_at,
        idle_pulls=0 if sent else state.idle_pulls,
        settled=state.settled and not (sent or lost),
        blobs=True,
        urgent=answer.urgent,
    )
    return state, () if sent or not lost else (Warn(Alarm.CENTRE_BEHIND, answer.kind),)


def _forked(state: State, answer: Answer, at: _At, *, asked: bool) -> Step:
    """People at the centre decide. We ask at once, then again and again, but not often."""
    if not asked:
        state = replace(state, stopped=Kind.FORKED, renewals=0, not_before=at.now, ask=True)
        return state, (Warn(Alarm.STOPPED, answer.kind),)
    renewals = state.renewals + 1
    pause = at.knobs.people * (0.5 + at.roll()) if answer.kind is Kind.PENDING else at.jitter(renewals)
    if answer.retry_after is not None:
        pause = answer.retry_after * (1 + at.roll())
    return replace(state, renewals=renewals, not_before=at.now + pause, trouble=answer.kind), ()


def _shrink(state: State, answer: Answer, at: _At) -> Step:
    """Something in the batch is not taken in: halve it until it is alone, then park that one and go on."""
    if answer.count > 1:
        place = answer.operation
        most = place if place is not None and 0 < place < answer.count else 1 if place == 0 else answer.count // 2
        return replace(state, most=most, not_before=at.now), ()
    if answer.tombstone or answer.count < 1:
        # Not even the empty place is taken: it is not the operation that is wrong, it is we or the centre.
        return replace(state, stopped=answer.kind), (Warn(Alarm.STOPPED, answer.kind),)
    later = at.now + at.knobs.base * at.roll()
    return replace(state, not_before=later), (Park(answer.first), Warn(Alarm.PARKED, answer.kind))


def _fed(state: State, answer: Answer, at: _At) -> State:
    idle = 0 if answer.news else state.idle_pulls + 1
    pause = min(at.knobs.cap, at.knobs.soon * 2 ** min(idle, _MOST_DOUBLINGS)) if answer.awaiting else at.knobs.cap
    later = at.now if answer.more else at.now + pause * (0.5 + at.roll() / 2)
    settled = not (answer.more or answer.awaiting)
    # Outcomes that do not come although we were told "received": a centre that was restored may not have them at all.
    ask = state.ask or bool(answer.awaiting and idle and idle % ASK_AFTER == 0)
    begins = answer.left and not state.work
    return replace(
        state,
        pull_at=later,
        idle_pulls=idle,
        settled=settled,
        failed_pulls=0,
        ask=ask,
        work=state.work or answer.left,
        progress_at=at.now if begins else state.progress_at,
        blobs=state.blobs or answer.news,
    )


def _carried(state: State, answer: Answer, at: _At) -> State:
    """The next piece at once, behind whatever else waits; and an outcome is due soon where a blob is whole."""
    # That the centre tells what it has of a photo is no step forward, where it then takes no piece of it.
    forward = answer.count or answer.news or not answer.left
    state = replace(state, blobs=answer.left, blob_at=at.now, failed_blobs=0 if forward else state.failed_blobs)
    if not answer.news:
        return state
    return replace(state, pull_at=min(state.pull_at, at.now + at.knobs.soon), idle_pulls=0, settled=False)


def _wait(state: State, answer: Answer, at: _At) -> State:
    """Never sooner than the centre asked, and not all of us at that moment."""
    if answer.retry_after is None:
        unknowns = state.unknowns + 1
        return replace(state, unknowns=unknowns, not_before=at.now + at.jitter(unknowns, state.urgent))
    return replace(state, not_before=at.now + answer.retry_after + at.spread(answer.retry_after, state.urgent))


def _unknown(state: State, task: Task | None, at: _At, *, ask: bool) -> State:
    if task is Task.PULL:
        failed = state.failed_pulls + 1
        pull_at = at.now if ask and failed == 1 else at.now + at.jitter(failed)
        return replace(state, failed_pulls=failed, pull_at=pull_at, ask=state.ask or ask)
    if task is Task.CARRY:  # nobody's operation waits for a photo, so nobody's waits longer because of one
        failed = state.failed_blobs + 1
        return replace(state, failed_blobs=failed, blob_at=at.now + at.jitter(failed), ask=state.ask or ask)
    unknowns = state.unknowns + 1
    # A smaller batch may pass where a large one does not end before the deadline.
    most = max(1, state.most // 2) if task is Task.SEND and not ask else state.most
    later = at.now if ask and unknowns == 1 else at.now + at.jitter(unknowns, state.urgent)
    return replace(state, unknowns=unknowns, not_before=later, most=most, ask=state.ask or ask or unknowns >= ASK_AFTER)


# --- going on ---


def _watch(state: State, at: _At) -> Step:
    """Nothing may hang for ever: neither a request, nor a sender that talks to the centre and gets nowhere."""
    if state.stopped is not None and not state.forked:
        return state, ()
    if state.task is not None:
        if at.now < state.since + at.knobs.watchdog:  # the very sum that is waited for: a difference may round below
            return state, ()
        given_up = replace(state, task=None, flight=state.flight + 1, ask=True, renewals=state.renewals + state.forked)
        return _unknown(given_up, Task.ASK, at, ask=True), (Warn(Alarm.GIVEN_UP, None),)
    heard = state.contact_at is not None and at.now - state.contact_at <= at.knobs.watchdog
    if (
        state.work
        and heard
        and not state.forked
        and at.now >= state.not_before
        and at.now - state.progress_at > at.knobs.watchdog
    ):
        return _fresh(state, at), (Warn(Alarm.NO_PROGRESS, None),)
    return state, ()


def _go_on(state: State, at: _At) -> Step:
    if state.stopped is not None and not state.forked:
        return state, ()
    if state.task is not None:
        return state, (WaitUntil(state.since + at.knobs.watchdog),)
    if at.now < state.not_before:
        return state, (WaitUntil(state.not_before),)
    flight, carries = state.flight + 1, state.blobs and at.now >= state.blob_at
    request: tuple[Task, Ask | Send | Pull | Renew | Carry] | None = None
    if state.forked:
        request = (Task.RENEW, Renew(flight))
    elif state.ask:
        request = (Task.ASK, Ask(flight))
    elif state.work:
        request = (Task.SEND, Send(flight, state.rewind, state.most))
    elif at.now >= state.pull_at and not (carries and state.turn):
        request = (Task.PULL, Pull(flight))
    elif carries:
        request = (Task.CARRY, Carry(flight))
    if request is None:
        return state, (WaitUntil(min(state.pull_at, state.blob_at) if state.blobs else state.pull_at),)
    state = replace(state, task=request[0], flight=flight, since=at.now)
    return state, (request[1], WaitUntil(at.now + at.knobs.watchdog))
