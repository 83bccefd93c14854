"""The models of the simulation: a centre, and a terminal's disk, as small as their rules.

They speak the words of the real courier (:class:`terminal.sync.courier.Courier`), which runs on top of them unchanged.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from offline_cache import epochs
from offline_cache.chain import GENESIS
from offline_cache.epochs import Carried, Grant
from offline_cache.errors import StoreError, StoreFault
from offline_cache.moves import ACKNOWLEDGEMENT, SENDER, VERDICT, allowed
from offline_cache.operations import Agreement, Anchor, Batch, Counts, Operation, Outcome, Sent, State, Taken, Verdict
from terminal.centre import causes
from terminal.centre.contract import Acknowledgement, Changes, OperationOutcome, OutcomeKind, Problem, ProblemType

BUSINESS = "business"
POISON = b"!"
"""What the body of an operation begins with that no centre takes in."""

_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_PAGE = 7
GOOD_SIGNATURE = "good"


@dataclass(frozen=True)
class Op:
    """:param head: of the chain after it."""

    life: int
    seq: int
    op_id: bytes
    kind: str
    sealed: bytes
    sealed_hash: bytes
    head: bytes


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"/".join(parts)).digest()


def body(number: int, subject: int, *, poison: bool) -> bytes:
    return (POISON if poison else b"") + b"%d %d" % (number, subject)


def number_of(sealed: bytes) -> int:
    return int(sealed.lstrip(POISON).split()[0])


def subject_of(sealed: bytes) -> int:
    return int(sealed.split()[1])


@dataclass
class Disk:
    """What outlives the terminal's process. Durable at return, as the real store is.

    :param mint: makes operation ids that nobody else has.
    """

    mint: Callable[[], bytes]
    lives_: dict[int, list[Op]] = field(default_factory=lambda: {1: []})
    anchors: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    states: dict[bytes, State] = field(default_factory=dict)
    early: dict[bytes, list[Verdict]] = field(default_factory=dict)
    carrier_of: dict[bytes, bytes] = field(default_factory=dict)
    place: str | None = None

    def copy(self) -> Self:
        lives = {life: list(ops) for life, ops in self.lives_.items()}
        early = {op_id: list(verdicts) for op_id, verdicts in self.early.items()}
        return type(self)(
            self.mint,
            lives,
            dict(self.anchors),
            dict(self.states),
            early,
            dict(self.carrier_of),
            self.place,
        )

    # --- looking ---

    @property
    def life(self) -> int:
        return max(self.lives_)

    def all(self) -> Iterator[Op]:
        for life in sorted(self.lives_):
            yield from self.lives_[life]

    def head(self, life: int, seq: int) -> bytes | None:
        ops = self.lives_.get(life, [])
        if seq > len(ops):
            return None
        return ops[seq - 1].head if seq else GENESIS

    def settled(self) -> bool:
        """Whether nothing waits for the centre any more."""
        return not any(state in (State.PENDING, State.RECEIVED, State.HELD) for state in self.states.values())

    # --- as the outbox does ---

    def record(self, sealed: bytes, kind: str = BUSINESS) -> Op:
        life, op_id, sealed_hash = self.life, self.mint(), digest(sealed)
        ops = self.lives_[life]
        before = ops[-1].head if ops else GENESIS
        op = Op(life, len(ops) + 1, op_id, kind, sealed, sealed_hash, digest(before, b"%d" % life, op_id, sealed_hash))
        ops.append(op)
        self.states[op_id] = State.PENDING
        return op

    def cursor(self, _feed: str) -> str | None:
        return self.place

    def batch(self, max_ops: int = 100, max_bytes: int = 1 << 20, after: int | None = None) -> Batch | None:
        life = self.life
        start = self.anchors.get(life, (0, GENESIS))[0] if after is None else after
        ops = self.lives_[life][start : start + max_ops]
        before = self.head(life, start)
        if not ops or before is None or max_bytes < 1:
            return None
        sent = tuple(
            Sent(op.seq, op.op_id, op.kind, 1, None if self.parked(op) else op.sealed, op.sealed_hash) for op in ops
        )
        return Batch(life, start + 1, before, sent, ops[-1].head, 0, GENESIS)

    def parked(self, op: Op) -> bool:
        return self.states[op.op_id] is State.PARKED

    def check_against(self, hwm: int, head: bytes, epoch: int | None = None) -> Agreement:
        life = self.life if epoch is None else epoch
        ours, known = self.head(life, hwm), self.anchors.get(life, (0, GENESIS))[0]
        if ours is None:
            return Agreement.WE_ARE_OLDER
        if ours != head:
            return Agreement.FORKED
        if hwm == known:
            return Agreement.SAME
        return Agreement.CENTRE_AHEAD if hwm > known else Agreement.CENTRE_BEHIND

    def acknowledged(
        self, hwm: int, head: bytes, signature: bytes, time: str, *, epoch: int | None = None, key_id: str = ""
    ) -> int:
        assert signature or time or key_id is not None
        life = self.life if epoch is None else epoch
        agreement = self.check_against(hwm, head, life)
        if agreement is Agreement.WE_ARE_OLDER:
            raise StoreError(StoreFault.STORE_BEHIND)
        if agreement is Agreement.FORKED:
            raise StoreError(StoreFault.HISTORY_FORKED)
        if agreement is not Agreement.CENTRE_AHEAD:
            return 0
        self.anchors[life] = (hwm, head)
        for op in self.lives_[life][:hwm]:
            self._received(op.op_id)
        return hwm

    def _received(self, op_id: bytes) -> None:
        if self.states[op_id] is not State.PENDING:
            return
        self._move(op_id, State.RECEIVED, ACKNOWLEDGEMENT)
        for verdict in self.early.pop(op_id, []):
            self._verdict(op_id, verdict)
        inside = self.carrier_of.get(op_id)
        if inside is not None:
            self._received(inside)

    def _move(self, op_id: bytes, after: State, because: str) -> None:
        assert allowed(self.states[op_id], after, because), (self.states[op_id], after, because)
        self.states[op_id] = after

    def _verdict(self, op_id: bytes, verdict: Verdict) -> None:
        after = State(verdict.value)
        if allowed(self.states[op_id], after, VERDICT):
            self._move(op_id, after, VERDICT)

    def anchor(self) -> Anchor | None:
        known = self.anchors.get(self.life)
        return Anchor(self.life, *known, "", b"") if known else None

    def outcomes(self, outcomes: Sequence[Outcome], cursor: tuple[str, str] | None = None) -> list[Taken]:
        for one in outcomes:
            state = self.states.get(one.op_id)
            if state in (State.PENDING, State.PARKED):
                self.early.setdefault(one.op_id, []).append(one.verdict)
            elif state is not None:
                self._verdict(one.op_id, one.verdict)
        if cursor is not None:
            self.place = cursor[1]
        return []

    def park(self, op_id: bytes, reason: str, operator: str = "") -> None:
        assert reason and not operator
        self._move(op_id, State.PARKED, SENDER)

    def counts(self) -> Counts:
        return Counts(Counter(self.states.values()), {}, 0)

    # --- after a fork ---

    def lives(self) -> list[tuple[int, int]]:
        return [(life, len(self.lives_[life])) for life in sorted(self.lives_)]

    def tip(self) -> tuple[int, int, bytes, bytes]:
        ops = self.lives_[self.life]
        return self.life, len(ops), ops[-1].head if ops else GENESIS, GENESIS

    def missing(self, taken: Mapping[int, int]) -> list[Op]:
        """What the centre never took in, and is in no carrier yet."""
        carried = set(self.carrier_of.values())
        return [op for op in self.all() if op.seq > taken.get(op.life, 0) and op.op_id not in carried]

    def begin_epoch(self, grant: Grant, taken: Mapping[int, int]) -> list[Operation]:
        if grant.epoch <= self.life:
            raise StoreError(StoreFault.EPOCH_OLD)
        left = self.missing(taken)
        self.lives_[grant.epoch] = []
        for op in left:
            inside = None if self.parked(op) else op.sealed
            packed = epochs.envelope(Carried(op.life, op.op_id, op.kind, 1, op.sealed_hash, inside))
            self.carrier_of[self.record(packed, epochs.KIND).op_id] = op.op_id
        return []


@dataclass
class Ledger:
    """What the centre said and did, over all its restorations: for the check alone.

    :param signed: every mark that it ever signed: terminal, life, mark, head; :param said: in their order.
    """

    signed: set[tuple[str, int, int, str]] = field(default_factory=set)
    said: defaultdict[str, list[Acknowledgement]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Centre:
    """Ingest, apply, feed and lives by the rules of ``docs/sync.md``, for several terminals."""

    ledger: Ledger = field(default_factory=Ledger)
    logs: dict[tuple[str, int], list[tuple[bytes, bytes, bytes]]] = field(default_factory=dict)
    known: dict[bytes, bytes] = field(default_factory=dict)
    life_of: dict[str, tuple[int, int]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    effects: Counter[int] = field(default_factory=Counter)
    order: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    feed: defaultdict[str, list[tuple[bytes, str, str]]] = field(default_factory=lambda: defaultdict(list))

    def copy(self) -> Self:
        lists = defaultdict(list, {name: list(found) for name, found in self.order.items()})
        feed = defaultdict(list, {name: list(found) for name, found in self.feed.items()})
        logs = {key: list(found) for key, found in self.logs.items()}
        known, lives, asked = dict(self.known), dict(self.life_of), dict(self.asked)
        return type(self)(self.ledger, logs, known, lives, asked, Counter(self.effects), lists, feed)

    def open_life(self, terminal: str) -> int:
        return self.life_of.get(terminal, (1, 0))[0]

    def head(self, terminal: str, life: int, seq: int) -> bytes | None:
        log = self.logs.get((terminal, life), [])
        if seq > len(log):
            return None
        return log[seq - 1][2] if seq else GENESIS

    def mark(self, terminal: str, life: int, now: float, most: int | None = None) -> Acknowledgement:
        hwm = len(self.logs.get((terminal, life), []))
        hwm = hwm if most is None else min(hwm, most)
        head = (self.head(terminal, life, hwm) or GENESIS).hex()
        self.ledger.signed.add((terminal, life, hwm, head))
        ack = Acknowledgement(
            terminal=terminal,
            epoch=life,
            hwm=hwm,
            head=head,
            time=str(now),
            key_id="ack",
            signature=GOOD_SIGNATURE,
        )
        self.ledger.said[terminal].append(ack)
        return ack

    def take(self, terminal: str, batch: Batch, now: float) -> Acknowledgement:
        for index, sent in enumerate(batch.operations):
            if sent.sealed is not None and sent.sealed.startswith(POISON):
                raise _refused(ProblemType.OPERATION_REFUSED, index if sent.op_id[-1] % 2 else None)
        log = self.logs.setdefault((terminal, batch.epoch), [])
        if batch.epoch != self.open_life(terminal):
            raise _refused(ProblemType.LOG_FORKED)
        if batch.from_seq > len(log) + 1:
            raise _refused(ProblemType.LOG_GAP)
        if self.head(terminal, batch.epoch, batch.from_seq - 1) != batch.prev_head:
            raise _refused(ProblemType.LOG_FORKED)
        head = batch.prev_head
        new: list[tuple[Sent, bytes]] = []
        for sent in batch.operations:
            head = digest(head, b"%d" % batch.epoch, sent.op_id, sent.sealed_hash)
            if sent.seq <= len(log):
                if log[sent.seq - 1][2] != head:
                    raise _refused(ProblemType.LOG_FORKED)
                continue
            if sent.op_id in self.known:
                raise _refused(ProblemType.OPERATION_CHANGED)
            new.append((sent, head))
        for sent, head_after in new:
            log.append((sent.op_id, sent.sealed_hash, head_after))
            self._known(terminal, sent.op_id, sent.sealed_hash, sent.kind, sent.sealed)
        self.asked.pop(terminal, None)
        return self.mark(terminal, batch.epoch, now)

    def _known(self, terminal: str, op_id: bytes, sealed_hash: bytes, kind: str, sealed: bytes | None) -> None:
        """Taken in, under its identity, once for ever."""
        self.known[op_id] = sealed_hash
        if sealed is None:
            self._feed(terminal, op_id, "rejected")
            return
        if kind != epochs.KIND:
            good = not sealed.startswith(POISON)
            if good:
                self._apply(terminal, sealed)
            self._feed(terminal, op_id, "applied" if good else "rejected")
            return
        self._feed(terminal, op_id, "applied")
        inside = epochs.unpacked(sealed)
        if inside is not None and inside.op_id not in self.known:
            self._known(terminal, inside.op_id, inside.sealed_hash, inside.kind, inside.sealed)
        elif inside is not None and inside.kind == epochs.KIND and inside.sealed is not None:
            deeper = epochs.unpacked(inside.sealed)
            assert deeper is None or deeper.op_id in self.known, "what is here brought what it carries"

    def _apply(self, terminal: str, sealed: bytes) -> None:
        self.effects[number_of(sealed)] += 1
        self.order[terminal].append(number_of(sealed))

    def _feed(self, terminal: str, op_id: bytes, verdict: str) -> None:
        feed = self.feed[terminal]
        chain = feed[-1][2] if feed else ""
        feed.append((op_id, verdict, digest(chain.encode(), op_id, verdict.encode()).hex()[:32]))

    def changes(self, terminal: str, cursor: str | None) -> Changes:
        feed = self.feed[terminal]
        number, _, chain = (cursor or "0-").partition("-")
        after = int(number)
        if after > len(feed) or (after and feed[after - 1][2] != chain):
            raise _refused(ProblemType.CURSOR_UNKNOWN)
        page, end = feed[after : after + _PAGE], min(after + _PAGE, len(feed))
        return Changes(
            outcomes=[_outcome(op_id, verdict) for op_id, verdict, _ in page],
            cursor=f"{end}-{feed[end - 1][2] if end else ''}",
            more=end < len(feed),
        )

    def ask(self, terminal: str, life: int) -> Grant:
        """A new life, if its people agreed."""
        epoch, after = self.life_of.get(terminal, (1, 0))
        if epoch > life and after == life and not self.logs.get((terminal, epoch)):
            return Grant(epoch, after, "", b"", "ack")
        self.asked[terminal] = life
        raise _refused(ProblemType.EPOCH_PENDING)

    def agree(self, terminal: str) -> bool:
        """A person looked at both histories."""
        life = self.asked.pop(terminal, None)
        if life is None:
            return False
        self.life_of[terminal] = (max(self.open_life(terminal), life) + 1, life)
        return True


def _refused(kind: ProblemType, operation: int | None = None) -> Exception:
    document = Problem(type=kind.value, title="", status=409, operation=operation)
    return causes.problem(kind, document=document)


def _outcome(op_id: bytes, verdict: str) -> OperationOutcome:
    return OperationOutcome(
        op_id=op_id.hex(),
        outcome=OutcomeKind(verdict),
        reason=None,
        text_zh="",
        text_en="",
        case=None,
        time=_NOON,
    )
