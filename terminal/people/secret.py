"""A password on its way to the check: typed one character at a time, never shown, never a text, wiped after use."""

from __future__ import annotations

from dataclasses import dataclass, field

from terminal.text import Text
from terminal.views import Fact, FaultView, SecretView

MOST = 64
"""Characters of a password."""

_ROOM = MOST * 4
MOST_NUMBER = 12


class SecretBuffer:
    """Up to :data:`MOST` characters in UTF-8. ``repr`` tells how many there are and nothing else."""

    def __init__(self) -> None:
        # All of the room at once: a growing bytearray leaves copies of itself behind.
        self._bytes = bytearray(_ROOM)
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self._ends)

    def __repr__(self) -> str:
        return f"<SecretBuffer of {len(self)} characters>"

    @property
    def _used(self) -> int:
        return self._ends[-1] if self._ends else 0

    def add(self, character: str) -> bool:
        """Take one character; ``False`` when it is none, or cannot be part of a password, or there is no room."""
        if len(character) != 1 or not character.isprintable() or "\ud800" <= character <= "\udfff":
            return False
        if len(self) == MOST:
            return False
        start = self._used
        for place, byte in enumerate(character.encode()):
            self._bytes[start + place] = byte
        self._ends.append(start + len(character.encode()))
        return True

    def erase(self) -> None:
        """Forget the last character."""
        if self._ends:
            end = self._ends.pop()
            for place in range(self._used, end):
                self._bytes[place] = 0

    def take(self) -> bytearray:
        """The bytes, to be wiped by who takes them; the buffer is empty afterwards."""
        taken = bytearray(self._used)
        taken[:] = memoryview(self._bytes)[: self._used]
        self.wipe()
        return taken

    def wipe(self) -> None:
        """Overwrite everything."""
        for place in range(_ROOM):
            self._bytes[place] = 0
        self._ends.clear()


@dataclass
class SecretEntry:
    """What stands on a page that asks for a number and a password.

    :param lines: what a second person agrees to.
    """

    title: Text
    number: str = ""
    fixed: bool = False
    people: tuple[str, ...] = ()
    message: FaultView | None = None
    lines: tuple[Fact, ...] = ()
    secret: SecretBuffer = field(default_factory=SecretBuffer)

    def set_number(self, number: str) -> None:
        """Take what was typed as number: digits alone, twelve at most."""
        if not self.fixed:
            self.number = "".join(each for each in number if each.isascii() and each.isdecimal())[:MOST_NUMBER]

    def add(self, character: str) -> None:
        """Take one character; what was said about the attempt before is gone."""
        self.message = None
        self.secret.add(character)

    def view(self) -> SecretView:
        count = len(self.secret)
        return SecretView(self.title, self.number, self.fixed, count, self.message, self.people, self.lines)

    def wipe(self) -> None:
        """Nothing of the person who typed stays."""
        self.secret.wipe()
        self.message = None
        self.lines = ()
        if not self.fixed:
            self.number = ""


def wipe(secret: bytearray) -> None:
    """Overwrite ``secret`` where it stands."""
    for place in range(len(secret)):
        secret[place] = 0
