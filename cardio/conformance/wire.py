"""What goes over the wire in a case: written down for the report, watched for the PIN, and cut where a case wants it.

Of a command its header is written down and of an answer its length and status word; nothing of a PIN, a key, or the
holder. Names for SELECT are no secret and are shown whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from cardio import reader_causes as causes
from cardio.conformance.given import GivenPin
from cardio.errors import CardError
from cardio.link import Link
from cardio.readers import ReaderState, ReaderSystem

MOST_LINES: Final = 40
"""The last so many lines of a case are kept."""

_SELECT, _VERIFY, _CHANGE = 0xA4, 0x20, 0x5E
_CHALLENGE: Final = bytes.fromhex("0084000008")


def shown(apdu: bytes | bytearray) -> str:
    """What a report may say of a command."""
    whole = apdu[1] == _SELECT or len(apdu) <= 5
    return bytes(apdu).hex().upper() if whole else f"{bytes(apdu[:5]).hex().upper()} + {len(apdu) - 5} bytes"


class Wire:
    """Shared by every link of one bench.

    :param pull: takes the card out; ``None`` where nobody does.
    """

    def __init__(self, pin: GivenPin, pull: Callable[[], None] | None) -> None:
        self._pin, self._pull = pin, pull
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._left_out = 0
        self._cut: int | None = None
        self._lost = False
        self.pulled = False
        """The cut that was asked for came."""

    def begin(self) -> None:
        """A new case."""
        self._lines.clear()
        self._left_out = 0

    def note(self, line: str) -> None:
        self._left_out += len(self._lines) == MOST_LINES
        self._lines.append(line)

    @property
    def lines(self) -> tuple[str, ...]:
        """What was sent and what came in this case."""
        first = (f"… {self._left_out} before",) if self._left_out else ()
        return (*first, *self._lines)

    @contextmanager
    def cut_at(self, command: int, *, lost: bool) -> Iterator[None]:
        """The card is pulled at the ``command``-th command within this: before the card has it, or (``lost``) after it
        was carried out, so that the answer is lost."""
        self._cut, self._lost, self.pulled = command, lost, False
        try:
            yield
        finally:
            self._cut = None

    def transmit(self, link: Link, apdu: bytes | bytearray) -> tuple[bytes, int]:
        """As :meth:`cardio.link.Link.transmit`."""
        now = self._now()
        if now and not self._lost:
            self._out()
        try:
            data, sw = link.transmit(apdu)
            if now and self._lost:
                self._out()
                link.transmit(_CHALLENGE)
                raise causes.card_removed(link.reader)
        except CardError as error:
            self.note(f"{shown(apdu)} -> {error.fault.name}")
            raise
        self.note(f"{shown(apdu)} -> {sw:04X}" + (f", {len(data)} bytes" if data else ""))
        if apdu[1] in {_VERIFY, _CHANGE} and len(apdu) > 6 and (sw >> 4 == 0x63C or sw in {0x9000, 0x6983}):
            self._pin.judged(taken=sw == 0x9000)
        return data, sw

    def _now(self) -> bool:
        if self._cut is None:
            return False
        self._cut -= 1
        return self._cut == 0

    def _out(self) -> None:
        self.pulled = True
        if self._pull is not None:
            self.note("card pulled")
            self._pull()


class WiredReaders:
    """The readers (:class:`cardio.readers.ReaderSystem`), their links over the wire."""

    def __init__(self, readers: ReaderSystem, wire: Wire) -> None:
        self._readers, self._wire = readers, wire

    def snapshot(self) -> tuple[ReaderState, ...]:
        return self._readers.snapshot()

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        return self._readers.wait(previous, timeout)

    def connect(self, reader: str) -> Link:
        return WiredLink(self._readers.connect(reader), self._wire)

    def cancel(self) -> None:
        self._readers.cancel()

    def close(self) -> None:
        self._readers.close()


class WiredLink:
    """A link (:class:`cardio.link.Link`) whose commands go over the wire."""

    def __init__(self, link: Link, wire: Wire) -> None:
        self._link, self._wire = link, wire

    @property
    def reader(self) -> str:
        return self._link.reader

    @property
    def atr(self) -> bytes:
        return self._link.atr

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        return self._wire.transmit(self._link, apdu)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._link.transaction():
            yield

    def reset(self) -> None:
        self._wire.note("reset")
        self._link.reset()

    def close(self) -> None:
        self._link.close()
