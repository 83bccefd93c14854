"""The models of the simulation: a centre and a terminal's disk, as small as their rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from terminal.sync.answers import Answer, Kind

GENESIS = "0"


@dataclass(frozen=True)
class Op:
    """:param number: its identity; :param head: of the chain after it; :param whole: whether the body goes along."""

    seq: int
    number: int
    subject: int
    head: str
    whole: bool = True


def link(before: str | None, number: int) -> str:
    return hashlib.sha256(f"{before}/{number}".encode()).hexdigest()[:16]


@dataclass
class Disk:
    """What outlives the terminal's process. Durable at return, as the real store is."""

    log: list[Op] = field(default_factory=list)
    received: int = 0
    parked: set[int] = field(default_factory=set)
    outcomes: dict[int, str] = field(default_factory=dict)
    cursor: str | None = None

    def record(self, number: int, subject: int) -> None:
        seq = len(self.log) + 1
        self.log.append(Op(seq, number, subject, link(self.head(seq - 1), number)))

    def head(self, seq: int) -> str | None:
        if seq > len(self.log):
            return None
        return self.log[seq - 1].head if seq else GENESIS

    def subject(self, number: int) -> int:
        return next(op.subject for op in self.log if op.number == number)

    def batch(self, first: int | None, most: int) -> list[Op]:
        after = self.received if first is None else first - 1
        return [
            Op(op.seq, op.number, op.subject, op.head, whole=op.seq not in self.parked)
            for op in self.log[after : after + most]
        ]

    def park(self, seq: int) -> None:
        assert seq > self.received, "only what waits can be parked"
        self.parked.add(seq)

    def advance(self, kind: Kind, hwm: int, head: str) -> Answer:
        """A proven acknowledgement: as :meth:`terminal.sync.courier.Courier._advance`."""
        if self.head(hwm) != head:
            return Answer(Kind.FORKED)
        lost = hwm < self.received
        self.received = max(self.received, hwm)
        return Answer(kind, hwm=hwm, lost=lost, left=hwm < len(self.log))

    def fed(self, outcomes: list[tuple[int, str]], cursor: str, more: bool) -> Answer:
        self.outcomes.update(outcomes)
        self.cursor = cursor
        awaiting = sum(op.number not in self.outcomes for op in self.log[: self.received] if op.seq not in self.parked)
        return Answer(Kind.CHANGES, news=bool(outcomes), more=more, awaiting=awaiting)

    def unsettled(self, centre: Centre) -> bool:
        """Whether something good still waits for its outcome."""
        return any(op.number not in self.outcomes for op in self.log if op.number not in centre.poison)


Heard = Callable[[Disk], Answer]


@dataclass
class Centre:
    """Ingest, apply and feed by the rules of ``docs/sync.md``. Each answer is a function of the terminal's disk: what
    is done with it happens only if it is heard."""

    poison: frozenset[int]
    log: list[Op] = field(default_factory=list)
    effects: dict[int, int] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    feed: list[tuple[int, str]] = field(default_factory=list)
    chain: list[str] = field(default_factory=list)

    def copy(self) -> Centre:
        return deepcopy(self)

    @property
    def hwm(self) -> int:
        return len(self.log)

    def head(self, seq: int) -> str:
        return self.log[seq - 1].head if seq else GENESIS

    def ask(self) -> Heard:
        hwm, head = self.hwm, self.head(self.hwm)
        return lambda disk: disk.advance(Kind.MARK, hwm, head)

    def take(self, first: int, before: str | None, batch: list[Op]) -> Heard:
        for index, op in enumerate(batch):
            if op.whole and op.number in self.poison:
                shown = index if op.number % 2 else None
                refused = Answer(
                    Kind.POISON, count=len(batch), first=first, tombstone=not batch[0].whole, operation=shown
                )
                return lambda _disk: refused
        if first > self.hwm + 1:
            return lambda _disk: Answer(Kind.GAP)
        if self.head(first - 1) != before:
            return lambda _disk: Answer(Kind.FORKED)
        for op in batch:
            if op.seq <= self.hwm:
                if self.head(op.seq) != op.head:
                    return lambda _disk: Answer(Kind.FORKED)
                continue
            self.log.append(op)
            if op.whole:
                self._apply(op.number)
        hwm, head = self.hwm, self.head(self.hwm)
        return lambda disk: disk.advance(Kind.RECEIVED, hwm, head)

    def _apply(self, number: int) -> None:
        self.effects[number] = self.effects.get(number, 0) + 1
        self.order.append(number)
        self.feed.append((number, "applied"))
        self.chain.append(link(self.chain[-1] if self.chain else GENESIS, number))

    def pull(self, cursor: str | None) -> Heard:
        n, _, chain = (cursor or "0-").partition("-")
        after = int(n)
        if after > len(self.feed) or (after and self.chain[after - 1] != chain):
            return _lost
        page, end = self.feed[after : after + 7], min(after + 7, len(self.feed))
        name = f"{end}-{self.chain[end - 1] if end else ''}"
        more = end < len(self.feed)
        return lambda disk: disk.fed(page, name, more)


def _lost(disk: Disk) -> Answer:
    disk.cursor = None
    return Answer(Kind.CURSOR_LOST)
