"""Where the feed of outcomes is read on, and when what is known here goes along to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from offline_cache.operations import Outcome, Taken
from terminal.sync import comparison
from terminal.sync.answers import Answer, Kind

FEED, ANEW = "changes", "changes-anew"
"""Names of the feed's cursors in the store: how far it was read; and how far again, from its beginning."""


class Log(comparison.Log, Protocol):
    """The part of :class:`offline_cache.outbox.Outbox` that is used here."""

    def outcomes(self, outcomes: Sequence[Outcome], cursor: tuple[str, str] | None = None) -> list[Taken]: ...


class Cursors(Protocol):
    """The part of :class:`offline_cache.kept.Kept` that is used here."""

    def cursor(self, feed: str) -> str | None: ...


class Feed:
    """One terminal's feed. While it is read anew nothing is compared: what is known here may be of a page that is still
    to come. A process that ends in the middle goes on there, and so does that rule.

    What the methods raise, the store does.
    """

    def __init__(self, log: Log, cursors: Cursors) -> None:
        self._log, self._cursors = log, cursors
        self._comparison = comparison.Comparison(log)
        self._from_start = False

    def from_start(self) -> None:
        """Next it is read from its beginning."""
        self._from_start = True

    def due(self) -> None:
        """The centre was asked for its mark: what is known is compared with the next look."""
        self._comparison.due()

    def place(self) -> str | None:
        """Where it is read on from; ``None`` for its beginning."""
        return None if self._from_start else self._cursors.cursor(ANEW) or self._cursors.cursor(FEED)

    def known(self) -> str | None:
        """What goes along, in hex; ``None`` where nothing is to be compared."""
        return None if self._anew() or self.place() is None else self._comparison.state()

    def _anew(self) -> bool:
        return self._from_start or bool(self._cursors.cursor(ANEW))

    def keep(self, outcomes: Sequence[Outcome], cursor: str, *, more: bool) -> None:
        """Store a page, together with where it ends."""
        anew = self._anew()
        self._log.outcomes(outcomes, (ANEW if anew and more else FEED, cursor))
        if anew and not more:  # killed before this, it reads the last pages once more
            self._log.outcomes([], (ANEW, ""))
        self._from_start = False

    def settle(self, answer: Answer, *, compared: bool) -> None:
        """What a look came to.

        :param compared: whether what is known went along.
        """
        lost = answer.kind is Kind.CURSOR_LOST
        self._from_start |= lost or (answer.kind is Kind.STATE_DIFFERS and self._comparison.differs())
        if compared and answer.kind is Kind.CHANGES:
            self._comparison.agreed()
