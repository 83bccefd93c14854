"""What a function leaves in a card, told to a book before it begins and when it has ended.

The book is its owner's: a terminal that must account for every write keeps one, a library by itself does not. A write
that was begun and has no end is *open*; whether the card took it is told by the card alone, the next time it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol

from cardio.apps.pin import did_nothing, kept_old
from cardio.errors import CardError
from cardio.found import Found
from cardio.interface33.errors import Refused

TAKEN: Final = b"\x90\x00"
"""The card's own word, where it shows nothing else."""


class Ending(Enum):
    DONE = "done"
    UNDONE = "undone"  # the card is as it was


@dataclass(frozen=True)
class Write:
    """One write that is about to go into a card.

    :param function: whose; without the steps: ``iWriteCard``, ``iChangePIN``.
    :param places: what is written, as ``pFileAddr`` has it; empty where it is no file.
    :param sizes: bytes of each piece.
    :param before: what the card holds there, ``None`` where it does not show it. :param after: what it shall hold;
        both are about a person. Empty where it is no file.
    :param tries: of the PIN, left before an unblock or a reload; ``None`` where the card does not say.
    :param value: fen that are paid out of the card.
    :param proven: whether a key source found the card genuine before the write began.
    """

    function: str
    found: Found
    places: str = ""
    sizes: tuple[int, ...] = ()
    before: bytes | None = field(default=None, repr=False)
    after: bytes = field(default=b"", repr=False)
    proven: bool = False
    tries: int | None = None
    value: int = 0


class Book(Protocol):
    """Blocks until what it is told is durable. Called on the card's thread."""

    def begin(self, write: Write) -> None:
        """:raises Refused: it cannot be written down, or an earlier write of this card is open: nothing goes out."""
        ...

    def end(self, ending: Ending, proof: bytes) -> None:
        """The end of what was begun last. Without one it stays open."""
        ...

    def open_write(self, card_id: bytes) -> tuple[str, tuple[int, ...]] | None:
        """Places and sizes of a file write of this card that is open."""
        ...

    def seen(self, card_id: bytes, held: bytes) -> None:
        """What the card holds there: settles the open write if it is what was there before, or what was to come."""
        ...


class NoBook:
    """Keeps nothing."""

    def begin(self, write: Write) -> None: ...

    def end(self, ending: Ending, proof: bytes) -> None: ...

    def open_write(self, card_id: bytes) -> tuple[str, tuple[int, ...]] | None:
        return None

    def seen(self, card_id: bytes, held: bytes) -> None: ...


def kept(error: CardError | Refused) -> bool:
    """Whether the card itself said that it did nothing, or no command that changes had gone out."""
    return kept_old(error) if isinstance(error, CardError) else did_nothing(-error.code)


@contextmanager
def recorded(book: Book, write: Write, undone: Callable[[CardError | Refused], bool] = kept) -> Iterator[None]:
    """Begun before what is inside, and ended after it. Where the answer was lost, or some of several pieces may be in,
    the write stays open.

    :param undone: whether a fault left the card as it was.
    :raises Refused: of the book.
    """
    book.begin(write)
    try:
        yield
    except (CardError, Refused) as error:
        if undone(error):
            sw = error.sw if isinstance(error, CardError) else -error.code
            book.end(Ending.UNDONE, b"" if sw is None or sw < 0 else sw.to_bytes(2))
        raise
    book.end(Ending.DONE, TAKEN)


def joined(pieces: Sequence[bytes | None]) -> bytes | None:
    """What several places hold together; ``None`` where one does not show."""
    return None if None in pieces else b"".join(piece for piece in pieces if piece is not None)
