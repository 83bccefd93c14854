"""Behind which operation of the same subject a new one waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache import epochs
from offline_cache.operations import Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from offline_cache.subjects import Place, comes_after
from tests.offline_cache.outbox_contract import acknowledge, next_batch
from tests.offline_cache.support import create, draft

PASSED = frozenset({"withdrawal"})


def place(name: str, state: State, refers_to: str = "", resolved_by: str = "", kind: str = "change") -> Place:
    return Place(name.encode(), kind, state, refers_to.encode() or None, resolved_by.encode() or None)


APPLIED, HELD, PENDING, REJECTED = State.APPLIED, State.HELD, State.PENDING, State.REJECTED
CORRECTED = [
    place("a", PENDING),
    place("b", REJECTED, resolved_by="d"),
    place("c", HELD),
    place("d", REJECTED, refers_to="b"),
]


@pytest.mark.parametrize(
    ("line", "settles", "expected"),
    [
        ([], "", ""),
        ([place("a", APPLIED)], "", "a"),  # a centre from a backup may have the place of it alone
        ([replace(place("a", APPLIED), here=False)], "", ""),  # it went for good: nothing could send it again
        ([place("a", APPLIED), replace(place("b", APPLIED), here=False)], "", "a"),
        ([place("a", REJECTED, resolved_by="b"), place("b", APPLIED, refers_to="a")], "", "b"),
        ([place("a", APPLIED), place("c", APPLIED, kind=epochs.KIND)], "", "a"),
        ([place("a", APPLIED), place("w", APPLIED, kind="withdrawal")], "", "a"),
        ([place("a", HELD), place("b", APPLIED)], "", "a"),
        ([place("a", HELD), place("b", PENDING)], "", "b"),
        ([place("a", PENDING), place("w", PENDING, kind="withdrawal")], "", "a"),
        ([place("a", State.PARKED), place("c", PENDING, kind=epochs.KIND)], "", "a"),
        ([place("a", PENDING), place("b", REJECTED), place("c", HELD)], "b", "a"),
        ([place("b", REJECTED), place("c", HELD)], "b", ""),
        (CORRECTED, "", "d"),
        (CORRECTED, "d", "a"),  # not "c", which waits for "b" and so for this one
        ([place("a", REJECTED), place("w", REJECTED, refers_to="a", kind="withdrawal")], "w", "a"),
    ],
)
def test_the_rule(line: list[Place], settles: str, expected: str) -> None:
    assert comes_after(line, settles.encode() or None, PASSED) == (expected.encode() or None)


def test_a_circle_ends() -> None:
    line = [place("a", REJECTED, "b", "b"), place("b", REJECTED, "a", "a")]
    assert comes_after(line, b"b", PASSED) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = create(tmp_path)
    yield store
    store.close()


def test_of_the_store(store: Store) -> None:
    outbox = Outbox(store)
    subject = b"holder-1"
    first, other = outbox.record(draft(subject), draft(b"holder-2"))
    assert outbox.comes_after(subject, passed=PASSED) == first.op_id
    wrong, behind = outbox.record(draft(subject), draft(subject))
    acknowledge(outbox, next_batch(outbox))
    outbox.outcomes(
        [
            Outcome(wrong.op_id, Verdict.REJECTED),
            Outcome(behind.op_id, Verdict.HELD),
            Outcome(other.op_id, Verdict.HELD),
        ]
    )
    assert outbox.comes_after(subject, passed=PASSED) == behind.op_id
    assert outbox.comes_after(subject, settles=wrong.op_id, passed=PASSED) == first.op_id
    outbox.outcome(Outcome(first.op_id, Verdict.APPLIED))
    assert outbox.comes_after(subject, settles=wrong.op_id, passed=PASSED) == first.op_id
    new = outbox.resolve(wrong.op_id, draft(subject, refers_to=wrong.op_id), "corrected", operator="1001")
    acknowledge(outbox, next_batch(outbox))
    outbox.outcome(Outcome(new.op_id, Verdict.REJECTED))
    assert outbox.comes_after(subject, settles=new.op_id, passed=PASSED) == first.op_id
    assert outbox.comes_after(subject, passed=PASSED) == new.op_id
    store.do(lambda db: db.execute("UPDATE progress SET freed_at = 1 WHERE state = 'applied'"))
    assert outbox.comes_after(subject, settles=new.op_id, passed=PASSED) is None  # it cannot come a second time
