"""The book of issuing: every card begun in the outbox before its first byte, and ended there (DESIGN §4.2).

A card whose writing was cut off is doubtful until it is put in again: its order goes on under the same beginning. Which
application went onto which card is read from the journal, whose lines are written in the same unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from offline_cache.intents import Ending, doubtful_card
from offline_cache.journal import Entry
from terminal.card_writes import CardWrites
from terminal.issuing.press import UNTOUCHED
from terminal.model.operations import CARD_ISSUE

if TYPE_CHECKING:
    from offline_cache.intents import Intent

BEGUN, ENDED = "issue-begun", "issue-ended"
_APPLICATION: Final = "application"

_ENDINGS: Final = {"made": Ending.DONE, "spoiled": Ending.SPOILED}
"""How an outcome ends the write; others leave it open, unless nothing at all was written."""


class OutboxBook:
    """Implements :class:`terminal.issuing.press.Book`. Reads the journal once, then keeps up by itself."""

    def __init__(self, writes: CardWrites) -> None:
        self._writes, self._records = writes, writes.records
        self._cards: dict[str, str] = {}
        self._begun: bytes | None = None
        self._anew = False
        self._remember()

    def _remember(self) -> None:
        after = 0
        while lines := self._records.journal.lines(after):
            for line in lines:
                if line.what == ENDED:
                    self._note(str(line.fields[_APPLICATION]), str(line.fields["card"]), str(line.fields["ending"]))
            after = lines[-1].n

    def _note(self, application: str, card: str, state: str) -> None:
        """A spoiled card frees its application for another one; what was cut off stands among the open writes."""
        if state == "spoiled":
            self._cards.pop(application, None)
        elif state == "made":
            self._cards[application] = card

    def mark(self, card_id: bytes) -> bytes:
        return self._records.subject(card_id)

    def begun_on(self, card_id: bytes) -> str | None:
        found = self._writes.open_of(card_id)
        return None if found is None else _application(found)

    def card_of(self, application: str) -> bytes | None:
        found = self._cards.get(application)
        if found is not None:
            return bytes.fromhex(found)
        cut_off = (each.card for each in self._records.intents.doubtful() if _application(each) == application)
        return next(cut_off, None)

    def spoiled(self, card_id: bytes) -> bool:
        """By what the card itself did, or by two people who gave it up."""
        return any(map(_is_issue, self._records.intents.ended(self.mark(card_id), Ending.SPOILED)))

    def begin(self, application: str, card_id: bytes, plan: str) -> None:
        """:raises offline_cache.errors.StoreError: ``CARD_DOUBTFUL`` where another write of this card is open, and the
        faults of :meth:`offline_cache.outbox.Outbox.record`."""
        before = self._writes.open_of(card_id)
        self._anew = before is None
        if before is None:
            fields = {_APPLICATION: application, "card": self.mark(card_id).hex(), "plan": plan}
            entry = Entry(BEGUN, fields | {"operator": self._writes.operator})
            details = {_APPLICATION: application}
            self._begun = self._writes.begin(
                CARD_ISSUE, card_id, details, [entry], authenticated=False, application=application, plan=plan
            )  # the card is asked to prove itself after this
        elif _application(before) == application:
            self._begun = before.begun
        else:
            raise doubtful_card()

    def end(self, application: str, card_id: bytes, plan: str, state: str, proof: bytes, *, wrote: bool) -> None:
        card = self.mark(card_id).hex()
        fields = {_APPLICATION: application, "card": card, "plan": plan, "ending": state, "proof": proof.hex()}
        entry = Entry(ENDED, fields | {"operator": self._writes.operator})
        ending = _ENDINGS.get(state)
        if self._anew and not wrote and ending is not Ending.SPOILED:
            ending = Ending.UNDONE  # the card is as it was: made before, or not touched
        if ending is None or self._begun is None:
            self._records.journal.write(entry)
        else:
            # Every other outcome is of a card whose keys were opened once it had proven itself.
            proven = state != UNTOUCHED
            self._writes.end(
                self._begun, card_id, ending, proof, [entry], authenticated=proven, application=application, plan=plan
            )
        self._note(application, card, state)


def _application(intent: Intent) -> str | None:
    """The order of an issue that was begun and has no end."""
    return str(intent.plan[_APPLICATION]) if _is_issue(intent) and _APPLICATION in intent.plan else None


def _is_issue(intent: Intent) -> bool:
    return intent.kind.startswith(f"{CARD_ISSUE}.")
