"""Where on the card we are: the application and file selected last, so that nothing is selected twice."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any, Final

from cardio import status
from cardio.addressing import NEW_RECORD, BinaryAddress, RecordAddress
from cardio.answers import AnswerError, MalformedAnswerError
from cardio.apdu import MAX_LE, Command, Response
from cardio.channel import Channel
from cardio.files import ElementaryFile, Record
from cardio.link import Link
from cardio.profile import MASTER_FILE

CHALLENGE_LENGTH: Final = 8

PIECE: Final = 0x80
"""Bytes of a transparent file that go in one command (card.md §2.2)."""

_END_OF_FILE: Final = frozenset({status.SW.WRONG_OFFSET})


@lru_cache(maxsize=64)
def _by_name(name: bytes) -> Command:
    """SELECT of an application. Kept, as the same few go to every card."""
    return Command(0x00, 0xA4, 0x04, 0x00, name, le=MAX_LE)


@lru_cache(maxsize=64)
def _by_fid(fid: int) -> Command:
    """SELECT of a file of the selected application."""
    return Command(0x00, 0xA4, 0x02, 0x00, fid.to_bytes(2))


class Selection:
    """A channel that remembers the place. The memory holds within one transaction: between two, another program may
    have selected something else on a shared card, and a PIN must not reach the wrong application."""

    def __init__(self, link: Link) -> None:
        self._channel = Channel(link)
        self._application: bytes | None = None
        self._file: int | None = None
        self.written = False
        """Whether a record was written since the flow began: what was read before may not hold any more."""
        self.opened: set[str] = set()
        """Names of the keys that were opened in the selected application. Whoever opens one notes it here."""

    def forget(self) -> None:
        """Know nothing of the place: after a reset, and when a transaction begins."""
        self._application = None
        self._file = None
        self.opened.clear()

    def in_application(self, name: bytes) -> bool:
        return self._application == name

    def send(self, command: Command, accept: Container[int] = status.DONE) -> Response:
        """A command to the selected application; see :meth:`cardio.channel.Channel.send`."""
        return self._channel.send(command, accept)

    def application(self, name: bytes) -> bytes:
        """Select an application by its name or AID and give its FCI, which may be empty.

        Selecting another application drops what was proven to the one before (card specification part 5).
        """
        self.forget()
        fci = self.send(_by_name(name)).data
        self._application = name
        return fci

    def next_application(self, beginning: bytes) -> bytes | None:
        """The FCI of the next application whose name begins so, after the selected one; ``None`` where there is none.

        The first one is selected by :meth:`application`, to which the beginning of a name will do as well.
        """
        self.forget()
        answer = self.send(Command(0x00, 0xA4, 0x04, 0x02, beginning, le=MAX_LE), status.DONE | status.NOT_HERE)
        return answer.data if answer.sw == status.SW.OK else None

    def directory(self, fid: int) -> bytes:
        """Select a directory by its identifier, such as DF01, and give its FCI, which may be empty."""
        self.forget()
        return self.send(Command(0x00, 0xA4, 0x00, 0x00, fid.to_bytes(2), le=MAX_LE)).data

    def master_file(self) -> None:
        """Select the root, which some cards want to have seen first."""
        self.forget()
        self.send(Command(0x00, 0xA4, 0x00, 0x00, MASTER_FILE.to_bytes(2)), status.SELECTED)

    def file(self, ef: ElementaryFile) -> None:
        """Make ``ef`` of the selected application the current file."""
        if self._file != ef.fid:
            self._file = None
            self.send(_by_fid(ef.fid), status.SELECTED)
            self._file = ef.fid

    def read_record(self, ef: ElementaryFile, record: Record[Any], accept: Container[int] = status.DONE) -> Response:
        """The record of ``ef`` with that identifier, by its exact size (READ RECORD, P2 = first occurrence)."""
        self.file(ef)
        return self.send(record.by_tag, accept)

    def read_records(
        self, ef: ElementaryFile, records: Iterable[Record[Any]], accept: Container[int] = status.DONE
    ) -> list[bytes | AnswerError | None]:
        """:meth:`read_record` of several; see :meth:`cardio.channel.Channel.read_each`."""
        self.file(ef)
        return self._channel.read_each([record.by_tag for record in records], accept)

    def record_at(self, address: RecordAddress, le: int = MAX_LE, accept: Container[int] = status.DONE) -> Response:
        """READ RECORD by any address. :param le: bytes awaited; 256 asks for what there is."""
        return self.send(Command(0x00, 0xB2, address.p1, address.p2, le=le), accept)

    def put_record(
        self, address: RecordAddress, record: bytes | bytearray, accept: Container[int] = status.DONE
    ) -> Response:
        """UPDATE RECORD with a whole TLV (in a cyclic file: the raw fields); what is not there is appended."""
        self.written = True
        return self.send(Command(0x00, 0xDC, address.p1, address.p2, record), accept)

    def write_record(self, ef: ElementaryFile, record: Record[Any], encoded: bytes | bytearray) -> None:
        """Put ``encoded``, a whole TLV, in place of the record of ``ef`` with that identifier.

        The key that opens ``ef`` for writing must have been proven. A fault with a status word is the card's refusal:
        nothing was written (6581, a memory failure, excepted). Any other one leaves open whether it was.

        :raises CardError: STATUS_UNEXPECTED, APPLICATION_BLOCKED, and what the link raises.
        """
        self.file(ef)
        self.put_record(RecordAddress(record.tag), encoded)

    def add_record(self, ef: ElementaryFile, fields: bytes | bytearray) -> None:
        """Add the newest record to the cyclic file ``ef``. :raises CardError: as :meth:`write_record`."""
        self.file(ef)
        self.put_record(RecordAddress(0, NEW_RECORD), fields)

    def read_binary(self, ef: ElementaryFile, length: int, offset: int = 0) -> bytes:
        """``length`` bytes of the transparent file ``ef`` from ``offset``, in pieces of 128; fewer where it ends.

        :raises CardError: STATUS_UNEXPECTED, ANSWER_MALFORMED for a piece that is too long.
        """
        self.file(ef)
        found = bytearray()
        while len(found) < length:
            wanted = min(PIECE, length - len(found))
            at = BinaryAddress(offset + len(found))
            answer = self.send(Command(0x00, 0xB0, at.p1, at.p2, le=wanted), status.DONE | _END_OF_FILE)
            if len(answer.data) > wanted:
                raise MalformedAnswerError(f"{len(answer.data)} bytes for {wanted}")
            found += answer.data
            if len(answer.data) < wanted:
                break
        return bytes(found)

    def binary_at(self, address: BinaryAddress, le: int) -> Response:
        """READ BINARY by any address."""
        return self.send(Command(0x00, 0xB0, address.p1, address.p2, le=le))

    def put_binary(self, address: BinaryAddress, data: bytes) -> Response:
        """UPDATE BINARY by any address, up to 255 bytes."""
        return self.send(Command(0x00, 0xD6, address.p1, address.p2, data))

    def write_binary(self, ef: ElementaryFile, data: bytes, offset: int = 0) -> None:
        """Put ``data`` into the transparent file ``ef`` from ``offset``, in pieces of 128 bytes.

        :raises CardError: as :meth:`write_record`; the pieces before the fault are written.
        """
        self.file(ef)
        for start in range(0, len(data), PIECE):
            at = BinaryAddress(offset + start)
            self.send(Command(0x00, 0xD6, at.p1, at.p2, data[start : start + PIECE]))

    def challenge(self) -> bytes:
        """Eight bytes that the card drew; it takes its last ones as the factor of the next authentication."""
        data = self.send(Command(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH)).data
        if len(data) != CHALLENGE_LENGTH:
            raise MalformedAnswerError(f"a challenge of {len(data)} bytes")
        return data
