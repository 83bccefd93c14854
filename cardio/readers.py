"""Which readers there are and what is in them: the port that PC/SC and the readers in process both serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cardio import reader_causes as causes
from cardio.link import Link


class Presence(Enum):
    """What is in a reader."""

    EMPTY = "empty"
    CARD = "card"
    MUTE = "mute"  # something is in, but it does not answer to reset
    IN_USE = "busy"  # another program holds the card exclusively


@dataclass(frozen=True)
class ReaderState:
    """One reader at one moment.

    :param name: as PC/SC gives it.
    :param atr: answer to reset, only while ``presence`` is ``CARD`` or ``IN_USE``.
    :param insertion: changes whenever a card came or went, so that a card pulled and put back between two looks is
        seen as another insertion. It says nothing else: compare for equality only.
    """

    name: str
    presence: Presence
    atr: bytes | None = None
    insertion: int = 0


class ReaderSystem(Protocol):
    """All readers that this process can reach. Methods may be called from any thread.

    Any method but :meth:`cancel` and :meth:`close` raises :class:`cardio.errors.CardError` when the service that
    serves the readers does not run; the next call tries afresh.
    """

    def snapshot(self) -> tuple[ReaderState, ...]:
        """All readers now, in the order of the service; empty where there is none. Touches no card."""
        ...

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        """Block until the readers differ from ``previous``, ``timeout`` seconds passed, or :meth:`cancel` was called.

        Gives the readers as they are then. For one caller at a time.
        """
        ...

    def connect(self, reader: str) -> Link:
        """Power the card in ``reader`` if need be and open a shared link to it.

        :raises CardError: no such reader, no card, mute, held by another program, service stopped.
        """
        ...

    def cancel(self) -> None:
        """Make a :meth:`wait` that is under way return soon. Harmless when none is."""
        ...

    def close(self) -> None:
        """Let go of the service. Links that are open stay open. Safe to call twice."""
        ...


class Without:
    """The readers without one: the slot of the terminal's own PSAM is no place for holders' cards.

    :param name: of the reader that is not shown; it can still be connected to.
    """

    def __init__(self, system: ReaderSystem, name: str) -> None:
        self._system = system
        self._name = name
        self._seen: tuple[ReaderState, ...] = ()

    def _shown(self, states: tuple[ReaderState, ...]) -> tuple[ReaderState, ...]:
        self._seen = states
        return tuple(state for state in states if state.name != self._name)

    def snapshot(self) -> tuple[ReaderState, ...]:
        """See :meth:`ReaderSystem.snapshot`."""
        return self._shown(self._system.snapshot())

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        """See :meth:`ReaderSystem.wait`. Something that happens to the hidden reader ends it early."""
        before = self._seen
        if self._shown(before) != tuple(previous):
            shown = self.snapshot()
            if shown != tuple(previous):
                return shown
            before = self._seen
        return self._shown(self._system.wait(before, timeout))

    def connect(self, reader: str) -> Link:
        """See :meth:`ReaderSystem.connect`."""
        return self._system.connect(reader)

    def cancel(self) -> None:
        """See :meth:`ReaderSystem.cancel`."""
        self._system.cancel()

    def close(self) -> None:
        """See :meth:`ReaderSystem.close`."""
        self._system.close()


def choose(states: Sequence[ReaderState], name: str | None = None) -> ReaderState:
    """The reader to serve: the named one, or else the only one with something in it.

    :raises CardError: NO_READER, READER_UNKNOWN, NO_CARD, SEVERAL_READERS, READER_BUSY or CARD_MUTE, each as it is.
    """
    if not states:
        raise causes.no_reader()
    candidates = [state for state in states if name in (None, state.name)]
    if not candidates and name is not None:
        raise causes.reader_unknown(name)
    filled = [state for state in candidates if state.presence is not Presence.EMPTY]
    if not filled:
        raise causes.no_card(name or "")
    if len(filled) > 1:
        raise causes.several_readers([state.name for state in filled])
    chosen = filled[0]
    if chosen.presence is Presence.MUTE:
        raise causes.card_mute(chosen.name)
    if chosen.presence is Presence.IN_USE:
        raise causes.reader_busy(chosen.name)
    return chosen
