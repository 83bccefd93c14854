"""What was to settle another is set aside, and goes after all; and a tombstone that an older copy does not know of."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.epochs import unpacked
from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End, Ending
from offline_cache.journal import Journal
from offline_cache.operations import Operation, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from tests.offline_cache.outbox_contract import acknowledge, grant, next_batch
from tests.offline_cache.support import create, draft

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


def refused_and_corrected(outbox: Outbox) -> tuple[Operation, Operation]:
    (first,) = outbox.record(draft())
    acknowledge(outbox, next_batch(outbox))
    outbox.outcome(Outcome(first.op_id, Verdict.REJECTED))
    return first, outbox.resolve(first.op_id, draft(refers_to=first.op_id), "corrected", operator="1001")


@pytest.mark.parametrize("by", ["1001", ""], ids=["a person", "the sender"])
def test_a_correction_that_is_set_aside_leaves_the_first_to_people(tmp_path: Path, by: str) -> None:
    """The centre holds it still, and cannot read what the tombstone refers to."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        first, correction = refused_and_corrected(outbox)
        assert outbox.work_list() == []
        outbox.park(correction.op_id, "refused-at-ingest", by)
        assert [one.op_id for one in outbox.work_list()] == [first.op_id, correction.op_id]
        assert verify(store).good
        outbox.retry(correction.op_id, "by-hand", "1001")
        assert outbox.find(first.op_id).resolved_by == correction.op_id
        assert outbox.work_list() == []
        assert verify(store).good


