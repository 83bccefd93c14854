"""The models of the simulation: a centre, and a terminal's disk, as small as their rules.

They speak the words of the real courier (:class:`terminal.sync.courier.Courier`), which runs on top of them unchanged.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from offline_cache import epochs
from offline_cache.blob_limits import WAITS
from offline_cache.blob_rows import Waiting, Word
from offline_cache.chain import GENESIS
from offline_cache.epochs import Carried, Grant
from offline_cache.errors import StoreError, StoreFault
from offline_cache.moves import ACKNOWLEDGEMENT, PERSON, SAID, SENDER, VERDICT, WAITING_FOR_PEOPLE, allowed
from offline_cache.operations import (
    REVERSALS,
    Agreement,
    Anchor,
    Batch,
    Counts,
    Operation,
    Outcome,
    Sent,
    State,
    Taken,
    Verdict,
)
from offline_cache.reserved import Number
from offline_cache.subjects import Place, comes_after
from offline_cache.told import digest_of
from terminal.centre import causes
from terminal.centre.contract import (
    Acknowledgement,
    BlobStanding,
    Changes,
    OperationOutcome,
    OutcomeKind,
    Problem,
    ProblemType,
)
from terminal.model.operations import PASSED, WITHDRAWAL
from tests.sync.book import Book

BUSINESS = "business"
POISON = b"!"
"""What the body of an operation begins with that no centre takes in."""

HELD_FOR_PHOTO = f"held {WAITS}"
WAITING = ("held", HELD_FOR_PHOTO)

_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_PAGE = 7
GOOD_SIGNATURE = "good"
Question = tuple[int, int, bytes]
"""The history that asks for a new life: its life, its last operation and the head there."""


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


_NOTHING = b"-"


def body(
    number: int, subject: int, *, poison: bool = False, after: bytes = b"", takes_back: bytes = b"", pieces: int = 0
) -> bytes:
    """:param after: identity of the one it comes after; :param takes_back: of the one that it withdraws.
    :param pieces: of the photo that belongs to it; 0 for none.
    """
    named = [one.hex().encode() or _NOTHING for one in (after, takes_back)]
    return (POISON if poison else b"") + b" ".join([b"%d %d" % (number, subject), *named, b"%d" % pieces])


once = functools.lru_cache(2048)
"""A body says the same each time that it is looked at, which is a hundred times in a life."""


@once
def number_of(sealed: bytes) -> int:
    return int(sealed.lstrip(POISON).split()[0])


@once
def subject_of(sealed: bytes) -> int:
    return int(sealed.split()[1])


@once
def after_of(sealed: bytes) -> bytes | None:
    named = sealed.split()[2]
    return None if named == _NOTHING else bytes.fromhex(named.decode())


@once
def taken_back_by(sealed: bytes) -> bytes | None:
    """What a withdrawal withdraws; ``None`` for anything else."""
    named = sealed.split()[3]
    return None if named == _NOTHING else bytes.fromhex(named.decode())


@once
def photo_of(sealed: bytes) -> Waiting | None:
    """The photo that belongs to an operation."""
    count = int(sealed.split()[4])
    if not count:
        return None
    name = digest(b"photo", b"%d" % number_of(sealed))
    return Waiting(name, count, tuple(digest(name, b"%d" % index) for index in range(count)))


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
    forked: int = 0
    again: set[bytes] = field(default_factory=set)
    settled_by: dict[bytes, bytes] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    whole: set[bytes] = field(default_factory=set)
    promised: set[bytes] = field(default_factory=set)
    held_for_photo: set[bytes] = field(default_factory=set)
    behind: tuple[int, int] | None = None
    book: Book | None = None

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
            self.forked,
            set(self.again),
            dict(self.settled_by),
            dict(self.places),
            set(self.whole),
            set(self.promised),
            set(self.held_for_photo),
            self.behind,
            self.book and self.book.copy(),
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
        way = (State.PENDING, State.RECEIVED, State.HELD)
        return not any(state in way for state in self.states.values()) and not self.for_people()

    def for_people(self) -> list[Op]:
        """What a person has to settle: set aside or refused, and not taken back yet. A withdrawal that was set aside
        can be put back in its own life, and what it was for is here again."""
        return [
            op
            for op in self.all()
            if op.kind == BUSINESS
            and self.states[op.op_id] in (State.PARKED, State.REJECTED)
            and op.op_id not in self.settled_by
            and (taken_back_by(op.sealed) is None or (self.states[op.op_id] is State.PARKED and op.life == self.life))
        ]

    # --- what people do ---

    def take_in(
        self,
        number: int,
        subject: int,
        *,
        poison: bool,
        pieces: int = 0,
        value: int = 0,
        reserved: Number | None = None,
    ) -> Op:
        """As the counter does: it names the last one about this person that is not at its end.

        :raises StoreError: nothing of it is recorded.
        """
        sealed = body(number, subject, poison=poison, after=self._after(subject), pieces=pieces)
        return self.record(sealed, value=value, reserved=reserved)

    def _after(self, subject: int, settles: bytes | None = None) -> bytes:
        """By the rule of the product."""
        line = [
            Place(
                op.op_id,
                BUSINESS if taken_back_by(op.sealed) is None else WITHDRAWAL,
                self.states[op.op_id],
                taken_back_by(op.sealed),
                self.settled_by.get(op.op_id),
            )
            for op in self.all()
            if op.kind == BUSINESS and subject_of(op.sealed) == subject
        ]
        return comes_after(line, settles, PASSED) or b""

    def set_aside(self, op: Op) -> None:
        self._move(op.op_id, State.PARKED, PERSON)
        self._look(op.op_id)

    def _settles(self, op_id: bytes, *, again: bool) -> None:
        """What was to take another back is set aside, or goes after all."""
        other = next((taken_back_by(op.sealed) for op in self.all() if op.op_id == op_id), None)
        if other is None:
            return
        if again and other not in self.settled_by and self.states[other] in WAITING_FOR_PEOPLE:
            self.settled_by[other] = op_id
        elif not again and self.settled_by.get(other) == op_id:
            del self.settled_by[other]

    def is_passed_over(self, op: Op) -> bool:
        """While a withdrawal, set aside since, had settled this one, newer work was taken in, or something behind this
        one was settled."""
        ops = [
            each for each in self.all() if each.kind == BUSINESS and subject_of(each.sealed) == subject_of(op.sealed)
        ]
        behind = {None, *(each.op_id for each in ops[ops.index(op) + 1 :])}
        settlers = [n for n, each in enumerate(ops) if taken_back_by(each.sealed) == op.op_id]
        mine = {ops[n].op_id for n in settlers}
        return bool(settlers) and any(taken_back_by(each.sealed) in behind - mine for each in ops[settlers[0] :])

    def put_back(self, op: Op) -> None:
        assert op.op_id not in self.settled_by
        assert not self.is_passed_over(op)
        self._move(op.op_id, State.PENDING, PERSON)
        self.again.add(op.op_id)

    def take_back(self, op: Op, number: int) -> None:
        assert op.op_id not in self.settled_by
        subject = subject_of(op.sealed)
        after = self._after(subject, op.op_id)
        withdrawal = self.record(body(number, subject, after=after, takes_back=op.op_id))
        self.settled_by[op.op_id] = withdrawal.op_id

    # --- as the blobs do ---

    def waiting(self, passed: Collection[bytes] = ()) -> Waiting | None:
        goes = (State.RECEIVED, State.HELD, State.CONFLICT)
        for op in self.all():
            photo = photo_of(op.sealed) if op.kind == BUSINESS else None
            if photo is None or photo.digest in self.whole or photo.digest in passed:
                continue
            if self.behind and op.life == self.life == self.behind[0] and op.seq > self.behind[1]:
                continue
            withdrawn = photo.digest in self.promised and self.states[op.op_id] in (State.APPLIED, State.REJECTED)
            if (withdrawn or self.states[op.op_id] in goes) and op.op_id not in self.settled_by:
                return photo
        return None

    def piece(self, digest: bytes, index: int) -> bytes:
        raise NotImplementedError("pieces go by pack()")

    def arrived(self, digest: bytes, word: Word) -> None:
        assert word.signature
        self.whole.add(digest)
        self.promised.add(digest)

    def doubt(self) -> None:
        for op in self.all():
            if self.states[op.op_id] is State.HELD and op.op_id in self.held_for_photo:
                self.wanted(op.op_id)

    def wanted(self, op_id: bytes) -> None:
        """The centre says that it has not what it said that it had."""
        photo = self._photo_of(op_id)
        if photo is not None:
            self.whole.discard(photo.digest)

    def _photo_of(self, op_id: bytes) -> Waiting | None:
        return next((photo_of(op.sealed) for op in self.all() if op.op_id == op_id and op.kind == BUSINESS), None)

    # --- as the outbox does ---

    def record(self, sealed: bytes, kind: str = BUSINESS, *, value: int = 0, reserved: Number | None = None) -> Op:
        life, op_id, sealed_hash = self.life, self.mint(), digest(sealed)
        if self.book is not None and kind == BUSINESS:
            self.book.take_in(op_id, sealed, taken_back_by(sealed), value=value, number=reserved)
        ops = self.lives_[life]
        before = ops[-1].head if ops else GENESIS
        op = Op(life, len(ops) + 1, op_id, kind, sealed, sealed_hash, digest(before, b"%d" % life, op_id, sealed_hash))
        ops.append(op)
        self.states[op_id] = State.PENDING
        return op

    def cursor(self, feed: str) -> str | None:
        return self.places.get(feed)

    def batch(self, max_ops: int = 100, max_bytes: int = 1 << 20, after: int | None = None) -> Batch | None:
        life = self.life
        hwm = self.anchors.get(life, (0, GENESIS))[0]
        waiting = [op.seq for op in self.lives_[life] if self.states[op.op_id] is State.PENDING]
        filling = after is None and bool(waiting) and waiting[0] <= hwm
        start = (waiting[0] - 1 if filling else hwm) if after is None else after
        ops = self.lives_[life][start : start + max_ops]
        if filling:
            run = itertools.takewhile(lambda op: op.seq > hwm or self.states[op.op_id] is State.PENDING, ops)
            ops = list(run)
        before = self.head(life, start)
        if not ops or before is None or max_bytes < 1:
            return None
        sent = tuple(
            Sent(op.seq, op.op_id, op.kind, 1, None if self.parked(op) else op.sealed, op.sealed_hash) for op in ops
        )
        line, journal_head = self._journal()
        return Batch(life, start + 1, before, sent, ops[-1].head, line, journal_head)

    def _journal(self) -> tuple[int, bytes]:
        return self.book.tip() if self.book is not None else (0, GENESIS)

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
        self,
        hwm: int,
        head: bytes,
        signature: bytes,
        time: str,
        *,
        epoch: int | None = None,
        key_id: str = "",
        journal: tuple[int, bytes] | None = None,
        whole: Collection[bytes] = (),
    ) -> int:
        assert journal is None or self.book is not None
        assert signature or time or key_id is not None
        life = self.life if epoch is None else epoch
        agreement = self.check_against(hwm, head, life)
        if agreement is Agreement.WE_ARE_OLDER:
            raise StoreError(StoreFault.STORE_BEHIND)
        if agreement is Agreement.FORKED:
            raise StoreError(StoreFault.HISTORY_FORKED)
        if agreement is Agreement.CENTRE_AHEAD:
            self.anchors[life] = (hwm, head)
            for op in self.lives_[life][:hwm]:
                if op.op_id not in self.again:
                    self._received(op.op_id)
        for op in self.lives_[life][:hwm]:
            if op.op_id in whole:
                self._received(op.op_id, (State.PENDING, State.PARKED))
        if self.book is not None:
            self.book.heard({op_id for op_id, state in self.states.items() if state is State.PENDING}, life)
        return hwm

    def _received(self, op_id: bytes, before: tuple[State, ...] = (State.PENDING,)) -> None:
        if self.states[op_id] not in before:
            return
        self._move(op_id, State.RECEIVED, ACKNOWLEDGEMENT)
        self._look(op_id)
        inside = self.carrier_of.get(op_id)
        if inside is not None:
            self._received(inside)

    def waits(self, hwm: int) -> bool:
        ops = self.lives_[self.life]
        return len(ops) > hwm or any(self.states[op.op_id] is State.PENDING for op in ops)

    def latest_life(self) -> int:
        return self.life

    def reversal_waits(self) -> bool:
        newest = next((op for op in reversed([*self.all()]) if op.kind.endswith(REVERSALS)), None)
        return newest is not None and self.states[newest.op_id] is State.PENDING

    def _look(self, op_id: bytes) -> None:
        """What was said before it was known to be there counts now."""
        self.again.discard(op_id)
        said = self.early.pop(op_id, [])
        if said:
            self._verdict(op_id, said[-1])

    def _move(self, op_id: bytes, after: State, because: str) -> None:
        assert allowed(self.states[op_id], after, because), (self.states[op_id], after, because)
        before, self.states[op_id] = self.states[op_id], after
        if State.PARKED in (before, after):
            self._settles(op_id, again=before is State.PARKED)

    def _verdict(self, op_id: bytes, verdict: Verdict) -> None:
        after = State(verdict.value)
        if allowed(self.states[op_id], after, VERDICT):
            self._move(op_id, after, VERDICT)
        if after is State.APPLIED:
            self.settled_by.pop(op_id, None)

    def _emptied(self, op_id: bytes) -> None:
        self._lost_with(op_id)
        here = any(op.op_id == op_id for op in self.lives_[self.life])
        if self.states[op_id] is State.PENDING and here:
            if op_id not in self.again:
                self.early.pop(op_id, None)
                self.again.add(op_id)
            return
        if self.states[op_id] in (State.PENDING, State.PARKED):
            return
        goes = op_id not in self.settled_by and here
        self._move(op_id, State.PENDING if goes else State.PARKED, VERDICT)
        if goes:
            self.again.add(op_id)

    def anchor(self) -> Anchor | None:
        known = self.anchors.get(self.life)
        return Anchor(self.life, *known, "", b"") if known else None

    def outcomes(self, outcomes: Sequence[Outcome], cursor: tuple[str, str] | None = None) -> list[Taken]:
        last = {one.op_id: n for n, one in enumerate(outcomes)}
        for n, one in enumerate(outcomes):
            state = self.states.get(one.op_id)
            if state is None:
                continue
            self.held_for_photo.discard(one.op_id)
            if one.verdict is Verdict.HELD and one.reason == WAITS:
                self.held_for_photo.add(one.op_id)
                self.wanted(one.op_id)
            if one.verdict is Verdict.EMPTY:
                if last[one.op_id] == n:
                    self._emptied(one.op_id)
            elif state is State.PENDING:
                self.early.setdefault(one.op_id, []).append(one.verdict)
            else:
                self._verdict(one.op_id, one.verdict)
        if cursor is not None:
            self.places[cursor[0]] = cursor[1]
        return []

    def park(self, op_id: bytes, reason: str, operator: str = "") -> None:
        assert reason and not operator
        if self.states[op_id] is not State.PARKED:
            self._move(op_id, State.PARKED, SENDER)
            self._look(op_id)

    def counts(self) -> Counts:
        return Counts(Counter(self.states.values()), {}, 0)

    def fork(self) -> StoreError | None:
        return StoreError(StoreFault.HISTORY_FORKED) if self.forked == self.life else None

    def note_fork(self, fault: StoreFault) -> None:
        assert fault in (StoreFault.HISTORY_FORKED, StoreFault.STORE_BEHIND, StoreFault.JOURNAL_BEHIND)
        self.forked = self.life

    def note_stop(self, reason: str) -> None:
        assert reason

    def state_digest(self) -> bytes:
        words = {op_id: state.value for op_id, state in self.states.items() if state in SAID}
        for op_id, said in self.early.items():
            if said and self.states[op_id] is State.PENDING:
                words[op_id] = said[-1].value
        return digest_of(words)

    def note_behind(self, epoch: int, hwm: int | None) -> None:
        """No medium is written here. Of photos of what the centre lost its word counts no longer."""
        before = self.behind if self.behind and self.behind[0] == self.life else None
        if before is None and hwm is None:
            return
        self.behind = None if hwm is None else (epoch, hwm)
        if hwm is not None and (before is None or before[0] != epoch or hwm <= before[1]):
            known = self.anchors.get(epoch, (0, b""))[0]
            for op in self.lives_[epoch][hwm:known]:
                self._lost_with(op.op_id)

    def _lost_with(self, op_id: bytes | None) -> None:
        """And what it carries over."""
        inside = {carrier: original for original, carrier in self.carrier_of.items()}
        while op_id is not None:
            self._lost(op_id)
            op_id = inside.get(op_id)

    def _lost(self, op_id: bytes) -> None:
        photo = self._photo_of(op_id)
        done = self.states[op_id] in (State.APPLIED, State.REJECTED)
        if photo is not None and (photo.digest in self.whole or (done and photo.digest not in self.promised)):
            self.whole.discard(photo.digest)
            self.promised.add(photo.digest)

    def note_drift(self, again: bool) -> None:
        """The world counts the answers."""

    def check_journal(self, head: bytes) -> int:
        """Worlds without books keep no journals."""
        if self.book is not None:
            return self.book.check_journal(head)
        assert head == GENESIS
        return 0

    def note_refusal(self, cause: str, certificate: str) -> None:
        raise AssertionError(f"nobody is refused here: {cause} {certificate}")

    def lift_refusal(self, certificate: str | None = None) -> None:
        assert certificate is None

    # --- after a fork ---

    def lives(self) -> list[tuple[int, int]]:
        return [(life, len(self.lives_[life])) for life in sorted(self.lives_)]

    def tip(self) -> tuple[int, int, bytes, bytes]:
        ops = self.lives_[self.life]
        return self.life, len(ops), ops[-1].head if ops else GENESIS, self._journal()[1]

    def missing(self, taken: Mapping[int, int]) -> list[Op]:
        """What the centre never took in, and is in no carrier yet."""
        carried = set(self.carrier_of.values())
        ops = list(self.all())
        place = {op.op_id: n for n, op in enumerate(ops)}
        left = [
            op
            for op in ops
            if (op.seq > taken.get(op.life, 0) or self.states[op.op_id] is State.PENDING) and op.op_id not in carried
        ]
        return sorted(left, key=lambda op: place[self._innermost(op.op_id)])

    def _innermost(self, op_id: bytes) -> bytes:
        while op_id in self.carrier_of:
            op_id = self.carrier_of[op_id]
        return op_id

    def begin_epoch(self, grant: Grant, taken: Mapping[int, int]) -> list[Operation]:
        if grant.epoch <= self.life:
            raise StoreError(StoreFault.EPOCH_OLD)
        left = self.missing(taken)
        for op in left:
            self._lost_with(op.op_id)
        if self.book is not None:
            self.book.begin_life(grant.epoch)
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
    photos: defaultdict[str, list[BlobStanding]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Centre:
    """Ingest, apply, feed and lives by the rules of ``docs/sync.md``, for several terminals."""

    ledger: Ledger = field(default_factory=Ledger)
    logs: dict[tuple[str, int], list[tuple[bytes, bytes, bytes]]] = field(default_factory=dict)
    known: dict[bytes, bytes] = field(default_factory=dict)
    bodies: dict[bytes, bytes] = field(default_factory=dict)
    outcome: dict[bytes, str] = field(default_factory=dict)
    settled_by: dict[bytes, bytes] = field(default_factory=dict)
    arrived: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    history: int = 0
    life_of: dict[str, tuple[int, Question]] = field(default_factory=dict)
    fetched: dict[str, int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)
    asked: dict[str, Question] = field(default_factory=dict)
    effects: Counter[int] = field(default_factory=Counter)
    order: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    feed: defaultdict[str, list[tuple[bytes, str, str]]] = field(default_factory=lambda: defaultdict(list))
    pieces: defaultdict[bytes, set[int]] = field(default_factory=lambda: defaultdict(set))
    journals: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def copy(self) -> Self:
        lists = defaultdict(list, {name: list(found) for name, found in self.order.items()})
        feed = defaultdict(list, {name: list(found) for name, found in self.feed.items()})
        logs = {key: list(found) for key, found in self.logs.items()}
        arrived = defaultdict(list, {name: list(found) for name, found in self.arrived.items()})
        return type(self)(
            self.ledger,
            logs,
            dict(self.known),
            dict(self.bodies),
            dict(self.outcome),
            dict(self.settled_by),
            arrived,
            self.history,
            dict(self.life_of),
            dict(self.fetched),
            set(self.begun),
            dict(self.asked),
            Counter(self.effects),
            lists,
            feed,
            defaultdict(set, {name: set(found) for name, found in self.pieces.items()}),
            dict(self.journals),
        )

    def restored(self, history: int) -> Self:
        """From a backup: no cursor that was given before counts any more, and no life of before is given again."""
        self.history = history
        self.begun |= {(terminal, epoch) for terminal, (epoch, _) in self.life_of.items()}
        return self

    def open_life(self, terminal: str) -> int:
        return self.life_of[terminal][0] if terminal in self.life_of else 1

    def head(self, terminal: str, life: int, seq: int) -> bytes | None:
        log = self.logs.get((terminal, life), [])
        if seq > len(log):
            return None
        return log[seq - 1][2] if seq else GENESIS

    def mark(self, terminal: str, life: int, now: float, most: int | None = None) -> Acknowledgement:
        if life > self.open_life(terminal) or (life < self.open_life(terminal) and most is None):
            raise _refused(ProblemType.LOG_FORKED)
        self.begun.add((terminal, life))
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
            journal_head=self.journals.get((terminal, life), GENESIS).hex(),
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
                if sent.sealed is not None:
                    self._fill(terminal, sent.op_id, sent.kind, sent.sealed)
                continue
            if sent.op_id in self.known:
                raise _refused(ProblemType.OPERATION_CHANGED)
            new.append((sent, head))
        for sent, head_after in new:
            log.append((sent.op_id, sent.sealed_hash, head_after))
            self._known(terminal, sent.op_id, sent.sealed_hash, sent.kind, sent.sealed)
        self.asked.pop(terminal, None)
        self.journals[terminal, batch.epoch] = batch.journal_head
        return self.mark(terminal, batch.epoch, now)

    def _known(self, terminal: str, op_id: bytes, sealed_hash: bytes, kind: str, sealed: bytes | None) -> None:
        """Taken in, under its identity, once for ever."""
        self.known[op_id] = sealed_hash
        self.arrived[terminal].append(op_id)
        if sealed is None:
            self._say(terminal, op_id, "empty")
        else:
            self._whole(terminal, op_id, kind, sealed)

    def _fill(self, terminal: str, op_id: bytes, kind: str, sealed: bytes) -> None:
        """A body for a tombstone: it is the operation; but what a later one has settled is never applied."""
        if self.outcome[op_id] != "empty":
            return
        if op_id in self.settled_by:
            self._say(terminal, op_id, "rejected")
        else:
            self._whole(terminal, op_id, kind, sealed)

    def _whole(self, terminal: str, op_id: bytes, kind: str, sealed: bytes) -> None:
        self.bodies[op_id] = sealed
        if kind != epochs.KIND:
            self._consider(terminal, op_id)
            return
        self._say(terminal, op_id, "applied")
        inside = epochs.unpacked(sealed)
        if inside is not None and inside.op_id not in self.known:
            self._known(terminal, inside.op_id, inside.sealed_hash, inside.kind, inside.sealed)
        elif inside is not None and inside.sealed is not None:
            self._fill(terminal, inside.op_id, inside.kind, inside.sealed)
            if inside.kind == epochs.KIND:
                deeper = epochs.unpacked(inside.sealed)
                assert deeper is None or deeper.op_id in self.known, "what is here brought what it carries"

    def _consider(self, terminal: str, op_id: bytes) -> None:
        """Apply it, or say why not, or let it wait for an earlier one of the same person."""
        sealed = self.bodies[op_id]
        if sealed.startswith(POISON):
            self._say(terminal, op_id, "rejected")
        elif self._must_wait(terminal, op_id, sealed):
            self._say(terminal, op_id, "held")
        elif not self._has_photo(sealed):
            self._say(terminal, op_id, HELD_FOR_PHOTO)
        else:
            self._apply(terminal, op_id, sealed)
            if self.outcome[op_id] == "applied":
                self._look_again(terminal, subject_of(sealed))

    def _has_photo(self, sealed: bytes) -> bool:
        photo = photo_of(sealed)
        return photo is None or len(self.pieces[photo.digest]) == len(photo.hashes)

    def standing(self, terminal: str, photo: Waiting, now: float) -> BlobStanding:
        """Which pieces of a photo are here; with a signature when that is all."""
        have = sorted(self.pieces[photo.digest])
        whole = len(have) == len(photo.hashes)
        standing = BlobStanding(
            terminal=terminal,
            blob=photo.digest.hex(),
            have=have,
            whole=whole,
            time=str(now),
            key_id="ack",
            signature=GOOD_SIGNATURE if whole else None,
        )
        if whole:
            self.ledger.photos[terminal].append(standing)
        return standing

    def take_piece(self, terminal: str, photo: Waiting, index: int, now: float) -> BlobStanding:
        self.pieces[photo.digest].add(index)
        for op_id in self._held(terminal):
            mine = photo_of(self.bodies[op_id])
            if mine is not None and mine.digest == photo.digest:
                self._consider(terminal, op_id)
        return self.standing(terminal, photo, now)

    def _open(self, op_id: bytes) -> bool:
        return self.outcome.get(op_id) != "applied" and op_id not in self.settled_by

    def _must_wait(self, terminal: str, op_id: bytes, sealed: bytes) -> bool:
        arrived, target, after = self.arrived[terminal], taken_back_by(sealed), after_of(sealed)
        before = arrived.index(op_id)
        if target in arrived:
            before = min(before, arrived.index(target))
        earlier = (
            one for one in arrived[:before] if one in self.bodies and self.outcome[one] in ("rejected", *WAITING)
        )
        of_person = [one for one in earlier if _about(self.bodies[one], subject_of(sealed))]
        return any(self._open(one) for one in of_person) or (after is not None and self._open(after))

    def _apply(self, terminal: str, op_id: bytes, sealed: bytes) -> None:
        target = taken_back_by(sealed)
        if target is not None and self.outcome.get(target) in (None, "applied"):
            self.settled_by[op_id] = op_id  # nothing is taken back: it holds nobody
            self._say(terminal, op_id, "rejected")
            return
        if target is not None:
            self.settled_by.setdefault(target, op_id)
            if self.outcome[target] in WAITING:
                self._say(terminal, target, "rejected")
        self.effects[number_of(sealed)] += 1
        self.order[terminal].append(number_of(sealed))
        self._say(terminal, op_id, "applied")

    def _look_again(self, terminal: str, subject: int) -> None:
        for op_id in self.arrived[terminal]:
            if self.outcome[op_id] in WAITING and _about(self.bodies[op_id], subject):
                self._consider(terminal, op_id)

    def settle_lost(self, terminal: str, known: Collection[bytes]) -> None:
        """The centre's people settle what stands open here and what no terminal knows of any more, since an older copy
        took its place.
        """
        for op_id in [one for one in self.arrived[terminal] if one not in known and self._open(one)]:
            self.settled_by[op_id] = op_id
            if self.outcome[op_id] in WAITING:
                self._say(terminal, op_id, "rejected")
        for subject in {subject_of(self.bodies[op_id]) for op_id in self._held(terminal)}:
            self._look_again(terminal, subject)

    def _held(self, terminal: str) -> list[bytes]:
        return [op_id for op_id in self.arrived[terminal] if self.outcome[op_id] in WAITING]

    def _say(self, terminal: str, op_id: bytes, outcome: str) -> None:
        if self.outcome.get(op_id) != outcome:
            self.outcome[op_id] = outcome
            self._feed(terminal, op_id, outcome)

    def _feed(self, terminal: str, op_id: bytes, verdict: str) -> None:
        feed = self.feed[terminal]
        chain = feed[-1][2] if feed else ""
        feed.append((op_id, verdict, digest(chain.encode(), op_id, verdict.encode()).hex()[:32]))

    def changes(self, terminal: str, cursor: str | None, state: str | None = None) -> Changes:
        """:param state: what the terminal knows, to be held against what it was told up to ``cursor``."""
        feed = self.feed[terminal]
        number, _, chain = (cursor or "0-").partition("-")
        after, (history, _, chain) = int(number), chain.partition("/")
        if cursor is not None and history != str(self.history):
            raise _refused(ProblemType.CURSOR_UNKNOWN)
        if after > len(feed) or (after and feed[after - 1][2] != chain):
            raise _refused(ProblemType.CURSOR_UNKNOWN)
        if state is not None and state != _told(feed[:after]):
            raise _refused(ProblemType.STATE_DIFFERS)
        page, end = feed[after : after + _PAGE], min(after + _PAGE, len(feed))
        return Changes(
            outcomes=[_outcome(op_id, verdict) for op_id, verdict, _ in page],
            cursor=f"{end}-{self.history}/{feed[end - 1][2] if end else ''}",
            more=end < len(feed),
        )

    def ask(self, terminal: str, question: Question, run: int) -> Grant:
        """A new life, if its people agreed, for the history that it was agreed to, which has not begun it.

        :param run: of the program that asks: a life is for the first that fetches it.
        """
        epoch, asked = self.life_of.get(terminal, (1, None))
        mine = self.fetched.get(terminal, run) == run
        if asked == question and (terminal, epoch) not in self.begun and mine:
            self.fetched[terminal] = run
            return Grant(epoch, question[0], "", b"", "ack")
        self.asked[terminal] = question
        raise _refused(ProblemType.EPOCH_PENDING)

    def agree(self, terminal: str) -> bool:
        """A person looked at both histories."""
        question = self.asked.pop(terminal, None)
        if question is None:
            return False
        self.life_of[terminal] = (max(self.open_life(terminal), question[0]) + 1, question)
        self.fetched.pop(terminal, None)
        return True


def _told(feed: Sequence[tuple[bytes, str, str]]) -> str:
    """Digest of the last words of a feed; a tombstone counts as none."""
    words = {op_id: verdict.partition(" ")[0] for op_id, verdict, _ in feed}
    return digest_of({op_id: word for op_id, word in words.items() if word != "empty"}).hex().upper()


def _about(sealed: bytes, subject: int) -> bool:
    return not sealed.startswith(POISON) and subject_of(sealed) == subject


def _refused(kind: ProblemType, operation: int | None = None) -> Exception:
    document = Problem(type=kind.value, title="", status=409, operation=operation)
    return causes.problem(kind, document=document)


def _outcome(op_id: bytes, verdict: str) -> OperationOutcome:
    return OperationOutcome(
        op_id=op_id.hex(),
        outcome=OutcomeKind(verdict.partition(" ")[0]),
        reason=verdict.partition(" ")[2] or None,
        text_zh="",
        text_en="",
        case=None,
        time=_NOON,
    )
