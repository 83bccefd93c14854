"""The persons whom a drive takes along, by 卡识别码, one a line. A fault names the line, never what stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from terminal.errors import TerminalError, TerminalFault
from terminal.model.identifiers import is_card_id

MOST_BYTES = 1 << 20
MOST_PERSONS = 10_000

_CARD = re.compile(r"[0-9A-Fa-f]{32}")


@dataclass(frozen=True)
class Listed:
    """:param line: where it stands, from 1. :param card_id: 16 bytes."""

    line: int
    card_id: bytes = field(repr=False)


def parse(content: bytes) -> tuple[Listed, ...]:
    """The persons of a list in UTF-8. Empty lines, and those that begin with ``#``, are passed over; nobody twice.

    :raises TerminalError: ``CARD_LIST``, for the whole list.
    """
    if len(content) > MOST_BYTES:
        raise _wrong(0)
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _wrong(0) from None
    found: dict[bytes, int] = {}
    for number, text in enumerate(map(str.strip, lines), 1):
        if not text or text.startswith("#"):
            continue
        card_id = bytes.fromhex(text) if _CARD.fullmatch(text) else b""
        if not is_card_id(card_id) or card_id in found or len(found) >= MOST_PERSONS:
            raise _wrong(number)
        found[card_id] = number
    return tuple(Listed(line, card_id) for card_id, line in found.items())


def _wrong(line: int) -> TerminalError:
    """:param line: 0 where it is the file as a whole."""
    return TerminalError(TerminalFault.CARD_LIST, f"line {line}", **({"line": line} if line else {}))
