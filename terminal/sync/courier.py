"""The three requests of the sender, each from the outbox to the centre and back, and what its answer amounts to.

Nothing moves in the outbox before an acknowledgement is proven: the centre's ``ack`` signature, our terminal, this life
of the log, a fresh time, the whole batch covered, and a head that our own chain has at that place. Whatever fails is
"unknown": the same bytes go again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from offline_cache.blob_rows import Word
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Agreement, Anchor, Batch, Counts, Outcome, State, Taken, Verdict
from terminal import faults
from terminal.centre import causes, chain, contract
from terminal.centre.contract import Acknowledgement, BlobStanding, OperationBatch, ProblemType
from terminal.centre.errors import CentreError
from terminal.centre.identity import Identity
from terminal.receipts.errors import PaperError
from terminal.receipts.keys import by_id, receipt_keys
from terminal.receipts.of_centre import claim_of_centre
from terminal.sync import blobs, renewal
from terminal.sync.answers import Answer, Kind
from terminal.sync.batches import signed_batch
from terminal.sync.feed import Cursors, Feed

_log = logging.getLogger(__name__)

_FRESH = timedelta(seconds=300)

KINDS: dict[ProblemType, Kind] = {
    ProblemType.BUSY: Kind.BUSY,
    ProblemType.LOG_IN_PROGRESS: Kind.BUSY,
    ProblemType.INTERNAL: Kind.UNKNOWN,
    ProblemType.LOG_GAP: Kind.GAP,
    ProblemType.CURSOR_UNKNOWN: Kind.CURSOR_LOST,
    ProblemType.STATE_DIFFERS: Kind.STATE_DIFFERS,
    ProblemType.LOG_FORKED: Kind.FORKED,
    ProblemType.OPERATION_CHANGED: Kind.FORKED,
    ProblemType.EPOCH_PENDING: Kind.PENDING,
    ProblemType.OPERATION_REFUSED: Kind.POISON,
    ProblemType.BAD_REQUEST: Kind.POISON,
    ProblemType.SUITE_OTHER: Kind.REFUSED,
    ProblemType.TOO_LARGE: Kind.TOO_LARGE,
    ProblemType.CERTIFICATE_REQUIRED: Kind.REFUSED,
    ProblemType.TERMINAL_REVOKED: Kind.REFUSED,
    ProblemType.TERMINAL_OTHER: Kind.REFUSED,
    ProblemType.HEAD_SIGNATURE: Kind.REFUSED,
    ProblemType.NOT_FOUND: Kind.WRONG_API,
}
"""What the centre's own refusals amount to; any other problem is "unknown"."""


