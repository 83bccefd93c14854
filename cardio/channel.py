"""Commands and whole answers over a link: the bytes of the protocol, 6Cxx and 61xx, and which words a command may end
with. What is done between two commands is time that the card waits, so an answer of 9000 passes with the fewest looks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from cardio import atr, status
from cardio.answers import AnswerError, ApplicationBlockedError, MalformedAnswerError, UnexpectedStatusError
from cardio.apdu import MAX_LE, Command, Response
from cardio.errors import CardError
from cardio.link import Link
from cardio.trace import Trace
from cardio.wiping import wipe

MAX_ROUNDS: Final = 4
"""GET RESPONSE commands after one command: a card that always says that more waits must not hold us for ever."""

_WAITS: Final = 0x61
_OTHER_LENGTH: Final = 0x6C


class Channel:
    """What applications talk to: commands with the status words that are good news for them."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._trace = Trace(link.reader)
        # T=0 has no command with data both ways (ISO/IEC 7816-3 clause 12.2.1): Le stays at home, 61xx follows.
        self._le_beside_data = atr.parse(link.atr).protocol != 0

    def send(self, command: Command, accept: Container[int] = status.DONE) -> Response:
        """Send ``command`` and give the answer if its status word is in ``accept``.

        :raises CardError: APPLICATION_BLOCKED, STATUS_UNEXPECTED or ANSWER_MALFORMED by what the card says, and what
            the link raises when card or reader fail.
        """
        return self._judged(command, self._transmit(command), accept)

    def read_each(
        self, commands: Iterable[Command], accept: Container[int] = status.DONE
    ) -> list[bytes | AnswerError | None]:
        """Send commands without data one after the other, with as little as can be between two of them.

        :returns: for each its data, ``None`` for another word of ``accept`` than 9000, or the fault that :meth:`send`
            would raise.
        :raises CardError: APPLICATION_BLOCKED, and what the link raises: then no further command is sent.
        """
        transmit, listening = self._link.transmit, self._trace.listening
        answers: list[bytes | AnswerError | None] = []
        for command in commands:
            try:
                data, sw = transmit(command.fixed)
            except CardError as error:
                self._trace.failed(command, error.fault.name)
                raise
            if sw == status.OK and not listening and len(data) <= MAX_LE:
                answers.append(data)
            else:
                answers.append(self._settled(command, Response(data, sw), accept))
        return answers

    def _settled(self, command: Command, response: Response, accept: Container[int]) -> bytes | AnswerError | None:
        """One answer of :meth:`read_each` that must be looked at."""
        try:
            response = self._judged(command, self._checked(command, response), accept)
        except ApplicationBlockedError:
            raise
        except AnswerError as error:
            return error
        return response.data if response.sw == status.OK else None

    def _judged(self, command: Command, response: Response, accept: Container[int]) -> Response:
        """The whole answer to ``command``, of which ``response`` came first, if it is in ``accept``."""
        if response.sw != status.OK and command.le is not None:
            response = self._collected(command, self._resent(command, response))
        if response.sw in accept:
            return response
        if response.sw in status.BLOCKED:
            raise ApplicationBlockedError(command.head, response.sw)
        raise UnexpectedStatusError(command.head, response.sw, status.meaning(response.sw))

    def _transmit(self, command: Command) -> Response:
        """One exchange, its bytes by the protocol of the link."""
        if command.data and command.le is not None and not self._le_beside_data:
            command = command.without_le
        apdu = command.fixed if type(command.data) is bytes else command.encode()
        try:
            data, sw = self._link.transmit(apdu)
        except CardError as error:
            self._trace.failed(command, error.fault.name)
            raise
        finally:
            if type(apdu) is bytearray:
                wipe(apdu)
        return self._checked(command, Response(data, sw))

    def _checked(self, command: Command, response: Response) -> Response:
        """Told to the trace, and of a shape that answers have."""
        self._trace.exchange(command, response)
        if len(response.data) > MAX_LE or not status.plausible(response.sw):
            raise MalformedAnswerError(f"{command.head} -> {len(response.data)} bytes with {response.sw:X}")
        return response

    def _resent(self, command: Command, response: Response) -> Response:
        """6Cxx says how long the answer is: the same command once more with that Le (ISO/IEC 7816-3 clause 12.2.1).

        :raises MalformedAnswerError: fewer bytes come than the card has just announced: the rest was lost on the way.
        """
        if response.sw >> 8 != _OTHER_LENGTH:
            return response
        announced = response.sw & 0xFF or MAX_LE
        again = self._transmit(replace(command, le=announced))
        if again.sw == status.SW.OK and len(again.data) < announced:
            raise MalformedAnswerError(f"{command.head} -> {len(again.data)} bytes of {announced} announced")
        return again

    def _collected(self, command: Command, response: Response) -> Response:
        """61xx says that an answer waits: GET RESPONSE until it is whole.

        A command that awaits no answer keeps its 61xx: fetching what nobody asked for disturbs some cards.
        """
        if response.sw >> 8 != _WAITS:
            return response
        data = response.data
        for _ in range(MAX_ROUNDS):
            fetch = _fetch(response.sw & 0xFF or MAX_LE)
            response = self._resent(fetch, self._transmit(fetch))
            data += response.data
            if response.sw >> 8 != _WAITS:
                return _fulfilled(command, Response(data, response.sw))
        raise MalformedAnswerError(f"{command.head} -> more waits after {MAX_ROUNDS} answers")


@cache
def _fetch(le: int) -> Command:
    """GET RESPONSE."""
    return Command(0x00, 0xC0, 0x00, 0x00, le=le)


def _fulfilled(command: Command, response: Response) -> Response:
    """What came after a card had said that data wait: done, and yet nothing, means that they were lost on the way."""
    if response.sw == status.SW.OK and not response.data:
        raise MalformedAnswerError(f"{command.head} -> nothing where an answer was announced")
    return response
