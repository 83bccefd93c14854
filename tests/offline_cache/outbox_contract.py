"""What every outbox must do, whatever it is made of. A second implementation runs the same tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import cbor2
import pytest

from offline_cache.epochs import Carried, Grant, unpacked
from offline_cache.errors import StoreFault
from offline_cache.intents import Begin, End, Ending
from offline_cache.journal import Entry
from offline_cache.moves import MOVES, VERDICT
from offline_cache.operations import (
    LARGEST_VALUE,
    WITHDRAWAL,
    Agreement,
    Batch,
    Draft,
    Operation,
    Outcome,
    State,
    Taken,
    Verdict,
    new_op_id,
)
from offline_cache.outbox import Outbox
from tests.offline_cache.support import CHOSEN, IDENTITY, Wall, draft, fault_of

GENESIS = bytes(32)


def grant(epoch: int) -> Grant:
    """The centre's word, as if its signature had been verified."""
    return Grant(epoch, epoch - 1, "2026-06-01T01:00:00Z", bytes(64), "ack-1")


BAD_DRAFTS: dict[str, Callable[[Draft], Draft]] = {
    "short number": lambda good: replace(good, op_id=b"short"),
    "kind with a name in it": lambda good: replace(good, kind="Contact Change"),
    "unknown ending": lambda good: replace(good, kind="card-pin-change.maybe"),
    "no schema": lambda good: replace(good, schema=0),
    "no subject": lambda good: replace(good, subject=b""),
    "nothing sealed": lambda good: replace(good, sealed=b""),
    "too large": lambda good: replace(good, sealed=bytes(64 * 1024 + 1)),
    "long summary": lambda good: replace(good, summary={"what": "x" * 201}),
    "long field name": lambda good: replace(good, summary={"x" * 41: 1}),
    "card write without its intent": lambda good: replace(good, kind="card-pin-change.begun"),
    "short reference": lambda good: replace(good, refers_to=b"short"),
    "money that comes back": lambda good: replace(good, value=-1),
    "more money than there is": lambda good: replace(good, value=LARGEST_VALUE + 1),
    "an end with money of its own": lambda good: replace(good, kind="card-debit.undone", value=1),
}


def head_of(previous: bytes, operation: Operation) -> bytes:
    """The chain's formula, written down a second time."""
    link = [
        previous,
        IDENTITY.environment,
        IDENTITY.terminal,
        operation.epoch,
        operation.seq,
        operation.op_id,
        operation.kind,
        operation.schema,
        CHOSEN.digest(operation.sealed),
    ]
    return CHOSEN.digest(b"ssc-op-1\0" + cbor2.dumps(link, canonical=True))


def acknowledge(outbox: Outbox, batch: Batch, hwm: int | None = None) -> int:
    """The answer to a batch.

    :param hwm: the centre's mark where it is further than the batch.
    """
    whole = {one.op_id for one in batch.operations if one.sealed is not None}
    mark = batch.to_seq if hwm is None else hwm
    head = batch.head if hwm is None else outbox.listed(most=1000)[mark - 1].head
    return outbox.acknowledged(mark, head, b"signature", "2026-11-23T09:00:00Z", whole=whole)


def next_batch(outbox: Outbox, most: int = 100) -> Batch:
    batch = outbox.batch(most)
    assert batch is not None
    return batch


def fixed(operations: list[Operation]) -> list[Operation]:
    """Operations without what may move."""
    return [replace(one, state=State.PENDING, since=0, reason="", resolved_by=None, people=False) for one in operations]


