"""The pure core, case by case: the table of answers, the pauses, the stops."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.sync import core
from terminal.sync.answers import RULES, Answer, Kind, Next
from terminal.sync.core import State, start, step
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
    Tick,
    WaitUntil,
    Warn,
    Work,
)

KNOBS = Knobs(splay=0.0)


def most() -> float:
    """The highest roll of all."""
    return 0.999


class Sender:
    """Drives the core and remembers what it said last."""

    def __init__(self, knobs: Knobs = KNOBS, roll: Callable[[], float] = most) -> None:
        self.knobs, self.roll, self.now = knobs, roll, 0.0
        self.state = start(self.now, knobs, roll)
        self.actions: tuple[Action, ...] = ()
        self.photos = False
        self.event(Tick(0.0))

    def event(self, event: Event) -> None:
        self.state, self.actions = step(self.state, event, self.knobs, self.roll)
        if not self.photos and any(isinstance(one, Carry) for one in self.actions):
            self.answer(Kind.NO_BLOB)

    def answer(self, kind: Kind, **more: object) -> None:
        self.event(Answered(self.now, self.state.flight, Answer(kind, **more)))  # type: ignore[arg-type]

    def tick(self, seconds: float) -> None:
        self.now += seconds
        self.event(Tick(self.now))

    @property
    def request(self) -> Action | None:
        return next((one for one in self.actions if isinstance(one, Send | Ask | Pull | Renew | Carry)), None)

    @property
    def pause(self) -> float:
        return next(one.time for one in self.actions if isinstance(one, WaitUntil)) - self.now

    def sending(self) -> Sender:
        """Past the first mark, with a batch under way."""
        self.answer(Kind.MARK, left=True)
        assert isinstance(self.request, Send)
        return self


def test_the_first_thing_is_to_ask_what_the_centre_has() -> None:
    assert isinstance(Sender().request, Ask)


def test_everybody_spreads_over_the_splay_at_the_start() -> None:
    sender = Sender(Knobs(splay=300.0), roll=lambda: 0.5)
    assert sender.request is None
    assert sender.pause == 150.0
    sender.tick(150.0)
    assert isinstance(sender.request, Ask)


def test_while_the_circuit_is_open_nothing_but_the_question_for_the_mark_goes() -> None:
    """One probe each pause, whatever else is due: a batch, a photo, a look at the feed."""
    sender = Sender().sending()
    sender.photos = True
    gone: list[type[object]] = []
    for _ in range(40):
        sender.answer(Kind.UNKNOWN)
        sender.event(Work(sender.now, urgent=True))
        assert sender.request is None
        sender.tick(sender.pause)
        gone.append(type(sender.request))
    assert gone[: core.ASK_AFTER - 1] == [Send] * (core.ASK_AFTER - 1)
    assert set(gone[core.ASK_AFTER - 1 :]) == {Ask}
    sender.answer(Kind.MARK, left=True)
    assert isinstance(sender.request, Send)
    assert not any(isinstance(one, Warn) for one in sender.actions)


def test_who_has_a_reversal_takes_the_first_part_of_every_spread() -> None:
    """Of the start, of the way back after an outage, and of what lies beyond the pause that the centre asked for."""
    knobs = Knobs(splay=300.0)
    assert core.start(0.0, knobs, lambda: 0.5, urgent=True).not_before == 15.0
    pauses = {}
    for urgent in (False, True):
        sender = Sender(knobs, roll=lambda: 0.5)
        sender.tick(sender.pause)
        for _ in range(core.ASK_AFTER):
            sender.answer(Kind.UNKNOWN)
            sender.tick(sender.pause)
        sender.answer(Kind.MARK, left=True, urgent=urgent)
        back = sender.pause
        sender.tick(sender.pause)
        sender.answer(Kind.BUSY, retry_after=100.0)
        pauses[urgent] = (back, sender.pause)
    assert pauses == {False: (150.0, 150.0), True: (15.0, 105.0)}


def test_a_reversal_that_is_recorded_ends_a_spread_early_and_no_other_pause() -> None:
    sender = Sender(Knobs(splay=300.0), roll=lambda: 0.5)
    sender.event(Work(sender.now))
    assert sender.pause == 150.0
    sender.event(Work(sender.now, urgent=True))
    assert sender.pause == 15.0
    sender.roll = lambda: 0.1
    sender.event(Work(sender.now, urgent=True))
    assert sender.pause == 15.0  # not sooner with each
    for kind, told in ((Kind.BUSY, 100.0), (Kind.UNKNOWN, None)):
        busy = Sender(roll=most).sending()
        busy.answer(kind, retry_after=told)
        before = busy.pause
        busy.event(Work(busy.now, urgent=True))
        assert busy.pause == before > 0.5


def test_an_unknown_outcome_is_sent_again_later_each_time_and_the_third_asks_first() -> None:
    sender = Sender().sending()
    pauses = []
    for _ in range(3):
        sender.answer(Kind.UNKNOWN)
        assert sender.request is None
        pauses.append(sender.pause)
        sender.tick(sender.pause)
    assert [round(pause, 1) for pause in pauses] == [1.0, 2.0, 4.0]
    assert isinstance(sender.request, Ask)


@given(st.floats(0, 0.999), st.integers(1, 20))
def test_a_pause_is_anywhere_up_to_the_doubled_one(roll: float, failures: int) -> None:
    """Full jitter: a fleet that failed at one moment comes back over the whole pause, down to nothing."""
    sender = Sender(roll=most).sending()
    for _ in range(failures - 1):
        sender.answer(Kind.UNKNOWN)
        sender.tick(sender.pause)
        if isinstance(sender.request, Ask):
            sender.answer(Kind.MARK, left=True)
            sender.tick(0.0 if sender.request else sender.pause)
    sender.roll = lambda: roll
    unknowns = sender.state.unknowns + 1
    sender.answer(Kind.UNKNOWN)
    pause = 0.0 if sender.request else sender.pause
    assert pause == pytest.approx(roll * min(KNOBS.cap, KNOBS.base * 2 ** (unknowns - 1)))


def test_pauses_end_at_the_cap() -> None:
    sender = Sender().sending()
    for urgent, cap in ((False, KNOBS.cap), (True, KNOBS.cap / 10)):
        sender.event(Work(sender.now, urgent))
        sender.event(Resume(sender.now))  # it begins anew, and what waits is what it was
        for _ in range(20):
            sender.answer(Kind.UNKNOWN)
            assert sender.pause <= cap
            last = sender.pause
            sender.tick(sender.pause)
        assert last > 0.9 * cap


def test_what_does_not_pass_is_tried_smaller_and_grows_again() -> None:
    sender = Sender().sending()
    sizes = []
    for _ in range(2):
        sender.answer(Kind.UNKNOWN)
        sender.tick(sender.pause)
        assert isinstance(sender.request, Send)
        sizes.append(sender.request.most)
    sender.answer(Kind.RECEIVED, hwm=25, left=True)
    assert isinstance(sender.request, Send)
    assert [*sizes, sender.request.most] == [50, 25, 50]


@given(st.floats(0, 3600), st.floats(0, 0.999))
def test_the_centre_sets_the_pace(asked: float, roll: float) -> None:
    sender = Sender(roll=lambda: roll).sending()
    sender.answer(Kind.BUSY, retry_after=asked)
    pause = 0.0 if sender.request else sender.pause
    assert asked <= pause + 1e-6 <= 2 * asked + 1e-5
    assert pause == pytest.approx(asked * (1 + roll))  # those who were told the same do not come back at one moment


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.then is Next.STOP])
def test_a_stop_lasts_until_a_person_says_go_on(kind: Kind) -> None:
    sender = Sender().sending()
    sender.answer(kind)
    assert Warn(Alarm.STOPPED, kind) in sender.actions
    for event in (Tick(10_000.0), Work(10_000.0), ClockSet(10_000.0)):
        sender.event(event)
        assert sender.actions == ()
    sender.event(Resume(10_001.0))
    assert isinstance(sender.request, Ask)


def test_a_restored_centre_gets_everything_from_its_mark_on() -> None:
    sender = Sender()
    sender.answer(Kind.MARK, hwm=4, lost=True, left=True)
    assert isinstance(sender.request, Send)
    assert sender.request.first == 5
    sender.answer(Kind.RECEIVED, hwm=7, lost=True, left=True)
    assert isinstance(sender.request, Send)
    assert sender.request.first == 8
    sender.answer(Kind.RECEIVED, hwm=9, left=True)
    assert isinstance(sender.request, Send)
    assert sender.request.first is None


def test_a_gap_asks_for_the_mark() -> None:
    sender = Sender().sending()
    sender.answer(Kind.GAP)
    assert isinstance(sender.request, Ask)


def test_poison_is_cornered_by_halves_and_parked_alone() -> None:
    sender = Sender().sending()
    sizes = [100]
    while sizes[-1] > 1:
        sender.answer(Kind.POISON, count=sizes[-1], first=1)
        assert isinstance(sender.request, Send)
        sizes.append(sender.request.most)
    assert sizes == [100, 50, 25, 12, 6, 3, 1]
    sender.answer(Kind.POISON, count=1, first=1)
    assert Park(1) in sender.actions
    sender.tick(sender.pause)
    assert isinstance(sender.request, Send)
    # When not even the empty place is taken, it is not the operation that is wrong.
    sender.answer(Kind.POISON, count=1, first=1, tombstone=True)
    assert sender.state.stopped is Kind.POISON
    assert sender.actions == (Warn(Alarm.STOPPED, Kind.POISON),)  # nothing is parked twice, and a person hears of it


@pytest.mark.parametrize(("count", "tombstone"), [(1, True), (0, False)], ids=["a tombstone", "nothing"])
@pytest.mark.parametrize("kind", [Kind.POISON, Kind.TOO_LARGE])
def test_what_is_refused_although_nothing_is_in_it_stops_the_sender(kind: Kind, count: int, tombstone: bool) -> None:
    sender = Sender().sending()
    sender.answer(kind, count=count, first=7, tombstone=tombstone)
    assert sender.state.stopped is kind
    assert sender.actions == (Warn(Alarm.STOPPED, kind),)
    sender.tick(10_000.0)
    assert sender.request is None


def test_a_refusal_that_names_the_operation_saves_the_search() -> None:
    sender = Sender().sending()
    sender.answer(Kind.POISON, count=100, first=1, operation=37)
    assert isinstance(sender.request, Send)
    assert sender.request.most == 37
    sender.answer(Kind.RECEIVED, hwm=37, left=True)
    sender.answer(Kind.POISON, count=74, first=38, operation=0)
    assert isinstance(sender.request, Send)
    assert sender.request.most == 1


def test_a_store_that_cannot_park_stops_the_sender() -> None:
    sender = Sender().sending()
    sender.event(Stuck(sender.now))
    assert sender.state.stopped is Kind.STORE


def test_the_watchdog_gives_a_silent_request_up_and_its_late_answer_is_nobody() -> None:
    sender = Sender().sending()
    flight = sender.state.flight
    assert sender.pause == KNOBS.watchdog
    sender.tick(KNOBS.watchdog)
    assert Warn(Alarm.GIVEN_UP, None) in sender.actions
    before = sender.state
    sender.event(Answered(sender.now, flight, Answer(Kind.FORKED)))
    assert sender.state == before


def test_a_sender_that_is_heard_and_gets_nowhere_begins_again() -> None:
    sender = Sender().sending()
    for _ in range(1000):
        sender.answer(Kind.GAP)
        while sender.request is None:
            sender.tick(sender.pause)
        if Warn(Alarm.NO_PROGRESS, None) in sender.actions:
            break
        sender.answer(Kind.MARK, left=True)
    else:
        pytest.fail("no watchdog")
    assert sender.now <= 2 * KNOBS.watchdog + KNOBS.cap


def test_a_wrong_clock_is_tried_again_at_once_when_it_is_set() -> None:
    sender = Sender().sending()
    for _ in range(9):
        sender.answer(Kind.CLOCK)
        sender.tick(sender.pause)
    sender.answer(Kind.CLOCK)
    assert sender.request is None
    sender.event(ClockSet(sender.now))
    assert isinstance(sender.request, Ask)


def test_outcomes_are_looked_for_soon_and_then_less_and_less() -> None:
    sender = Sender(roll=lambda: 0.999).sending()
    sender.answer(Kind.RECEIVED, hwm=1)
    pauses = []
    asked = 0
    for _ in range(12):
        assert isinstance(sender.request, Pull)
        sender.answer(Kind.CHANGES, awaiting=1)
        if isinstance(sender.request, Ask):  # does it have them at all? It may have been restored from a backup
            asked += 1
            sender.answer(Kind.MARK, hwm=1)
        pauses.append(sender.pause)
        sender.tick(sender.pause)
    assert pauses[0] <= 2 * KNOBS.soon
    assert [round(pause, 6) for pause in pauses] == sorted(round(pause, 6) for pause in pauses)
    assert pauses[-1] <= KNOBS.cap
    assert asked == 4


def test_a_fork_sends_nothing_more_and_asks_until_people_agree() -> None:
    sender = Sender().sending()
    sender.answer(Kind.FORKED)
    assert Warn(Alarm.STOPPED, Kind.FORKED) in sender.actions
    for kind in (Kind.PENDING, Kind.UNKNOWN, Kind.BUSY, Kind.STORE, Kind.PENDING):
        assert isinstance(sender.request, Renew)
        assert sender.state.stopped is Kind.FORKED
        sender.event(Work(sender.now))  # recording goes on meanwhile
        sender.answer(kind)
        assert sender.request is None
        assert 0 < sender.pause <= KNOBS.people * 2
        sender.tick(sender.pause)
    sender.answer(Kind.RENEWED)
    assert Warn(Alarm.NEW_LIFE, Kind.RENEWED) in sender.actions
    assert sender.state.stopped is None
    assert isinstance(sender.request, Ask)
    sender.answer(Kind.MARK, left=True)
    assert isinstance(sender.request, Send)


def test_a_question_for_a_new_life_that_hangs_is_asked_again() -> None:
    sender = Sender().sending()
    sender.answer(Kind.FORKED)
    first = sender.request
    sender.tick(KNOBS.watchdog)
    assert Warn(Alarm.GIVEN_UP, None) in sender.actions
    while sender.request is None:
        sender.tick(sender.pause)
    assert isinstance(sender.request, Renew)
    assert sender.request != first


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.WRONG_API])
def test_who_may_not_even_ask_for_a_new_life_stops(kind: Kind) -> None:
    sender = Sender().sending()
    sender.answer(Kind.FORKED)
    sender.answer(kind)
    assert sender.state.stopped is kind
    assert sender.request is None


EVENTS = st.one_of(
    st.builds(
        lambda kind, n, flag: ("answer", kind, n, flag), st.sampled_from(Kind), st.integers(0, 100), st.booleans()
    ),
    st.sampled_from([("tick",), ("work",), ("resume",), ("clock",)]),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 400)), max_size=60), st.integers(0, 1000))
def test_no_sequence_of_answers_hangs_or_floods(steps: list[tuple[tuple[object, ...], float]], seed: int) -> None:
    """After any events the core is stopped, waits for something, or has one request out; and it never fails."""
    roll = Random(seed).random  # noqa: S311 - chance, not a secret
    state: State = start(0.0, KNOBS, roll)
    now = 0.0
    for (what, *rest), passed in steps:
        now += passed
        events: dict[object, Event] = {
            "tick": Tick(now), "work": Work(now), "resume": Resume(now), "clock": ClockSet(now)
        }  # fmt: skip
        if what == "answer":
            kind, n, flag = rest
            assert isinstance(kind, Kind)
            assert isinstance(n, int)
            answer = Answer(kind, hwm=n, lost=bool(flag), left=bool(n % 2), count=n, first=1, tombstone=bool(flag))
            event: Event = Answered(now, state.flight, answer)
        else:
            event = events[what]
        stale = what == "answer" and state.task is None
        state, actions = step(state, event, KNOBS, roll)
        requests = [one for one in actions if isinstance(one, Send | Ask | Pull)]
        assert len(requests) <= 1
        assert all(one.most >= 1 for one in requests if isinstance(one, Send))
        waits = any(isinstance(one, WaitUntil) for one in actions)
        assert waits or state.stopped is not None or stale
        assert (state.task is not None) >= bool(requests)


def test_every_kind_of_answer_has_its_rule() -> None:
    assert set(RULES) == set(Kind)
    assert core.ASK_AFTER == 3


# --- photos ---


def with_photos(sender: Sender) -> Sender:
    """Nothing waits but photos, and the outcomes were looked for a moment ago."""
    sender.answer(Kind.MARK, hwm=0)
    sender.photos = True
    sender.answer(Kind.CHANGES)
    return sender


def test_photos_go_one_piece_after_the_other_behind_everything_else() -> None:
    sender = with_photos(Sender())
    for _ in range(3):
        assert isinstance(sender.request, Carry)
        sender.answer(Kind.CARRIED, left=True)
    sender.event(Work(sender.now))
    sender.answer(Kind.CARRIED, left=True)
    assert isinstance(sender.request, Send)  # recorded meanwhile: it overtakes
    sender.answer(Kind.RECEIVED, hwm=1)
    assert isinstance(sender.request, Carry)
    sender.answer(Kind.CARRIED, left=True, news=True)  # a whole one: its outcome is looked for soon
    sender.tick(KNOBS.soon)
    sender.answer(Kind.CARRIED, left=True)
    assert isinstance(sender.request, Pull)


def test_photos_and_looks_for_outcomes_take_turns() -> None:
    """Also where a look is always due, as when somebody asked for everything to be sent now."""
    sender = with_photos(Sender(Knobs(splay=0.0, soon=0.0)))
    asked = []
    for _ in range(6):
        asked.append(type(sender.request))
        if isinstance(sender.request, Pull):
            sender.answer(Kind.CHANGES, awaiting=1)
        else:
            sender.answer(Kind.CARRIED, left=True, news=True)
    assert asked == [Carry, Pull] * 3


DOUBLED = [most() * min(KNOBS.cap, KNOBS.base * 2.0**failures) for failures in range(11)]


def test_a_photo_that_fails_waits_twice_as_long_each_time() -> None:
    sender, pauses = with_photos(Sender()), []
    for _ in DOUBLED:
        if isinstance(sender.request, Pull):
            sender.answer(Kind.CHANGES)
        assert isinstance(sender.request, Carry)
        sender.answer(Kind.UNKNOWN)
        pauses.append(sender.state.blob_at - sender.now)
        sender.tick(pauses[-1])
    assert pauses == pytest.approx(DOUBLED)
    assert pauses[-1] == pytest.approx(most() * KNOBS.cap)


def test_a_look_for_outcomes_that_fails_waits_twice_as_long_each_time() -> None:
    sender, pauses = Sender(), []
    sender.answer(Kind.MARK, hwm=0)
    for _ in DOUBLED:
        assert isinstance(sender.request, Pull)
        sender.answer(Kind.UNKNOWN)
        pauses.append(sender.pause)
        sender.tick(pauses[-1])
    assert pauses == pytest.approx(DOUBLED)


@pytest.mark.parametrize("kind", [Kind.UNKNOWN, Kind.STORE])
def test_a_photo_that_fails_delays_nobody(kind: Kind) -> None:
    sender = with_photos(Sender())
    for failures in range(5):
        assert isinstance(sender.request, Carry)
        sender.answer(kind)
        assert sender.state.unknowns == 0
        assert sender.state.failed_blobs == failures + 1
        if failures == 3:
            sender.event(Work(sender.now))
            assert isinstance(sender.request, Send)
            sender.answer(Kind.RECEIVED, hwm=1)
        sender.tick(max(0.0, sender.state.blob_at - sender.now))
        if isinstance(sender.request, Pull):
            sender.answer(Kind.CHANGES)
