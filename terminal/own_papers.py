"""Which paper the terminal itself can give about an operation of its queue, and what is true on it by now.

Not of what waits for people: whether that goes at all is not known. The centre's own word goes before
(:func:`terminal.queue_page.said_of`).
"""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache import epochs
from offline_cache.intents import Ending
from offline_cache.operations import Operation, State
from terminal.model.operations import DRIVE_RETURN, PIN_RESET, PIN_UNBLOCK
from terminal.receipts.model import Fact
from terminal.receipts.words import AT_CENTRE, WORDS, Outcome, Words
from terminal.text import Text
from terminal.write_words import PIN_CHANGE, words_of

TAKEN_IN: dict[State, Words] = {
    State.PENDING: WORDS[Outcome.RECORDED],
    State.RECEIVED: AT_CENTRE,
    State.HELD: AT_CENTRE,
}
"""By where it is, what is said of something that was taken in."""

ENDS: dict[str, Ending] = {
    f"{what}.{ending.value}": ending
    for what in (PIN_CHANGE, PIN_RESET, PIN_UNBLOCK)
    for ending in (Ending.DONE, Ending.UNDONE)
}
"""By their kind, the ends of what was done in the chip for the holder. That is so wherever the entry is on its way."""


_NO_HOLDER = frozenset({epochs.KIND, DRIVE_RETURN})
"""Kinds that are about nobody: there is no one to take a paper away."""


@dataclass(frozen=True)
class OwnPaper:
    """:param words: of the outcome, as they are true now. :param facts: besides those of the summary.
    :param reason: why nothing was done.
    """

    outcome: Outcome
    words: Words
    facts: tuple[Fact, ...] = ()
    reason: Text | None = None


def own_paper(operation: Operation) -> OwnPaper | None:
    """The paper; ``None`` where the terminal has none to give."""
    ending = ENDS.get(operation.kind)
    if ending is not None:
        return _of_chip(operation.kind, ending)
    words = TAKEN_IN.get(operation.state)
    if words is None or operation.kind in _NO_HOLDER or "." in operation.kind:
        return None
    return OwnPaper(Outcome.RECORDED, words)


def _of_chip(kind: str, ending: Ending) -> OwnPaper:
    of = words_of(kind)
    outcome, said = of.endings[ending]
    reason = of.undone if outcome is Outcome.REFUSED else None
    return OwnPaper(outcome, WORDS[outcome], (Fact(of.label, said),), reason)