class Centre(renewal.Centre, blobs.Centre, Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    @property
    def now(self) -> datetime: ...

    def send_operations(self, terminal: str, body: OperationBatch, *, urgent: bool = ...) -> Acknowledgement: ...

    def changes(self, cursor: str | None, state: str | None = ...) -> contract.Changes: ...


class Log(renewal.Log, Protocol):
    """The part of :class:`offline_cache.outbox.Outbox` that is used here."""

    def batch(self, max_ops: int = ..., max_bytes: int = ..., after: int | None = ...) -> Batch | None: ...

    def anchor(self) -> Anchor | None: ...

    def outcomes(self, outcomes: Sequence[Outcome], cursor: tuple[str, str] | None = ...) -> list[Taken]: ...

    def park(self, op_id: bytes, reason: str, operator: str = ...) -> None: ...

    def counts(self) -> Counts: ...

    def fork(self) -> StoreError | None: ...

    def note_fork(self, fault: StoreFault) -> None: ...

    def check_journal(self, head: bytes) -> int: ...

    def note_refusal(self, cause: str, certificate: str) -> None: ...

    def lift_refusal(self, certificate: str | None = ...) -> None: ...

    def note_stop(self, reason: str) -> None: ...

    def waits(self, hwm: int) -> bool: ...

    def reversal_waits(self) -> bool: ...

    def state_digest(self) -> bytes: ...

    def note_drift(self, again: bool) -> None: ...

    def note_behind(self, epoch: int, hwm: int | None) -> None: ...


class Courier:
    """One terminal's requests about its log. Each method blocks until the answer is stored, and never raises.

    :param certificate: digest of ours, by which a refusal is remembered: another one may be taken.
    :param epoch: the life of the log that the store is in.
    :param refresh: fetches reference data when it is time; never a fault.
    :param begun: told of a new life of the log, as soon as it has begun.
    :param aside: lays a copy of the store aside, for the life that ends in a fork.
    """

    def __init__(
        self,
        centre: Centre,
        log: Log,
        cursors: Cursors,
        identity: Identity,
        *,
        sign: chain.Sign,
        certificate: str,
        epoch: Callable[[], int],
        aside: Callable[[int], object],
        blob_store: blobs.Store,
        refresh: Callable[[], None] = lambda: None,
        begun: Callable[[int], None] = lambda _life: None,
    ) -> None:
        self._centre = centre
        self._log = log
        self._identity = identity
        self._sign = sign
        self._certificate = certificate
        self._epoch = epoch
        self._renewal = renewal.Renewal(centre, log, identity, sign, self._proven, aside)
        self._refresh, self._begun = refresh, begun
        self._blobs = blob_store
        self.lane = blobs.Lane(centre, blob_store, identity.terminal, classify, self._proven_blob)
        self._fork: CentreError | StoreError | None = None
        self._papers = by_id(receipt_keys(identity.signing_keys))
        self.feed = Feed(log, cursors)
        self._last: Batch | None = None
        self.error: CentreError | StoreError | None = None
        """Why the last request did not do what it should; ``None`` when it did."""

    def send(self, first: int | None, most: int, most_bytes: int) -> Answer:
        """Send a batch from ``first``, or from the first that waits."""
        return self.guarded(lambda: self._send(first, most, most_bytes))

    def ask(self) -> Answer:
        """Ask how much of our log the centre has."""
        return self.guarded(self._ask)

    def pull(self) -> Answer:
        """Fetch outcomes and store them together with the new cursor."""
        return self.guarded(self._pull)

    def carry(self) -> Answer:
        """Send the next piece of a photo or a signature."""
        return self.guarded(self.lane.carry)

    def renew(self) -> Answer:
        """After a fork: begin a new life of the log, if the centre gives one."""
        answer = self.guarded(self._renew)
        if answer.kind is Kind.PENDING:
            self.error = self._fork or self.error  # what people have to look at is the fork
        return answer

    def _renew(self) -> Answer:
        life = self._renewal.go()
        self._fork = None
        self.feed.from_start()
        with suppress(StoreError):  # at the next opening, then
            self._begun(life)
        return Answer(Kind.RENEWED)

    def park(self, seq: int) -> bool:
        """Set the operation aside that was refused alone; ``False`` when the store does not."""
        batch = self._last
        sent = [operation for operation in batch.operations if operation.seq == seq] if batch else []
        try:
            for operation in sent:
                self._log.park(operation.op_id, "refused-at-ingest")
        except StoreError as error:
            self.error = error
            return False
        return bool(sent)

    def guarded(self, request: Callable[[], Answer]) -> Answer:
        """The answer of a request, whatever it raised: a :class:`CentreError` or a :class:`StoreError`."""
        self.error = None
        try:
            answer = request()
        except CentreError as error:
            self.error = error
            answer = classify(error)
        except StoreError as error:
            self.error = error
            return Answer(Kind.DAMAGED if faults.is_one_of(error, faults.DAMAGED) else Kind.STORE)
        if answer.kind is Kind.FORKED:
            self._fork = self.error
            fault = self.error.fault if isinstance(self.error, StoreError) else faults.FORKED
            with suppress(StoreError):  # it is noticed again by the next one
                self._log.note_fork(fault)
        if answer.kind is Kind.REFUSED and self.error is not None:
            with suppress(StoreError):
                self._log.note_refusal(faults.code_of(self.error), self._certificate)
        return answer

    def forked(self) -> bool:
        """Whether this life of the log goes no further, as an earlier process may have noticed."""
        with suppress(StoreError):
            self._fork = self._fork or self._log.fork()
        self.error = self._fork
        return self._fork is not None

    def urgent(self) -> bool:
        """Whether a reversal waits, as far as the store can tell."""
        with suppress(StoreError):
            return self._log.reversal_waits()
        return False

    def stopped(self, reason: str) -> None:
        """Write down that the sender has stopped, where the store takes it."""
        with suppress(StoreError):
            self._log.note_stop(reason)

    def pack(self, first: int | None, most: int, most_bytes: int) -> Batch | None:
        """What goes next; ``None`` when nothing waits."""
        self._last = self._log.batch(most, most_bytes, None if first is None else first - 1)
        return self._last

    def settle_send(self, batch: Batch, exchange: Callable[[], Acknowledgement]) -> Answer:
        """What the answer to a batch amounts to. ``exchange`` gives it, or raises a :class:`CentreError`."""
        one = len(batch.operations) == 1 and batch.operations[0].sealed is None
        try:
            ack = exchange()
            signature = self._proven(ack, batch.epoch)
            if ack.hwm < batch.to_seq:
                raise causes.acknowledgement_invalid("does not cover the batch")
        except CentreError as error:
            self.error = error
            return classify(error, count=len(batch.operations), first=batch.from_seq, tombstone=one)
        whole = {operation.op_id for operation in batch.operations if operation.sealed is not None}
        return self._advance(Kind.RECEIVED, ack, signature, whole)

    def settle_ask(self, epoch: int, exchange: Callable[[], Acknowledgement]) -> Answer:
        """What a mark of that life of the log amounts to."""
        ack = exchange()
        answer = self._advance(Kind.MARK, ack, self._proven(ack, epoch))
        if answer.kind is Kind.MARK:
            self._blobs.doubt()
            self.feed.due()
        return answer

    def _send(self, first: int | None, most: int, most_bytes: int) -> Answer:
        batch = self.pack(first, most, most_bytes)
        if batch is None:
            return Answer(Kind.NOTHING)
        terminal, body = self._identity.terminal, self._body(batch)
        return self.settle_send(batch, lambda: self._centre.send_operations(terminal, body, urgent=self.urgent()))

    def _ask(self) -> Answer:
        epoch, terminal, urgent = self._epoch(), self._identity.terminal, self.urgent()
        return self.settle_ask(epoch, lambda: self._centre.high_water_mark(terminal, epoch, urgent=urgent))

    def _proven(self, ack: Acknowledgement, epoch: int) -> bytes:
        signature = chain.check_acknowledgement(self._identity, epoch, ack)
        if abs(chain.ack_moment(ack) - self._centre.now) > _FRESH:
            raise causes.acknowledgement_invalid("not of now")
        return signature

    def _proven_blob(self, blob: bytes, standing: BlobStanding) -> Word:
        signature = chain.check_blob(self._identity, blob, standing)
        if abs(chain.ack_moment(standing) - self._centre.now) > _FRESH:
            raise causes.acknowledgement_invalid("not of now")
        return Word(standing.time, signature, standing.key_id)

    def _advance(self, kind: Kind, ack: Acknowledgement, signature: bytes, whole: Collection[bytes] = ()) -> Answer:
        """What a proven acknowledgement moves.

        :param whole: what went with its body in the request that it answers. What stands in the outbox meanwhile tells
            nothing of that: a person may have parked an operation, or put it back.
        """
        head, journal = bytes.fromhex(ack.head), bytes.fromhex(ack.journal_head)
        agreement = self._log.check_against(ack.hwm, head, ack.epoch)
        try:
            line = self._log.check_journal(journal) if agreement in renewal.OURS else 0
            self._log.acknowledged(
                *(ack.hwm, head, signature, ack.time),
                epoch=ack.epoch,
                key_id=ack.key_id,
                journal=(line, journal) if line else None,
                whole=whole,
            )
        except StoreError as error:
            if error.fault not in faults.OLDER and agreement not in (Agreement.FORKED, Agreement.WE_ARE_OLDER):
                raise
            self.error = error
            return Answer(Kind.FORKED)
        self._log.lift_refusal()
        lost = agreement is Agreement.CENTRE_BEHIND
        self._log.note_behind(ack.epoch, ack.hwm if lost else None)
        left = self._log.waits(ack.hwm)
        urgent = left and self._log.reversal_waits()
        return Answer(kind, hwm=ack.hwm, lost=lost, left=left, urgent=urgent)

    def _pull(self) -> Answer:
        cursor, state = self.feed.place(), self.feed.known()
        answer = self.settle_pull(lambda: self._centre.changes(cursor, state), compared=state is not None)
        if answer.kind is Kind.CHANGES and not answer.more:
            self._refresh()
        return answer

    def settle_pull(self, exchange: Callable[[], contract.Changes], *, compared: bool) -> Answer:
        """What a page of the feed amounts to.

        :param compared: whether what is known here went along.
        """
        answer = self._page(exchange)
        self.feed.settle(answer, compared=compared)
        return answer

    def _page(self, exchange: Callable[[], contract.Changes]) -> Answer:
        try:
            changes = exchange()
        except CentreError as error:
            answer = classify(error)
            self.error = error
            # The feed alone does not make the sender stop.
            return Answer(Kind.UNKNOWN) if answer.kind in (Kind.POISON, Kind.TOO_LARGE, Kind.FORKED) else answer
        self.feed.keep([self._outcome(one) for one in changes.outcomes], changes.cursor, more=changes.more)
        counts = self._log.counts().count
        awaiting = counts.get(State.RECEIVED, 0) + counts.get(State.HELD, 0)
        left = counts.get(State.PENDING, 0) > 0  # also what the centre turned out to have as a tombstone alone
        return Answer(Kind.CHANGES, news=bool(changes.outcomes), more=changes.more, awaiting=awaiting, left=left)

    def _outcome(self, heard: contract.OperationOutcome) -> Outcome:
        """What was heard; its code for papers only when the centre's signature of it holds."""
        said = _outcome(heard)
        if heard.receipt is None:
            return said
        environment, terminal = self._identity.environment, self._identity.terminal
        try:
            claim_of_centre(heard.receipt, self._papers, environment, terminal, said.verdict)
        except PaperError as error:
            _log.warning("a code for papers came with an outcome and is not used: %s", error)
            return said
        return replace(said, receipt=heard.receipt)

    def _body(self, batch: Batch) -> OperationBatch:
        return signed_batch(self._identity.origin, batch, self._sign)


def classify(error: CentreError, *, count: int = 0, first: int = 0, tombstone: bool = False) -> Answer:
    """What a fault on the way, or a refusal of the centre, amounts to. Only types are looked at, never texts."""
    if faults.is_one_of(error, faults.CLOCK):
        return Answer(Kind.CLOCK)
    kind = Kind.UNKNOWN if error.problem is None else KINDS.get(error.problem, Kind.UNKNOWN)
    if error.problem is ProblemType.SUITE_OTHER and error.operation is not None:
        kind = Kind.POISON  # one envelope, not the terminal
    return Answer(
        kind, count=count, first=first, tombstone=tombstone, operation=error.operation, retry_after=error.retry_after
    )


def _outcome(heard: contract.OperationOutcome) -> Outcome:
    return Outcome(
        op_id=bytes.fromhex(heard.op_id),
        verdict=Verdict(heard.outcome.value),
        reason=heard.reason or "",
        zh=heard.text_zh,
        en=heard.text_en,
        case=heard.case or "",
        time=heard.time.isoformat(),
    )
