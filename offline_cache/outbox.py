"""Operations on their way to the centre: recorded once, sent as they were recorded, never deleted, never edited.

Order comes from the commit, never from a clock. What the centre answers can move an operation from state to state along
:data:`offline_cache.moves.MOVES`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from offline_cache import acknowledging, epochs, forks, moves, recording, rows, sending, subjects, told
from offline_cache.database import Db
from offline_cache.epochs import Grant
from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End
from offline_cache.journal import Entry, append
from offline_cache.leases import EndDrive
from offline_cache.operations import Agreement, Anchor, Batch, Counts, Draft, Operation, Outcome, State, Taken
from offline_cache.reserved import GiveBack, Use

if TYPE_CHECKING:
    from offline_cache.store import Store


class Outbox:
    """The outbox of one store. Every method waits for its turn; call from a worker, not from Qt's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _at(self) -> int:
        return int(self._store.now().timestamp() * 1000)

    # --- taking in --------------------------------------------------------------------------------------------------

    def record(
        self,
        *drafts: Draft,
        journal: Sequence[Entry] = (),
        intents: Sequence[Begin | End] = (),
        reserve: Sequence[Use | GiveBack | EndDrive] = (),
    ) -> list[Operation]:
        """Record operations, journal lines, card intents and the use of reserved numbers in one transaction. Durable at
        return, or not there.

        :raises StoreError: ``ENTRY_REFUSED``, ``OPERATION_UNKNOWN`` (``refers_to``), ``CARD_DOUBTFUL``,
            ``INTENT_ENDED``, ``TWO_PEOPLE``, ``NUMBERS_OUT``, ``OFFLINE_LIMIT``, ``VALUE_LIMIT``,
            ``DISK_FULL``, ``DISK_LOW``, ``NOT_SAVED``, ``SAVE_UNKNOWN``.
        """
        recording.check(drafts, intents)
        ends = any(isinstance(intent, End) for intent in intents)
        if not ends:
            size = sum(blob.size for draft in drafts for blob in draft.blobs)
            self._store.refuse_when_full(card=any(isinstance(intent, Begin) for intent in intents), size=size)
        at = self._at()
        ids = [draft.op_id for draft in drafts]
        ends = bool(intents) and all(isinstance(intent, End) for intent in intents)

        def work(db: Db) -> list[Operation]:
            if not ends:  # the end of a card write is the truth about a card, and is always taken down
                forks.refuse(db)
            return recording.taken_in(db, at, drafts, journal, intents, reserve)

        return self._store.do(
            work,
            landed=(lambda db: recording.all_there(db, ids)) if ids else None,
            reserve=ends and bool(ids),  # the card is written: its end must find room, and the reserve is there for it
        )

    # --- on the way -------------------------------------------------------------------------------------------------

    def batch(self, max_ops: int = 100, max_bytes: int = 1 << 20, after: int | None = None) -> Batch | None:
        """The next operations to send, in order, the chain over them computed anew.

        :param max_bytes: of sealed bodies together; one that is larger goes alone.
        :param after: send again from behind this sequence number, for a centre that was restored from an older copy;
            otherwise from behind the furthest acknowledgement.
        :returns: ``None`` when there is nothing to send.
        :raises StoreError: ``CHAIN_BROKEN``: nothing is sent from a store that does not verify.
        """
        return self._store.do(lambda db: sending.batch(db, max_ops, max_bytes, after), write=False)

    def for_medium(self, max_ops: int, max_bytes: int, after: int = 0) -> Batch | None:
        """The next run behind a number of what the centre has not: what waits, and what it lost where it was put back
        to a backup. Of the latter what has no body here any more is left out.

        :raises StoreError: ``CHAIN_BROKEN``; ``BODY_GONE`` of what was never acknowledged.
        """
        return self._store.do(lambda db: sending.for_medium(db, max_ops, max_bytes, after), write=False)

    def note_behind(self, epoch: int, hwm: int | None) -> None:
        """The centre was put back: of this life it has no more than ``hwm``; ``None``: it has all that it had.

        What it lost belongs on a medium until it is there again; the photos of that until it has said that they are.
        """
        if hwm is None and self._store.do(sending.fell_back, write=False) is None:
            return  # as nearly always
        at = self._at()
        self._store.do(lambda db: acknowledging.note_behind(db, at, epoch, hwm))

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
        """The centre has every place up to ``hwm``. The caller has verified the signature over exactly these values.

        :param journal: number and head of the line of the journal that went up with the batch; it is kept with the
            acknowledgement, and the proof looks for it ever after.
        :param whole: what went with its body in the request that this answers; empty where nothing was sent.
        :returns: how many operations moved; 0 for an acknowledgement that says nothing new.
        :raises StoreError: ``HISTORY_FORKED`` when our chain has another head there, ``STORE_BEHIND`` when it is
            shorter: then nothing moves and sending must stop.
        """
        at = self._at()
        return self._store.do(
            lambda db: acknowledging.acknowledged(
                db,
                at,
                Anchor(
                    rows.epoch_of(db) if epoch is None else epoch,
                    *(hwm, head, time, signature, key_id),
                    *(journal or (None, None)),
                ),
                whole,
            )
        )

    def waits(self, hwm: int) -> bool:
        """Whether a centre with this mark needs anything from us: what stands above it, or waits at or below it."""
        return self._store.do(lambda db: sending.waits(db, hwm), write=False)

    def reversal_waits(self) -> bool:
        """Whether something waits that says of something else that it does not stand: for such a terminal the centre
        is asked to make way. Of several the newest counts, as they go in their order.
        """
        return self._store.do(sending.reversal_waits, write=False)

    def check_against(self, hwm: int, head: bytes, epoch: int | None = None) -> Agreement:
        """Compare what the centre says it has with what is here. Changes nothing."""
        return self._store.do(
            lambda db: acknowledging.compare(db, rows.epoch_of(db) if epoch is None else epoch, hwm, head), write=False
        )

    def check_journal(self, head: bytes) -> int:
        """At first contact: the line of our journal that has the head which the centre remembers. Gives its number.

        :raises StoreError: ``JOURNAL_BEHIND`` when there is none: the journal here is an older copy, or another.
        """
        return self._store.do(lambda db: acknowledging.check_journal(db, head), write=False)

    def anchor(self) -> Anchor | None:
        """The furthest acknowledgement of this epoch."""
        return self._store.do(lambda db: rows.anchor(db, rows.epoch_of(db)), write=False)

    def anchored_line(self) -> int:
        """The last line of the journal that the centre has shown to know; 0 for none."""
        sql = "SELECT coalesce(max(journal_n), 0) FROM anchor"
        found: int = self._store.do(lambda db: db.value(sql), write=False)
        return found

    def outcomes(self, outcomes: Sequence[Outcome], cursor: tuple[str, str] | None = None) -> list[Taken]:
        """Take what the centre says has become of operations, and move the feed's cursor in the same transaction.

        :param cursor: name of the feed and its new position.
        """
        at = self._at()
        return self._store.do(lambda db: acknowledging.outcomes(db, at, outcomes, cursor))

    def outcome(self, outcome: Outcome) -> Taken:
        """One outcome by itself."""
        return self.outcomes([outcome])[0]

    # --- for people -------------------------------------------------------------------------------------------------

    def park(self, op_id: bytes, reason: str, operator: str = "") -> None:
        """Set an operation aside, so that those behind it go on. A tombstone goes to the centre in its place. When its
        body has gone there before, what the centre says of it moves it on all the same.

        :raises StoreError: ``MOVE_REFUSED``, ``OPERATION_UNKNOWN``.
        """
        at = self._at()
        self._store.do(lambda db: acknowledging.park(db, at, op_id, reason, operator))

    def may_return(self, op_id: bytes) -> bool:
        """Whether :meth:`retry` would put it back now; the rule is :func:`offline_cache.subjects.may_return`.

        :raises StoreError: ``OPERATION_UNKNOWN``.
        """
        return self._store.do(lambda db: subjects.may_return(db, rows.find(db, op_id)), write=False)

    def retry(self, op_id: bytes, reason: str, operator: str = "") -> None:
        """Put a parked operation back: its body goes to the centre, also where a tombstone has gone before it.

        :raises StoreError: ``MOVE_REFUSED`` when it is not parked, is settled or passed over, or belongs
            to an earlier life.
        """
        at = self._at()

        def work(db: Db) -> None:
            operation = rows.find(db, op_id)
            moves.retry(db, at, operation, reason, operator, returns=subjects.may_return(db, operation))

        self._store.do(work)

    def resolve(
        self, op_id: bytes, draft: Draft, how: str, journal: Sequence[Entry] = (), operator: str = ""
    ) -> Operation:
        """Settle an operation that waits for a person by a new one that refers to it.

        :param how: ``corrected``, ``withdrawn`` or ``escalated``.
        :raises StoreError: ``MOVE_REFUSED`` when it does not wait for a person; those of :meth:`record`.
        """
        recording.check([draft], ())
        self._store.refuse_when_full(size=sum(blob.size for blob in draft.blobs))
        at = self._at()

        def work(db: Db) -> Operation:
            forks.refuse(db)
            return moves.resolve(db, at, op_id, draft, how, journal=journal, operator=operator)

        return self._store.do(
            work,
            landed=lambda db: recording.all_there(db, [draft.op_id]),
        )

    # --- looking ----------------------------------------------------------------------------------------------------

    def find(self, op_id: bytes) -> Operation:
        """:raises StoreError: ``OPERATION_UNKNOWN``."""
        return self._store.do(lambda db: rows.find(db, op_id), write=False)

    def at(self, epoch: int, seq: int) -> Operation | None:
        """The operation at a place of the log, as papers bear it."""
        return self._store.do(lambda db: rows.at(db, epoch, seq), write=False)

    def listed(self, states: Sequence[State] = tuple(State), after: int = 0, most: int = 200) -> list[Operation]:
        """Operations in these states, oldest first, after a position."""
        return self._store.do(lambda db: moves.listed(db, states, after, most), write=False)

    def work_list(self) -> list[Operation]:
        """What waits for a person: rejected, conflict and parked, until a later operation settles it."""
        return self._store.do(moves.work_list, write=False)

    def comes_after(
        self, subject: bytes, *, settles: bytes | None = None, passed: Collection[str] = ()
    ) -> bytes | None:
        """The operation behind which a new one about this subject has to wait; ``None`` where nothing is open. The
        rule is :func:`offline_cache.subjects.comes_after`.

        :param settles: what the new one corrects, withdraws or escalates.
        """

        def look(db: Db) -> bytes | None:
            return subjects.comes_after(subjects.line_of(db, subject), settles, passed)

        return self._store.do(look, write=False)

    def open_of(self, subject: bytes, kind: str) -> Operation | None:
        """The newest operation about a subject, when it is of this kind and waits for a person: one of the same kind
        that is recorded now can correct it."""
        return self._store.do(lambda db: subjects.open_of(db, subject, kind), write=False)

    def is_carried(self, op_id: bytes) -> bool:
        """Whether another operation carries this one over: what becomes of it is not decided here any more."""
        return self._store.do(lambda db: epochs.is_carried(db, rows.find(db, op_id).position), write=False)

    def history(self, op_id: bytes) -> list[Outcome]:
        """Everything the centre has said about an operation, in the order it was heard."""
        return self._store.do(lambda db: moves.history(db, op_id), write=False)

    def state_digest(self) -> bytes:
        """See :mod:`offline_cache.told`."""
        return self._store.do(told.state_digest, write=False)

    def counts(self) -> Counts:
        """Numbers for the screen and for the report, from one query."""
        return self._store.do(moves.counts, write=False)

    def ready(self, *, card: bool = False) -> None:
        """Whether anything new is taken in: for the first screen, and for a command before people type.

        :param card: whether a card would be written for it.
        :raises StoreError: that of :meth:`halted`; ``DISK_FULL``; ``DISK_LOW`` for a card alone.
        """
        error = self.halted()
        if error is not None:
            raise error
        self._store.refuse_when_full(card=card)

    def halted(self) -> StoreError | None:
        """Why this store goes no further, here or at the centre: ``STORE_DAMAGED``, ``CHAIN_BROKEN``; once noticed
        ``HISTORY_FORKED``, ``STORE_BEHIND``, ``JOURNAL_BEHIND``, ``TERMINAL_REFUSED``. A full disk is none of these:
        what waits still goes.
        """
        stopped = self._store.stopped
        if stopped is not None:
            return StoreError(stopped.fault, stopped.detail)
        return self._store.do(lambda db: forks.noticed(db) or forks.refusal(db), write=False)

    def fork(self) -> StoreError | None:
        """The fork that was noticed in this life of the log."""
        return self._store.do(forks.noticed, write=False)

    def latest_life(self) -> int:
        """The latest life of the log that is known of here: that of a store which this one has replaced may be later
        than ours.
        """
        return self._store.do(forks.latest_life, write=False)

    def note_fork(self, fault: StoreFault) -> None:
        """Remember a fork, or that this is an older copy, until a new life begins."""
        at = self._at()
        self._store.do(lambda db: forks.note(db, at, fault))

    def note_shown(self, place: forks.Place) -> None:
        """A medium shows that this is an older copy: the log was once there. Likewise."""
        at = self._at()
        self._store.do(lambda db: forks.note_shown(db, at, place))

    def refusal(self) -> StoreError | None:
        """That the centre takes nothing from this terminal any more, as it was noticed."""
        return self._store.do(forks.refusal, write=False)

    def note_refusal(self, cause: str, certificate: str) -> None:
        """Remember that the centre refuses this terminal for good.

        :param cause: code of the fault; :param certificate: as whom we were refused.
        """
        at = self._at()
        self._store.do(lambda db: forks.note_refusal(db, at, cause, certificate))

    def lift_refusal(self, certificate: str | None = None) -> None:
        """The centre takes our word again; with ``certificate``, only where it is another than was refused."""
        if self.refusal() is not None:
            at = self._at()
            self._store.do(lambda db: forks.lift_refusal(db, at, certificate))

    def note_stop(self, reason: str) -> None:
        """The sender has stopped, and goes on only when people did something: a line of the journal."""
        at = self._at()

        def work(db: Db) -> None:
            append(db, at, "sync-stopped", None, {"reason": reason})

        self._store.do(work)

    def note_drift(self, again: bool) -> None:
        """What the centre told is not what is known here: a line of the journal.

        :param again: also after all of it was read anew.
        """
        at = self._at()

        def work(db: Db) -> None:
            append(db, at, "state-differs", None, {"again": again})

        self._store.do(work)

    # --- after a fork -----------------------------------------------------------------------------------------------

    def lives(self) -> list[tuple[int, int]]:
        """Every life of this log and how many operations it has, oldest first."""
        return self._store.do(epochs.lives, write=False)

    def tip(self) -> tuple[int, int, bytes, bytes]:
        """The life that is being written, its last operation, the head there, and the journal's head."""
        return self._store.do(epochs.tip, write=False)

    def begin_epoch(self, grant: Grant, taken: Mapping[int, int]) -> list[Operation]:
        """Begin the new life that the centre has given after a fork, and carry over into it, in their order, the
        operations that the centre never took in. All of it in one transaction; the old ones stay as they are.

        :param taken: of each earlier life, up to which operation the centre's history is ours; 0 where it is not named.
        :returns: the operations that carry.
        :raises StoreError: ``EPOCH_OLD`` unless the epoch is newer.
        """
        at = self._at()
        return self._store.do(
            lambda db: epochs.begin(db, at, grant, taken), landed=lambda db: rows.epoch_of(db) == grant.epoch
        )
