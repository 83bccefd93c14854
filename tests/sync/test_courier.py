"""One request at a time, at the real centre: what its answer moves by itself, before anything else is heard."""

from __future__ import annotations

import pytest
from msgspec import structs

from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Batch, State
from terminal.centre import causes, chain
from terminal.centre.contract import Acknowledgement, ProblemType
from terminal.sandbox.people import Population
from terminal.sync.answers import Answer, Kind
from terminal.sync.assembly import courier
from terminal.sync.batches import signed_batch
from terminal.sync.courier import Courier
from tests.sync.support import Terminal, contact_change

MOST, BYTES = 100, 1 << 20


def at_centre(terminal: Terminal) -> Courier:
    return courier(terminal.store, terminal.member.client(), terminal.member.identity)


def packed(requests: Courier) -> Batch:
    batch = requests.pack(None, MOST, BYTES)
    assert batch is not None
    return batch


def delivered(terminal: Terminal, batch: Batch) -> Acknowledgement:
    """The centre takes it in, and its answer is on its way back."""
    identity = terminal.member.identity
    body = signed_batch(identity.origin, batch, chain.terminal_signer(identity))
    return terminal.member.client().send_operations(identity.terminal, body)


def test_a_tombstone_that_was_taken_in_says_nothing_of_the_body(terminal: Terminal, population: Population) -> None:
    """What stays set aside is no more than that, whatever the feed tells later."""
    operation = terminal.record(contact_change(population.people[150]))
    other = terminal.record(contact_change(population.people[151]))
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    requests = at_centre(terminal)
    batch = packed(requests)
    assert [sent.sealed is None for sent in batch.operations] == [True, False]
    assert requests.settle_send(batch, lambda: delivered(terminal, batch)).kind is Kind.RECEIVED
    assert terminal.outbox.find(operation.op_id).state is State.PARKED
    assert terminal.outbox.find(other.op_id).state is State.RECEIVED


def test_what_is_put_back_while_its_tombstone_is_under_way_still_waits(
    terminal: Terminal, population: Population
) -> None:
    operation = terminal.record(contact_change(population.people[152]))
    terminal.outbox.park(operation.op_id, "by-hand", "0001")
    requests = at_centre(terminal)
    batch = packed(requests)

    def answered() -> Acknowledgement:
        heard = delivered(terminal, batch)
        terminal.outbox.retry(operation.op_id, "by-hand", "0001")
        return heard

    answer = requests.settle_send(batch, answered)
    assert (answer.kind, answer.left) == (Kind.RECEIVED, True)
    assert terminal.outbox.find(operation.op_id).state is State.PENDING
    again = packed(requests)
    assert [sent.sealed for sent in again.operations] == [operation.sealed]
    assert not requests.settle_send(again, lambda: delivered(terminal, again)).left
    assert terminal.outbox.find(operation.op_id).state is State.RECEIVED


def test_a_body_that_was_taken_in_is_there_although_it_was_set_aside_meanwhile(
    terminal: Terminal, population: Population
) -> None:
    operation = terminal.record(contact_change(population.people[153]))
    requests = at_centre(terminal)
    batch = packed(requests)

    def answered() -> Acknowledgement:
        heard = delivered(terminal, batch)
        terminal.outbox.park(operation.op_id, "by-hand", "0001")
        return heard

    assert requests.settle_send(batch, answered).kind is Kind.RECEIVED
    assert terminal.outbox.find(operation.op_id).state is State.RECEIVED


def test_a_journal_that_is_not_ours_moves_nothing(terminal: Terminal, population: Population) -> None:
    """The mark and the log agree; the head of the journal that the centre remembers is nowhere here."""
    operation = terminal.record(contact_change(population.people[154]))
    requests = at_centre(terminal)
    batch = packed(requests)

    def answered() -> Acknowledgement:
        return structs.replace(delivered(terminal, batch), journal_head="AB" * 32)

    answer = requests.guarded(lambda: requests.settle_send(batch, answered))
    assert answer.kind is Kind.FORKED
    assert isinstance(requests.error, StoreError)
    assert requests.error.fault is StoreFault.JOURNAL_BEHIND
    assert terminal.outbox.anchor() is None
    assert terminal.outbox.find(operation.op_id).state is State.PENDING
    noticed = terminal.outbox.fork()
    assert noticed is not None
    assert noticed.fault is StoreFault.JOURNAL_BEHIND


@pytest.mark.parametrize(
    ("parked", "tombstone"),
    [((True,), True), ((False,), False), ((True, True), False), ((True, False), False)],
    ids=["a tombstone", "a body", "two tombstones", "a tombstone and a body"],
)
def test_a_refusal_says_whether_it_was_a_tombstone_alone(
    terminal: Terminal, population: Population, parked: tuple[bool, ...], tombstone: bool
) -> None:
    for index, aside in enumerate(parked):
        operation = terminal.record(contact_change(population.people[155 + index]))
        if aside:
            terminal.outbox.park(operation.op_id, "by-hand", "0001")
    requests = at_centre(terminal)

    def refused() -> Acknowledgement:
        raise causes.problem(ProblemType.OPERATION_REFUSED)

    answer = requests.settle_send(packed(requests), refused)
    assert answer == Answer(Kind.POISON, count=len(parked), first=1, tombstone=tombstone)
