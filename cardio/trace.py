"""A trace of what goes to a card and comes back, that cannot show a PIN, a key or a person.

Shown of every exchange: header, sizes, status word. Data is shown for the commands of an allow-list alone; everything
that is not on it (VERIFY, CHANGE, UPDATE, authentication, records) shows as a number of bytes.
"""

from __future__ import annotations

import logging
from typing import Final

from cardio.apdu import Command, Response

log = logging.getLogger("cardio.trace")

SELECT: Final = (0x00, 0xA4)
GET_RESPONSE: Final = (0x00, 0xC0)

OPEN: Final = frozenset({SELECT})
"""Commands whose data and answer say nothing of a person: names of applications, and how the card describes them."""


class Trace:
    """Writes the exchanges with one card to the logger ``cardio.trace`` at DEBUG."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._open = False

    @property
    def listening(self) -> bool:
        """Whether anybody reads the trace."""
        return log.isEnabledFor(logging.DEBUG)

    def exchange(self, command: Command, response: Response) -> None:
        """One line for one exchange."""
        if not self.listening:
            self._open = False  # should somebody begin to listen in between, GET RESPONSE shows nothing
            return
        kind = (command.cla, command.ins)
        # GET RESPONSE hands over the answer of the command before it, so it inherits that one's permission.
        if kind != GET_RESPONSE:
            self._open = kind in OPEN
        log.debug(
            "%s: %s%s -> %s%04X",
            self._reader,
            command.head,
            self._sent(command),
            self._told(response.data, " "),
            response.sw,
        )

    def failed(self, command: Command, cause: str) -> None:
        """The exchange did not come to an end. :param cause: the fault's name."""
        self._open = False
        log.debug("%s: %s%s -> %s", self._reader, command.head, self._sent(command), cause)

    def _sent(self, command: Command) -> str:
        shown = self._told(command.data, "") if command.data else ""
        lc = f" Lc={len(command.data):02X}" if command.data else ""
        le = f" Le={command.le % 256:02X}" if command.le is not None else ""
        return f"{lc}{' ' + shown if shown else ''}{le}"

    def _told(self, data: bytes | bytearray, end: str) -> str:
        if not data:
            return ""
        return (data.hex().upper() if self._open else f"({len(data)} bytes)") + end
