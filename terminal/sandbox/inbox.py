"""Taking in the operation log: signature, continuity, envelope, and nothing else; so no operation can stop another.

An operation and the high-water mark that covers it are written in one transaction. What was taken in is known for
ever, by its place and by its identity.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from offline_cache import epochs
from offline_cache.canonical import decode
from offline_cache.chain import GENESIS, Origin, operation_head
from offline_cache.sealing import other_suite
from offline_cache.suite import Suite
from terminal.centre import chain
from terminal.centre.contract import (
    MOST_SEALED,
    Acknowledgement,
    EpochGrant,
    EpochRequest,
    LoggedOperation,
    OperationBatch,
    ProblemType,
)
from terminal.sandbox import salvage
from terminal.sandbox.authority import Authority
from terminal.sandbox.lives import Lives, begun, forget_request, open_life
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.telling import EMPTY, Said, alarm, tell
from terminal.sandbox.visits import Terminal, require_own

_CHANGED, _HISTORY = "an operation with other bytes", "history"

Mark = tuple[int, bytes, bytes]
"""Up to which operation a life is here, the head there, and the head of the journal that came last."""


class Inbox:
    """:param now: the centre's time."""

    def __init__(
        self, authority: Authority, state: State, lives: Lives, environment: str, now: Callable[[], datetime]
    ) -> None:
        self._authority = authority
        self._state = state
        self._environment = environment
        self._now = now
        self._lives = lives

    def mark(
        self, terminal: Terminal, number: str, epoch: int | None = None, most: int | None = None
    ) -> Acknowledgement:
        """How much of the log is here, of what stands at or below operation ``most``."""
        require_own(terminal, number)
        with self._state.transaction() as db:
            opened = open_life(db, number)
            life = epoch or opened
            closed = life < opened and most is None
            if life > opened:
                # Restored to a time before it gave this life, what it took in of the lives before may be gone as well:
                # a mark of 0 would be right, and hide it from a terminal that has recorded nothing since.
                raise RefusedError(ProblemType.LOG_FORKED, "epoch")
            if epoch is not None:
                begun(db, number, epoch)
            hwm, head, journal = _mark(db, number, life)
            if most is not None and most < hwm:
                hwm, head = most, _head_at(db, number, life, most) or GENESIS
        if closed:  # a second machine of this number, which does not know that the other one went on in a new life
            self._alarm(number, "epoch")
            raise RefusedError(ProblemType.LOG_FORKED, "epoch")
        return self._signed(number, life, (hwm, head, journal))

    def new_epoch(self, terminal: Terminal, number: str, request: EpochRequest) -> EpochGrant:
        """After a fork: a new life of the log, once a person agreed."""
        require_own(terminal, number)
        self._check_suite(request.suite)
        self._check_head(
            terminal, number, chain.tip_statement(self._environment, number, request), request.head_signature
        )
        return self._lives.ask(number, request)

    def take(self, terminal: Terminal, number: str, batch: OperationBatch) -> Acknowledgement:
        """Take a run of the log in; what is here already is only compared."""
        require_own(terminal, number)
        self.check_signature(terminal, batch)
        try:
            mark = self.append(number, batch, sent=True)
        except ForkError as error:
            self._alarm(number, error.what)
            raise RefusedError(error.kind) from None
        return self._signed(number, batch.epoch, mark)

    def check_signature(self, terminal: Terminal, batch: OperationBatch) -> None:
        """:raises RefusedError: ``HEAD_SIGNATURE``; ``SUITE_OTHER``."""
        self._check_suite(batch.suite)
        statement = chain.head_statement(self._environment, terminal.number, batch)
        self._check_head(terminal, terminal.number, statement, batch.head_signature)

    def check_salvaged(self, terminal: Terminal, run: OperationBatch, *, doubtful: bool) -> None:
        """The same for a run of a damaged store: its signature is over all that it says, to the last body.

        :raises RefusedError: ``OPERATION_REFUSED`` as well.
        """
        self._check_suite(run.suite)
        statement = chain.salvage_statement(self._environment, terminal.number, run, doubtful=doubtful)
        self._check_head(terminal, terminal.number, statement, run.head_signature)
        for index, one in enumerate(run.operations):
            if one.sealed is not None and salvage.body(one, self._authority.suite) is None:
                raise RefusedError(ProblemType.OPERATION_REFUSED, "sealed_hash", operation=index)

    def _check_suite(self, said: str) -> None:
        if said != self._authority.suite.name:
            raise RefusedError(ProblemType.SUITE_OTHER)

    def attached(self, number: str, batch: OperationBatch) -> OperationBatch | None:
        """What was salvaged, with the head before it as we know it, to be proven like any batch; ``None`` where we
        know none."""
        with self._state.transaction() as db:
            prev = _head_at(db, number, batch.epoch, batch.from_seq - 1)
            if prev is None or batch.epoch != open_life(db, number):
                return None
        return structs.replace(batch, prev_head=prev.hex().upper())

    def append(self, number: str, batch: OperationBatch, *, sent: bool = False) -> Mark:
        """The same for a batch whose signature was looked at, or whose disk was handed in; nobody is told of a fork.

        :param sent: by the terminal itself. What is handed in does not tell that the store which asks for a new life
            has the same history, nor that a person put back what was set aside: no body of it fills a tombstone.
        :raises ForkError: it does not agree with what is here; :raises RefusedError: as :meth:`checked`; ``LOG_GAP``.
        """
        sealed, heads = self.checked(number, batch)
        with self._state.transaction() as db:
            mark = self._append(db, number, batch, (sealed, heads), sent=sent)
            if sent:
                forget_request(db, number)
            return mark

    def checked(self, number: str, batch: OperationBatch) -> tuple[list[bytes | None], list[bytes]]:
        """Its bodies and the heads behind each of them: they are what was signed.

        :raises RefusedError: ``OPERATION_REFUSED``; ``SUITE_OTHER``; ``BAD_REQUEST``.
        """
        sealed = [_sealed(self._authority.suite, index, operation) for index, operation in enumerate(batch.operations)]
        return sealed, self._heads(number, batch)

    def hwm(self, number: str) -> int:
        """Up to which operation the life that is open is here."""
        with self._state.transaction() as db:
            return _mark(db, number, open_life(db, number))[0]

    def _check_head(self, terminal: Terminal, number: str, statement: bytes, signature: str) -> None:
        if terminal.key is None or not chain.verify_head(terminal.key, statement, _bytes(signature)):
            self._alarm(number, "head-signature")
            raise RefusedError(ProblemType.HEAD_SIGNATURE)

    def _heads(self, number: str, batch: OperationBatch) -> list[bytes]:
        """The chain over the batch, which must end where the terminal says."""
        origin = Origin(self._environment, number, self._authority.suite)
        heads, head = [], bytes.fromhex(batch.prev_head)
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
        self,
        db: sqlite3.Connection,
        number: str,
        batch: OperationBatch,
        proven: tuple[list[bytes | None], list[bytes]],
        *,
        sent: bool,
    ) -> Mark:
        sealed, heads = proven
        fills = sealed if sent else [None] * len(sealed)
        hwm, head, _ = _mark(db, number, batch.epoch)
        if batch.epoch != open_life(db, number):
            raise ForkError("epoch")
        if batch.from_seq > hwm + 1:
            raise RefusedError(ProblemType.LOG_GAP, expected=hwm + 1)
        if _head_at(db, number, batch.epoch, batch.from_seq - 1) != bytes.fromhex(batch.prev_head):
            raise ForkError(_HISTORY)
        for index, operation in enumerate(batch.operations):
            seq = batch.from_seq + index
            known, settled_by = salvage.known(db, operation.op_id), None
            one = salvage.of(number, batch.epoch, operation)
            if known is not None and salvage.unplaced(db, known[1]):  # people accepted it, or another under its name
                if seq <= hwm:  # another one stands there: this one was accepted from another history
                    raise ForkError(_HISTORY)
                if known[0] == one:
                    salvage.put_in_place(db, seq, operation.op_id, heads[index].hex())
                    self.fill(db, number, operation.op_id, fills[index], sent=sent)
                    hwm, head = seq, heads[index]
                    continue
                known, settled_by = None, salvage.displace(db, operation.op_id)
            if known is not None and known != (one, seq):
                raise ForkError(_CHANGED, ProblemType.OPERATION_CHANGED)
            if seq <= hwm:
                if _head_at(db, number, batch.epoch, seq) != heads[index]:
                    raise ForkError(_HISTORY)
                self.fill(db, number, operation.op_id, fills[index], sent=sent)
                continue
            self._put(db, operation.op_id, one, (seq, sealed[index], heads[index].hex(), settled_by))
            if operation.kind == epochs.KIND:
                self._unpack(db, number, operation.op_id, sealed[index], sent=sent)
            hwm, head = seq, heads[index]
        begun(db, number, batch.epoch)
        db.execute(
            "INSERT INTO mark (terminal, epoch, hwm, head, journal) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (terminal, epoch) DO UPDATE"
            " SET hwm = excluded.hwm, head = excluded.head, journal = excluded.journal",
            (number, batch.epoch, hwm, head.hex(), batch.journal_head),
        )
        return hwm, head, bytes.fromhex(batch.journal_head)

    def _put(
        self, db: sqlite3.Connection, op_id: str, one: salvage.Known, told: tuple[int, bytes | None, str, str | None]
    ) -> None:
        """Into the inbox.

        :param told: its place, its body, the head behind it, and what settled the one that it displaces.
        """
        seq, sealed, head, settled_by = told
        state = "tombstone" if sealed is None else "new" if settled_by is None else "rejected"
        db.execute(
            "INSERT INTO inbox"
            " (terminal, epoch, kind, schema, sealed_hash, seq, op_id, sealed, head, state, settled_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*one, seq, op_id, sealed, head, state, settled_by),
        )
        if state != "new":
            said = (EMPTY, "not-here") if sealed is None else (state, "replaced")
            # An empty place is told, so that a terminal that believes its body to be here knows better.
            tell(db, one.terminal, Said(op_id, *said, None, int(self._now().timestamp())))

    def fill(self, db: sqlite3.Connection, number: str, op_id: str, sealed: bytes | None, *, sent: bool) -> None:
        """A body comes to the place of a tombstone. Place, identity and hash are the same, so it is the operation: it
        is applied now. Where a later one settled the place, it is kept, and never applied.

        :param sent: by the terminal itself; what people accept brings with it no other one that was set aside.
        """
        query = "SELECT kind, settled_by FROM inbox WHERE op_id = ? AND sealed IS NULL"
        row = None if sealed is None else db.execute(query, (op_id,)).fetchone()
        if row is None:
            return
        state = "new" if row[1] is None else "rejected"
        db.execute("UPDATE inbox SET sealed = ?, state = ? WHERE op_id = ?", (sealed, state, op_id))
        if state == "rejected":
            tell(db, number, Said(op_id, state, "replaced", None, int(self._now().timestamp())))
        elif row[0] == epochs.KIND:
            self._unpack(db, number, op_id, sealed, sent=sent)

    def _unpack(self, db: sqlite3.Connection, number: str, carrier: str, envelope: bytes | None, *, sent: bool) -> None:
        """What an operation carries over from an earlier life, in the same transaction: kept under its own identity,
        and only where it is not here yet. One that carries such a one in turn is opened as well.

        :raises ForkError: it is here with other bytes, and not by people's word alone.
        """
        place, head, seq = db.execute("SELECT -id, head, seq FROM inbox WHERE op_id = ?", (carrier,)).fetchone()
        logged = not salvage.unplaced(db, seq)
        while envelope is not None:
            inside = epochs.unpacked(envelope)
            if inside is None:
                return
            op_id, sealed_hash = inside.op_id.hex().upper(), inside.sealed_hash.hex().upper()
            one = salvage.Known(number, inside.epoch, inside.kind, inside.schema, sealed_hash)
            good = inside.sealed is not None and self._authority.suite.digest(inside.sealed) == inside.sealed_hash
            sealed = inside.sealed if good else None
            known, settled_by = salvage.known(db, op_id), None
            replaceable = known is not None and logged and salvage.unplaced(db, known[1])
            if known is not None and known[0] != one:
                if not replaceable:
                    raise ForkError(_CHANGED, ProblemType.OPERATION_CHANGED)
                known, settled_by = None, salvage.displace(db, op_id)
            if known is None:
                self._put(db, op_id, one, (place, sealed, head, settled_by))
            else:
                if replaceable:
                    salvage.put_in_place(db, place, op_id, head)
                if sent:
                    self.fill(db, number, op_id, sealed, sent=True)
                elif sealed is not None and salvage.is_empty(db, op_id):
                    told = (max(known[1], 0), sealed, head, salvage.DOUBTFUL)
                    if salvage.make_case(db, op_id, one, told):
                        alarm(db, number, "salvaged", int(self._now().timestamp()))
            envelope = sealed if inside.kind == epochs.KIND else None

    def _signed(self, number: str, epoch: int, mark: Mark) -> Acknowledgement:
        hwm, head, journal = mark
        plain = Acknowledgement(
            terminal=number,
            epoch=epoch,
            hwm=hwm,
            head=head.hex().upper(),
            journal_head=journal.hex().upper(),
            time=chain.ack_time(self._now()),
            key_id=self._authority.key_id("ack"),
            signature="",
        )
        return chain.acknowledge(self._environment, plain, self._authority.keys["ack"], self._authority.suite)

    def _alarm(self, number: str, what: str) -> None:
        with self._state.transaction() as db:
            alarm(db, number, what, int(self._now().timestamp()))


