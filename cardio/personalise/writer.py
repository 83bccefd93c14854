"""Carrying a plan out on the card: read, write what is not right, read back, compare (card.md §5, "Write")."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from cardio import status
from cardio.answers import AnswerError
from cardio.errors import CardError
from cardio.files import Need
from cardio.found import Found
from cardio.keysource import RK_SSSE, UK_SSSE
from cardio.personalise.faults import not_kept, not_planned
from cardio.personalise.plan import Plan, Step
from cardio.personalise.survey import Held, judged, look, piece_address, record_address, require_ours
from cardio.selection import Selection
from cardio.session import CardSession


class Made(Enum):
    """How an issue stands."""

    MADE = "made"  # every byte of the plan was read back from the card
    HALF_MADE = "half-made"  # some of it may be there; the same plan, known to be begun on this card, goes on
    UNTOLD = "untold"  # begun before, and it holds what is neither ours nor blank: for people to decide
    SPOILED = "spoiled"  # the card takes no more writes, or holds what nobody wrote; it is not to be made any more


@dataclass(frozen=True)
class Outcome:
    """:param written: steps that this run wrote. :param already: steps that were right before it.
    :param fault: why it is not made.
    :param proof: SHA-256 of what the card itself read back, 32 bytes; empty unless it is made.
    """

    state: Made
    written: int
    already: int
    fault: CardError | None = None
    proof: bytes = b""


class _SpoiledError(Exception):
    """The second try went as the first. :param fault: what is told."""

    def __init__(self, fault: CardError) -> None:
        super().__init__(str(fault))
        self.fault = fault


def personalise(session: CardSession, plan: Plan, *, begun: bool = False) -> Outcome:
    """Make the card of ``plan``, or go on where it stopped. On a card that is made already nothing is written.

    Power may go in the middle of one write. A number that is torn is written again only where ``begun`` says that it
    is of our own writing; if a begun card holds something else, nothing is written and the outcome is UNTOLD.

    A fault that is *raised* says that this run wrote nothing. After the first write nothing is raised any more: the
    outcome says how the card stands.

    :param begun: whether a record that outlives this program says that this application was begun on this very card,
        and has no end. Without one such a card is refused as anybody else's.
    :raises CardError: CARD_NOT_PLANNED or CARD_NOT_BLANK for a wrong card; the faults of
        :meth:`cardio.session.CardSession.unlock` for one that does not prove itself or does not open; what the link
        raises.
    """
    with session.flow():
        try:
            return _run(session, plan, begun=begun)
        finally:
            session.selection.forget()  # short identifiers have moved the current file


def _run(session: CardSession, plan: Plan, *, begun: bool) -> Outcome:
    found = session.identify()
    require_planned(found, plan)
    closed = any(_read_key(step, plan.generation) for step in plan.steps)
    session.unlock(found, RK_SSSE if closed else UK_SSSE)
    before = {step: look(session.selection, step) for step in plan.steps}
    held = [(step, judged(step, raw)) for step, raw in before.items()]
    pending = [step for step, each in held if each is not Held.RIGHT]
    try:
        require_ours(held, begun=begun)
    except CardError as fault:
        if not begun:
            raise
        return Outcome(Made.UNTOLD, 0, len(held) - len(pending), fault)
    return _Writing(session, found, before, pending, opened=not closed).carry_out()


def _read_key(step: Step, generation: int) -> bool:
    rule = step.ef.read.get(generation)
    return rule is not None and rule.need is Need.KEY


def require_planned(found: Found, plan: Plan) -> None:
    """:raises CardError: CARD_NOT_PLANNED, with what differs."""
    same = {
        "card id": found.identity.card_id == plan.card_id,
        "generation": found.identity.generation == plan.generation,
        "version": found.version == plan.version,
    }
    for what, is_same in same.items():
        if not is_same:
            raise not_planned(what)


class _Writing:
    """The second half of a run: from the first write on, every fault becomes an outcome."""

    def __init__(
        self, session: CardSession, found: Found, before: dict[Step, bytes], pending: Sequence[Step], *, opened: bool
    ) -> None:
        self._session = session
        self._found = found
        self._now = before
        self._pending = pending
        self._opened = opened
        self._begun = False
        self._written = 0

    def carry_out(self) -> Outcome:
        try:
            for _, group in groupby(self._pending, key=lambda step: step.file):
                steps = list(group)
                self._open()
                self._make_current(steps[0])
                for step in steps:
                    self._write(step)
        except CardError as fault:
            if not self._begun:
                raise
            return self._outcome(Made.HALF_MADE, fault)
        except _SpoiledError as spoiled:
            return self._outcome(Made.SPOILED, spoiled.fault)
        return self._outcome(Made.MADE)

    def _outcome(self, state: Made, fault: CardError | None = None) -> Outcome:
        already = len(self._now) - len(self._pending)
        proof = hashlib.sha256(self._found.identity.card_id + b"".join(self._now.values())).digest()
        return Outcome(state, self._written, already, fault, proof if state is Made.MADE else b"")

    def _open(self) -> None:
        """Once: what a key opened stays open until another application is selected (card.md §3). The reference flow
        shows it again before the next file, where another of its groups may be asked for; a card that wants that too
        refuses, and is made by the next run."""
        if not self._opened:
            self._session.open_key(self._found, UK_SSSE)
            self._opened = True

    def _make_current(self, step: Step) -> None:
        """Pieces of a picture behind the first are reached in the current file alone, and another file was written in
        between: reading the first piece by its SFI makes this one current again, and shows that it is the one."""
        if step.record is None and step.place:
            first = next(each for each in self._now if each.file == step.file and not each.place)
            if look(self._session.selection, first) != self._now[first]:
                raise not_kept(first.label)

    def _write(self, step: Step) -> None:
        """Write until it reads back as it should, at most twice.

        What the card says of its writing is a hint; what it reads back decides.
        """
        old = self._now[step]
        for last in (False, True):
            self._begun = True
            fault = _put(self._session.selection, step)
            raw = look(self._session.selection, step)
            if judged(step, raw) is Held.RIGHT:
                self._now[step] = raw
                self._written += 1
                return
            broken = raw != old or (fault is not None and fault.sw == status.SW.MEMORY)
            if not broken:
                break
            if last:
                raise _SpoiledError(fault or not_kept(step.label))
        raise fault or not_kept(step.label)


def _put(selection: Selection, step: Step) -> CardError | None:
    """One UPDATE; gives the card's refusal.

    :raises CardError: what the link raises.
    """
    try:
        if step.record is not None:
            selection.put_record(record_address(step), step.data)
        else:
            selection.put_binary(piece_address(step), step.data)
    except AnswerError as refused:
        return refused
    return None
