"""The signed limit of the money that may wait: kept whatever clocks, restarts and people do, and never in the way of
what moves none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache.caps import Caps, Standing, parsed, standing_of
from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End, Ending
from offline_cache.operations import Draft, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.sealing import Binding, key_id, open_sealed
from offline_cache.store import Store
from offline_cache.suite import INTL
from terminal import faults
from terminal.model.operations import CardWrite
from terminal.model.outbox_words import VALUE_LEFT, value_left
from terminal.queue_page import totals_of
from terminal.sync.sealing import Sealer
from tests.offline_cache.outbox_contract import grant
from tests.offline_cache.support import Wall, create, draft, fault_of, reopen
from tests.sync.test_caps import acknowledge, limited

CAP = 10_000


def limit(store: Store, value: int = CAP, version: int = 1) -> None:
    limited(store, b'{"max_days":3,"max_operations":50,"max_value":%d}' % value, version)


def refused(outbox: Outbox, *drafts: Draft) -> str:
    """What is left, as the sentence says it."""
    before = outbox.listed()
    with pytest.raises(StoreError) as caught:
        outbox.record(*drafts)
    assert caught.value.fault is StoreFault.VALUE_LIMIT
    assert outbox.listed() == before
    left = str(caught.value.values["left"])
    assert left in faults.explain(caught.value).message.zh
    return left


def test_so_much_money_may_wait_and_no_more(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        limit(store)
        outbox = Outbox(store)
        outbox.record(draft(value=6_000))
        assert refused(outbox, draft(value=4_001)) == "40.00"
        assert refused(outbox, draft(value=2_000), draft(), draft(value=2_001)) == "40.00"  # a unit is judged whole
        outbox.record(draft(value=3_999))
        assert refused(outbox, draft(value=2)) == "0.01"
        outbox.record(draft(value=1))
        assert refused(outbox, draft(value=1)) == "0.00"
        outbox.record(draft())
        assert standing_of(store).value == CAP
        acknowledge(outbox)
        assert standing_of(store).value == 0
        outbox.record(draft(value=CAP))
        assert refused(outbox, draft(value=1)) == "0.00"


def test_what_ends_or_corrects_something_is_never_refused(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        limit(store)
        outbox = Outbox(store)
        (wrong,) = outbox.record(draft(value=500))
        acknowledge(outbox)
        outbox.outcome(Outcome(wrong.op_id, Verdict.REJECTED, "a-reason"))
        begun = draft(kind="card-debit.begun", value=CAP)
        outbox.record(begun, intents=[Begin(begun.op_id, b"card")])
        late = draft(kind="card-debit.begun", value=1)
        assert fault_of(lambda: outbox.record(late, intents=[Begin(late.op_id, b"other")])) is StoreFault.VALUE_LIMIT
        done = draft(kind="card-debit.done", refers_to=begun.op_id)
        outbox.record(done, intents=[End(begun.op_id, done.op_id, Ending.DONE, proof=b"9000")])
        assert standing_of(store).value == CAP  # the end counts nothing of its own
        outbox.resolve(wrong.op_id, draft(refers_to=wrong.op_id, value=400), "corrected", operator="1001")
        assert standing_of(store).value == CAP + 400
        assert refused(outbox, draft(value=1)) == "0.00"


def test_what_is_set_aside_counts_no_longer_and_counts_again(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        limit(store)
        outbox = Outbox(store)
        (one,) = outbox.record(draft(value=7_000))
        outbox.park(one.op_id, "by-hand", "1001")
        outbox.record(draft(value=8_000))
        outbox.retry(one.op_id, "again", "1001")  # what people had put back is there, whatever the limit says
        assert standing_of(store).value == 15_000
        assert refused(outbox, draft(value=1)) == "0.00"
        acknowledge(outbox)
        outbox.outcome(Outcome(one.op_id, Verdict.EMPTY))  # the centre lost its body: it waits once more
        assert standing_of(store).value == 7_000


@pytest.mark.parametrize(
    ("days", "then"), [(-3650, StoreFault.VALUE_LIMIT), (0, StoreFault.VALUE_LIMIT), (3650, StoreFault.OFFLINE_LIMIT)]
)
def test_no_clock_and_no_restart_makes_room(tmp_path: Path, days: int, then: StoreFault) -> None:
    """A clock that is ahead ends everything new; once it is right again the money still stands."""
    wall, late = Wall(), draft(value=1)
    with create(tmp_path, wall) as store:
        limit(store)
        Outbox(store).record(draft(value=CAP))
    for jump, expected in ((days, then), (-days, StoreFault.VALUE_LIMIT)):
        wall.move(days=jump)
        with reopen(tmp_path, wall) as store:
            assert standing_of(store).value_left == 0
            with pytest.raises(StoreError) as caught:
                Outbox(store).record(late)
            assert caught.value.fault is expected
            assert verify(store).trouble == ""


def test_a_document_without_money_lets_none_be_moved(tmp_path: Path) -> None:
    """And nothing else waits for the centre to say it."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        outbox.record(draft(value=5 * CAP))  # no limits at all yet
        limited(store, b'{"max_days":3,"max_operations":50}', 1)
        assert refused(outbox, draft(value=1)) == "0.00"
        outbox.record(draft())
        limit(store, 6 * CAP, 2)
        outbox.record(draft(value=CAP))
        limit(store, 0, 3)
        acknowledge(outbox)
        assert refused(outbox, draft(value=1)) == "0.00"


