"""``sandbox centre`` and ``sandbox card`` as processes of their own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cardio.simulator.pcscd import SOCKET_VARIABLE
from tests.e2e.conftest import Shell

POWER_ON, ASK_ATR = b"\x01", b"\x04"
SELECT_SSSE = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")


def lonely(tmp_path: Path) -> Shell:
    """A terminal without a PC/SC service."""
    return Shell(tmp_path, {SOCKET_VARIABLE: str(tmp_path / "nobody")})


def first_document(process: subprocess.Popen[str]) -> Any:  # noqa: ANN401 - JSON
    """What the process says while it goes on."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            return json.loads(text)
    raise AssertionError(f"ended without a document: {text}")


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_centre_to_join_and_to_interrupt(tmp_path: Path) -> None:
    shell = lonely(tmp_path)
    with ended(shell.start("sandbox", "centre")) as process:
        ready = first_document(process)
        done = shell.json("enrol", "--centre", ready["url"], "--ca", ready["ca"], stdin=ready["code"] + "\n")
        assert done.code == 0, done.out
        checks = {check["name"]: check["fault"] for check in shell.json("doctor").document["checks"]}
        assert (checks["中心"], checks["终端注册"]) == (None, None)
        assert checks["读卡服务"]["code"] == "C101"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def exchange(connection: socket.socket, message: bytes, *, answered: bool = True) -> bytes:
    """One message of vpcd, and its answer: two bytes of length, then the bytes."""
    connection.sendall(len(message).to_bytes(2, "big") + message)
    if not answered:
        return b""
    length = int.from_bytes(connection.recv(2, socket.MSG_WAITALL), "big")
    return connection.recv(length, socket.MSG_WAITALL)


def test_a_card_put_into_a_virtual_reader(tmp_path: Path) -> None:
    shell = lonely(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as reader:
        reader.settimeout(30)
        port = str(reader.getsockname()[1])
        command = (
            "sandbox",
            "card",
            "--vpcd",
            "--port",
            port,
            "--generation",
            "3",
            "--t1",
            "--fault",
            "wrong-status@2=6F00",
        )
        with ended(shell.start(*command)) as process:
            connection, _ = reader.accept()
            with connection:
                connection.settimeout(30)
                exchange(connection, POWER_ON, answered=False)
                assert exchange(connection, ASK_ATR)[:4] == bytes.fromhex("3B6D0000")
                assert exchange(connection, SELECT_SSSE)[-2:] == b"\x90\x00"
                assert exchange(connection, SELECT_SSSE) == b"\x6f\x00"
            assert first_document(process)["generation"] == 3
            assert process.wait(30) == 0


def test_a_fault_that_is_none(tmp_path: Path) -> None:
    done = lonely(tmp_path).json("sandbox", "card", "--vpcd", "--fault", "nonsense")
    assert (done.code, done.fault) == (2, "T123")
