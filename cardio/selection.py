"""Where on the card we are: the application and file selected last, so that nothing is selected twice."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

from cardio import status
from cardio.answers import MalformedAnswerError
from cardio.apdu import MAX_LE, Command, Response
from cardio.channel import Channel
from cardio.files import ElementaryFile, Record
from cardio.link import Link
from cardio.profile import MASTER_FILE

CHALLENGE_LENGTH: Final = 8


class Selection:
    """A channel that remembers the place. The memory holds within one transaction: between two, another program may
    have selected something else on a shared card, and a PIN must not reach the wrong application."""

    def __init__(self, link: Link) -> None:
        self._channel = Channel(link)
        self._application: bytes | None = None
        self._file: int | None = None

    def forget(self) -> None:
        """Know nothing of the place: after a reset, and when a transaction begins."""
        self._application = None
        self._file = None

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
        fci = self.send(Command(0x00, 0xA4, 0x04, 0x00, name, le=MAX_LE)).data
        self._application = name
        return fci

    def master_file(self) -> None:
        """Select the root, which some cards want to have seen first."""
        self.forget()
        self.send(Command(0x00, 0xA4, 0x00, 0x00, MASTER_FILE.to_bytes(2)), status.SELECTED)

    def file(self, ef: ElementaryFile) -> None:
        """Make ``ef`` of the selected application the current file."""
        if self._file != ef.fid:
            self._file = None
            self.send(Command(0x00, 0xA4, 0x02, 0x00, ef.fid.to_bytes(2)), status.SELECTED)
            self._file = ef.fid

    def read_record(self, ef: ElementaryFile, record: Record[Any], accept: Container[int] = status.DONE) -> Response:
        """The record of ``ef`` with that identifier, by its exact size (READ RECORD, P2 = first occurrence)."""
        self.file(ef)
        return self.send(Command(0x00, 0xB2, record.tag, 0x00, le=record.le), accept)

    def challenge(self) -> bytes:
        """Eight bytes that the card drew; it takes its last ones as the factor of the next authentication."""
        data = self.send(Command(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH)).data
        if len(data) != CHALLENGE_LENGTH:
            raise MalformedAnswerError(f"a challenge of {len(data)} bytes")
        return data
