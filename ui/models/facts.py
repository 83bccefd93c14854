"""Plain two-column lists: label and value, with a tone and a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from terminal.text import Language
from terminal.views import Fact
from ui.fonts import drawable
from ui.models.words import say

TONES = frozenset({"plain", "good", "warning", "bad", "muted"})


@dataclass(frozen=True)
class FactRow:
    """:param key: the Chinese label, the same in both languages. :param tone: one of ``TONES``."""

    key: str
    label: str
    value: str
    tone: str = "plain"
    note: str = ""


def fact_rows(facts: Iterable[Fact], language: Language) -> tuple[FactRow, ...]:
    return tuple(
        FactRow(
            key=fact.label.zh,
            label=say(fact.label, language),
            value=drawable(say(fact.value, language)),
            tone=fact.tone if fact.tone in TONES else "plain",
            note=say(fact.note, language),
        )
        for fact in facts
    )
