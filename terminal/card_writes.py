"""Writes into cards that are no service of the desk: begun and ended in the outbox as those are (DESIGN §4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

from offline_cache.intents import Begin, End, Ending, Intent
from offline_cache.journal import Entry
from terminal.clock import Clock
from terminal.model.operations import PASSED, CardWrite
from terminal.write_words import words_of

if TYPE_CHECKING:
    from terminal.records import Records

BEFORE, AFTER, PLACES, SIZES = "before", "after", "places", "sizes"
"""Fields of a plan: keyed hashes of what the card held and shall hold, and where."""


class Details(TypedDict, total=False):
    """Fields of :class:`terminal.model.operations.CardWrite`."""

    program: str
    places: str
    application: str
    plan: str


@dataclass(frozen=True)
class CardWrites:
    """:param operator: who answers for it; :param reviewer: the second person, where there was one. Numbers.

    Every method blocks until it is durable, and raises the faults of :meth:`offline_cache.outbox.Outbox.record`.
    """

    records: Records
    clock: Clock
    operator: str
    reviewer: str | None = None

    def open_of(self, card_id: bytes) -> Intent | None:
        """The write of this card that has no end."""
        return self.records.intents.of_card(self.records.subject(card_id))

    def begin(
        self,
        what: str,
        card_id: bytes,
        intended: Mapping[str, str | int],
        journal: Sequence[Entry] = (),
        *,
        authenticated: bool,
        value: int = 0,
        **details: Unpack[Details],
    ) -> bytes:
        """Durable before the first byte goes to the card.

        :param what: the kind without its step. :param intended: see :class:`offline_cache.intents.Begin`.
        :param authenticated: whether the card was proven by now. :param value: fen that it moves.
        :returns: the number of the beginning.
        """
        subject = self.records.subject(card_id)
        after = self.records.outbox.comes_after(subject, passed=PASSED)
        body = self._body(card_id, authenticated, after=after, refers_to=None, proof=b"", details=details)
        summary = self._summary(what, card_id, details)
        kind = f"{what}.begun"
        draft = self.records.draft(kind, body, subject=subject, summary=summary, value=value)
        lines = list(journal)
        if self.reviewer is not None:
            people = {"operator": self.operator, "reviewer": self.reviewer}
            lines.append(Entry("reviewed", {"kind": kind, "decision": "agreed", **people}, draft.op_id))
        self.records.outbox.record(
            draft, journal=lines, intents=[Begin(draft.op_id, subject, {**summary, **intended, "kind": kind})]
        )
        self.records.sync.wake()
        return draft.op_id

    def end(
        self,
        begun: bytes,
        card_id: bytes,
        ending: Ending,
        proof: bytes,
        journal: Sequence[Entry] = (),
        *,
        authenticated: bool,
        **details: Unpack[Details],
    ) -> None:
        """The one end. :param proof: what the card itself answered. :param authenticated: whether it was proven."""
        subject = self.records.subject(card_id)
        what = self.records.outbox.find(begun).kind.partition(".")[0]
        body = self._body(card_id, authenticated, after=begun, refers_to=begun, proof=proof, details=details)
        summary = self._summary(what, card_id, details)
        draft = self.records.draft(f"{what}.{ending.value}", body, subject=subject, summary=summary, refers_to=begun)
        end = End(begun, draft.op_id, ending, proof or None, self.operator, self.reviewer or "")
        self.records.outbox.record(draft, journal=journal, intents=[end])
        self.records.sync.wake()

    def _body(
        self,
        card_id: bytes,
        authenticated: bool,
        *,
        after: bytes | None,
        refers_to: bytes | None,
        proof: bytes,
        details: Details,
    ) -> CardWrite:
        return CardWrite(
            card_id=card_id.hex().upper(),
            operator=self.operator,
            reviewer=self.reviewer,
            recorded_at=self.clock.now().isoformat(timespec="seconds"),
            authenticated=authenticated,
            after=after.hex().upper() if after else None,
            refers_to=refers_to.hex().upper() if refers_to else None,
            lease=self.records.leases.fence(self.records.subject(card_id)),
            proof=proof.hex().upper(),
            **details,
        )

    def _summary(self, what: str, card_id: bytes, details: Details) -> dict[str, str | int]:
        title = words_of(what).title
        shown: dict[str, str | int] = {
            "title": title.zh,
            "title_en": title.en,
            "card": card_id.hex().upper(),  # to be able to settle it; never shown
            "operator": self.operator,
        }
        if self.reviewer is not None:
            shown["reviewer"] = self.reviewer
        if "program" in details:
            shown["program"] = details["program"]
        return shown


def mark(records: Records, held: bytes) -> str:
    """What stands for bytes of a card here: a keyed hash, because what a card holds is about a person."""
    return records.subject(b"held\x00" + held).hex()


def ending_of(plan: Mapping[str, object], seen: str) -> Ending | None:
    """How a write ended whose card was seen again; ``None`` where it holds neither what was there nor what was to come.

    :param seen: :func:`mark` of what it holds.
    """
    if seen == plan.get(AFTER):
        return Ending.DONE
    return Ending.UNDONE if seen == plan.get(BEFORE) else None


def places_of(plan: Mapping[str, object]) -> tuple[str, tuple[int, ...]] | None:
    """Where to look on the card, and how many bytes each."""
    if not plan.get(PLACES):
        return None
    return str(plan[PLACES]), tuple(int(size) for size in str(plan[SIZES]).split())
