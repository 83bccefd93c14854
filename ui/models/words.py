"""Small steps from values to words on the screen."""

from __future__ import annotations

from terminal.model.money import yuan
from terminal.text import Language, Text

EMPTY = "—"  # blank or unreadable on the card


def say(text: Text | None, language: Language) -> str:
    """The sentence in the language of the screen; nothing for nothing."""
    return "" if text is None else text.say(language)


def money(fen: int) -> str:
    """Whole fen as yuan: ``123456`` becomes ``¥1,234.56``."""
    return "¥" + yuan(fen)
