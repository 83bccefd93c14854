"""Money: whole fen inside, yuan with two decimals for people."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """``123456`` as ``1,234.56``. Integers throughout: money never becomes a float."""
    sign, whole = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"
