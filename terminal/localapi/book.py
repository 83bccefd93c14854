"""The book of what other programs write into cards. Where nothing can be written down, nothing is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cardio.interface33 import Ending, Refused, Write
from offline_cache.errors import StoreError
from offline_cache.intents import Ending as Kept
from offline_cache.intents import doubtful_card
from terminal.card_writes import AFTER, BEFORE, PLACES, SIZES, CardWrites, ending_of, mark, places_of
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.errors import TerminalError
from terminal.localapi.errors import CODES, LocalApiError, LocalApiFault
from terminal.localapi.programs import Program
from terminal.localapi.seat import Sitting
from terminal.model.operations import CARD_DEBIT, CARD_WRITE, PIN_RESET, PIN_UNBLOCK
from terminal.reference import Reference, Why
from terminal.unblock_doubt import TRIES
from terminal.write_words import PIN_CHANGE

if TYPE_CHECKING:
    from offline_cache.intents import Intent
    from terminal.records import Records

_log = logging.getLogger(__name__)

_CANNOT = (StoreError, CentreError, TerminalError)

KINDS: Final = {
    "iWriteCard": CARD_WRITE,
    "iChangePIN": PIN_CHANGE,
    "iReloadPIN": PIN_RESET,
    "iUnblockPIN": PIN_UNBLOCK,
    "iDoDebit": CARD_DEBIT,
}
"""Kind of the operation by the family of the function."""

_CARD_ID: Final = 16


def not_recorded() -> LocalApiError:
    """What cannot be written down is not done."""
    return LocalApiError(LocalApiFault.NOT_RECORDED)


_WHY: Final = {
    Why.WATCHED: LocalApiFault.CARD_WATCHED,
    Why.OFF: LocalApiFault.SERVICE_OFF,
    Why.OLD: LocalApiFault.REFERENCE_OLD,
}


def gate(said: Reference) -> Callable[[bytes], None]:
    """For :class:`cardio.interface33.Interface33`: no program uses a card on the watch-list."""

    def admit(card_id: bytes) -> None:
        why = said.of(card_id).why(leaves_something=False)
        if why is not None:
            raise _refused(LocalApiError(_WHY[why]))

    return admit


def _refused(why: LocalApiError) -> Refused:
    return Refused(CODES[why.fault])


class WriteBook:
    """Implements :class:`terminal.localapi.calls.ProgramBook` for one connection.

    :param records: gives the open store, or raises why there is none.
    """

    def __init__(self, records: Callable[[], Records], clock: Clock, program: Program) -> None:
        self._records, self._clock, self._program = records, clock, program
        self._writes: CardWrites | None = None
        self._begun: tuple[bytes, Write] | None = None

    def ready(self, sitting: Sitting | None, family: str) -> None:
        """See :class:`terminal.localapi.calls.ProgramBook`. Before a seat is taken, whether there is a store at all."""
        self._writes, said = None, Reference()
        try:
            records = self._records()
            records.outbox.ready(card=True)
            said = records.reference()
        except _CANNOT as error:
            _log.info("a program's write is refused", exc_info=error)
            records = None
        if records is None or (sitting is not None and sitting.operator is None):
            raise not_recorded()
        why = said.of_anybody.why(KINDS[family.removesuffix("_HSM")], leaves_something=True)
        if why is not None:
            raise LocalApiError(_WHY[why])
        if sitting is not None and sitting.operator is not None:
            reviewer = sitting.reviewer.number if sitting.reviewer else None
            self._writes = CardWrites(records, self._clock, sitting.operator.number, reviewer)

    def begin(self, write: Write) -> None:
        """See :class:`cardio.interface33.Book`."""
        writes, card_id = self._writes, write.found.identity.card_id
        if writes is None or len(card_id) != _CARD_ID:
            raise _refused(not_recorded())
        try:
            self._begun = self._resumed(writes, write) or self._new(writes, write), write
        except _CANNOT as error:
            doubtful = isinstance(error, StoreError) and error.fault is doubtful_card().fault
            _log.info("a program's write is refused", exc_info=error)
            raise _refused(LocalApiError(LocalApiFault.CARD_DOUBTFUL) if doubtful else not_recorded()) from None

    def _new(self, writes: CardWrites, write: Write) -> bytes:
        return writes.begin(
            KINDS[write.function],
            write.found.identity.card_id,
            self._plan(writes, write),
            authenticated=write.proven,
            value=write.value,
            program=self._program.name,
            places=write.places,
        )

    @staticmethod
    def _plan(writes: CardWrites, write: Write) -> dict[str, str | int]:
        if not write.places:
            return {} if write.tries is None else {TRIES: write.tries}
        plan: dict[str, str | int] = {PLACES: write.places, SIZES: " ".join(str(size) for size in write.sizes)}
        plan[AFTER] = mark(writes.records, write.after)
        if write.before is not None:
            plan[BEFORE] = mark(writes.records, write.before)
        return plan

    @staticmethod
    def _resumed(writes: CardWrites, write: Write) -> bytes | None:
        """A write that was cut off goes on under its own beginning when the same is written again."""
        before = writes.open_of(write.found.identity.card_id)
        same = before is not None and write.places and before.plan.get(PLACES) == write.places
        if before is None or not same or before.plan.get(AFTER) != mark(writes.records, write.after):
            return None
        return before.begun

    def end(self, ending: Ending, proof: bytes) -> None:
        """See :class:`cardio.interface33.Book`. An end that cannot be kept leaves the write open; the card has it all
        the same, so the program is not told otherwise."""
        begun, self._begun = self._begun, None
        if begun is None or self._writes is None:
            return
        op_id, write = begun
        try:
            self._writes.end(
                op_id,
                write.found.identity.card_id,
                Kept(ending.value),
                proof,
                authenticated=write.proven,
                program=self._program.name,
                places=write.places,
            )
        except _CANNOT:
            _log.warning("the end of a card write could not be kept", exc_info=True)

    def open_write(self, card_id: bytes) -> tuple[str, tuple[int, ...]] | None:
        """See :class:`cardio.interface33.Book`."""
        found = self._open(card_id)
        return None if found is None else places_of(found.plan)

    def seen(self, card_id: bytes, held: bytes) -> None:
        """See :class:`cardio.interface33.Book`."""
        found, writes = self._open(card_id), self._writes
        if found is None or writes is None:
            return
        seen = mark(writes.records, held)
        ending = ending_of(found.plan, seen)
        if ending is None:
            return
        try:
            writes.end(found.begun, card_id, ending, bytes.fromhex(seen), authenticated=False)
        except _CANNOT:
            _log.warning("the end of a card write could not be kept", exc_info=True)

    def _open(self, card_id: bytes) -> Intent | None:
        try:
            return None if self._writes is None else self._writes.open_of(card_id)
        except _CANNOT:
            return None
