"""A social security card in software, as a reader sees it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Protocol

from cardio.simulator.chip import Chip
from cardio.simulator.command import CardCommand
from cardio.simulator.commands import CLASSES, COMMANDS, GET_RESPONSE, Entry
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import TORN, Fault, Trouble
from cardio.simulator.state import Session, Tear
from cardio.simulator.status import (
    APPLICATION_BLOCKED,
    OK,
    UNKNOWN_CLASS,
    UNKNOWN_INSTRUCTION,
    UNSUPPORTED,
    CommandRefused,
    bytes_waiting,
    exact_length,
)

CardFaults = Iterable[Fault | Trouble]


class CardGone(Exception):  # noqa: N818 - something that happens to a card, not a mistake
    """The fault plan pulls the card here. The reader must show it as pulled."""


class PoweredCard(Protocol):
    """What a reader needs of a card; see :class:`SimulatedCard` for each."""

    @property
    def atr(self) -> bytes: ...

    def power_on(self) -> bytes: ...

    def power_off(self) -> None: ...

    def reset(self) -> bytes: ...

    def release(self) -> None: ...

    def process(self, apdu: bytes) -> bytes: ...


class SimulatedCard:
    """One card. The object is the plastic: its PIN and key counters live on while the power goes and comes.

    Used by one reader at a time; :meth:`release` may be called from any thread.

    :param contents: what is in it.
    :param faults: what is wrong with it; a bare :class:`Trouble` where no command number is needed.
    :param t0: answer as over T=0, with 61xx and 6Cxx; otherwise data come directly.
    """

    def __init__(self, contents: CardContents, faults: CardFaults = (), t0: bool = True) -> None:
        self.contents = contents
        self.faults = tuple(each if isinstance(each, Fault) else Fault(each) for each in faults)
        self.t0 = t0
        self._troubles = frozenset(fault.trouble for fault in self.faults)
        self._chip = Chip(contents, self._troubles)
        # Seconds; 1250 microseconds at the clock that ISO/IEC 7816-3 begins with (372 clocks a bit, 12 bits a byte).
        self._byte_time = sum(each.value for each in self.faults if each.trouble is Trouble.SLOW) / 1e6
        self._powered = False
        self._cycle = 0  # of power
        self._commands = 0
        self._released = threading.Event()
        self.hanging = threading.Event()
        """Set while a command hangs."""

    def __repr__(self) -> str:
        return f"<SimulatedCard generation {self.contents.generation}>"

    @property
    def atr(self) -> bytes:
        """Answer to reset: 3B 6D 00 00 and the 13 historical bytes; empty for a mute card (card.md §1)."""
        if Trouble.MUTE in self._troubles:
            return b""
        return b"\x3b\x6d\x00\x00" + self.contents.history

    @property
    def commands(self) -> int:
        """Commands received over the life of the card."""
        return self._commands

    @property
    def chip(self) -> Chip:
        """What is inside; for saving and inspecting."""
        return self._chip

    def age(self, commands: int) -> None:
        """Let the card be one that got so many commands before; faults count on from there."""
        self._commands = commands

    @property
    def pin_tries_left(self) -> int:
        """What the PIN's counter stands at."""
        return self._chip.pin.left

    @property
    def pin_verified(self) -> bool:
        """Whether the PIN was verified since power on."""
        return self._chip.session.pin_verified

    def key_tries_left(self, key_id: int, directory: int = 0) -> int:
        """What the counter of one key stands at. :param directory: FID of the directory whose own key it is."""
        return self._chip.keys.left(key_id, directory)

    def power_on(self) -> bytes:
        """Give power; answers the ATR, which is empty for a mute card."""
        self._powered = True
        self._cycle += 1
        self._chip.session = Session()
        return self.atr

    def power_off(self) -> None:
        """Cut power: everything but contents and counters is forgotten."""
        self._powered = False
        self._chip.session = Session()

    def reset(self) -> bytes:
        """Warm reset."""
        self.power_off()
        return self.power_on()

    def release(self) -> None:
        """Let a hanging command come back, and any that would hang later."""
        self._released.set()

    def process(self, apdu: bytes) -> bytes:
        """Carry out one command; gives data and status word.

        :raises CardGone: the fault plan pulls the card before or after this command.
        """
        if not self._powered or not self.atr:
            raise CardGone("no power")
        self._commands += 1
        now = {fault.trouble: fault.value for fault in self.faults if fault.at == self._commands}
        if Trouble.REMOVED_BEFORE in now:
            raise CardGone("pulled before the command")
        if Trouble.HANG in now:
            self._hang()
        if Trouble.WRONG_STATUS in now:
            return now[Trouble.WRONG_STATUS].to_bytes(2, "big")
        torn = TORN & now.keys()
        self._chip.session.tear = next((Tear(now[each], each is Trouble.TORN_ERASED) for each in torn), None)
        answer = self._answer(apdu)
        if torn:
            raise CardGone("power went while it wrote")
        self._take_time(len(apdu) + 1 + len(answer))  # and one procedure byte (ISO/IEC 7816-3 clause 10.3.3)
        if Trouble.REMOVED_AFTER in now:
            raise CardGone("pulled before the answer")
        if Trouble.TRUNCATED in now:
            answer = answer[:-2][: now[Trouble.TRUNCATED]] + answer[-2:]
        return answer

    def _take_time(self, count: int) -> None:
        """A slow card: its bytes go one after the other. Ends early when the card is released."""
        if self._byte_time:
            self._released.wait(count * self._byte_time)

    def _hang(self) -> None:
        cycle = self._cycle
        self.hanging.set()
        self._released.wait()
        self.hanging.clear()
        if not self._powered or cycle != self._cycle:
            raise CardGone("pulled while the command hung")

    def _answer(self, apdu: bytes) -> bytes:
        try:
            data, sw = self._execute(CardCommand.parse(apdu))
        except CommandRefused as refusal:
            data, sw = b"", refusal.sw
        return data + sw.to_bytes(2, "big")

    def _execute(self, command: CardCommand) -> tuple[bytes, int]:
        code = (command.cla, command.ins)
        if code != GET_RESPONSE:
            self._chip.session.pending = b""
        if self._chip.dead:
            raise CommandRefused(UNSUPPORTED)
        if self._chip.blocked and command.ins != 0xA4:
            raise CommandRefused(APPLICATION_BLOCKED)
        if command.cla not in CLASSES:
            raise CommandRefused(UNKNOWN_CLASS)
        entry = COMMANDS.get(code)
        if entry is None:
            raise CommandRefused(UNKNOWN_INSTRUCTION)
        data = entry.handler(self._chip, command)
        if code == GET_RESPONSE and self._chip.session.pending:
            return data, bytes_waiting(len(self._chip.session.pending))
        return self._transport(entry, command, data)

    def _transport(self, entry: Entry, command: CardCommand, data: bytes) -> tuple[bytes, int]:
        """How the answer travels: T=0 holds back data of a command that had data, and insists on the exact Le."""
        if self.t0 and command.data and data:
            self._chip.session.pending = data
            return b"", bytes_waiting(len(data))
        if entry.exact and data and not command.data:
            asked = command.le or 256
            if asked != len(data) and (self.t0 or asked < len(data)):
                raise CommandRefused(exact_length(len(data)))
        return data, OK
