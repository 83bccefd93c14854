"""How an unblock of a PIN ended whose answer was lost: the card's own tries say it, beside those it told before."""

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


def ending_of(plan: Mapping[str, Plain], tries: int | None) -> Ending | None:
    """An unblock gives all tries back and never takes one.

    :param tries: what the card says is left now; ``None`` where it does not say.
    :return: ``None`` where it cannot be told, which is for two people: fewer than before means that somebody tried a
        PIN in between, after an unblock or without one.
    """
    before = plan.get(TRIES)
    if not isinstance(before, int) or tries is None or tries < before:
        return None
    return Ending.DONE if tries > before else Ending.UNDONE
