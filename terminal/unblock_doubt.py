"""How an unblock or a reset ended whose answer was lost: what the card's own tries say, beside those before."""

from __future__ import annotations

from collections.abc import Mapping

from offline_cache.canonical import Plain
from offline_cache.intents import Ending
from terminal.model.operations import PIN_UNBLOCK

TRIES = "tries"
"""Of the plan in the beginning: tries left before the command went out."""


def is_unblock(kind: str) -> bool:
    """Whether the beginning ``kind`` is one of an unblock."""
    return kind.startswith(f"{PIN_UNBLOCK}.")


def ending_of(kind: str, plan: Mapping[str, Plain], tries: int | None) -> Ending | None:
    """An unblock and a reset give all tries back and never take one. After a reset the PIN itself tells more, where
    there is a try left to ask for it; a PIN that was locked and still is was not reset.

    An unblock of a PIN that had all its tries is undone: it would have changed nothing.

    :param tries: what the card says is left now; ``None`` where it does not say.
    :return: ``None`` where it cannot be told, which is for two people: fewer than before means that somebody tried a
        PIN in between, after an unblock or without one.
    """
    before = plan.get(TRIES)
    if not is_unblock(kind):
        return Ending.UNDONE if before == tries == 0 else None
    if not isinstance(before, int) or tries is None or tries < before:
        return None
    return Ending.DONE if tries > before else Ending.UNDONE
