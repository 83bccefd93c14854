"""A sentence in the two languages of the product."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """What a person reads. Chinese is written first; English says the same."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        return self.en if language == "en" else self.zh

    def format(self, **values: str | int) -> Text:
        """Both sentences with ``{name}`` fields filled in."""
        return Text(self.zh.format(**values), self.en.format(**values))


def named(zh: str, en: str | None) -> Text:
    """A name from outside that has no English of its own reads in Chinese in both languages."""
    return Text(zh, en or zh)
