"""Commands with a MAC as the suite sends them, right or wrong (card.md §4 and §5)."""

from __future__ import annotations

from cardio.conformance.bench import Bench, NotApplicable
from cardio.errors import CardError
from cardio.keysource import STK, KeySourceUnavailable


def secured(bench: Bench, header: bytes, factor: bytes, packed: bytearray | None = None, *, wrong: bool = False) -> str:
    """The whole command in hex, its MAC over the challenge ``factor``.

    :param packed: a new PIN, as VERIFY sends it. :param wrong: one bit of the MAC is wrong.
    :raises NotApplicable: where the key source makes none.
    """
    source, identity = bench.keys(), bench.identify().identity
    try:
        made = bytearray(source.maintenance(identity, STK, factor, header, packed))
    except (KeySourceUnavailable, CardError):
        raise NotApplicable("the key source makes no such command for us") from None
    whole = bytearray(made if made[:5] == header else header + made)
    whole[-1] ^= wrong
    return whole.hex()
