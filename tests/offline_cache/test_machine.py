"""Any order of recording, sending, answers, people, crashes and clocks: the store agrees with a model of ten lines."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from offline_cache.caps import standing_of
from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import free_bodies
from offline_cache.moves import MOVES, PERSON, SAID, VERDICT
from offline_cache.operations import Batch, Operation, Outcome, State, Taken, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.room import Limits
from offline_cache.rotation import rotate
from offline_cache.told import digest_of
from tests.offline_cache.support import Wall, create, draft, keys, place, reopen
from tests.support.machines import play

TINY = Limits(warn=0, stop=0, ballast=4096)


class OutboxMachine(RuleBasedStateMachine):
    """The model: what was recorded, in order, and what state each has; beside it early verdicts, which ones wait once
    more, and from where on the centre's words about those count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-"))
        self.wall = Wall()
        self.store = create(self.folder, self.wall, TINY)
        self.outbox = Outbox(self.store)
        self.said: list[Operation] = []
        self.state: dict[bytes, State] = {}
        self.early: dict[bytes, list[Verdict]] = {}
        self.void: dict[bytes, int] = {}
        self.value: dict[bytes, int] = {}
        self.hwm = 0
        self.anchors: list[int] = []
        self.freed: set[bytes] = set()
        self.old_batches: list[Batch] = []

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def pick(self, number: int) -> Operation:
        return self.said[number % len(self.said)]

    @rule(
        subjects=st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=3),
        size=st.integers(1, 900),
        value=st.integers(0, 900),
    )
    def record(self, subjects: list[bytes], size: int, value: int) -> None:
        done = self.outbox.record(*(draft(subject, size=size, value=value) for subject in subjects))
        self.said += done
        self.value |= dict.fromkeys((one.op_id for one in done), value)
        self.state |= {one.op_id: State.PENDING for one in done}

    @rule(most=st.integers(1, 8))
    def take_batch(self, most: int) -> None:
        batch = self.outbox.batch(most)
        first = next((n for n, one in enumerate(self.said) if self.state[one.op_id] is State.PENDING), self.hwm)
        waiting = self.said[self.hwm : self.hwm + most]
        if first < self.hwm:  # a run of those that wait once more, at or below the mark
            over = itertools.takewhile(
                lambda n: n >= self.hwm or self.state[self.said[n].op_id] is State.PENDING, range(first, len(self.said))
            )
            waiting = [self.said[n] for n in over][:most]
        assert self.outbox.waits(self.hwm) == bool(waiting)
        assert (batch is None) == (not waiting)
        if batch is not None:
            assert [one.op_id for one in batch.operations] == [one.op_id for one in waiting]
            parked = [self.state[one.op_id] is State.PARKED for one in waiting]
            assert [one.sealed is None for one in batch.operations] == parked
            self.old_batches.append(batch)

    @precondition(lambda self: self.old_batches)
    @rule(number=st.integers(0, 1000))
    def acknowledge(self, number: int) -> None:
        """Any acknowledgement of the past, in any order, as often as the network likes."""
        batch = self.old_batches[number % len(self.old_batches)]
        whole = {one.op_id for one in batch.operations if one.sealed is not None}
        journal = (batch.journal_n, batch.journal_head)
        stamp = "2026-11-23T09:00:00Z"
        self.outbox.acknowledged(batch.to_seq, batch.head, b"signature", stamp, journal=journal, whole=whole)
        self.anchors += [batch.to_seq] if batch.to_seq > self.hwm else []
        first_time = [one.op_id for one in self.said[self.hwm : batch.to_seq] if one.op_id not in self.void]
        for op_id in {*first_time, *whole}:
            waits = self.state[op_id] is State.PENDING
            if waits or (op_id in whole and self.state[op_id] is State.PARKED):
                self.state[op_id] = State.RECEIVED
                self._look(op_id)
        self.hwm = max(self.hwm, batch.to_seq)

    @precondition(lambda self: self.said)
    @rule(seq=st.integers(1, 40), head=st.binary(min_size=32, max_size=32))
    def forged(self, seq: int, head: bytes) -> None:
        with pytest.raises(StoreError) as caught:
            self.outbox.acknowledged(seq, head, b"forged", "t")
        assert caught.value.fault in {StoreFault.HISTORY_FORKED, StoreFault.STORE_BEHIND}

    def _look(self, op_id: bytes) -> None:
        """What was said before it was known to be there counts now."""
        said = self.early.pop(op_id, [])
        self.void.pop(op_id, None)
        if said:
            self._move(op_id, said[-1])

    def _move(self, op_id: bytes, verdict: Verdict) -> bool:
        after = State(verdict.value)
        if VERDICT in MOVES.get((self.state[op_id], after), frozenset()):
            self.state[op_id] = after
            return True
        return False

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 1000), verdict=st.sampled_from(Verdict), reason=st.sampled_from(["a", "b"]))
    def outcome(self, number: int, verdict: Verdict, reason: str) -> None:
        op_id = self.pick(number).op_id
        history, state = self.outbox.history(op_id), self.state[op_id]
        settled = self.outbox.find(op_id).resolved_by is not None
        taken = self.outbox.outcome(Outcome(op_id, verdict, reason))
        if verdict is Verdict.EMPTY:
            no_news = state is State.PARKED or (state is State.PENDING and op_id in self.void)
            assert taken is (Taken.KNOWN if no_news else Taken.AGAIN if state is State.PENDING else Taken.MOVED)
            if taken is Taken.MOVED:
                self.state[op_id] = State.PARKED if settled else State.PENDING
            if not no_news:  # the body goes again, and what was said of it counts no longer
                self.void[op_id] = len(history)
                self.early.pop(op_id, None)
            return
        counts = history[self.void.get(op_id, 0) :]
        known = bool(counts) and (counts[-1].verdict, counts[-1].reason) == (verdict, reason)
        if known and state in {State.PENDING, State(verdict.value)}:
            assert taken is Taken.KNOWN
        elif state is State.PENDING:
            assert taken is Taken.EARLY
            self.early.setdefault(op_id, []).append(verdict)
        else:
            assert taken is (Taken.MOVED if self._move(op_id, verdict) else Taken.AGAIN)
            self.void.pop(op_id, None)
            if taken is Taken.MOVED and verdict is Verdict.APPLIED:
                assert self.outbox.find(op_id).resolved_by is None

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 1000), back=st.booleans())
    def park_or_retry(self, number: int, back: bool) -> None:
        one = self.pick(number)
        before, after = self.state[one.op_id], State.PENDING if back else State.PARKED
        possible = PERSON in MOVES.get((before, after), frozenset())
        possible = possible and self.outbox.find(one.op_id).resolved_by is None
        history = self.outbox.history(one.op_id)
        try:
            (self.outbox.retry if back else self.outbox.park)(one.op_id, "a-reason", "1001")
        except StoreError as error:
            assert error.fault is StoreFault.MOVE_REFUSED
            assert not possible
        else:
            assert possible
            self.state[one.op_id] = after
            if back:
                self.void[one.op_id] = len(history)
            else:
                self._look(one.op_id)

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 1000), value=st.integers(0, 900))
    def resolve(self, number: int, value: int) -> None:
        op_id = self.pick(number).op_id
        waits = op_id in {one.op_id for one in self.outbox.work_list()}
        try:
            new = self.outbox.resolve(op_id, draft(refers_to=op_id, value=value), "corrected", operator="1001")
        except StoreError as error:
            assert error.fault is StoreFault.MOVE_REFUSED
            assert not waits
        else:
            assert waits
            self.said.append(new)
            self.state[new.op_id] = State.PENDING
            self.value[new.op_id] = value

    @rule()
    def keep_house(self) -> None:
        """Bodies go when applied and anchored twice (age is not asked for here), and no other."""
        covered = self.anchors[-2] if len(self.anchors) > 1 else 0
        may = {one.op_id for one in self.said[:covered] if self.state[one.op_id] is State.APPLIED} - self.freed
        assert free_bodies(self.store, 0) == len(may)
        self.freed |= may

    @rule()
    def change_the_key(self) -> None:
        self.store.close()
        rotate(place(self.folder), keys(self.folder), self.wall.now)
        self.store = reopen(self.folder, self.wall, TINY)
        self.outbox = Outbox(self.store)

    @rule(days=st.integers(-4000, 4000))
    def set_the_clock(self, days: int) -> None:
        self.wall.move(days=days) if 1990 < self.wall.now().year + days / 365 < 2100 else None

    @rule(clean=st.booleans())
    def start_again(self, clean: bool) -> None:
        """Close, or lose power: the files as they are at this moment are what the next start finds."""
        if clean:
            self.store.close()
        else:
            image = {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
            self.store.close()
            for path in self.folder.iterdir():
                if path.is_file():
                    path.unlink()
            for path, content in image.items():
                path.write_bytes(content)
                path.chmod(0o600)
        self.store = reopen(self.folder, self.wall, TINY)
        assert self.store.stopped is None
        self.outbox = Outbox(self.store)

    @invariant()
    def agrees_with_the_model(self) -> None:
        listed = self.outbox.listed(most=10_000)
        assert [(one.op_id, one.seq, one.sealed, one.head) for one in listed] == [
            (one.op_id, one.seq, b"" if one.op_id in self.freed else one.sealed, one.head) for one in self.said
        ]
        assert {one.op_id: one.state for one in listed} == self.state
        counts = self.outbox.counts()
        assert sum(counts.count.values()) == len(self.said)
        assert counts.people == len(self.outbox.work_list())
        waiting = [op_id for op_id, state in self.state.items() if state is State.PENDING]
        words = {op_id: state.value for op_id, state in self.state.items() if state in SAID}
        words |= {op_id: self.early[op_id][-1].value for op_id in waiting if self.early.get(op_id)}
        assert self.outbox.state_digest() == digest_of(words)
        stands = standing_of(self.store)
        assert (stands.waiting, stands.value) == (len(waiting), sum(self.value[op_id] for op_id in waiting))

    @rule()
    def proves_itself(self) -> None:
        assert verify(self.store).trouble == ""
        assert place(self.folder).exists()


PARTS, EACH = {"quick": (1, 100), "full": (10, 500)}.get(os.environ.get("SSC_PROOF", ""), (1, 15))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_any_order_of_events(part: int) -> None:
    play(OutboxMachine, "orders", part, PARTS, EACH)
