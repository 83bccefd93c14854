"""Masking (domain.md §6): enough to recognise one's own card, too little to use."""

from __future__ import annotations

from collections.abc import Callable


def number(text: str) -> str:
    """First three and last four; of a short number nothing but stars."""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) > 7 else "*" * len(text)


def name(text: str) -> str:
    """First character and a star: ``张*``."""
    return text[:1] + "*" if text else ""


def card_number(text: str) -> str:
    """First one and last two."""
    return text[:1] + "*" * (len(text) - 3) + text[-2:] if len(text) > 3 else "*" * len(text)


def phone(text: str) -> str:
    """A mobile number as people know it: ``138****0000``."""
    return number(text)


def account(last4: str) -> str:
    """The last four digits behind stars; never more is known."""
    return f"**** {last4}"


MASKS: dict[str, Callable[[str], str]] = {"name": name, "number": number, "card_number": card_number}
"""Fields that a screen shows masked, and how."""