def test_a_correction_that_was_parked_too_late_settles_all_the_same(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        first, correction = refused_and_corrected(outbox)
        batch = next_batch(outbox)
        outbox.park(correction.op_id, "by-hand", "1001")
        acknowledge(outbox, batch)
        assert outbox.find(correction.op_id).state is State.RECEIVED
        assert outbox.find(first.op_id).resolved_by == correction.op_id
        assert verify(store).good


def test_what_another_has_settled_meanwhile_stays_settled_by_that(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        first, correction = refused_and_corrected(outbox)
        outbox.park(correction.op_id, "by-hand", "1001")
        other = outbox.resolve(first.op_id, draft(refers_to=first.op_id), "withdrawn", operator="1001")
        outbox.retry(correction.op_id, "by-hand", "1001")
        outbox.park(correction.op_id, "by-hand", "1001")
        assert outbox.find(first.op_id).resolved_by == other.op_id
        assert verify(store).good


def test_a_mark_does_not_call_received_what_the_centre_has_as_a_tombstone(tmp_path: Path) -> None:
    """An older copy of the store does not know that it was parked once (tests/model/park.pml, WRONG_EMPTY)."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        (one,) = outbox.record(draft())
        batch = next_batch(outbox)
        outbox.outcome(Outcome(one.op_id, Verdict.EMPTY))
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "t")  # a mark, asked for
        assert outbox.find(one.op_id).state is State.PENDING
        again = next_batch(outbox)
        assert [sent.sealed for sent in again.operations] == [one.sealed]
        acknowledge(outbox, again)
        assert outbox.find(one.op_id).state is State.RECEIVED
        assert verify(store).good


def test_what_a_person_has_set_aside_stays_theirs_when_the_sender_comes_late(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        (one,) = outbox.record(draft())
        outbox.park(one.op_id, "by-hand", "1001")
        before, lines = outbox.find(one.op_id), Journal(store).count("parked", one.op_id)
        outbox.park(one.op_id, "refused-at-ingest")
        assert outbox.find(one.op_id) == before
        assert Journal(store).count("parked", one.op_id) == lines == 1


def test_the_end_of_a_card_write_settles_nothing(tmp_path: Path) -> None:
    """It refers to its beginning; put back, it makes nobody believe that the beginning waits for nobody."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        beginning = draft(kind="pin-change.begun")
        (begun,) = outbox.record(beginning, intents=[Begin(beginning.op_id, b"card")])
        ending = draft(kind="pin-change.done", refers_to=begun.op_id)
        (done,) = outbox.record(ending, intents=[End(begun.op_id, ending.op_id, Ending.DONE, proof=b"9000")])
        for one in (begun, done):
            outbox.park(one.op_id, "refused-at-ingest")
        outbox.retry(done.op_id, "by-hand", "1001")
        assert outbox.find(done.op_id).state is State.PENDING
        assert outbox.find(begun.op_id).resolved_by is None
        assert [one.op_id for one in outbox.work_list()] == [begun.op_id]


def test_only_newer_work_passes_over_and_not_another_try_to_settle_it(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        (first,) = outbox.record(draft())
        outbox.park(first.op_id, "by-hand", "1001")
        for how in ("withdrawn", "escalated"):
            settling = outbox.resolve(first.op_id, draft(refers_to=first.op_id), how, operator="1001")
            outbox.park(settling.op_id, "by-hand", "1001")
        assert outbox.may_return(first.op_id)
        outbox.retry(first.op_id, "by-hand", "1001")
        assert outbox.find(first.op_id).state is State.PENDING


def test_what_newer_work_has_passed_is_not_put_back(tmp_path: Path) -> None:
    """Seed 1265 of the simulation: it would take effect after what is newer."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        (first,) = outbox.record(draft())
        outbox.park(first.op_id, "by-hand", "1001")
        withdrawal = outbox.resolve(first.op_id, draft(refers_to=first.op_id), "withdrawn", operator="1001")
        outbox.park(withdrawal.op_id, "by-hand", "1001")
        assert outbox.may_return(first.op_id)
        outbox.record(draft())
        assert not outbox.may_return(first.op_id)
        with pytest.raises(StoreError) as caught:
            outbox.retry(first.op_id, "by-hand", "1001")
        assert caught.value.fault is StoreFault.MOVE_REFUSED
        outbox.retry(withdrawal.op_id, "by-hand", "1001")  # the other way out
        assert outbox.find(first.op_id).resolved_by == withdrawal.op_id
        assert verify(store).good


def test_what_was_passed_by_the_end_of_one_behind_it_is_not_put_back(tmp_path: Path) -> None:
    """Seed 70813: the withdrawal of the second waits for nobody, as the first was settled then; nor does the third: it
    waits for the second alone."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        first, second, third = outbox.record(*(draft() for _ in range(3)))
        outbox.park(first.op_id, "by-hand", "1001")
        withdrawal = outbox.resolve(first.op_id, draft(refers_to=first.op_id), "withdrawn", operator="1001")
        outbox.park(second.op_id, "by-hand", "1001")
        outbox.resolve(second.op_id, draft(refers_to=second.op_id), "withdrawn", operator="1001")
        outbox.park(withdrawal.op_id, "by-hand", "1001")
        assert not outbox.may_return(first.op_id)
        outbox.retry(withdrawal.op_id, "by-hand", "1001")
        assert outbox.find(third.op_id).state is State.PENDING
        assert verify(store).good


def test_what_was_set_aside_is_put_back_as_long_as_its_life_lasts(tmp_path: Path) -> None:
    """Also where a tombstone has taken its place at the centre; of an earlier life it can only be done anew."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        (one,) = outbox.record(draft())
        assert not outbox.may_return(one.op_id)  # nobody has set it aside
        outbox.park(one.op_id, "by-hand", "1001")
        batch = next_batch(outbox)
        assert [sent.sealed for sent in batch.operations] == [None]
        acknowledge(outbox, batch)
        assert outbox.may_return(one.op_id)
        outbox.begin_epoch(grant(2), {1: 1})
        assert not outbox.is_carried(one.op_id)  # the centre has its place
        assert not outbox.may_return(one.op_id)
        with pytest.raises(StoreError) as caught:
            outbox.retry(one.op_id, "by-hand", "1001")
        assert caught.value.fault is StoreFault.MOVE_REFUSED


def test_what_is_carried_a_second_time_goes_where_it_was_first(tmp_path: Path) -> None:
    """In front of newer work of its holder: that names it as what comes before, and would be waited for by it."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        early, late, other = (outbox.record(draft())[0] for _ in range(3))
        outbox.park(early.op_id, "by-hand", "1001")
        acknowledge(outbox, next_batch(outbox))
        outbox.retry(early.op_id, "by-hand", "1001")
        (carrier,) = outbox.begin_epoch(grant(2), {1: 3})  # its body alone is to go once more
        (newest,) = outbox.record(draft())
        # The centre is restored to a time before all of them.
        carriers = outbox.begin_epoch(grant(3), {1: 0, 2: 0})
        inside = [found.op_id for one in carriers if (found := unpacked(one.sealed)) is not None]
        assert inside == [carrier.op_id, late.op_id, other.op_id, newest.op_id]
        assert verify(store).good
