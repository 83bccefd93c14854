"""The TPM keeper with a TPM in software (swtpm) behind the real ``systemd-creds``: another TPM, or the same disk in
another machine, gives nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from offline_cache.errors import StoreFault
from offline_cache.keepers import SystemdCreds, WrappedKeys
from tests.offline_cache.support import fault_of
from tests.support.waiting import wait_until

SECRET = bytes(range(100, 132))
Make = Callable[[str], str]


def _pair() -> int:
    """A port of the loopback address whose successor is free too: swtpm's control channel is expected there."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[Make]:
    """Starts a TPM of this name, and gives its address as ``--tpm2-device`` has it."""
    if shutil.which("swtpm") is None or shutil.which("systemd-creds") is None:
        if os.environ.get("CI"):
            pytest.fail("no swtpm, or no systemd-creds")
        pytest.skip("no swtpm, or no systemd-creds")
    with ExitStack() as running:
        yield lambda name: _start(running, tmp_path / name)


def _start(running: ExitStack, state: Path) -> str:
    state.mkdir()
    port = _pair()
    command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "startup-clear"]
    for role, number in (("server", port), ("ctrl", port + 1)):
        command += [f"--{role}", f"type=tcp,port={number},bindaddr=127.0.0.1"]
    log = running.enter_context((state / "log").open("wb"))
    process = running.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
    running.callback(process.terminate)
    wait_until(lambda: _listens(port))
    return f"swtpm:host=127.0.0.1,port={port}"


def _listens(port: int) -> bool:
    listening = Path("/proc/net/tcp").read_text("ascii")
    return f"0100007F:{port:04X} 00000000:0000 0A" in listening


def keys_of(folder: Path, host: Path, device: str) -> WrappedKeys:
    host.mkdir(mode=0o700, exist_ok=True)
    environment = os.environ | {"SYSTEMD_CREDENTIAL_SECRET": str(host / "credential.secret")}
    return WrappedKeys(folder, SystemdCreds(environment=environment, device=device))


def test_a_tpm_keeps_it_for_this_machine_alone(tpm: Make, tmp_path: Path) -> None:
    folder, host, own = tmp_path / "keys", tmp_path / "host", tpm("own")
    keys = keys_of(folder, host, own)
    keys.put("store-data", SECRET)
    assert keys_of(folder, host, own).get("store-data") == SECRET
    assert SECRET not in (folder / "store-data.wrapped").read_bytes()
    another_machine = keys_of(folder, host, tpm("another"))
    assert fault_of(lambda: another_machine.get("store-data")) is StoreFault.KEEPER_REFUSED
    another_installation = keys_of(folder, tmp_path / "other-host", own)
    assert fault_of(lambda: another_installation.get("store-data")) is StoreFault.KEEPER_REFUSED
    (folder / "store-data.wrapped").rename(folder / "other.wrapped")
    assert fault_of(lambda: keys.get("other")) is StoreFault.KEEPER_REFUSED
