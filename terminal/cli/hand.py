"""The hand of the conformance suite: a person, asked to pull the card and to put it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardio.conformance.bench import NotApplicable
from cardio.readers import Presence, ReaderSystem
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.output import Output

PATIENCE: Final = 120.0
"""Seconds for a person to do what was asked."""

_PULL = Text("请现在拔出卡片。", "Pull the card out now.")
_PUT = Text("请插回同一张卡片。", "Put the same card back in.")


class PersonHand:
    """Implements :class:`cardio.conformance.bench.Hand`.

    :param readers: nobody else waits on them. :param patience: seconds without any change.
    """

    def __init__(self, output: Output, readers: ReaderSystem, reader: str, patience: float = PATIENCE) -> None:
        self._output, self._readers, self._reader, self._patience = output, readers, reader, patience

    def fresh(self) -> None:
        """A person has one card only."""
        self.again()

    def out(self) -> None:
        """:raises NotApplicable: where nobody does it."""
        self._until(_PULL, gone=True)

    def again(self) -> None:
        """:raises NotApplicable: where nobody does it."""
        self._until(_PUT, gone=False)

    def _until(self, words: Text, *, gone: bool) -> None:
        states = self._readers.snapshot()
        asked = False
        while True:
            mine = next((state.presence for state in states if state.name == self._reader), Presence.EMPTY)
            if (mine is Presence.EMPTY) is gone:
                return
            if not asked:
                self._output.aside(words)
                asked = True
            before, states = states, self._readers.wait(states, self._patience)
            if states == before:
                raise NotApplicable("nobody did with the card what was asked")