@pytest.mark.parametrize("value", [b"-1", b"1.5", b"true", b"null", b'"5"', b"1000000000001", b"[]"])
def test_a_limit_of_money_that_cannot_be_read_lets_nothing_new_in(tmp_path: Path, value: bytes) -> None:
    body = b'{"max_days":3,"max_operations":50,"max_value":%s}' % value
    assert parsed(body) is None
    with create(tmp_path) as store:
        limited(store, body, 1)
        assert fault_of(lambda: Outbox(store).record(draft())) is StoreFault.OFFLINE_LIMIT
        assert fault_of(lambda: Outbox(store).record(draft(value=1))) is StoreFault.OFFLINE_LIMIT


def test_what_is_carried_over_counts_once(tmp_path: Path) -> None:
    """One that waits counts under its own number; one that had arrived and was lost, by its carrier."""
    with create(tmp_path) as store:
        outbox = Outbox(store)
        lost, waits, aside = (outbox.record(draft(value=value))[0] for value in (1, 20, 300))
        batch = outbox.batch(1)
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z", key_id="ack-1")
        outbox.park(aside.op_id, "by-hand", "1001")
        for epoch in (2, 3):
            outbox.begin_epoch(grant(epoch), {})
            assert standing_of(store).value == 21
            assert verify(store).trouble == ""
        acknowledge(outbox)
        assert [outbox.find(one.op_id).state for one in (lost, waits)] == [State.RECEIVED, State.RECEIVED]
        assert standing_of(store).value == 0


# --- what is said of it ---


@pytest.mark.parametrize(
    ("caps", "value", "said"),
    [
        (None, 5, "中心没有规定"),
        (Caps(14, 100), 0, "0.00 元"),
        (Caps(14, 100, value=123_456), 0, "1,234.56 元"),
        (Caps(14, 100, value=123_456), 123_450, "0.06 元"),
        (Caps(14, 100, value=5), 6, "0.00 元"),
    ],
)
def test_the_money_that_is_left_is_said_by_one_function(caps: Caps | None, value: int, said: str) -> None:
    assert value_left(Standing(caps, 0, 0, value)).zh == said


def test_money_stands_on_the_page_where_somebody_may_move_some_or_has() -> None:
    limits, labels = Standing(Caps(14, 100, value=5), 0, 0, 0), []
    none = replace(limits, caps=Caps(14, 100))
    for standing in (limits, replace(limits, value=5), none, replace(none, value=5), replace(limits, caps=None)):
        labels.append([fact.tone for fact in totals_of({}, standing, 0) if fact.label == VALUE_LEFT])
    assert labels == [["plain"], ["bad"], [], ["bad"], []]


def test_the_centre_is_told_the_money_and_of_a_clock_that_was_set_back() -> None:
    private = bytes(range(32))
    public = INTL.sealing_public_key(private)
    made = Sealer("sandbox", "379999000001", 1, public, behind=7200)
    body = CardWrite(card_id="A" * 32, operator="1001", recorded_at="2026-11-29T09:00:00+08:00", authenticated=True)
    found = made.draft("card-debit.begun", body, subject=b"s", summary={}, value=3000)
    binding = Binding("sandbox", "379999000001", 1, found.op_id, "card-debit.begun", 1)
    told = open_sealed(found.sealed, binding, {key_id(public): private})
    assert (told["value"], told["clock_behind"]) == (found.value, 7200) == (3000, 7200)
    plain = replace(made, behind=0).draft("card-debit.done", body, subject=b"s", summary={})
    binding = replace(binding, op_id=plain.op_id, kind="card-debit.done")
    assert {"value", "clock_behind"}.isdisjoint(open_sealed(plain.sealed, binding, {key_id(public): private}))
