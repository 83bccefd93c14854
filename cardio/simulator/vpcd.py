"""A simulated card behind vpcd, the virtual reader of a real pcscd, over TCP.

Each message is a two-byte big-endian length and that many bytes. One byte is a control (0 power off, 1 power on,
2 reset, 4 give the ATR, the only one with an answer); anything longer is a command for the card.
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

from cardio.simulator.card import CardGone, PoweredCard

DEFAULT_PORT = 35963
"""Of the first slot; the second listens on the next port."""

_UNUSABLE = bytes(34)
"""Given for the ATR of a mute card. Longer than an ATR can be, so that the driver reports a failed power up; an empty
one it would take for a card that was pulled."""

_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4


class VpcdCard:
    """One card connected to one slot of vpcd. Made connected; :meth:`eject` pulls the card.

    :raises OSError: when nobody listens there.
    """

    def __init__(self, card: PoweredCard, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        self.card = card
        self._socket = socket.create_connection((host, port), timeout=10)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ejected = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name=f"vpcd {port}", daemon=True)
        self._thread.start()

    def eject(self) -> None:
        """Pull the card. A command under way is lost: pcscd calls it not transacted. Safe to call twice."""
        # Without lingering the far end meets an error, as the driver of a real reader does when contact is lost.
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._part()

    def _part(self) -> None:
        with self._lock:
            if self._ejected.is_set():
                return
            self._ejected.set()
        # Power goes now and here: a hanging command may come back when the card is already in another slot.
        self.card.power_off()
        with suppress(OSError):  # the other end may have hung up first
            self._socket.shutdown(socket.SHUT_RD)  # wakes our own thread
        self._socket.close()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the card is out, by whoever; whether it is."""
        return self._ejected.wait(timeout)

    @property
    def out(self) -> bool:
        """Whether the card is out: ejected, pulled by its fault plan, or the reader hung up."""
        return self._ejected.is_set()

    def _serve(self) -> None:
        # What ends every card: it is pulled, by its fault plan or by a hand, or the reader goes away.
        with suppress(OSError, CardGone):
            while True:
                message = self._receive()
                if len(message) == 1:
                    self._control(message[0])
                elif message:
                    self._send(self.card.process(message))
        # Here the far end sees an orderly end: the driver gives an empty answer, which some readers do on a pull.
        self._part()

    def _control(self, code: int) -> None:
        if code == _OFF:
            self.card.power_off()
        elif code == _ON:
            self.card.power_on()
        elif code == _RESET:
            self.card.reset()
        elif code == _ATR:
            self._send(self.card.atr or _UNUSABLE)

    def _send(self, payload: bytes) -> None:
        self._socket.sendall(len(payload).to_bytes(2, "big") + payload)

    def _receive(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2), "big"))

    def _exactly(self, count: int) -> bytes:
        """``count`` bytes.

        :raises ConnectionError: when the other end hangs up.
        """
        parts = b""
        while len(parts) < count:
            # Linux forgets quick acknowledgement again and again; a delayed one costs 40 ms a command.
            if hasattr(socket, "TCP_QUICKACK"):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = self._socket.recv(count - len(parts))
            if not part:
                raise ConnectionError("vpcd hung up")
            parts += part
        return parts


def serve_to(host: str, port: int, card: PoweredCard) -> None:
    """Put a card into a vpcd that already runs, and stay until it is pulled or the service stops.

    :raises OSError: when nobody listens there.
    """
    connection = VpcdCard(card, host, port)
    try:
        connection.wait()
    finally:
        connection.eject()
