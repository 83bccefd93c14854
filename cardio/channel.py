"""Commands and whole answers over a link: small classes, one on the other, each with one thing to know.

From the card upwards: :class:`Wire` knows the bytes and the protocol, :class:`Resend` knows 6Cxx, :class:`Collect`
knows 61xx, and :class:`Channel` knows which status words a command may end with. A contactless card or T=1 answers
directly, and then the two in the middle have nothing to do.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Final, Protocol

from cardio import atr, status
from cardio.answers import ApplicationBlockedError, MalformedAnswerError, UnexpectedStatusError
from cardio.apdu import MAX_LE, Command, Response
from cardio.errors import CardError
from cardio.link import Link
from cardio.trace import Trace

MAX_ROUNDS: Final = 4
"""GET RESPONSE commands after one command: a card that always says that more waits must not hold us for ever."""


class Transport(Protocol):
    """One layer: a command in, an answer out."""

    def transmit(self, command: Command) -> Response: ...


class Wire:
    """Turns commands into bytes for one link, checks the shape of what comes back, and feeds the trace."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._trace = Trace(link.reader)
        # T=0 has no command with data both ways (ISO/IEC 7816-3 clause 12.2.1): Le stays at home, 61xx follows.
        self._le_beside_data = atr.parse(link.atr).protocol != 0

    def transmit(self, command: Command) -> Response:
        if command.data and command.le is not None and not self._le_beside_data:
            command = replace(command, le=None)
        try:
            data, sw = self._link.transmit(command.encode())
        except CardError as error:
            self._trace.failed(command, error.fault.name)
            raise
        response = Response(bytes(data), sw)
        self._trace.exchange(command, response)
        if len(data) > MAX_LE or not status.plausible(sw):
            raise MalformedAnswerError(f"{command.head} -> {len(data)} bytes with {sw:X}")
        return response


class Resend:
    """6Cxx says how long the answer is: the same command once more with that Le (ISO/IEC 7816-3 clause 12.2.1)."""

    def __init__(self, lower: Transport) -> None:
        self._lower = lower

    def transmit(self, command: Command) -> Response:
        response = self._lower.transmit(command)
        if response.sw >> 8 != 0x6C or command.le is None:
            return response
        return _fulfilled(command, self._lower.transmit(replace(command, le=response.sw & 0xFF or MAX_LE)))


class Collect:
    """61xx says that an answer waits: GET RESPONSE until it is whole.

    A command that awaits no answer keeps its 61xx: fetching what nobody asked for disturbs some cards.
    """

    def __init__(self, lower: Transport) -> None:
        self._lower = lower

    def transmit(self, command: Command) -> Response:
        response = self._lower.transmit(command)
        if response.sw >> 8 != 0x61 or command.le is None:
            return response
        data = response.data
        for _ in range(MAX_ROUNDS):
            response = self._lower.transmit(Command(0x00, 0xC0, 0x00, 0x00, le=response.sw & 0xFF or MAX_LE))
            data += response.data
            if response.sw >> 8 != 0x61:
                return _fulfilled(command, Response(data, response.sw))
        raise MalformedAnswerError(f"{command.head} -> more waits after {MAX_ROUNDS} answers")


def _fulfilled(command: Command, response: Response) -> Response:
    """What came after a card had said that data wait: done, and yet nothing, means that they were lost on the way."""
    if response.sw == status.SW.OK and not response.data:
        raise MalformedAnswerError(f"{command.head} -> nothing where an answer was announced")
    return response


class Channel:
    """What applications talk to: commands with the status words that are good news for them."""

    def __init__(self, link: Link) -> None:
        self._top: Transport = Collect(Resend(Wire(link)))

    def send(self, command: Command, accept: Container[int] = status.DONE) -> Response:
        """Send ``command`` and give the answer if its status word is in ``accept``.

        :raises CardError: APPLICATION_BLOCKED, STATUS_UNEXPECTED or ANSWER_MALFORMED by what the card says, and what
            the link raises when card or reader fail.
        """
        response = self._top.transmit(command)
        if response.sw in accept:
            return response
        if response.sw in status.BLOCKED:
            raise ApplicationBlockedError(command.head, response.sw)
        raise UnexpectedStatusError(command.head, response.sw, status.meaning(response.sw))
