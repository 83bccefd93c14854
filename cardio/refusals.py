"""Keys that cards have refused, so that a wrong key in one place does not lock card after card."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from cardio.errors import CardError
from cardio.keysource import CardIdentity, KeyRef


@dataclass
class _Refused:
    fault: CardError
    spent: bool
    sources: set[str] = field(default_factory=set)


class Refusals:
    """What cards have said to wrong keys. Thread-safe; one may serve every card of a terminal, for as long as it runs.

    A card counts the tries of a key and locks it for good at the end. Nobody can ask for that number beforehand, so:
    a source that was refused is not tried again on that card, and another one only if the card itself said that more
    than one try is left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused: dict[tuple[bytes, str], _Refused] = {}

    def standing(self, card: CardIdentity, key: KeyRef, source: str | None = None) -> CardError | None:
        """The refusal after which ``key`` is not to be tried on ``card``, by ``source`` or (``None``) by anyone."""
        with self._lock:
            refused = self._refused.get((card.card_id, key.name))
        if refused is None:
            return None
        return refused.fault if refused.spent or source in refused.sources else None

    def note(self, card: CardIdentity, key: KeyRef, source: str, fault: CardError) -> None:
        """``card`` has refused the key of ``source``."""
        with self._lock:
            refused = self._refused.setdefault((card.card_id, key.name), _Refused(fault, spent=False))
            refused.fault = fault
            refused.spent = (fault.tries_left or 0) <= 1
            refused.sources.add(source)

    def opened(self, card: CardIdentity, key: KeyRef) -> None:
        """``key`` has opened ``card``, which gives it all its tries back. A source that was wrong stays wrong."""
        with self._lock:
            if refused := self._refused.get((card.card_id, key.name)):
                refused.spent = False
