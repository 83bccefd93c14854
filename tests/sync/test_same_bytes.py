"""What is sent is what was committed, byte for byte, however often; and one identity never carries other bytes (I6)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import msgspec
import pytest

from offline_cache.chain import Origin, operation_head
from offline_cache.suite import INTL
from terminal.centre import chain, client, packing
from terminal.centre.contract import OperationBatch, ProblemType
from terminal.centre.errors import CentreError
from terminal.centre.signing import Reply
from terminal.centre.transport import Call, exchange
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync.batches import signed_batch
from tests.sync.support import Terminal, contact_change, hex_id

MOST = 1 << 20


def test_each_time_that_it_is_sent_it_is_what_was_committed(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: defaultdict[str, list[str | None]] = defaultdict(list)

    def watched(call: Call, context: object, *, deadline: float, limit: int) -> Reply:
        if call.url.endswith("/operations"):
            headers = {name.lower(): value for name, value in call.headers.items()}
            body = packing.unpacked(headers, call.body or b"", MOST)
            for operation in msgspec.json.decode(body, type=OperationBatch).operations:
                sent[operation.op_id].append(operation.sealed)
        return exchange(call, context, deadline=deadline, limit=limit)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "exchange", watched)
    recorded = [terminal.record(contact_change(population.people[170 + n])) for n in range(3)]
    centre.control.fault("lost", route="operations", times=2)
    terminal.driver().once()
    terminal.reopen()  # another process goes on
    centre.control.fault("lost", route="operations", times=1)
    terminal.driver().once()
    centre.control.clear()
    assert terminal.driver().once().clear
    assert sent.keys() == {hex_id(one) for one in recorded}
    for one in recorded:
        assert len(sent[hex_id(one)]) > 1
        assert set(sent[hex_id(one)]) == {chain.to_text(one.sealed)}


def test_an_identity_with_other_bytes_is_refused_and_changes_nothing(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    first = terminal.record(contact_change(population.people[173]))
    assert terminal.driver().once().clear
    terminal.record(contact_change(population.people[174]))
    batch, identity = terminal.outbox.batch(), terminal.member.identity
    assert batch is not None
    other = contact_change(population.people[173], "13999999999")
    sealed = terminal.draft(other).sealed
    false = replace(batch.operations[0], op_id=first.op_id, sealed=sealed, sealed_hash=INTL.digest(sealed))
    head = operation_head(
        Origin(identity.environment, identity.terminal),
        batch.prev_head,
        epoch=batch.epoch,
        seq=false.seq,
        op_id=false.op_id,
        kind=false.kind,
        schema=false.schema,
        sealed_hash=false.sealed_hash,
    )
    forged = replace(batch, operations=(false,), head=head)
    body = signed_batch(identity.origin, forged, chain.terminal_signer(identity))
    with pytest.raises(CentreError) as refused:
        terminal.member.client().send_operations(identity.terminal, body)
    assert refused.value.problem is ProblemType.OPERATION_CHANGED
    assert centre.control.effects()[hex_id(first)] == 1
    assert centre.control.contact(other.card_id)["phone"] == "13800000000"
    assert terminal.driver().once().clear  # and the true one of that place is taken in