class OutboxContract:
    """Subclasses give ``outbox``, ``wall`` and ``again`` (the same outbox after the program was started anew)."""

    @pytest.fixture
    def wall(self) -> Wall:
        return Wall()

    @pytest.fixture
    def outbox(self, wall: Wall) -> Outbox:
        raise NotImplementedError

    @pytest.fixture
    def again(self, outbox: Outbox) -> Callable[[], Outbox]:
        raise NotImplementedError

    # --- recording --------------------------------------------------------------------------------------------------

    def test_numbers_have_no_gaps_and_heads_follow_the_formula(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(5)] + outbox.record(draft(), draft())
        assert [one.seq for one in recorded] == list(range(1, 8))
        previous = GENESIS
        for one in recorded:
            assert one.head == head_of(previous, one)
            previous = one.head
        assert outbox.listed() == recorded

    def test_each_subject_has_its_own_order(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft(subject))[0] for subject in (b"a", b"b", b"a", b"a", b"b")]
        assert [one.subj_seq for one in recorded] == [1, 1, 2, 3, 2]

    def test_a_clock_set_back_changes_no_order(self, outbox: Outbox, wall: Wall) -> None:
        recorded = []
        for days in (0, -4000, 4000, -1):
            wall.move(days=days)
            recorded += outbox.record(draft(b"same"))
        assert [one.seq for one in recorded] == [1, 2, 3, 4]
        assert [one.subj_seq for one in recorded] == [1, 2, 3, 4]
        assert [one.op_id for one in next_batch(outbox).operations] == [one.op_id for one in recorded]
        assert recorded[1].recorded_at < recorded[0].recorded_at

    @pytest.mark.parametrize("name", BAD_DRAFTS)
    def test_a_bad_draft_is_refused_and_leaves_nothing(self, outbox: Outbox, name: str) -> None:
        bad = BAD_DRAFTS[name](draft())
        assert fault_of(lambda: outbox.record(draft(), bad)) is StoreFault.ENTRY_REFUSED
        assert outbox.listed() == []
        assert outbox.batch() is None

    def test_a_unit_is_recorded_whole_or_not_at_all(self, outbox: Outbox) -> None:
        lost = draft(refers_to=new_op_id())
        assert fault_of(lambda: outbox.record(draft(), lost)) is StoreFault.OPERATION_UNKNOWN
        wrong = Entry("no-such-event", {})
        assert fault_of(lambda: outbox.record(draft(), journal=[wrong])) is StoreFault.ENTRY_REFUSED
        personal = Entry("printed", {"name": "x"})
        assert fault_of(lambda: outbox.record(draft(), journal=[personal])) is StoreFault.ENTRY_REFUSED
        assert outbox.listed() == []
        assert outbox.record(draft())[0].seq == 1

    def test_a_number_is_used_once(self, outbox: Outbox) -> None:
        same = draft()
        outbox.record(same)
        assert fault_of(lambda: outbox.record(same)) is StoreFault.ENTRY_REFUSED
        assert fault_of(lambda: outbox.record(draft(), draft(op_id=same.op_id))) is StoreFault.ENTRY_REFUSED
        twice = draft()
        assert fault_of(lambda: outbox.record(twice, twice)) is StoreFault.ENTRY_REFUSED
        assert len(outbox.listed()) == 1

    # --- sending ----------------------------------------------------------------------------------------------------

    def test_a_batch_is_what_was_recorded(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(4)]
        batch = next_batch(outbox)
        assert [one.sealed for one in batch.operations] == [one.sealed for one in recorded]
        assert [one.sealed_hash for one in batch.operations] == [one.sealed_hash for one in recorded]
        assert (batch.from_seq, batch.to_seq, batch.prev_head, batch.head) == (1, 4, GENESIS, recorded[-1].head)
        assert next_batch(outbox) == batch

    def test_a_batch_keeps_within_its_limits(self, outbox: Outbox) -> None:
        for size in (100, 100, 5000, 100):
            outbox.record(draft(size=size))
        assert next_batch(outbox, 3).to_seq == 3
        small = outbox.batch(10, 250)
        assert small is not None
        assert small.to_seq == 2
        acknowledge(outbox, small)
        large = outbox.batch(10, 250)
        assert large is not None
        assert [len(one.sealed or b"") for one in large.operations] == [5000]

    def test_an_acknowledgement_moves_what_it_covers(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(5)]
        first = next_batch(outbox, 3)
        assert acknowledge(outbox, first) == 3
        states = [one.state for one in outbox.listed()]
        assert states == [State.RECEIVED] * 3 + [State.PENDING] * 2
        second = next_batch(outbox)
        assert (second.from_seq, second.prev_head) == (4, recorded[2].head)
        anchor = outbox.anchor()
        assert anchor is not None
        assert (anchor.hwm, anchor.head, anchor.signature) == (3, recorded[2].head, b"signature")

    def test_late_and_repeated_acknowledgements_change_nothing(self, outbox: Outbox) -> None:
        for _ in range(4):
            outbox.record(draft())
        early, late = next_batch(outbox, 2), next_batch(outbox, 4)
        assert acknowledge(outbox, late) == 4
        assert acknowledge(outbox, early) == 0
        assert acknowledge(outbox, late) == 0
        assert outbox.counts().count[State.RECEIVED] == 4
        assert outbox.batch() is None

    def test_an_acknowledgement_of_another_history_moves_nothing(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(3)]
        forged = lambda: outbox.acknowledged(2, bytes(32), b"s", "t")  # noqa: E731
        ahead = lambda: outbox.acknowledged(4, recorded[2].head, b"s", "t")  # noqa: E731
        assert fault_of(forged) is StoreFault.HISTORY_FORKED
        assert fault_of(ahead) is StoreFault.STORE_BEHIND
        assert outbox.listed() == recorded
        assert outbox.anchor() is None

    def test_comparing_with_the_centre(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(4)]
        acknowledge(outbox, next_batch(outbox, 2))
        assert outbox.check_against(2, recorded[1].head) is Agreement.SAME
        assert outbox.check_against(1, recorded[0].head) is Agreement.CENTRE_BEHIND
        assert outbox.check_against(0, GENESIS) is Agreement.CENTRE_BEHIND
        assert outbox.check_against(3, recorded[2].head) is Agreement.CENTRE_AHEAD
        assert outbox.check_against(2, recorded[2].head) is Agreement.FORKED
        assert outbox.check_against(5, recorded[2].head) is Agreement.WE_ARE_OLDER

    def test_a_centre_that_was_restored_gets_everything_again(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(4)]
        acknowledge(outbox, next_batch(outbox))
        again = outbox.batch(after=1)
        assert again is not None
        assert [one.sealed for one in again.operations] == [one.sealed for one in recorded[1:]]
        assert again.prev_head == recorded[0].head

    # --- outcomes ---------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("verdicts", "state", "last"),
        [
            ([Verdict.APPLIED], State.APPLIED, Taken.MOVED),
            ([Verdict.HELD, Verdict.APPLIED], State.APPLIED, Taken.MOVED),
            ([Verdict.CONFLICT, Verdict.REJECTED], State.REJECTED, Taken.MOVED),
            ([Verdict.APPLIED, Verdict.APPLIED], State.APPLIED, Taken.KNOWN),
            ([Verdict.APPLIED, Verdict.REJECTED], State.REJECTED, Taken.MOVED),
            ([Verdict.REJECTED, Verdict.APPLIED], State.APPLIED, Taken.MOVED),
            ([Verdict.APPLIED, Verdict.HELD, Verdict.APPLIED], State.APPLIED, Taken.MOVED),
        ],
    )
    @pytest.mark.parametrize("early", [False, True])
    def test_outcomes_move_along_the_table(
        self, outbox: Outbox, verdicts: list[Verdict], state: State, last: Taken, early: bool
    ) -> None:
        (operation,) = outbox.record(draft())
        if early:
            taken = [outbox.outcome(Outcome(operation.op_id, verdict)) for verdict in verdicts]
            assert set(taken) <= {Taken.EARLY, Taken.KNOWN}
            assert outbox.find(operation.op_id).state is State.PENDING  # nothing moves before the signed word
            acknowledge(outbox, next_batch(outbox))
        else:
            acknowledge(outbox, next_batch(outbox))
            taken = [outbox.outcome(Outcome(operation.op_id, verdict)) for verdict in verdicts]
            assert taken[-1] is last
        assert outbox.find(operation.op_id).state is state
        assert [one.verdict for one in outbox.history(operation.op_id)] == [
            key for key, _ in itertools.groupby(verdicts)
        ]

    def test_an_outcome_of_a_stranger_is_told_and_kept_out(self, outbox: Outbox) -> None:
        assert outbox.outcome(Outcome(new_op_id(), Verdict.APPLIED)) is Taken.UNKNOWN

    def test_endless_words_do_not_stop_the_feed(self, outbox: Outbox) -> None:
        (operation,) = outbox.record(draft())
        acknowledge(outbox, next_batch(outbox))
        words = "x" * 100_000
        texts = dict.fromkeys(("reason", "zh", "en", "case", "time"), words)
        assert outbox.outcome(Outcome(operation.op_id, Verdict.REJECTED, **texts, receipt="S" * 601)) is Taken.MOVED
        (said,) = outbox.history(operation.op_id)
        kept = {name: len(getattr(said, name)) for name in texts}
        assert kept == dict.fromkeys(texts, 200)
        assert said.receipt == ""  # half a code is none
        assert len(outbox.find(operation.op_id).reason) == 200
        longest = "S" * 600
        assert outbox.outcome(Outcome(operation.op_id, Verdict.APPLIED, receipt=longest)) is Taken.MOVED
        assert outbox.history(operation.op_id)[-1].receipt == longest

    # --- people -----------------------------------------------------------------------------------------------------

    def test_what_needs_a_person_stays_until_a_new_operation_settles_it(self, outbox: Outbox) -> None:
        operations = [outbox.record(draft())[0] for _ in range(3)]
        acknowledge(outbox, next_batch(outbox))
        for one, verdict in zip(operations, (Verdict.APPLIED, Verdict.REJECTED, Verdict.CONFLICT), strict=True):
            outbox.outcome(Outcome(one.op_id, verdict, "a-reason"))
        assert [one.seq for one in outbox.work_list()] == [2, 3]
        assert outbox.counts().people == 2
        stranger = draft()
        assert fault_of(lambda: outbox.resolve(operations[1].op_id, stranger, "corrected")) is StoreFault.ENTRY_REFUSED
        fix = draft(refers_to=operations[1].op_id)
        assert fault_of(lambda: outbox.resolve(operations[1].op_id, fix, "deleted")) is StoreFault.ENTRY_REFUSED
        new = outbox.resolve(operations[1].op_id, fix, "corrected")
        assert (new.seq, new.refers_to) == (4, operations[1].op_id)
        assert [one.seq for one in outbox.work_list()] == [3]
        old = outbox.find(operations[1].op_id)
        assert (old.state, old.resolved_by, old.sealed) == (State.REJECTED, new.op_id, operations[1].sealed)
        again = draft(refers_to=operations[1].op_id)
        assert fault_of(lambda: outbox.resolve(operations[1].op_id, again, "corrected")) is StoreFault.MOVE_REFUSED
        fine = draft(refers_to=operations[0].op_id)
        assert fault_of(lambda: outbox.resolve(operations[0].op_id, fine, "withdrawn")) is StoreFault.MOVE_REFUSED

    def test_a_parked_operation_leaves_a_tombstone_and_the_others_go_on(self, outbox: Outbox) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(3)]
        outbox.park(recorded[1].op_id, "refused-at-ingest")
        batch = next_batch(outbox)
        assert [one.sealed is None for one in batch.operations] == [False, True, False]
        assert batch.head == recorded[2].head
        assert acknowledge(outbox, batch) == 2
        assert outbox.find(recorded[1].op_id).state is State.PARKED
        assert [one.seq for one in outbox.work_list()] == [2]

    # --- a person, while it is on its way ---------------------------------------------------------------------------

    def test_parked_while_its_body_is_under_way_is_too_late(self, outbox: Outbox) -> None:
        one, other = (outbox.record(draft())[0] for _ in range(2))
        batch = next_batch(outbox)
        outbox.park(one.op_id, "by-hand", "1001")
        assert acknowledge(outbox, batch) == 2
        assert [outbox.find(op.op_id).state for op in (one, other)] == [State.RECEIVED] * 2
        assert outbox.outcome(Outcome(one.op_id, Verdict.APPLIED)) is Taken.MOVED

    @pytest.mark.parametrize("verdict", [Verdict.APPLIED, Verdict.REJECTED, Verdict.CONFLICT, Verdict.HELD])
    def test_a_verdict_moves_a_parked_operation(self, outbox: Outbox, verdict: Verdict) -> None:
        """The answer to the batch was lost, so that only the feed tells that it had arrived."""
        (one,) = outbox.record(draft())
        next_batch(outbox)
        outbox.park(one.op_id, "by-hand", "1001")
        assert outbox.outcome(Outcome(one.op_id, verdict, "a-reason")) is Taken.MOVED
        assert outbox.find(one.op_id).state is State(verdict.value)

    @pytest.mark.parametrize("verdict", [Verdict.APPLIED, Verdict.CONFLICT])
    def test_a_verdict_that_came_before_it_was_parked_counts(self, outbox: Outbox, verdict: Verdict) -> None:
        (one,) = outbox.record(draft())
        assert outbox.outcome(Outcome(one.op_id, verdict)) is Taken.EARLY
        outbox.park(one.op_id, "by-hand", "1001")
        assert outbox.find(one.op_id).state is State(verdict.value)

    @pytest.mark.parametrize("answered", ["it", "a mark", "neither"])
    def test_put_back_after_its_tombstone_went_it_goes_again_whole(self, outbox: Outbox, answered: str) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(4)]
        one = recorded[1]
        outbox.park(one.op_id, "by-hand", "1001")
        batch = next_batch(outbox, 3)
        if answered == "it":
            acknowledge(outbox, batch)
        outbox.retry(one.op_id, "by-hand", "1001")
        if answered == "a mark":  # its own answer was lost, and the centre was asked
            outbox.acknowledged(batch.to_seq, batch.head, b"signature", "t")
        elif answered == "neither":  # the retry came between request and answer
            acknowledge(outbox, batch)
        assert outbox.find(one.op_id).state is State.PENDING
        assert outbox.waits(3)
        filling = next_batch(outbox)
        assert [(sent.seq, sent.sealed) for sent in filling.operations] == [(2, one.sealed)]
        assert acknowledge(outbox, filling, hwm=3) == 1
        assert outbox.find(one.op_id).state is State.RECEIVED
        assert [sent.seq for sent in next_batch(outbox).operations] == [4]
        outbox.outcomes([Outcome(one.op_id, Verdict.EMPTY), Outcome(one.op_id, Verdict.APPLIED)])
        acknowledge(outbox, next_batch(outbox))
        assert outbox.find(one.op_id).state is State.APPLIED
        assert not outbox.waits(4)

    @pytest.mark.parametrize("said", [[], [Verdict.HELD], [Verdict.APPLIED], [Verdict.REJECTED]])
    def test_what_the_centre_has_as_a_tombstone_alone_goes_again(self, outbox: Outbox, said: list[Verdict]) -> None:
        """It was restored from a backup of a moment at which it had the tombstone, or this is an older copy of us."""
        (one,) = outbox.record(draft())
        acknowledge(outbox, next_batch(outbox))
        for verdict in said:
            outbox.outcome(Outcome(one.op_id, verdict))
        assert outbox.outcome(Outcome(one.op_id, Verdict.EMPTY)) is Taken.MOVED
        assert outbox.find(one.op_id).state is State.PENDING
        again = next_batch(outbox)
        assert [sent.sealed for sent in again.operations] == [one.sealed]
        # What it said before is void: it counts when it is said again.
        acknowledge(outbox, again)
        assert outbox.find(one.op_id).state is State.RECEIVED
        assert outbox.outcome(Outcome(one.op_id, Verdict.APPLIED)) is Taken.MOVED

    def test_a_void_verdict_that_is_said_again_counts(self, outbox: Outbox) -> None:
        (one,) = outbox.record(draft())
        acknowledge(outbox, next_batch(outbox))
        verdicts = (Verdict.APPLIED, Verdict.EMPTY, Verdict.APPLIED, Verdict.APPLIED)
        taken = [outbox.outcome(Outcome(one.op_id, verdict)) for verdict in verdicts]
        assert taken == [Taken.MOVED, Taken.MOVED, Taken.EARLY, Taken.KNOWN]
        acknowledge(outbox, next_batch(outbox))
        assert outbox.find(one.op_id).state is State.APPLIED

    def test_what_a_later_one_settled_does_not_go_again(self, outbox: Outbox) -> None:
        (one,) = outbox.record(draft())
        acknowledge(outbox, next_batch(outbox))
        outbox.outcome(Outcome(one.op_id, Verdict.REJECTED))
        outbox.resolve(one.op_id, draft(refers_to=one.op_id), "withdrawn")
        outbox.outcome(Outcome(one.op_id, Verdict.EMPTY))
        assert outbox.find(one.op_id).state is State.PARKED
        assert fault_of(lambda: outbox.retry(one.op_id, "x", "1001")) is StoreFault.MOVE_REFUSED

    def test_a_tombstone_at_the_centre_is_no_news_of_a_parked_one(self, outbox: Outbox) -> None:
        (one,) = outbox.record(draft())
        taken = [outbox.outcome(Outcome(one.op_id, Verdict.EMPTY)) for _ in range(2)]
        assert taken == [Taken.AGAIN, Taken.KNOWN]  # of one that waits, in an older copy: its body has to go
        outbox.park(one.op_id, "by-hand", "1001")
        assert outbox.outcome(Outcome(one.op_id, Verdict.EMPTY)) is Taken.KNOWN
        assert outbox.find(one.op_id).state is State.PARKED
        assert outbox.history(one.op_id) == []

    def test_what_took_effect_after_all_is_not_called_settled(self, outbox: Outbox) -> None:
        """Withdrawn here, while its body had arrived: the centre applies it and refuses the withdrawal."""
        (one,) = outbox.record(draft())
        next_batch(outbox)
        outbox.park(one.op_id, "by-hand", "1001")
        new = outbox.resolve(one.op_id, draft(refers_to=one.op_id, kind=WITHDRAWAL), "withdrawn")
        acknowledge(outbox, next_batch(outbox))
        outbox.outcome(Outcome(new.op_id, Verdict.REJECTED, "already-applied"))
        assert [op.op_id for op in outbox.work_list()] == [new.op_id]  # it stands for the first one still
        outbox.outcome(Outcome(one.op_id, Verdict.APPLIED))
        first = outbox.find(one.op_id)
        assert (first.state, first.resolved_by) == (State.APPLIED, None)
        assert (outbox.work_list(), outbox.counts().people) == ([], 0)

    def test_a_refused_correction_waits_for_people_also_when_the_first_took_effect(self, outbox: Outbox) -> None:
        """Unlike a withdrawal it has wishes of its own."""
        (one,) = outbox.record(draft())
        next_batch(outbox)
        outbox.park(one.op_id, "by-hand", "1001")
        new = outbox.resolve(one.op_id, draft(refers_to=one.op_id), "corrected")
        acknowledge(outbox, next_batch(outbox))
        outbox.outcomes([Outcome(one.op_id, Verdict.APPLIED), Outcome(new.op_id, Verdict.REJECTED, "phone-invalid")])
        assert [op.op_id for op in outbox.work_list()] == [new.op_id]
        assert outbox.counts().people == 1

    def test_a_parked_operation_can_be_put_back_in_time(self, outbox: Outbox) -> None:
        (operation,) = outbox.record(draft())
        before = next_batch(outbox)
        outbox.park(operation.op_id, "by-hand", "1001")
        outbox.retry(operation.op_id, "again", "1001")
        assert replace(next_batch(outbox), journal_n=0, journal_head=b"") == replace(
            before, journal_n=0, journal_head=b""
        )

    @pytest.mark.parametrize("verdict", [Verdict.APPLIED, Verdict.REJECTED, Verdict.CONFLICT, Verdict.HELD])
    def test_a_received_operation_cannot_be_parked(self, outbox: Outbox, verdict: Verdict) -> None:
        (operation,) = outbox.record(draft())
        acknowledge(outbox, next_batch(outbox))
        outbox.outcome(Outcome(operation.op_id, verdict))
        assert fault_of(lambda: outbox.park(operation.op_id, "x", "1001")) is StoreFault.MOVE_REFUSED
        assert fault_of(lambda: outbox.retry(operation.op_id, "x", "1001")) is StoreFault.MOVE_REFUSED

    def test_counts_and_ages_agree_with_the_list(self, outbox: Outbox, wall: Wall) -> None:
        for _ in range(4):
            wall.move(minutes=1)
            outbox.record(draft())
        acknowledge(outbox, next_batch(outbox, 2))
        counts, listed = outbox.counts(), outbox.listed()
        for state in State:
            there = [one for one in listed if one.state is state]
            assert counts.count[state] == len(there)
            assert counts.oldest.get(state) == min((one.since for one in there), default=None)
            assert outbox.listed([state]) == there

    @pytest.mark.parametrize("ending", list(Ending))
    def test_that_a_reversal_waits_is_known_without_looking_for_it(
        self, outbox: Outbox, again: Callable[[], Outbox], ending: Ending
    ) -> None:
        begun = draft(kind="card-pin-change.begun")
        outbox.record(begun, intents=[Begin(begun.op_id, b"card")])
        assert not outbox.reversal_waits()
        end = draft(kind=f"card-pin-change.{ending.value}", refers_to=begun.op_id)
        outbox.record(end, intents=[End(begun.op_id, end.op_id, ending, b"9000")])
        outbox.record(draft())
        assert again().reversal_waits() is (ending is not Ending.DONE)

    def test_a_reversal_waits_until_the_centre_has_it(self, outbox: Outbox, again: Callable[[], Outbox]) -> None:
        first = outbox.record(draft())[0]
        outbox.park(first.op_id, "by-hand", "1001")
        withdrawal = draft(kind=WITHDRAWAL, refers_to=first.op_id)
        outbox.resolve(first.op_id, withdrawal, "withdrawn", operator="1001")
        outbox.record(draft())
        acknowledge(outbox, next_batch(outbox, 1))
        assert outbox.reversal_waits()
        outbox.park(withdrawal.op_id, "by-hand", "1001")
        assert not outbox.reversal_waits()  # its place will say nothing
        outbox.retry(withdrawal.op_id, "again", "1001")
        outbox.begin_epoch(grant(2), {1: 0})
        outbox = again()
        assert outbox.reversal_waits()  # inside what carries it
        acknowledge(outbox, next_batch(outbox))
        assert not outbox.reversal_waits()

    def test_a_new_epoch_begins_a_new_chain(self, outbox: Outbox) -> None:
        old = [outbox.record(draft())[0] for _ in range(2)]
        acknowledge(outbox, next_batch(outbox, 1))
        assert fault_of(lambda: outbox.begin_epoch(grant(1), {1: 1})) is StoreFault.EPOCH_OLD
        (carrier,) = outbox.begin_epoch(grant(2), {1: 1})
        assert (carrier.epoch, carrier.seq, carrier.head) == (2, 1, head_of(GENESIS, carrier))
        (new,) = outbox.record(draft())
        assert (new.epoch, new.seq, new.head) == (2, 2, head_of(carrier.head, new))
        batch = next_batch(outbox)
        assert (batch.epoch, batch.from_seq, batch.prev_head) == (2, 1, GENESIS)
        assert [one.op_id for one in outbox.listed([State.PENDING])] == [old[1].op_id, carrier.op_id, new.op_id]
        assert acknowledge(outbox, batch) == 2
        assert outbox.listed([State.PENDING]) == []

    def test_what_the_centre_never_took_in_is_carried_over_whole(self, outbox: Outbox) -> None:
        old = [outbox.record(draft())[0] for _ in range(4)]
        acknowledge(outbox, next_batch(outbox, 2))
        outbox.park(old[3].op_id, "by hand", "0001")
        # The centre has lost the second one, too: it was received here, and is carried all the same.
        carriers = outbox.begin_epoch(grant(2), {1: 1})
        inside = [unpacked(one.sealed) for one in carriers]
        assert inside == [
            Carried(1, one.op_id, one.kind, one.schema, one.sealed_hash, body)
            for one, body in ((old[1], old[1].sealed), (old[2], old[2].sealed), (old[3], None))
        ]
        states = [outbox.find(one.op_id).state for one in old]
        assert states == [State.RECEIVED, State.RECEIVED, State.PENDING, State.PARKED]
        assert fault_of(lambda: outbox.park(old[2].op_id, "too late", "0001")) is StoreFault.MOVE_REFUSED
        assert fault_of(lambda: outbox.retry(old[3].op_id, "too late", "0001")) is StoreFault.MOVE_REFUSED
        # Another fork: what was carried is carried on inside its carrier, and only there.
        (again, *rest) = outbox.begin_epoch(grant(3), {1: 1})
        outer = unpacked(again.sealed)
        assert outer is not None
        assert (outer.op_id, outer.epoch, outer.sealed) == (carriers[0].op_id, 2, carriers[0].sealed)
        assert len(rest) == 2
        outbox.outcomes([Outcome(old[2].op_id, Verdict.APPLIED)])  # before the acknowledgement: kept until then
        acknowledge(outbox, next_batch(outbox))
        states = [outbox.find(one.op_id).state for one in old]
        assert states == [State.RECEIVED, State.RECEIVED, State.APPLIED, State.PARKED]

    def test_what_was_carried_before_goes_ahead_of_newer_work_of_its_holder(self, outbox: Outbox) -> None:
        """Behind it, at the centre each would wait for the other."""
        older, newer = (outbox.record(draft())[0] for _ in range(2))
        outbox.park(older.op_id, "by-hand", "1001")
        acknowledge(outbox, next_batch(outbox))  # an empty place, and the newer one
        outbox.retry(older.op_id, "again", "1001")
        (carrier,) = outbox.begin_epoch(grant(2), {1: 2})
        # The centre has lost both lives: the carrier stands in the second one, the newer work in the first.
        again = [unpacked(one.sealed) for one in outbox.begin_epoch(grant(3), {1: 0, 2: 0})]
        assert [inside and inside.op_id for inside in again] == [carrier.op_id, newer.op_id]

    def test_a_body_is_sealed_for_one_life(self, outbox: Outbox) -> None:
        late = replace(draft(), epoch=1)
        outbox.record(replace(draft(), epoch=1))
        outbox.begin_epoch(grant(2), {1: 0})
        assert fault_of(lambda: outbox.record(late)) is StoreFault.EPOCH_CHANGED
        assert len(outbox.listed()) == 2

    # --- for ever ---------------------------------------------------------------------------------------------------

    def test_everything_is_there_after_a_new_start(self, outbox: Outbox, again: Callable[[], Outbox]) -> None:
        recorded = [outbox.record(draft())[0] for _ in range(5)]
        acknowledge(outbox, next_batch(outbox, 3))
        outbox.outcomes([Outcome(recorded[0].op_id, Verdict.REJECTED, "r", "不行", "no", "C1", "t")], ("changes", "17"))
        before = (outbox.listed(), outbox.counts(), outbox.anchor(), outbox.batch(), outbox.history(recorded[0].op_id))
        after = again()
        assert before == (
            after.listed(), after.counts(), after.anchor(), after.batch(), after.history(recorded[0].op_id)
        )  # fmt: skip
        assert after.record(draft())[0].seq == 6
        assert fixed(after.listed())[:5] == fixed(recorded)

    def test_what_an_operation_moves_stays_what_it_was(self, outbox: Outbox, again: Callable[[], Outbox]) -> None:
        recorded = [outbox.record(draft(value=value))[0] for value in (0, 1, LARGEST_VALUE)]
        acknowledge(outbox, next_batch(outbox, 2))
        assert [one.value for one in recorded] == [0, 1, LARGEST_VALUE]
        assert [one.value for one in again().listed()] == [0, 1, LARGEST_VALUE]

    def test_only_the_table_moves(self) -> None:
        said = {State.APPLIED, State.REJECTED, State.CONFLICT, State.HELD}
        assert all(causes == {VERDICT} for (before, _), causes in MOVES.items() if before in said)
        assert all(VERDICT not in why for (before, _), why in MOVES.items() if before is State.PENDING)
