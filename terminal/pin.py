"""The digits of a PIN on their way to the card: never a text, never shown, wiped after use."""

from __future__ import annotations

LEAST, MOST = 4, 12
"""Digits of a PIN (spec part 8: keypads take 4 to 12)."""


class PinBuffer:
    """Values 0 to 9, at most twelve of them. ``repr`` tells how many there are and nothing else."""

    def __init__(self) -> None:
        # All of the room at once: a growing bytearray leaves copies of itself behind.
        self._digits = bytearray(MOST)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"<PinBuffer of {self._count} digits>"

    def add(self, digit: int) -> bool:
        """Take one digit; ``False`` when it is none or the buffer is full."""
        if not 0 <= digit <= 9 or self._count == MOST:
            return False
        self._digits[self._count] = digit
        self._count += 1
        return True

    def erase(self) -> None:
        """Forget the last digit."""
        if self._count:
            self._count -= 1
            self._digits[self._count] = 0

    def take(self) -> bytearray:
        """The digits, to be wiped by who takes them; the buffer is empty afterwards."""
        taken = bytearray(self._count)
        taken[:] = memoryview(self._digits)[: self._count]
        self.wipe()
        return taken

    def peek(self) -> bytearray:
        """A copy of the digits, to be wiped by who asks for it; they stay here."""
        copied = bytearray(self._count)
        copied[:] = memoryview(self._digits)[: self._count]
        return copied

    def wipe(self) -> None:
        """Overwrite every digit."""
        for place in range(MOST):
            self._digits[place] = 0
        self._count = 0
