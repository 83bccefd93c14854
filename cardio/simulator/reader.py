"""Readers in process: cards in software, through the same ports as PC/SC and with the same faults."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cardio import reader_causes as causes
from cardio.errors import CardError
from cardio.readers import Presence, ReaderState
from cardio.simulator.card import CardGone, PoweredCard


class _Slot:
    """One reader. Fields are guarded by the lock of the system it belongs to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.attached = True
        self.card: PoweredCard | None = None
        self.insertion = 0
        self.held = False  # by "another program"
        self.resets = 0  # made by "another program"
        self.turn = threading.Lock()  # one transaction at a time
        self.powered = False

    def state(self) -> ReaderState:
        if self.card is None:
            return ReaderState(self.name, Presence.EMPTY, None, self.insertion)
        if not self.card.atr:
            return ReaderState(self.name, Presence.MUTE, None, self.insertion)
        presence = Presence.IN_USE if self.held else Presence.CARD
        return ReaderState(self.name, presence, self.card.atr, self.insertion)


class SimulatedReaders:
    """A set of named virtual readers (:class:`cardio.readers.ReaderSystem`). Thread-safe.

    The second half of the methods is the world around it: who puts in and pulls cards, plugs readers, stops the
    service, or holds a card from another program.
    """

    def __init__(self, names: Sequence[str] = ("Simulated Reader 00",)) -> None:
        self._changed = threading.Condition()
        self._running = True
        self._cancelled = False
        self._slots = {name: _Slot(name) for name in names}

    # --- the port

    def snapshot(self) -> tuple[ReaderState, ...]:
        """All readers now."""
        with self._changed:
            return self._states()

    def _states(self) -> tuple[ReaderState, ...]:
        if not self._running:
            raise causes.service_stopped("simulated")
        return tuple(slot.state() for slot in self._slots.values())

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        """Block until something differs; see :meth:`cardio.readers.ReaderSystem.wait`."""
        before = tuple(previous)
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or self._states() != before, timeout)
            self._cancelled = False
            return self._states()

    def connect(self, reader: str) -> SimulatedLink:
        """Open a link to the card in ``reader``."""
        with self._changed:
            state = next((each for each in self._states() if each.name == reader), None)
            if state is None:
                raise causes.reader_unknown(reader)
            if state.presence is Presence.EMPTY:
                raise causes.no_card(reader)
            if state.presence is Presence.MUTE:
                raise causes.card_mute(reader)
            if state.presence is Presence.IN_USE:
                raise causes.reader_busy(reader)
            slot = self._slots[reader]
            card = slot.card
            if card is not None and not slot.powered:
                card.power_on()
                slot.powered = True
            return SimulatedLink(self, slot)

    def cancel(self) -> None:
        """Wake :meth:`wait`."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing is held."""

    # --- what links need

    def trouble(self, slot: _Slot, insertion: int) -> CardError | None:
        """Why a link made at ``insertion`` cannot be used now; ``None`` when it can."""
        with self._changed:
            if not self._running:
                return causes.service_stopped("simulated")
            if not slot.attached:
                return causes.reader_gone(slot.name)
            if slot.card is None or slot.insertion != insertion:
                return causes.card_removed(slot.name)
            return None

    def card_gone(self, slot: _Slot, insertion: int) -> None:
        """The card's own fault plan pulled it."""
        with self._changed:
            if slot.insertion == insertion:
                self._take_out(slot)

    # --- the world around

    def insert(self, reader: str, card: PoweredCard) -> None:
        """Put a card in; one that is still in is pulled first."""
        with self._changed:
            slot = self._slots[reader]
            self._take_out(slot)
            slot.card = card
            slot.insertion += 1
            self._changed.notify_all()

    def pull(self, reader: str) -> PoweredCard | None:
        """Pull the card and give it back."""
        with self._changed:
            return self._take_out(self._slots[reader])

    def _take_out(self, slot: _Slot) -> PoweredCard | None:
        card, slot.card = slot.card, None
        if card is not None:
            card.power_off()
            slot.powered = False
            slot.insertion += 1
            self._changed.notify_all()
        return card

    def plug(self, reader: str) -> None:
        """Attach another reader."""
        with self._changed:
            self._slots.setdefault(reader, _Slot(reader))
            self._changed.notify_all()

    def unplug(self, reader: str) -> None:
        """Detach a reader, with the card in it."""
        with self._changed:
            slot = self._slots.pop(reader)
            self._take_out(slot)
            slot.attached = False
            self._changed.notify_all()

    def stop_service(self) -> None:
        """As if the PC/SC service were stopped: cards lose power, open links are dead."""
        with self._changed:
            self._running = False
            for slot in self._slots.values():
                slot.insertion += 1
                slot.powered = False
            self._changed.notify_all()

    def start_service(self) -> None:
        """The service runs again."""
        with self._changed:
            self._running = True
            self._changed.notify_all()

    def hold(self, reader: str, held: bool = True) -> None:
        """Let another program take the card exclusively, or let go of it."""
        with self._changed:
            self._slots[reader].held = held
            self._changed.notify_all()

    def reset_by_other(self, reader: str) -> None:
        """Another program that shares the card resets it."""
        with self._changed:
            slot = self._slots[reader]
            slot.resets += 1
            if slot.card is not None:
                slot.card.reset()


class SimulatedLink:
    """A shared connection to one insertion of a card (:class:`cardio.link.Link`)."""

    def __init__(self, system: SimulatedReaders, slot: _Slot) -> None:
        card = slot.card
        assert card is not None  # noqa: S101 - the system connects to filled slots alone
        self._system = system
        self._slot = slot
        self._card = card
        self._insertion = slot.insertion
        self._resets = slot.resets
        self._used = False
        self._closed = False
        self._atr = card.atr

    @property
    def reader(self) -> str:
        """Name of the reader."""
        return self._slot.name

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    def _check(self) -> None:
        if self._closed:
            raise causes.card_reset("link closed")
        trouble = self._system.trouble(self._slot, self._insertion)
        if trouble:
            raise trouble

    def _check_reset(self) -> None:
        """Another program's reset matters once we have done something that it undid."""
        if self._resets != self._slot.resets:
            self._resets = self._slot.resets
            used, self._used = self._used, False
            if used:
                raise causes.card_reset(self.reader)

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        """Send one command; see :meth:`cardio.link.Link.transmit`."""
        self._check()
        self._check_reset()
        self._used = True
        answer = self._run(lambda: self._card.process(bytes(apdu)))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def _run(self, action: Callable[[], bytes]) -> bytes:
        try:
            answer = action()
        except CardGone:
            # Pulled while the command ran, by the plan or by a hand: the answer is lost.
            self._system.card_gone(self._slot, self._insertion)
            answer = b""
        self._check()
        return answer

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One flow at a time on this card."""
        self._check()
        with self._slot.turn:
            self._check()
            self._check_reset()
            yield

    def reset(self) -> None:
        """Cut the power and give it again."""
        self._check()
        self._used = False
        self._resets = self._slot.resets
        if not self._run(self._card.reset):
            raise causes.card_mute(self.reader)

    def close(self) -> None:
        """Let go; a card that was used is reset, so that nothing proven on it outlives this link."""
        if self._closed:
            return
        if self._used and self._system.trouble(self._slot, self._insertion) is None:
            self._card.reset()
        self._closed = True
