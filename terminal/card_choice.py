"""Which card the desk serves: what is in the readers, what the person chose, and whose visit is over."""

from __future__ import annotations

from dataclasses import replace

from cardio.errors import CardError
from cardio.readers import Presence, ReaderState, choose
from cardio.watcher import Situation
from terminal.views import ReaderView

Key = tuple[str, int]
"""A reader and one insertion there."""


def key(state: ReaderState) -> Key:
    """What tells this card in this reader from any other."""
    return state.name, state.insertion


class CardChoice:
    """Belongs to the desk's thread.

    :param named: the reader that settings name; ``None`` for whichever has a card.
    """

    def __init__(self, named: str | None) -> None:
        self._named = self._chosen = named
        self._states: tuple[ReaderState, ...] = ()
        self._trouble: CardError | None = None
        self._left: frozenset[Key] = frozenset()
        self._stuck: frozenset[str] = frozenset()

    @property
    def card_left_in(self) -> bool:
        """Whether a visit ended and its card is still in."""
        return bool(self._left)

    def seen(self, situation: Situation) -> None:
        """The watcher tells what is in the readers."""
        self._trouble, self._states = situation.error, situation.readers
        self._left &= self._filled()

    def _filled(self) -> frozenset[Key]:
        return frozenset(key(state) for state in self._states if state.presence is not Presence.EMPTY)

    def is_in(self, card: Key) -> bool:
        return card in self._filled()

    def candidate(self) -> ReaderState:
        """The card to begin a visit with. A card whose visit is over counts as none until it was out.

        :raises CardError: what keeps the desk from having one: NO_CARD and SEVERAL_READERS among others.
        """
        if self._trouble is not None:
            raise self._trouble
        fresh = [replace(each, presence=Presence.EMPTY) if key(each) in self._left else each for each in self._states]
        return choose(fresh, self._chosen)

    def choose(self, name: str) -> None:
        """The person picks one of several readers; a name that is not there is passed over."""
        if name in {state.name for state in self._states}:
            self._chosen = name

    def over(self, card: Key | None = None) -> None:
        """A visit is over; ``card`` when it is still in."""
        self._chosen = self._named
        if card is not None:
            self._left |= {card}

    def stuck(self, name: str, is_stuck: bool) -> None:
        self._stuck = self._stuck | {name} if is_stuck else self._stuck - {name}

    def views(self) -> tuple[ReaderView, ...]:
        """The readers as a screen shows them."""
        return tuple(
            ReaderView(state.name, "stuck" if state.name in self._stuck else state.presence.value)
            for state in self._states
        )
