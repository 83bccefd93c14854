"""Card writes: begun before the first byte goes to the card, and ended exactly once (DESIGN §4.2).

A write that was begun and has no end makes its card *doubtful*. Nobody guesses: it is settled by a proof the next time
the card is seen, or by two different people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from offline_cache.canonical import Plain, encode
from offline_cache.database import Db, Row
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append, refused
from offline_cache.operations import Draft
from offline_cache.rows import summary_of

if TYPE_CHECKING:
    from offline_cache.store import Store

BEGUN = ".begun"


class Ending(Enum):
    DONE = "done"  # the card has it
    UNDONE = "undone"  # the card is as it was
    SPOILED = "spoiled"  # the card is of no use any more


@dataclass(frozen=True)
class Begin:
    """A card is about to be written.

    :param op_id: of the draft ``X.begun`` in the same unit of work.
    :param card: keyed hash of the card's number, made by the caller.
    :param plan: what is to be written and what the card should then say; never a PIN, never a key.
    """

    op_id: bytes
    card: bytes
    plan: Mapping[str, str | int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class End:
    """The one end of a card write.

    :param begun: the operation ``X.begun``.
    :param op_id: of the draft ``X.done``, ``X.undone`` or ``X.spoiled`` in the same unit of work.
    :param proof: what the card itself answered; with it one person is enough.
    :param operator: with ``reviewer``: who decided, where there is no proof.
    """

    begun: bytes
    op_id: bytes
    ending: Ending
    proof: bytes | None = field(default=None, repr=False)
    operator: str = ""
    reviewer: str = ""


@dataclass(frozen=True)
class Intent:
    """A card write that was begun. ``ending`` is ``None`` while the card is doubtful."""

    begun: bytes
    card: bytes
    plan: Mapping[str, Plain] = field(repr=False)
    begun_at: int
    kind: str
    ending: Ending | None


def check(drafts: Sequence[Draft], intents: Sequence[Begin | End]) -> None:
    """Every card entry has its intent and every intent its entry, of the same write.

    :raises StoreError: ``ENTRY_REFUSED``, ``TWO_PEOPLE``.
    """
    kinds = {draft.op_id: draft for draft in drafts}
    of_cards = {draft.op_id for draft in drafts if "." in draft.kind}
    if of_cards != {intent.op_id for intent in intents} or len(of_cards) != len(intents):
        raise refused("card writes and their intents do not match")
    for intent in intents:
        draft = kinds[intent.op_id]
        if isinstance(intent, Begin):
            if not draft.kind.endswith(BEGUN) or not 0 < len(intent.card) <= 64:
                raise refused("begin")
        elif not draft.kind.endswith("." + intent.ending.value) or draft.refers_to != intent.begun:
            raise refused("end")
        elif not intent.proof and (not intent.operator or not intent.reviewer or intent.operator == intent.reviewer):
            raise StoreError(StoreFault.TWO_PEOPLE)


def apply(db: Db, at: int, intents: Sequence[Begin | End]) -> None:
    """The part of a unit of work that concerns cards."""
    for intent in intents:
        if isinstance(intent, Begin):
            _begin(db, at, intent)
        else:
            _end(db, at, intent)


def doubtful_card() -> StoreError:
    """This card has a write without an end."""
    return StoreError(StoreFault.CARD_DOUBTFUL)


def _begin(db: Db, at: int, intent: Begin) -> None:
    if db.value("SELECT 1 FROM intent WHERE card = ? AND ending IS NULL", (intent.card,)):
        raise doubtful_card()
    plan: dict[str, Plain] = dict(intent.plan)
    db.execute(
        "INSERT INTO intent (begun, card, plan, begun_at) VALUES (?, ?, ?, ?)",
        (intent.op_id, intent.card, encode(plan), at),
    )
    append(db, at, "card-begun", intent.op_id, {"card": intent.card.hex()[:16]})


def _end(db: Db, at: int, intent: End) -> None:
    sql = "SELECT op_id, kind FROM operation WHERE op_id IN (?, ?)"
    kinds = {bytes(row[0]): str(row[1]) for row in db.rows(sql, (intent.begun, intent.op_id))}
    begun, ended = kinds.get(intent.begun, ""), kinds.get(intent.op_id, "")
    if begun.removesuffix(BEGUN) != ended.rpartition(".")[0]:
        raise refused("the end of another write")
    changed = db.execute(
        "UPDATE intent SET ending = ?, ended_op = ?, ended_at = ?, proof = ?, operator = ?, reviewer = ?"
        " WHERE begun = ? AND ending IS NULL",
        (intent.ending.value, intent.op_id, at, intent.proof, intent.operator, intent.reviewer, intent.begun),
    )
    if not changed:
        raise StoreError(StoreFault.INTENT_ENDED)
    fields = {
        "ending": intent.ending.value,
        "by": intent.op_id.hex(),
        "proven": intent.proof is not None,
        "operator": intent.operator,
        "reviewer": intent.reviewer,
    }
    append(db, at, "card-ended", intent.begun, fields)


_SELECT = "SELECT begun, card, plan, begun_at, kind, ending FROM intent JOIN operation ON op_id = begun"


def _intent(row: Row) -> Intent:
    begun, card, plan, at, kind, ending = row
    return Intent(begun, card, summary_of(plan), at, kind, Ending(ending) if ending else None)


class Intents:
    """Card writes for everybody else. They begin and end through :meth:`offline_cache.outbox.Outbox.record`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def doubtful(self) -> list[Intent]:
        """Every card write without an end, in the order of the commits."""
        sql = f"{_SELECT} WHERE ending IS NULL ORDER BY position"
        return self._store.do(lambda db: [_intent(row) for row in db.rows(sql)], write=False)

    def of_card(self, card: bytes) -> Intent | None:
        """The open write of the card that was just put in."""

        def work(db: Db) -> Intent | None:
            row = db.row(f"{_SELECT} WHERE card = ? AND ending IS NULL", (card,))
            return _intent(row) if row else None

        return self._store.do(work, write=False)

    def ended(self, card: bytes, ending: Ending) -> list[Intent]:
        """The writes of this card that ended so, in the order of the commits."""
        sql = f"{_SELECT} WHERE card = ? AND ending = ? ORDER BY position"
        return self._store.do(lambda db: [_intent(row) for row in db.rows(sql, (card, ending.value))], write=False)

    def find(self, begun: bytes) -> Intent | None:
        """A write by the number of its beginning, ended or not."""

        def work(db: Db) -> Intent | None:
            row = db.row(f"{_SELECT} WHERE begun = ?", (begun,))
            return _intent(row) if row else None

        return self._store.do(work, write=False)
