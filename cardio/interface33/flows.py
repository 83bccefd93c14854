"""How a function of the interface runs: pieces of work on a powered card, with calls of the program or a person's
typing in between.

A function is a generator. Each piece is one flow with its own transaction, so that nothing is held on the reader while
a program computes or a person types; what was proven stays, because the card keeps its power.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Protocol

from cardio.files import ElementaryFile
from cardio.interface33.writes import Book, NoBook
from cardio.keysource import KeyRef
from cardio.session import CardSession


class Purpose(Enum):
    """What is to be typed on the keypad."""

    CURRENT = "current"
    NEW = "new"
    AGAIN = "again"


class Keypad(Protocol):
    """Where the holder types a PIN: a PIN pad, or the terminal's own screen. May block; never on the card's thread."""

    def ask(self, purpose: Purpose) -> bytearray:
        """The digits, one a byte, as values 0 to 9. The buffer is the caller's to wipe.

        :raises Refused: PIN_CANCELLED, PIN_TIMEOUT.
        """
        ...


@dataclass(frozen=True)
class Ask:
    """Wants digits; the flow goes on with the buffer, and wipes it."""

    purpose: Purpose


@dataclass(frozen=True)
class Say:
    """Ends one step; the flow goes on with the arguments of the next."""

    out: str | bytearray = field(repr=False)


Flow = Generator[Ask | Say, Any, str]
Begin = Callable[[CardSession], Flow]
"""The work of a call whose arguments are good."""


@dataclass(frozen=True)
class Dialect:
    """Choices where the sources say nothing or differ; data, so that a region's difference is a change of one value.

    :param address_suffix: whether the key's id in the PSAM follows its HSM address, as some implementations have it.
    :param words_for_failure: whether the output string of a call that failed has the standard's words for the code.
    :param addresses: HSM address of the key that writes a file, by the file's path, where a region's key system uses
        another than the first: one implementation asks for 0094 before EF06 and for 0096 before EF05.
    """

    address_suffix: bool = False
    words_for_failure: bool = True
    addresses: Mapping[str, str] = field(default_factory=dict)

    def write_key(self, ef: ElementaryFile) -> KeyRef:
        """The key that opens ``ef`` for writing, at the address of this region."""
        return replace(ef.write, address=self.addresses.get(ef.path, ef.write.address))


NO_TERMINAL: Final = "0" * 12
"""终端机编号 where there is no PSAM."""


@dataclass(frozen=True)
class Device:
    """Who we are.

    :param terminal_number: 终端机编号 of the PSAM, 12 digits; zeros where there is none.
    :param number: 终端设备号; empty where the maker gave none.
    :param book: where writes into a card are told.
    """

    terminal_number: Callable[[], str] = lambda: NO_TERMINAL
    number: str = ""
    book: Book = field(default_factory=NoBook)
