"""Readers through PC/SC. The only user of pyscard.

Importing this needs no PC/SC service and no PC/SC library; the first call says SERVICE_STOPPED where they are missing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from smartcard import scard

from cardio import pcsc_codes
from cardio import reader_causes as causes
from cardio.pcsc_codes import ON_CONNECT, ON_LINK, failure
from cardio.protocol import Protocol, offered, on_wire
from cardio.readers import Presence, ReaderState

_PNP = "\\\\?PnP?\\Notification"
_SLICE = 1.0
"""Seconds of one blocking look. Cards and readers end it at once; that another program takes or leaves a card
exclusively is not announced by pcsc-lite, and is seen at the next look."""

_PROTOCOLS = {Protocol.T0: scard.SCARD_PROTOCOL_T0, Protocol.T1: scard.SCARD_PROTOCOL_T1}
_PCI = {Protocol.T0: scard.SCARD_PCI_T0, Protocol.T1: scard.SCARD_PCI_T1}
_ABSENT = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_IGNORE


def _code(result: int) -> int:
    """An error code as an unsigned word, as the tables have it."""
    return result & 0xFFFFFFFF


def _establish() -> int:
    """A new context.

    :raises CardError: SERVICE_STOPPED.
    """
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if _code(result) != pcsc_codes.SUCCESS:
        raise failure(ON_CONNECT, result, "establish context")
    return context


class _ContextLostError(Exception):
    """The context is of no use: the service stopped, or was restarted since."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:08X}")
        self.code = code


@dataclass(frozen=True)
class _Raw:
    """A reader as PC/SC tells of it: ``flags`` with the event counter in the upper half."""

    name: str
    flags: int
    atr: bytes

    @property
    def counter(self) -> int:
        """Comings and goings of cards."""
        return self.flags >> 16 & 0xFFFF

    @property
    def in_passing(self) -> bool:
        """Present, not mute, and yet without an ATR: a card that is just going, whose ATR pcscd clears first."""
        present = self.flags & (scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_MUTE) == scard.SCARD_STATE_PRESENT
        return present and not self.atr

    @property
    def presence(self) -> Presence:
        """What is in the reader. A card that lost its ATR for good, in a reset that failed, is as mute as any."""
        if self.flags & scard.SCARD_STATE_MUTE or self.in_passing:
            return Presence.MUTE
        if not self.flags & scard.SCARD_STATE_PRESENT:
            return Presence.EMPTY
        return Presence.IN_USE if self.flags & scard.SCARD_STATE_EXCLUSIVE else Presence.CARD


@dataclass(frozen=True)
class _Insertion:
    """What a reader's counter stood at when we gave it a number."""

    epoch: int
    empty: bool
    counter: int
    number: int

    def goes_on(self, epoch: int, empty: bool, counter: int) -> bool:
        """Whether a later look shows the same."""
        return (self.epoch, self.empty) == (epoch, empty) and (counter - self.counter) & 0xFFFF <= 1


