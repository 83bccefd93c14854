"""A fleet that finds its centre back at once: every terminal is the real core, the centre a queue with a capacity.

Serving takes the centre one share of its capacity, refusing a twentieth of one. It serves what it gets through within
a second, refuses the rest with the time after which it can look after all that it turned away, and is not heard in time
at all where even its refusals are late.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.words import Action, Answered, Ask, Carry, Event, Knobs, Pull, Send, Tick, WaitUntil

FLEET = 51_000
PER_SECOND = 150.0
"""Requests that the centre of a fleet of :data:`FLEET` serves."""
NEEDS = 3
"""Requests that one terminal needs served: ask for the mark, send, look for the outcomes."""
REFUSING = 0.05
LEAST, SHARE = 120.0, 1.35
"""Retry-After: seconds at least, and requests of each terminal that was turned away. Terminals come back within one to
two times what they are told, so all that each of them needs would keep the centre idle for long."""
DEADLINE = 15.0
PATIENT = 1.0

Rule = Callable[[Answer], Answer]


def heard_as_told(answer: Answer) -> Answer:
    return answer


def deaf(answer: Answer) -> Answer:
    """A program that does not read Retry-After."""
    return Answer(answer.kind) if answer.kind is Kind.BUSY else answer


@dataclass
class Fleet:
    """:param away: seconds for which the centre was away before; 0 when all terminals start at once instead.
    :param urgent: share of the terminals that have a reversal to send; the centre makes way for them.
    :param rule: what a terminal makes of an answer. :param jitter: whether chance spreads them. :param end: seconds
        after which whoever was not served by then is given up.
    """

    size: int
    away: float = 900.0
    knobs: Knobs = field(default_factory=Knobs)
    rule: Rule = heard_as_told
    jitter: bool = True
    seed: int = 0
    end: float = 4 * 3600.0
    urgent: float = 0.0
    served: int = 0
    requests: int = 0
    too_early: int = 0
    drained_at: float | None = None
    reversed_at: float = 0.0
    arrivals: Counter[int] = field(default_factory=Counter)
    together: int = 0

    def __post_init__(self) -> None:
        chance = Random(self.seed)  # noqa: S311 - a model, not a secret
        self._roll = chance.random if self.jitter else lambda: 0.999
        self._capacity = PER_SECOND * self.size / FLEET
        self._busy_until = self._ahead_until = 0.0
        self._turned_away: set[int] = set()
        self._agenda: list[tuple[float, int, int, Event | None]] = []
        self._order = 0
        self._not_before = [-self.away] * self.size
        self._out = [0] * self.size
        self._left = [NEEDS] * self.size
        self._open = self.size
        self._hurries = [chance.random() < self.urgent for _ in range(self.size)]
        # Those who lost the centre noticed it when they had something to send, not in one moment.
        self._states = [
            core.start(-self.away * chance.random(), self.knobs, self._roll, urgent=urgent) for urgent in self._hurries
        ]
        for who, state in enumerate(self._states):
            self._at(state.not_before, who, None)

    @property
    def ideal(self) -> float:
        """Seconds that a centre needs that is never idle and refuses nothing."""
        return self.size * NEEDS / self._capacity

    @property
    def peak(self) -> float:
        """Requests in the worst ten seconds after the centre is back, for each that it can serve in them."""
        return max(self.arrivals.values(), default=0) / (10 * self._capacity)

    def run(self) -> Fleet:
        """Until every terminal has its outcomes, or it takes too long."""
        while self._agenda and self._open:
            now, _, who, event = heapq.heappop(self._agenda)
            if now > self.end:
                return self
            self._step(who, event or Tick(now))
        self.drained_at = now
        return self

    def _at(self, moment: float, who: int, event: Event | None) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (moment, self._order, who, event))

    def _step(self, who: int, event: Event) -> None:
        if not self._left[who]:
            return
        if isinstance(event, Answered) and event.flight == self._states[who].flight:
            self._out[who] = 0
        self._states[who], actions = core.step(self._states[who], event, self.knobs, self._roll)
        for action in actions:
            self._perform(who, action, event.now)

    def _perform(self, who: int, action: Action, now: float) -> None:
        if isinstance(action, WaitUntil):
            if not self._out[who]:  # else its answer comes first
                self._at(action.time, who, None)
        elif isinstance(action, Carry):
            self._at(now, who, Answered(now, action.flight, Answer(Kind.NO_BLOB)))
        elif isinstance(action, Send | Ask | Pull):
            self.too_early += now < self._not_before[who]
            self._out[who] += 1
            self.together = max(self.together, self._out[who])
            answer, when = self._answer(who, action, now)
            self._at(when, who, Answered(when, action.flight, self.rule(answer)))

    def _answer(self, who: int, action: Send | Ask | Pull, now: float) -> tuple[Answer, float]:
        """What the centre makes of a request, and when that is heard."""
        if now < 0:
            return Answer(Kind.UNKNOWN), now + self._roll()
        self.requests += 1
        self.arrivals[int(now / 10)] += 1
        self._busy_until = max(self._busy_until, now)
        waits, patient = self._busy_until - now, PATIENT
        if self._hurries[who]:  # only what hurries as well is ahead of it, and it is not sent away for that
            self._ahead_until = max(self._ahead_until, now)
            waits, patient = self._ahead_until - now, DEADLINE
        serves = waits < patient
        self._ahead_until += serves * self._hurries[who] / self._capacity
        self._busy_until += (1 if serves else REFUSING) / self._capacity
        if waits > DEADLINE:
            return Answer(Kind.UNKNOWN), now + DEADLINE
        if serves:
            self._turned_away.discard(who)
            return self._serve(who, action), self._ahead_until if self._hurries[who] else self._busy_until
        self._turned_away.add(who)
        retry_after = max(LEAST, len(self._turned_away) * SHARE / self._capacity)
        self._not_before[who] = self._busy_until + retry_after
        return Answer(Kind.BUSY, retry_after=retry_after), self._busy_until

    def _serve(self, who: int, action: Send | Ask | Pull) -> Answer:
        self.served += 1
        if isinstance(action, Ask):
            return Answer(Kind.MARK, left=self._left[who] > 1, urgent=self._hurries[who])
        if isinstance(action, Send):
            if self._hurries[who]:
                self.reversed_at = max(self.reversed_at, self._ahead_until)
            return Answer(Kind.RECEIVED, hwm=1)
        self._left[who] = 0
        self._open -= 1
        return Answer(Kind.CHANGES, news=True)
