"""Breaking lines of Chinese and Latin text by measured width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_NOT_FIRST = "，。；：、！？）》」』】〕”’％…·,.;:!?)]}%"
"""Must not begin a line."""

_NOT_LAST = "（《「『【〔“‘([{"
"""Must not end a line."""

_WORD = re.compile(r"[0-9A-Za-z*+@#&/_.,:;'’()\-]+|.", re.DOTALL)


def _units(text: str) -> Iterator[str]:
    """Pieces that stay together: Latin words and numbers; a Chinese character with what must not stand apart."""
    held = ""
    for piece in _WORD.findall(text):
        if held and (piece in _NOT_FIRST or held[-1] in _NOT_LAST):
            held += piece
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines of at most ``width``, in the unit of ``measure``; a piece that is too long by itself is cut anywhere."""
    lines, line = [], ""
    for unit in _units(text):
        if measure(line + unit.rstrip()) <= width:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = unit.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:
            fits = next((n for n in range(len(line) - 1, 0, -1) if measure(line[:n]) <= width), 1)
            lines.append(line[:fits])
            line = line[fits:]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines
