"""Working through a batch: one card after the other, each begun in the journal before its first byte.

A card whose writing was cut off is known again by the journal, and goes on with its own order whichever is next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from cardio.errors import CardError
from cardio.found import Found
from cardio.keysource import KeySource
from cardio.link import Link
from cardio.personalise import Made, Outcome, make_plan, personalise
from cardio.refusals import Refusals
from cardio.session import CardSession
from offline_cache.errors import StoreError
from terminal.errors import TerminalError, TerminalFault
from terminal.issuing.batch import Order

UNTOUCHED: Final = "untouched"
"""The state of a card that a fault ended before anything was written, and perhaps before it was proven."""


class Row(Enum):
    """How an order ended."""

    MADE = "made"
    ALREADY = "already"  # this very card held it all before
    HALF_MADE = "half-made"
    UNTOLD = "untold"  # begun before, and holds what cannot be told apart from somebody else's: two people decide
    SPOILED = "spoiled"
    REFUSED = "refused"  # nothing was written
    WAITING = "waiting"  # no card came


@dataclass(frozen=True)
class Report:
    """One line of what a batch gives. Nothing of the holder stands in it."""

    line: int
    application: str
    state: Row
    written: int = 0
    already: int = 0
    fault: BaseException | None = None


class Book(Protocol):
    """Where begun and done are written down, durably, before and after."""

    def begun_on(self, card_id: bytes) -> str | None:
        """Application of the writing of this card that was begun and not made."""
        ...

    def card_of(self, application: str) -> bytes | None:
        """What stands for the card that this application was made or begun on."""
        ...

    def mark(self, card_id: bytes) -> bytes:
        """What stands for a card here."""
        ...

    def spoiled(self, card_id: bytes) -> bool:
        """Whether a writing of this card ended with it spoiled: it is not written any more."""
        ...

    def begin(self, application: str, card_id: bytes, plan: str) -> None: ...

    def end(self, application: str, card_id: bytes, plan: str, state: str, proof: bytes, *, wrote: bool) -> None:
        """:param wrote: whether this run changed the card."""
        ...


RunOnCard = Callable[[Callable[[Link], Outcome]], Outcome]
"""Runs a flow on the card that is in the reader, on its thread."""

_STATES = {Made.HALF_MADE: Row.HALF_MADE, Made.UNTOLD: Row.UNTOLD, Made.SPOILED: Row.SPOILED}


class Press:
    """:param sources: who opens the cards. :param region: six digits that each card must be of; ``None`` takes any.
    :param admit: see :class:`cardio.session.CardSession`.
    """

    def __init__(
        self,
        orders: Sequence[Order],
        book: Book,
        sources: Sequence[KeySource],
        region: str | None = None,
        admit: Callable[[bytes], None] | None = None,
    ) -> None:
        self._waiting = list(orders)
        self._book = book
        self._sources = tuple(sources)
        self._region, self._admit = region, admit
        self._refusals = Refusals()

    @property
    def next(self) -> Order | None:
        """Whose card is wanted now."""
        return self._waiting[0] if self._waiting else None

    def left(self) -> list[Report]:
        """Orders for which no card came."""
        return [Report(order.line, order.issue.application, Row.WAITING) for order in self._waiting]

    def work(self, run: RunOnCard) -> Report:
        """Make the card that is in the reader for the order it is meant for."""
        chosen: list[Order] = []
        try:
            outcome = run(lambda link: self._make(link, chosen))
        except (CardError, StoreError, TerminalError) as fault:
            order = chosen[0] if chosen else self._waiting[0]
            self._waiting.remove(order)
            return Report(order.line, order.issue.application, Row.REFUSED, fault=fault)
        order = chosen[0]
        self._waiting.remove(order)
        done = Row.MADE if outcome.written else Row.ALREADY
        state = _STATES.get(outcome.state, done)
        return Report(
            order.line,
            order.issue.application,
            state,
            outcome.written,
            outcome.already,
            fault=_untold(order) if state is Row.UNTOLD else outcome.fault,
        )

    def _make(self, link: Link, chosen: list[Order]) -> Outcome:
        session = CardSession(link, self._sources, refusals=self._refusals, admit=self._admit)
        with session.flow():
            found = session.identify()
            card_id = found.identity.card_id
            order = self._order_for(found)
            chosen.append(order)
            if self._book.spoiled(card_id):
                raise TerminalError(TerminalFault.CARD_SPOILED, line=order.line)
            application = order.issue.application
            begun = self._book.begun_on(card_id) == application
            other = self._book.card_of(application)
            if other is not None and other != self._book.mark(card_id):
                raise TerminalError(TerminalFault.ISSUED_ELSEWHERE, line=order.line)
            plan = make_plan(order.issue, found, region=self._region)
            self._book.begin(application, card_id, plan.digest)
            try:
                outcome = personalise(session, plan, begun=begun)
            except CardError as fault:
                # It wrote nothing. What an earlier run may have left is not changed by that.
                self._book.end(application, card_id, plan.digest, UNTOUCHED, self._said(card_id, fault), wrote=False)
                raise
            wrote = outcome.written > 0 or outcome.state not in {Made.MADE, Made.UNTOLD}
            proof = outcome.proof or self._said(card_id, outcome.fault)
            self._book.end(application, card_id, plan.digest, outcome.state.value, proof, wrote=wrote)
            return outcome

    def _said(self, card_id: bytes, fault: CardError | None) -> bytes:
        """What a card that is not made proves by: its word, or else that it was this very card that answered."""
        return self._book.mark(card_id) if fault is None or fault.sw is None else fault.sw.to_bytes(2)

    def _order_for(self, found: Found) -> Order:
        """The one that this card was begun for, the one that names it, or the next that names none."""
        card_id = found.identity.card_id
        begun = self._book.begun_on(card_id)
        named = [order for order in self._waiting if order.issue.application == begun]
        named += [order for order in self._waiting if order.issue.card_id == card_id]
        free = [order for order in self._waiting if order.issue.card_id is None]
        return next(iter(named or free), self._waiting[0])


def _untold(order: Order) -> TerminalError:
    """In place of "somebody else's", which would be a guess: it may as well be our own write, torn."""
    return TerminalError(TerminalFault.CARD_UNTOLD, line=order.line)
