"""Small steps from values to words on the screen."""

from __future__ import annotations

from terminal.text import Language, Text

EMPTY = "—"  # blank or unreadable on the card


def say(text: Text | None, language: Language) -> str:
    """The sentence in the language of the screen; nothing for nothing."""
    return "" if text is None else text.say(language)


def yuan(fen: int) -> str:
    """Whole fen as yuan: ``123456`` becomes ``¥1,234.56``."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}.{rest:02d}"