class ForkError(Exception):
    """The terminal's log and ours do not agree: refused, and somebody is told."""

    def __init__(self, what: str, kind: ProblemType = ProblemType.LOG_FORKED) -> None:
        super().__init__(what)
        self.what = what
        self.kind = kind


def _bytes(text: str) -> bytes:
    try:
        return chain.from_text(text)
    except ValueError:
        raise RefusedError(ProblemType.BAD_REQUEST, "base64url") from None


def _sealed(suite: Suite, index: int, operation: LoggedOperation) -> bytes | None:
    """The sealed body, if it is one: an envelope of a size we take, with the hash that the chain has."""
    if operation.sealed is None:
        return None
    try:
        data = chain.from_text(operation.sealed)
        decode(data)
    except ValueError:
        raise RefusedError(ProblemType.OPERATION_REFUSED, "sealed", operation=index) from None
    carries = operation.kind == epochs.KIND
    inside = epochs.unpacked(data) if carries else None
    if carries and inside is None:
        raise RefusedError(ProblemType.OPERATION_REFUSED, "carried", operation=index)
    bodies = [data if inside is None else inside.sealed or b""]
    if other_suite(suite, bodies) is not None:
        raise RefusedError(ProblemType.SUITE_OTHER, "sealed", operation=index)
    if len(data) > MOST_SEALED + (epochs.OVERHEAD if carries else 0):
        raise RefusedError(ProblemType.OPERATION_REFUSED, "size", operation=index)
    if suite.digest(data) != bytes.fromhex(operation.sealed_hash):
        raise RefusedError(ProblemType.OPERATION_REFUSED, "sealed_hash", operation=index)
    return data


def _mark(db: sqlite3.Connection, number: str, epoch: int) -> Mark:
    row = db.execute("SELECT hwm, head, journal FROM mark WHERE terminal = ? AND epoch = ?", (number, epoch)).fetchone()
    return (0, GENESIS, GENESIS) if row is None else (row[0], bytes.fromhex(row[1]), bytes.fromhex(row[2]))


def _head_at(db: sqlite3.Connection, number: str, epoch: int, seq: int) -> bytes | None:
    if seq == 0:
        return GENESIS
    row = db.execute(
        "SELECT head FROM inbox WHERE terminal = ? AND epoch = ? AND seq = ?", (number, epoch, seq)
    ).fetchone()
    return None if row is None else bytes.fromhex(row[0])
