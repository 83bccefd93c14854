"""Values that must never show up outside the place they belong to: of the sandbox's people that tests and demos use."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from cardio.simulator.contents import TOY_ROOT
from terminal.sandbox.people import Population

_MOST_BYTES = 4_000_000


@functools.cache
def canaries() -> tuple[str, ...]:
    """Names, numbers, account numbers and PINs of the people with a name of their own, and the toy root key."""
    people = [person for person in Population().people if person.slug]
    held = [
        value
        for person in people
        for value in (person.name, person.number, person.card.card_number, person.card.pan, person.card.pin)
        if value
    ]
    return (*dict.fromkeys(held), TOY_ROOT.hex())


@functools.cache
def _pattern() -> re.Pattern[str]:
    # Digits beside other digits or letters are part of something else, such as a time or a hash.
    words = sorted((re.escape(word) for word in canaries()), key=len, reverse=True)
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(words)})(?![0-9A-Za-z])", re.IGNORECASE)


@functools.cache
def _sought() -> tuple[bytes, ...]:
    return tuple(word.lower().encode() for word in canaries())


def _worth_a_look(content: bytes) -> bool:
    """Nearly nothing holds one, and finding that out word by word is ten times faster than by the pattern."""
    small = content.lower()
    return any(word in small for word in _sought())


def found_in(text: str) -> list[str]:
    """The canaries in a text."""
    return _pattern().findall(text) if _worth_a_look(text.encode("utf-8", errors="replace")) else []


def found_in_files(folder: Path) -> Iterator[str]:
    """Which files below ``folder`` hold a canary in clear, as ``name: what``."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.suffix != ".png" and path.stat().st_size <= _MOST_BYTES:
            content = path.read_bytes()
            text = content.decode("utf-8", errors="replace") if _worth_a_look(content) else ""
            for word in set(_pattern().findall(text)):
                yield f"{path.relative_to(folder)}: {word[0]}… ({len(word)} characters)"