class PcscReaders:
    """The readers of the PC/SC service (:class:`cardio.readers.ReaderSystem`).

    One context looks, one waits, and each link has its own, so that a driver that hangs under one link blocks nothing
    else. A context that died with its service is replaced at the next call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looking: int | None = None
        self._waiting: int | None = None
        self._cancelled = threading.Event()
        self._epoch = 0  # counts services; insertions of different ones are different
        self._insertions: dict[str, _Insertion] = {}
        self._count = 0
        self._events: dict[str, int] = {}

    def snapshot(self) -> tuple[ReaderState, ...]:
        """All readers now, in the order of the service."""
        with self._lock:
            return self._states(self._look())

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        """Block until something differs; see :meth:`cardio.readers.ReaderSystem.wait`."""
        end = None if timeout is None else time.monotonic() + timeout
        before = tuple(previous)
        while True:
            with self._lock:
                raws = self._look()
                states = self._states(raws)
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            if states != before or left <= 0 or self._cancelled.is_set():
                self._cancelled.clear()
                return states
            self._block(raws, left)

    def cancel(self) -> None:
        """Wake :meth:`wait`."""
        self._cancelled.set()
        waiting = self._waiting
        if waiting is not None:
            scard.SCardCancel(waiting)

    def events(self, reader: str) -> int:
        """How many comings and goings of cards the service had counted at the last look, modulo 65,536."""
        return self._events.get(reader, 0)

    def connect(self, reader: str) -> PcscLink:
        """Open a shared link to the card in ``reader``."""
        state = next((each for each in self.snapshot() if each.name == reader), None)
        if state is None:
            raise causes.reader_unknown(reader)
        if state.presence is Presence.MUTE:
            raise causes.card_mute(reader)
        context = _establish()
        try:
            return PcscLink(context, reader, *_open(context, reader, state.atr or b""))
        except BaseException:
            scard.SCardReleaseContext(context)
            raise

    def close(self) -> None:
        """Release the contexts of looking and waiting."""
        self.cancel()
        with self._lock:
            for context in (self._looking, self._waiting):
                if context is not None:
                    scard.SCardReleaseContext(context)
            self._looking = self._waiting = None

    def _look(self) -> list[_Raw]:
        """All readers, over a context that lives. The lock is held."""
        for attempt in (1, 2):
            if self._looking is None:
                self._looking = _establish()
            try:
                return _settled(self._looking)
            except _ContextLostError as lost:
                # A context of a service that was restarted meanwhile: all it knew is void, a new one may work at once.
                scard.SCardReleaseContext(self._looking)
                self._looking = None
                self._epoch += 1
                if attempt == 2:
                    raise failure(ON_CONNECT, lost.code, "look at readers") from None
        raise AssertionError("unreachable")

    def _block(self, raws: Sequence[_Raw], seconds: float) -> None:
        """Sleep until PC/SC sees something other than ``raws``."""
        if self._waiting is None:
            self._waiting = _establish()
        known = [(raw.name, raw.flags & ~scard.SCARD_STATE_CHANGED) for raw in raws]
        known.append((_PNP, len(raws) << 16))
        result, _ = scard.SCardGetStatusChange(self._waiting, max(1, int(seconds * 1000)), known)
        if _code(result) in pcsc_codes.SERVICE_LOST:
            # The next look tells whether the service is gone or was only restarted.
            lost, self._waiting = self._waiting, None
            scard.SCardReleaseContext(lost)

    def _states(self, raws: Sequence[_Raw]) -> tuple[ReaderState, ...]:
        """The raw looks as states. The lock is held."""
        # A reader that was unplugged starts counting afresh: forget what its counter stood at.
        names = {raw.name for raw in raws}
        self._events = {raw.name: raw.counter for raw in raws}
        self._insertions = {name: known for name, known in self._insertions.items() if name in names}
        return tuple(self._state(raw) for raw in raws)

    def _state(self, raw: _Raw) -> ReaderState:
        presence = raw.presence
        number = self._insertion(raw, presence is Presence.EMPTY)
        held = presence in (Presence.CARD, Presence.IN_USE)
        return ReaderState(raw.name, presence, raw.atr if held else None, number)

    def _insertion(self, raw: _Raw, empty: bool) -> int:
        """A number of our own that changes when a card came or went, and never comes back.

        pcscd counts each coming and each going, a little after it changes the rest: a count that is one ahead under
        the same presence is such a late one, and two or more mean that the card was out in between.
        """
        known = self._insertions.get(raw.name)
        if known is not None and known.goes_on(self._epoch, empty, raw.counter):
            return known.number
        self._count += 1
        self._insertions[raw.name] = _Insertion(self._epoch, empty, raw.counter, self._count)
        return self._count


def _settled(context: int) -> list[_Raw]:
    """Look at each reader, again for a moment while one is between two states."""
    raws = _readers(context)
    for _ in range(10):
        if not any(raw.in_passing for raw in raws):
            break
        time.sleep(0.005)
        raws = _readers(context)
    return raws


def _readers(context: int) -> list[_Raw]:
    """List the readers and look at each, without touching a card."""
    for _ in range(5):  # a reader may go between the list and the look
        result, names = scard.SCardListReaders(context, [])
        code = _code(result)
        if code == pcsc_codes.NO_READERS_AVAILABLE or (code == pcsc_codes.SUCCESS and not names):
            return []
        if code == pcsc_codes.SUCCESS:
            states = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
            result, seen = scard.SCardGetStatusChange(context, 0, states)
            code = _code(result)
            if code in (pcsc_codes.SUCCESS, pcsc_codes.TIMEOUT):
                return [_Raw(name, flags, bytes(atr)) for name, flags, atr in seen if not flags & _ABSENT]
        if code not in (pcsc_codes.UNKNOWN_READER, pcsc_codes.READER_UNAVAILABLE):
            break
    # Whatever the code: a service that dies under us answers with more of them than its documentation names.
    raise _ContextLostError(code)


def _open(context: int, reader: str, atr: bytes) -> tuple[int, Protocol, bytes]:
    """Connect shared, with the protocol that the ATR names first."""
    code = pcsc_codes.PROTO_MISMATCH
    for protocol in offered(atr):
        result, card, _ = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, _PROTOCOLS[protocol])
        code = _code(result)
        if code == pcsc_codes.SUCCESS:
            result, _, _, _, answer = scard.SCardStatus(card)
            return card, protocol, bytes(answer) if _code(result) == pcsc_codes.SUCCESS and answer else atr
        if code != pcsc_codes.PROTO_MISMATCH:
            break
    raise failure(ON_CONNECT, code, "connect")


@lru_cache(maxsize=256)
def _header(apdu: bytes) -> list[int]:
    """A command without data as pyscard wants it; nobody changes it. Kept, as the same ones go to every card."""
    return list(apdu)


class PcscLink:
    """A shared connection to one insertion of a card (:class:`cardio.link.Link`).

    On :meth:`close` a card that got a command is reset, not merely left: a PIN verified through us stays valid until
    power off, and must not serve the next program. A card that we only looked at is left alone.
    """

    def __init__(self, context: int, reader: str, card: int, protocol: Protocol, atr: bytes) -> None:
        self._context = context
        self._reader = reader
        self._card = card
        self._protocol = protocol
        self._pci = _PCI[protocol]
        self._atr = atr
        self._used = False
        self._closed = False

    @property
    def reader(self) -> str:
        """Name of the reader."""
        return self._reader

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        """Send one command; see :meth:`cardio.link.Link.transmit`."""
        if self._closed:
            self._check_open()
        self._used = True
        wire = _header(apdu) if len(apdu) == 5 and type(apdu) is bytes else on_wire(self._protocol, apdu)
        result, answer = scard.SCardTransmit(self._card, self._pci, wire)
        if type(apdu) is bytearray:
            wire[:] = bytes(len(wire))  # written over where they stand
        if result != pcsc_codes.SUCCESS:
            raise self._failure(result, "transmit")
        if not answer:
            # So some drivers report a card that lost contact in mid-command. The outcome is as unknown.
            raise causes.card_removed("an empty answer")
        if len(answer) < 2:
            raise causes.reader_other("an answer without a status word")
        low, high = answer.pop(), answer.pop()
        return bytes(answer), high << 8 | low

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Have the card for ourselves; waits while another program has it."""
        self._check_open()
        self._begin()
        try:
            yield
        finally:
            # A failure here is of no matter: the flow has its outcome, and a card that is gone holds no transaction.
            scard.SCardEndTransaction(self._card, scard.SCARD_LEAVE_CARD)

    def _begin(self) -> None:
        code = _code(scard.SCardBeginTransaction(self._card))
        if code == pcsc_codes.RESET_CARD:
            self._rejoin()
            code = _code(scard.SCardBeginTransaction(self._card))
        if code != pcsc_codes.SUCCESS:
            raise self._failure(code, "begin transaction")

    def _rejoin(self) -> None:
        """Another program reset the card. That matters once we have done something which it undid."""
        self._reconnect(scard.SCARD_LEAVE_CARD)
        used, self._used = self._used, False
        if used:
            raise causes.card_reset(self._reader)

    def reset(self) -> None:
        """Cut the power and give it again."""
        self._check_open()
        self._reconnect(scard.SCARD_UNPOWER_CARD)
        self._used = False

    def _reconnect(self, initialization: int) -> None:
        result, _ = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_SHARED, _PROTOCOLS[self._protocol], initialization
        )
        if _code(result) != pcsc_codes.SUCCESS:
            raise self._failure(result, "reconnect")

    def close(self) -> None:
        """Let the card go."""
        if self._closed:
            return
        self._closed = True
        # Both may fail when card or service are gone; then there is nothing left to let go of.
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD if self._used else scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(self._context)

    def _check_open(self) -> None:
        if self._closed:
            raise causes.card_reset("link closed")

    def _failure(self, result: int, what: str) -> Exception:
        """The cause of a code. A dead handle under a living service means that the reader went, not the service."""
        code = _code(result)
        if code in pcsc_codes.SERVICE_LOST:
            listed, names = scard.SCardListReaders(self._context, [])
            listed = _code(listed)
            gone = listed == pcsc_codes.NO_READERS_AVAILABLE or (
                listed == pcsc_codes.SUCCESS and self._reader not in names
            )
            if gone:
                code = pcsc_codes.READER_UNAVAILABLE
        return failure(ON_LINK, code, what)
