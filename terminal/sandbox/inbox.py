"""Taking in the operation log: signature, continuity, envelope, and nothing else; so no operation can stop another.

An operation and the high-water mark that covers it are written in one transaction. What was taken in is known for
ever, by its place and by its identity.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from offline_cache.canonical import decode
from offline_cache.chain import GENESIS, Origin, operation_head
from offline_cache.suite import INTL
from terminal.centre import chain
from terminal.centre.contract import (
    MOST_SEALED,
    Acknowledgement,
    LoggedOperation,
    OperationBatch,
    ProblemType,
)
from terminal.sandbox.authority import Authority
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal

EPOCH = 1
"""The life of a log that this centre takes; another is given when a terminal begins anew."""

_CHANGED = "an operation with other bytes"


class Inbox:
    """:param now: the centre's time."""

    def __init__(self, authority: Authority, state: State, environment: str, now: Callable[[], datetime]) -> None:
        self._authority = authority
        self._state = state
        self._environment = environment
        self._now = now

    def mark(self, terminal: Terminal, number: str, epoch: int | None) -> Acknowledgement:
        """How much of the log is here."""
        _own(terminal, number)
        with self._state.transaction() as db:
            hwm, head = _mark(db, number, epoch or EPOCH)
        return self._signed(number, epoch or EPOCH, hwm, head)

    def take(self, terminal: Terminal, number: str, batch: OperationBatch) -> Acknowledgement:
        """Take a run of the log in; what is here already is only compared."""
        _own(terminal, number)
        if batch.suite != INTL.name:
            raise RefusedError(ProblemType.BAD_REQUEST, "suite")
        statement = chain.head_statement(self._environment, number, batch)
        if terminal.key is None or not chain.verify_head(terminal.key, statement, _bytes(batch.head_signature)):
            self._alarm(number, "head-signature")
            raise RefusedError(ProblemType.HEAD_SIGNATURE)
        sealed = [_sealed(index, operation) for index, operation in enumerate(batch.operations)]
        heads = self._heads(number, batch)
        try:
            with self._state.transaction() as db:
                hwm, head = self._append(db, number, batch, sealed, heads)
        except _ForkError as error:
            self._alarm(number, error.what)
            raise RefusedError(error.kind) from None
        return self._signed(number, batch.epoch, hwm, head)

    def _heads(self, number: str, batch: OperationBatch) -> list[bytes]:
        """The chain over the batch, which must end where the terminal says."""
        origin, heads, head = Origin(self._environment, number), [], bytes.fromhex(batch.prev_head)
        for index, operation in enumerate(batch.operations):
            head = operation_head(
                origin,
                head,
                epoch=batch.epoch,
                seq=batch.from_seq + index,
                op_id=bytes.fromhex(operation.op_id),
                kind=operation.kind,
                schema=operation.schema,
                sealed_hash=bytes.fromhex(operation.sealed_hash),
            )
            heads.append(head)
        if head != bytes.fromhex(batch.head):
            raise RefusedError(ProblemType.BAD_REQUEST, "head")
        return heads

    def _append(
        self, db: sqlite3.Connection, number: str, batch: OperationBatch, sealed: list[bytes | None], heads: list[bytes]
    ) -> tuple[int, bytes]:
        hwm, head = _mark(db, number, batch.epoch)
        if batch.epoch != EPOCH:
            raise _ForkError("epoch")
        if batch.from_seq > hwm + 1:
            raise RefusedError(ProblemType.LOG_GAP, expected=hwm + 1)
        if _head_at(db, number, batch.epoch, batch.from_seq - 1) != bytes.fromhex(batch.prev_head):
            raise _ForkError("history")
        for index, operation in enumerate(batch.operations):
            seq = batch.from_seq + index
            known = db.execute(
                "SELECT terminal, epoch, seq, sealed_hash FROM inbox WHERE op_id = ?", (operation.op_id,)
            ).fetchone()
            if known is not None and known != (number, batch.epoch, seq, operation.sealed_hash):
                raise _ForkError(_CHANGED, ProblemType.OPERATION_CHANGED)
            if seq <= hwm:
                if _head_at(db, number, batch.epoch, seq) != heads[index]:
                    raise _ForkError("history")
                continue
            row = (number, batch.epoch, seq, operation.op_id, operation.kind, operation.schema)
            state = "tombstone" if sealed[index] is None else "new"
            db.execute(
                "INSERT INTO inbox (terminal, epoch, seq, op_id, kind, schema, sealed, sealed_hash, head, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, sealed[index], operation.sealed_hash, heads[index].hex(), state),
            )
            hwm, head = seq, heads[index]
        db.execute(
            "INSERT INTO mark (terminal, epoch, hwm, head) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (terminal, epoch) DO UPDATE SET hwm = excluded.hwm, head = excluded.head",
            (number, batch.epoch, hwm, head.hex()),
        )
        return hwm, head

    def _signed(self, number: str, epoch: int, hwm: int, head: bytes) -> Acknowledgement:
        plain = Acknowledgement(
            terminal=number,
            epoch=epoch,
            hwm=hwm,
            head=head.hex().upper(),
            time=chain.ack_time(self._now()),
            key_id=self._authority.key_id("ack"),
            signature="",
        )
        return chain.acknowledge(self._environment, plain, self._authority.keys["ack"])

    def _alarm(self, number: str, what: str) -> None:
        with self._state.transaction() as db:
            moment = int(self._now().timestamp())
            db.execute("INSERT INTO alarm (terminal, what, time) VALUES (?, ?, ?)", (number, what, moment))


class _ForkError(Exception):
    """The terminal's log and ours do not agree: refused, and somebody is told."""

    def __init__(self, what: str, kind: ProblemType = ProblemType.LOG_FORKED) -> None:
        super().__init__(what)
        self.what = what
        self.kind = kind


def _own(terminal: Terminal, number: str) -> None:
    if terminal.number != number:
        raise RefusedError(ProblemType.TERMINAL_OTHER)


def _bytes(text: str) -> bytes:
    try:
        return chain.from_text(text)
    except ValueError:
        raise RefusedError(ProblemType.BAD_REQUEST, "base64url") from None


def _sealed(index: int, operation: LoggedOperation) -> bytes | None:
    """The sealed body, if it is one: an envelope of a size we take, with the hash that the chain has."""
    if operation.sealed is None:
        return None
    try:
        data = chain.from_text(operation.sealed)
        decode(data)
    except ValueError:
        raise RefusedError(ProblemType.OPERATION_REFUSED, "sealed", operation=index) from None
    if len(data) > MOST_SEALED:
        raise RefusedError(ProblemType.OPERATION_REFUSED, "size", operation=index)
    if INTL.digest(data) != bytes.fromhex(operation.sealed_hash):
        raise RefusedError(ProblemType.OPERATION_REFUSED, "sealed_hash", operation=index)
    return data


def _mark(db: sqlite3.Connection, number: str, epoch: int) -> tuple[int, bytes]:
    row = db.execute("SELECT hwm, head FROM mark WHERE terminal = ? AND epoch = ?", (number, epoch)).fetchone()
    return (0, GENESIS) if row is None else (row[0], bytes.fromhex(row[1]))


def _head_at(db: sqlite3.Connection, number: str, epoch: int, seq: int) -> bytes | None:
    if seq == 0:
        return GENESIS
    row = db.execute(
        "SELECT head FROM inbox WHERE terminal = ? AND epoch = ? AND seq = ?", (number, epoch, seq)
    ).fetchone()
    return None if row is None else bytes.fromhex(row[0])
