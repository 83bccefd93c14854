"""The words in which files are declared: application, file, record, content, access rule, worked example.

A real card that differs is a change of one declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from cardio.answers import FieldUnreadableError
from cardio.apdu import Command
from cardio.binary import Whole
from cardio.codec import Codec, CodecError
from cardio.errors import CardError, CardFault
from cardio.keysource import KeyRef
from cardio.tlv import encode_simple, one_simple, start_of_simple

T = TypeVar("T")


class Structure(Enum):
    """How an elementary file is laid out (card specification part 3)."""

    RECORDS = "variable-length linear records"
    TRANSPARENT = "transparent"
    CYCLIC = "cyclic records"
    INTERNAL = "kept by the card's operating system"  # no command reads or writes it as a file


class Need(Enum):
    """What must be proven before a file opens."""

    FREE = "free"
    KEY = "key"
    PIN = "PIN"
    PIN_OR_KEY = "PIN or key"
    PIN_AND_KEY = "PIN and key"
    NEVER = "never"
    UNSTATED = "not stated"  # by any source: nothing is shown to the card, which decides


@dataclass(frozen=True)
class Access:
    """:param key: the key of ``need``, where it names one."""

    need: Need
    key: KeyRef | None = None


FREE: Final = Access(Need.FREE)
NEVER: Final = Access(Need.NEVER)
UNSTATED: Final = Access(Need.UNSTATED)


@dataclass(frozen=True)
class Example(Generic[T]):
    """Bytes as some card holds them, in hex, and the value they mean.

    :param written: whether this driver writes ``value`` as exactly these bytes; other paddings are only read.
    """

    raw: str
    value: T | None
    written: bool = False


@dataclass(frozen=True)
class Application:
    """A directory of the card (card.md §2).

    :param path: its word in file paths of the reader interface, such as ``DF01``.
    :param name: DF name or AID for SELECT; empty where only a label is known.
    :param fid: where known.
    :param label: tag 50 in the directory file.
    :param since: first generation that has it.
    :param parent: name of the directory in which it lies, selected before it; empty where nothing is needed.
    """

    path: str
    name: bytes
    fid: int | None
    label: str
    since: int = 1
    parent: bytes = b""


@dataclass(frozen=True)
class Record(Generic[T]):
    """One record: a simple TLV.

    :param key: the word for it in this product's data.
    :param title: the standard's word; empty where no source at hand gives it.
    :param since: first generation that has it, with this meaning.
    :param cut: read as many bytes as the type has, however long the record is (reader interface 10.4).
    :param count: how many records with this tag the file has.
    :param elsewhere: path of another file in which the item stands instead; a card has it in one of both, never in
        both, and only the card tells in which.
    """

    tag: int
    key: str
    title: str
    codec: Codec[T]
    examples: tuple[Example[T], ...]
    since: int = 1
    cut: bool = False
    count: int = 1
    elsewhere: str = ""

    @cached_property
    def le(self) -> int:
        """Bytes of the whole record: tag, length and value."""
        return self.codec.length + 2

    @cached_property
    def label(self) -> str:
        """For faults and logs."""
        return f"{self.key} ({self.tag:02X})"

    @cached_property
    def by_tag(self) -> Command:
        """READ RECORD of the first record with this tag in the current file, by its exact size."""
        return Command(0x00, 0xB2, self.tag, 0x00, le=self.le)

    def decode(self, answer: bytes) -> T | None:
        """The value in the answer to READ RECORD; ``None`` when it is blank.

        :raises CardError: ANSWER_MALFORMED for another structure or tag, FIELD_UNREADABLE for bytes that are no value.
        """
        if len(answer) == self.le and answer[0] == self.tag and answer[1] == len(answer) - 2:
            value = answer[2:]  # as it nearly always is
        elif self.cut:
            value = start_of_simple(answer, self.tag, self.codec.length)
        else:
            value = one_simple(answer, self.tag)
        try:
            return self.codec.decode(value)
        except CodecError as error:
            raise FieldUnreadableError(self.label, str(error)) from None

    def encode(self, value: T | None) -> bytes:
        """The whole record, ready to be written.

        :raises CardError: FIELD_UNWRITABLE when the value does not fit.
        """
        return encode_simple(self.tag, encoded(self.codec, value, self.label))


@dataclass(frozen=True)
class Content(Generic[T]):
    """What stands on the card without tag and length: one record of a cyclic file, or a transparent file whole."""

    codec: Codec[T]
    examples: tuple[Example[T], ...]
    label: str = "content"

    def decode(self, raw: bytes) -> T | None:
        """:raises CardError: FIELD_UNREADABLE for bytes that are no value."""
        return decoded(self.codec, raw, self.label)

    def encode(self, value: T | None) -> bytes:
        """:raises CardError: FIELD_UNWRITABLE when the value does not fit."""
        return encoded(self.codec, value, self.label)


def decoded(codec: Codec[T], raw: bytes, label: str) -> T | None:
    """:raises CardError: FIELD_UNREADABLE."""
    try:
        return codec.decode(raw)
    except CodecError as error:
        raise FieldUnreadableError(label, str(error)) from None


def encoded(codec: Codec[T], value: T | None, label: str) -> bytes:
    """:raises CardError: FIELD_UNWRITABLE."""
    try:
        return codec.encode(value)
    except CodecError as error:
        raise CardError(CardFault.FIELD_UNWRITABLE, f"{label}: {error}") from None


AS_IT_STANDS: Final = Content(Whole(), (), "content")
"""Of a generation for which no source tells what stands in a record or a file: its bytes."""

SSSE_APPLICATION: Final = Application("SSSE", b"sx1.sh." + "社会保障".encode("gbk"), 0xDDF1, "")
"""The social security system environment itself, which holds EF05 to EF08 (card specification part 3)."""


@dataclass(frozen=True)
class ElementaryFile:
    """:param fid: file identifier; the place is SFI alone where ``sfi_only``.
    :param read: access rule for each generation that has the file.
    :param write: key that opens it for UPDATE.
    :param records: of a file of records. :param content: of a cyclic or transparent file.
    :param size: bytes of a transparent file, or ``None`` where no source tells: it is read to its end.
    :param sizes: other sizes that were met. :param rows: records that a cyclic file has room for, at least.
    :param offset: where in a transparent file ``content`` begins. :param doubt: what is not certain about it.
    :param untold: generations that have the file, and of which no source tells what stands in it: the driver gives the
        bytes as they stand.
    """

    fid: int
    key: str
    title: str
    structure: Structure
    read: Mapping[int, Access]
    write: KeyRef
    records: tuple[Record[Any], ...] = ()
    size: int | None = None
    content: Content[Any] | None = None
    application: Application = SSSE_APPLICATION
    sizes: tuple[int, ...] = ()
    rows: int = 0
    sfi_only: bool = False
    offset: int = 0
    doubt: str = ""
    untold: tuple[int, ...] = ()

    @property
    def sfi(self) -> int:
        """Short file identifier: the low five bits of the FID."""
        return self.fid & 0x1F

    @property
    def path(self) -> str:
        """As the reader interface writes it: application and file, such as ``DF01EF05``."""
        return f"{self.application.path}EF{self.fid & 0xFF:02X}"

    def of(self, generation: int) -> tuple[Record[Any], ...]:
        """The records that a card of ``generation`` has."""
        return tuple(record for record in self.records if record.since <= generation)

    def content_of(self, generation: int) -> Content[Any] | None:
        """What stands in a cyclic or transparent file of a card of ``generation``; ``None`` for a file of records."""
        return AS_IT_STANDS if self.content is not None and generation in self.untold else self.content
