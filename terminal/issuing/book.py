"""Begun and done of every card in the journal of the encrypted store: durable, chained, without a person's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_cache.journal import Entry

if TYPE_CHECKING:
    from terminal.records import Records

BEGUN, ENDED = "issue-begun", "issue-ended"
_OPEN = frozenset({"half-made", None})


class JournalBook:
    """Implements :class:`terminal.issuing.press.Book`. Reads the journal once, then keeps up by itself.

    :param operator: who answers for the batch.
    """

    def __init__(self, records: Records, operator: str) -> None:
        self._records, self._operator = records, operator
        self._state: dict[tuple[str, str], str | None] = {}
        self._remember()

    def _remember(self) -> None:
        after = 0
        while lines := self._records.journal.lines(after):
            for line in lines:
                if line.what in {BEGUN, ENDED}:
                    ending = line.fields.get("ending")
                    self._note(
                        str(line.fields["application"]),
                        str(line.fields["card"]),
                        None if ending is None else str(ending),
                    )
            after = lines[-1].n

    def _note(self, application: str, card: str, ending: str | None) -> None:
        """A run that wrote nothing leaves things as they were before it."""
        key = (application, card)
        if ending == "untouched":
            if self._state.get(key) is None:
                self._state.pop(key, None)
            return
        if ending is None:
            self._state.setdefault(key, None)
            return
        self._state[key] = ending

    def mark(self, card_id: bytes) -> bytes:
        return self._records.subject(card_id)

    def begun_on(self, card_id: bytes) -> str | None:
        card = self.mark(card_id).hex()
        return next((app for (app, on), state in self._state.items() if on == card and state in _OPEN), None)

    def card_of(self, application: str) -> bytes | None:
        """A spoiled card frees its application for another one."""
        cards = (on for (app, on), state in self._state.items() if app == application and state != "spoiled")
        found = next(cards, None)
        return None if found is None else bytes.fromhex(found)

    def begin(self, application: str, card_id: bytes, plan: str) -> None:
        card = self.mark(card_id).hex()
        fields = {"application": application, "card": card, "plan": plan, "operator": self._operator}
        self._records.journal.write(Entry(BEGUN, fields))
        self._note(application, card, None)

    def end(self, application: str, card_id: bytes, plan: str, state: str, proof: bytes) -> None:
        card = self.mark(card_id).hex()
        fields = {"application": application, "card": card, "plan": plan, "ending": state, "proof": proof.hex()}
        self._records.journal.write(Entry(ENDED, fields | {"operator": self._operator}))
        self._note(application, card, state)
