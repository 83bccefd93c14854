"""A run of the log as the contract has it."""

from __future__ import annotations

from offline_cache.chain import Origin
from offline_cache.operations import Batch, Sent
from terminal.centre import chain
from terminal.centre.contract import NOBODY, EpochRequest, LoggedOperation, OperationBatch


def signed_batch(origin: Origin, batch: Batch, sign: chain.Sign) -> OperationBatch:
    """A batch as it goes on the wire."""
    return chain.sign_batch(origin.environment, origin.terminal, plain_batch(origin, batch), sign)


def plain_batch(origin: Origin, batch: Batch) -> OperationBatch:
    """The same without its signature."""
    return OperationBatch(
        suite=origin.suite.name,
        epoch=batch.epoch,
        from_seq=batch.from_seq,
        prev_head=hex_of(batch.prev_head),
        operations=[_logged(sent) for sent in batch.operations],
        head=hex_of(batch.head),
        head_signature="",
        journal_head=hex_of(batch.journal_head),
    )


def signed_tip(
    origin: Origin, tip: tuple[int, int, bytes, bytes], sign: chain.Sign, *, known: int = 1, asker: str = NOBODY
) -> EpochRequest:
    """Where the log ends: its life, its last operation, the head there and the journal's."""
    epoch, seq, head, journal = tip
    plain = EpochRequest(
        suite=origin.suite.name,
        epoch=epoch,
        seq=seq,
        head=hex_of(head),
        head_signature="",
        journal_head=hex_of(journal),
        known=known,
        asker=asker,
    )
    return chain.sign_tip(origin.environment, origin.terminal, plain, sign)


def hex_of(data: bytes) -> str:
    """As hashes and ids stand in JSON."""
    return data.hex().upper()


def _logged(sent: Sent) -> LoggedOperation:
    return LoggedOperation(
        op_id=hex_of(sent.op_id),
        kind=sent.kind,
        schema=sent.schema,
        sealed=None if sent.sealed is None else chain.to_text(sent.sealed),
        sealed_hash=hex_of(sent.sealed_hash),
    )
