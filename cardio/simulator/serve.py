"""A private pcscd with cards in its virtual readers, commanded by JSON lines on standard input.

Runs inside the namespaces that :mod:`cardio.simulator.pcscd` makes, because pcscd, vpcd and the cards must share
them. Each line asks for one thing, ``{"do": …}``, and gets one line back: ``{"ok": …}`` or ``{"error": …}``. The end of
the input ends everything.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cardio.errors import CardError
from cardio.pcsc import PcscReaders
from cardio.readers import Presence, ReaderState
from cardio.simulator.card import PoweredCard, SimulatedCard
from cardio.simulator.namespace import loopback_up, private_pcscd_folder
from cardio.simulator.saved import to_json
from cardio.simulator.spec import spec_from_json
from cardio.simulator.vpcd import DEFAULT_PORT, VpcdCard

_DIE_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")

SLOTS = 2
"""Virtual readers of one vpcd."""

LIMIT = 90.0
"""Seconds for pcscd to see what was done to it; far more than it needs."""


class Nest:
    """pcscd, its slots and the cards."""

    def __init__(self, folder: Path, pcscd: str, driver: str) -> None:
        self._folder = folder
        self._pcscd = pcscd
        self._configuration = folder / "readers.conf"
        self._configuration.write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{DEFAULT_PORT:#x}\n'
            f"LIBPATH {driver}\nCHANNELID {DEFAULT_PORT:#x}\n",
            encoding="ascii",
        )
        self._nothing = folder / "no-readers.conf"
        self._nothing.write_text("", encoding="ascii")
        self._service: subprocess.Popen[bytes] | None = None
        self._plugged = True
        self._readers = PcscReaders()
        self._cards: dict[int, PoweredCard] = {}
        self._slots: dict[int, VpcdCard] = {}
        self._names: list[str] = []
        self._counted: dict[int, int] = {}
        self.actions: Mapping[str, Callable[..., object]] = {
            "start": self.start,
            "stop": lambda: self.end(signal.SIGTERM),
            "kill": lambda: self.end(signal.SIGKILL),
            "unplug": self.unplug,
            "card": self.card,
            "renew": self.renew,
            "saved": lambda card: to_json(self._simulated(card)),
            "insert": self.insert,
            "eject": self.eject,
            "release": lambda card: self._cards[card].release(),
            "card_state": self.card_state,
        }

    def start(self) -> list[str]:
        """Start pcscd and wait for its readers; gives their names."""
        if not self._plugged:
            self.end(signal.SIGKILL)
        self._plugged = True
        self._run(self._configuration)
        # One reader alone would be the name of a driver that did not load.
        states = self._see(lambda states: len(states) == SLOTS, "pcscd does not show the virtual readers")
        self._names = [state.name for state in states]
        return self._names

    def unplug(self) -> None:
        """End pcscd and start it without readers."""
        self.end(signal.SIGKILL)
        self._plugged = False
        self._run(self._nothing)
        self._see(lambda states: not states, "pcscd shows readers that are not there")

    def _run(self, configuration: Path) -> None:
        if self._service is None:
            with (self._folder / "pcscd.log").open("ab") as log:
                # setpriv lets pcscd be killed when this process ends, however that comes about.
                self._service = subprocess.Popen(  # noqa: S603 - programs of this machine
                    [*_DIE_WITH_US, self._pcscd, "--foreground", "--config", str(configuration)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )

    def end(self, with_signal: signal.Signals) -> None:
        """End pcscd; the cards lose their reader."""
        if self._service is not None:
            self._service.send_signal(with_signal)
            self._service.wait()
            self._service = None
        for slot in self._slots.values():
            slot.eject()
        self._slots.clear()

    def card(self, card: int, spec: Mapping[str, Any]) -> None:
        """Make a card. It keeps its counters while it goes in and out."""
        self._cards[card] = spec_from_json(spec).make()

    def renew(self, card: int, spec: Mapping[str, Any]) -> None:
        """Another card in the place of this one, powered as it was."""
        old, new = self._cards[card], spec_from_json(spec).make()
        if new.atr != old.atr:
            raise ValueError("another ATR, which pcscd would not notice")
        self._cards[card] = new
        for connection in self._slots.values():
            if connection.card is old:
                new.power_on()
                connection.card = new

    def insert(self, slot: int, card: int) -> None:
        """Put a card in, and wait until pcscd has seen it."""
        self.eject(slot)
        name = self._names[slot]
        self._see(lambda states: states[slot].presence is Presence.EMPTY, "the slot is not empty")
        self._counted[slot] = self._readers.events(name)
        self._slots[slot] = VpcdCard(self._cards[card], port=DEFAULT_PORT + slot)
        self._see(lambda states: self._since(slot) >= 1, "pcscd does not see the card")

    def eject(self, slot: int) -> None:
        """Pull the card, and wait until pcscd has seen it.

        It must have counted the going as well: a reset that fails shows an empty reader before pcscd's own look at the
        slot, and a card put in before that look would never be noticed.
        """
        connection = self._slots.pop(slot, None)
        if connection is not None:
            connection.eject()
            self._see(
                lambda states: states[slot].presence is Presence.EMPTY and self._since(slot) >= 2,
                "pcscd still sees the card",
            )

    def _since(self, slot: int) -> int:
        """Comings and goings since the last card was put in."""
        return (self._readers.events(self._names[slot]) - self._counted[slot]) & 0xFFFF

    def card_state(self, card: int) -> dict[str, Any]:
        """What a test wants to know of a card."""
        each = self._simulated(card)
        return {
            "commands": each.commands,
            "pin_tries_left": each.pin_tries_left,
            "pin_verified": each.pin_verified,
            "hanging": each.hanging.is_set(),
        }

    def _simulated(self, card: int) -> SimulatedCard:
        each = self._cards[card]
        if not isinstance(each, SimulatedCard):
            raise TypeError("only a simulated card has such a state")
        return each

    def _see(self, wanted: Callable[[tuple[ReaderState, ...]], bool], otherwise: str) -> tuple[ReaderState, ...]:
        """Wait until what pcscd shows is as wanted.

        :raises TimeoutError: when it never is.
        """
        end = time.monotonic() + LIMIT
        states: tuple[ReaderState, ...] = ()
        while time.monotonic() < end:
            try:
                states = self._readers.snapshot()
                if wanted(states):
                    return states
                self._readers.wait(states, 1.0)
            except CardError:
                if self._service is None or self._service.poll() is not None:
                    self._service = None
                    raise
                time.sleep(0.02)  # pcscd is starting: there is nothing to wait on before it has its socket
        raise TimeoutError(otherwise)


def _answer(nest: Nest, line: str) -> dict[str, object]:
    """Carry out one line. Everything that goes wrong is told to the other end, which decides what it means."""
    request: dict[str, Any] = json.loads(line)
    try:
        return {"ok": nest.actions[request.pop("do")](**request)}
    except Exception as error:  # noqa: BLE001 - this process has nobody else to tell
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> int:
    """``python -m cardio.simulator.serve FOLDER PCSCD DRIVER``."""
    folder, pcscd, driver = sys.argv[1:]
    os.environ.pop("PCSCLITE_CSOCK_NAME", None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; the end of the pipe ends us
    loopback_up()
    private_pcscd_folder(Path(folder))
    nest = Nest(Path(folder), pcscd, driver)
    try:
        print(json.dumps({"ok": "ready"}), flush=True)  # noqa: T201 - the pipe is the interface
        for line in sys.stdin:
            print(json.dumps(_answer(nest, line)), flush=True)  # noqa: T201
    finally:
        nest.end(signal.SIGKILL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
