"""What was said against what stands: the names that differ, for proofs to count and to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def lost_or_twice(said: Iterable[str], there: Iterable[str]) -> set[str]:
    """What was said and is not there, and what is there more than once."""
    counted = Counter(there)
    return {one for one in said if not counted[one]} | {one for one, times in counted.items() if times > 1}


def not_once(recorded: Iterable[str], effects: Mapping[str, int]) -> set[str]:
    """What did not take effect exactly once.

    :param effects: how often each took effect.
    """
    return {one for one in recorded if effects.get(one, 0) != 1}
