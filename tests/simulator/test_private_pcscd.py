"""The private pcscd itself: what is missing is said, and nothing outlives the process that started it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.pcscd import (
    DRIVER_VARIABLE,
    PcscdError,
    PcscdUnavailableError,
    PrivatePcscd,
    find_driver,
)
from cardio.simulator.personas import PERSONAS, THIRD
from cardio.simulator.spec import CardSpec
from cardio.simulator.vpcd import VpcdCard, serve_to
from tests.support.private_pcscd import shared_pcscd
from tests.support.waiting import wait_until

PARENT = """
import sys
from cardio.simulator.pcscd import PrivatePcscd
service = PrivatePcscd()
service.start()
print(service.socket.parent, flush=True)
sys.stdin.read()
"""


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DRIVER_VARIABLE, str(tmp_path / "none.so"))
    with pytest.raises(PcscdUnavailableError, match=r"driver.*none\.so"):
        find_driver()
    with pytest.raises(PcscdUnavailableError, match=r"none\.so"):
        PrivatePcscd().start()


def test_before_it_is_started_it_says_so() -> None:
    service = PrivatePcscd()
    with pytest.raises(PcscdError, match="not started"):
        service.insert(0, THIRD)
    with pytest.raises(PcscdError, match="not started"):
        _ = service.socket
    service.stop()


def test_it_dies_with_its_parent() -> None:
    shared_pcscd()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        folder = parent.stdout.readline().strip()
        assert _processes(folder)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not _processes(folder))
    _remove(Path(folder))


def _processes(folder: str) -> list[str]:
    """Processes that name the folder in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes()
        except OSError:  # it ended while we looked
            continue
        if folder.encode() in line:
            found.append(line.decode(errors="replace"))
    return found


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_without_root_a_user_namespace_does(monkeypatch: pytest.MonkeyPatch) -> None:
    shared_pcscd()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    service = PrivatePcscd()
    try:
        service.start()
    except PcscdUnavailableError as missing:
        pytest.skip(str(missing))  # some machines allow namespaces to root alone
    try:
        card = service.insert(0, THIRD)
        assert service.state(card).commands == 0
    finally:
        service.stop()


def test_a_card_keeps_its_counters_and_tells_them() -> None:
    service = shared_pcscd()
    card = service.insert(0, replace(THIRD, pin_tries=4))
    service.eject(0)
    service.insert(1, card)
    state = service.state(card)
    assert (state.commands, state.pin_tries_left, state.pin_verified, state.hanging) == (0, 4, False, False)
    with pytest.raises(PcscdError, match="IndexError"):
        service.insert(7, card)


@pytest.mark.parametrize("contents", PERSONAS)
def test_a_card_travels_as_json_without_loss(contents: CardContents) -> None:
    spec = CardSpec(contents, (Fault(Trouble.HANG, at=3), Fault(Trouble.MUTE)), t0=False)
    assert CardSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


class Vpcd:
    """The far end of the protocol, by hand."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._peer: socket.socket | None = None

    @property
    def peer(self) -> socket.socket:
        if self._peer is None:
            self._peer, _ = self._listener.accept()
            self._peer.settimeout(30)
        return self._peer

    def send(self, payload: bytes) -> None:
        self.peer.sendall(len(payload).to_bytes(2, "big") + payload)

    def ask(self, payload: bytes) -> bytes:
        self.send(payload)
        size = int.from_bytes(self.peer.recv(2, socket.MSG_WAITALL), "big")
        return self.peer.recv(size, socket.MSG_WAITALL) if size else b""

    def close(self) -> None:
        if self._peer:
            self._peer.close()


@contextmanager
def vpcd() -> Iterator[Vpcd]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = Vpcd(listener)
        yield far
        far.close()


def test_the_protocol_of_vpcd() -> None:
    with vpcd() as far:
        card = VpcdCard(CardSpec(THIRD, t0=False).make(), port=far.port)
        assert far.ask(b"\x04") == card.card.atr
        far.send(b"\x01")
        assert far.ask(bytes.fromhex("0084000008"))[-2:] == b"\x90\x00"
        far.send(b"\x00")
        far.send(b"\x02")
        far.peer.sendall(b"\x00")  # a length in two pieces
        far.peer.sendall(b"\x04\x00\xb2\x01\x00")
        assert far.peer.recv(4, socket.MSG_WAITALL) == b"\x00\x02\x69\x86"
        assert not card.out
        card.eject()
        assert card.out


def test_the_reader_hangs_up() -> None:
    with vpcd() as far:
        card = VpcdCard(CardSpec(THIRD).make(), port=far.port)
        assert len(far.ask(b"\x04")) == 17
        far.close()
        assert card.wait(30)


def test_serve_to_stays_until_the_reader_hangs_up() -> None:
    card = CardSpec(THIRD).make()
    with vpcd() as far, ThreadPoolExecutor(1) as pool:
        served = pool.submit(serve_to, "127.0.0.1", far.port, card)
        assert far.ask(b"\x04") == card.atr
        assert not served.done()
        far.close()
        assert served.result(30) is None


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        VpcdCard(CardSpec(THIRD).make(), port=port)
