"""``sandbox centre`` and ``sandbox card`` as processes of their own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cardio.simulator.pcscd import SOCKET_VARIABLE
from tests.e2e.conftest import Shell
from tests.support.private_pcscd import shared_pcscd

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
        assert (checks["中心"], checks["终端注册和密钥"]) == (None, None)
        assert checks["读卡服务"]["code"] == "C101"
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


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
        reader.settimeout(120)
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
                connection.settimeout(120)
                exchange(connection, POWER_ON, answered=False)
                assert exchange(connection, ASK_ATR)[:4] == bytes.fromhex("3B6D0000")
                assert exchange(connection, SELECT_SSSE)[-2:] == b"\x90\x00"
                assert exchange(connection, SELECT_SSSE) == b"\x6f\x00"
            assert first_document(process)["generation"] == 3
            assert process.wait(120) == 0


@contextmanager
def served(shell: Shell, reader: socket.socket, *options: str, what: str = "card") -> Iterator[socket.socket]:
    """The far end of a card that is put into ``reader``; ends with the card."""
    port = str(reader.getsockname()[1])
    with ended(shell.start("sandbox", what, "--vpcd", "--port", port, *options)) as process:
        connection, _ = reader.accept()
        with connection:
            connection.settimeout(120)
            yield connection
        assert process.wait(120) == 0


def test_a_card_is_kept_in_its_file_and_can_be_looked_into(tmp_path: Path) -> None:
    shell, state = lonely(tmp_path), tmp_path / "card.json"
    with socket.create_server(("127.0.0.1", 0)) as reader:
        reader.settimeout(120)
        line = ("--t1", "--holder", "farmer", "--generation", "3")
        for options in (line, (*line, "--fault", "wrong-status@4=6982")):  # the same again, and then with a fault
            with served(shell, reader, "--state", str(state), *options) as connection:
                exchange(connection, POWER_ON, answered=False)
                assert exchange(connection, SELECT_SSSE)[-2:] == b"\x90\x00"
                assert exchange(connection, bytes.fromhex("0020000003000000"))[0] in {0x63, 0x69}
                assert shell.json("sandbox", "card", "--vpcd", "--state", str(state)).fault == "T123"
    try:
        shown = shell.json("sandbox", "card", "inspect", str(state)).document
        assert shown["generation"] == 3
        assert shown["pin"] == {
            "set": True,
            "tries_left": 5,
        }  # in its second life the fourth command was not carried out
        assert shown["commands"] == 4
        assert shown["files"]["SSSEEF05"]["version"] == "3.00"
        for other_card in (("--generation", "1"), ("--holder", "elder"), ("--fault", "padded-ff")):
            given = shell.json("sandbox", "card", "--vpcd", "--state", str(state), *other_card)
            assert (given.code, given.fault) == (2, "T123")
        state.write_text(state.read_text("utf-8").replace('"version": 1', '"version": 2'))
        other = shell.json("sandbox", "card", "inspect", str(state))
        assert (other.code, other.fault) == (2, "T123")
        assert "version 2, not 1" in other.document["fault"]["message"]
    finally:
        state.unlink()  # it holds the toy PIN and a made-up person


def test_a_psam_is_kept_in_its_file_and_can_be_looked_into(tmp_path: Path) -> None:
    shell, state = lonely(tmp_path), tmp_path / "psam.json"
    into_application = bytes.fromhex("00A4040006D15600000590")
    purchase = bytes.fromhex(f"8070010024{'00' * 18}0620261128101500" + "0101" + "00" * 8)
    with socket.create_server(("127.0.0.1", 0)) as reader:
        reader.settimeout(120)
        for number in range(2):
            with served(shell, reader, "--state", str(state), "--number", "379912000007", what="psam") as connection:
                exchange(connection, POWER_ON, answered=False)
                assert exchange(connection, into_application)[0] == 0x61
                assert exchange(connection, purchase) == b"\x61\x08"
                assert exchange(connection, bytes.fromhex("00C0000008"))[:4] == number.to_bytes(4)
                second = shell.json("sandbox", "psam", "--vpcd", "--state", str(state))
                assert (second.code, second.fault) == (2, "T123")  # two of them would give a number twice
                assert "另一个程序" in second.document["fault"]["message"]
    shown = shell.json("sandbox", "psam", "inspect", str(state)).document
    assert (shown["terminal"], shown["region"], shown["purchases"]) == ("379912000007", "379912", 2)
    assert (shown["files"]["0019"], shown["files"]["0011"]) == ("00000002", None)
    assert {"name": "DPK1", "use": "22", "id": "01", "levels": 1} in shown["keys"]
    for other in (("--number", "379999000001"), ("--without", "DPK1"), ("--t1",)):
        given = shell.json("sandbox", "psam", "--vpcd", "--state", str(state), *other)
        assert (given.code, given.fault) == (2, "T123")
    no_card = shell.json("sandbox", "card", "inspect", str(state))
    assert (no_card.code, no_card.fault) == (2, "T123")
    assert "not a saved card" in no_card.document["fault"]["message"]


def test_any_program_gets_a_card_and_a_psam(tmp_path: Path) -> None:
    shared_pcscd()  # skips where this machine cannot run one
    shell = Shell(tmp_path, {})
    listing = "import json, smartcard.System as s; print(json.dumps(list(map(str, s.readers())))); raise SystemExit(5)"
    done = shell.run("sandbox", "pcscd", sys.executable, "-c", listing)
    assert done.code == 5, done.out
    assert [name[-5:] for name in json.loads(done.out)] == ["00 00", "00 01"]
    assert shell.json("sandbox", "pcscd", "no-such-program").fault == "T123"
    cannot_be = shell.json("sandbox", "pcscd", "--fault", "no-such-fault", "true")
    assert (cannot_be.code, cannot_be.fault) == (2, "T123")


def test_the_program_itself_is_told_which_reader_holds_its_psam(tmp_path: Path) -> None:
    shared_pcscd()
    done = Shell(tmp_path, {}).run("sandbox", "pcscd", sys.executable, "-m", "terminal", "--json", "card", "read")
    assert done.code == 0


def closed(tmp_path: Path, command: str, redirection: str) -> tuple[int, str, str]:
    """What a command says when one of its standard streams is not there."""
    shell = lonely(tmp_path)
    line = f"exec {sys.executable} -m terminal {command} {redirection}"
    done = subprocess.run(
        ["sh", "-c", line], env=shell._environment, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_closed_standard_input_is_nobody_to_type(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("x")
    code, out, err = closed(tmp_path, f"--json enrol --centre https://127.0.0.1 --ca {pem}", "<&-")
    assert (code, json.loads(out)["fault"]["code"]) == (2, "T113"), err


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
@pytest.mark.parametrize("command", ["--json settings", "settings"])
def test_a_result_that_cannot_be_written_is_a_fault(tmp_path: Path, command: str, redirection: str) -> None:
    code, _, err = closed(tmp_path, command, redirection)
    assert code == 1
    assert "T142" in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_a_group_alone_and_help_are_one_document(tmp_path: Path) -> None:
    shell = lonely(tmp_path)
    alone = shell.json("card")
    assert (alone.code, alone.fault) == (2, "T123")
    helped = shell.json("card", "read", "--help")
    assert helped.code == 0
    assert "--unmask" in helped.document["help"]


def test_a_log_file_that_cannot_be_opened_is_told_at_the_start(tmp_path: Path) -> None:
    code, out, _ = closed(tmp_path, "--json --config /dev/null settings", "")
    assert code == 0, out
    shell = lonely(tmp_path)
    shell._environment["SSC_LOG_FILE"] = str(tmp_path / "no" / "such" / "folder")
    done = shell.json("settings")
    assert (done.code, done.fault) == (3, "T141")


def test_a_fault_that_a_generation_cannot_have(tmp_path: Path) -> None:
    command = ("sandbox", "card", "--vpcd", "--generation", "1", "--fault", "rare-name", "--port", "1")
    done = lonely(tmp_path).json(*command)
    assert (done.code, done.fault) == (2, "T123")
    assert "rare-name" in done.document["fault"]["message"]


def test_a_port_that_is_none(tmp_path: Path) -> None:
    done = lonely(tmp_path).json("sandbox", "card", "--vpcd", "--port", "70000")
    assert (done.code, done.fault) == (2, "T123")


def test_a_fault_that_is_none(tmp_path: Path) -> None:
    done = lonely(tmp_path).json("sandbox", "card", "--vpcd", "--fault", "nonsense")
    assert (done.code, done.fault) == (2, "T123")
