"""What the screen says of another program that uses the reader."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Text
from terminal.views.common import Fact
from terminal.views.holder import PinView


@dataclass(frozen=True)
class ProgramView:
    """:param name: of the program, as registered.
    :param action: what it does or wants to do.
    :param state: ``runs``, ``asks`` (the operator allows or refuses) or ``pin`` (the holder types).
    :param lines: what a write is about, masked, for the person who is asked.
    :param pin: while the holder types. :param purpose: what is to be typed.
    """

    name: str
    action: Text
    state: str
    pin: PinView | None = None
    purpose: Text | None = None
    lines: tuple[Fact, ...] = ()
