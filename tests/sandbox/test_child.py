"""The sandbox centre as a child process: it says when it is ready, ends with its parent, and comes back the same."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from terminal import faults
from terminal.centre.client import CentreClient
from terminal.sandbox.centre import main
from terminal.sandbox.child import CentreControl, Ready, SandboxCentre
from terminal.sandbox.errors import SandboxError, SandboxFault

ROOT = Path(__file__).parents[2]
GENEROUS = 30


def fault_of(call: Callable[[], object]) -> SandboxFault:
    with pytest.raises(SandboxError) as caught:
        call()
    return caught.value.fault


def _start(directory: Path) -> tuple[subprocess.Popen[bytes], Ready]:
    command = [sys.executable, "-m", "terminal.sandbox.centre", "--child", "--dir", str(directory)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    return process, msgspec.json.decode(process.stdout.readline(), type=Ready)


def test_it_is_ready_when_it_says_so_and_listens_on_loopback_alone(tmp_path: Path) -> None:
    with SandboxCentre(tmp_path) as centre:
        assert urlsplit(centre.url).hostname == "127.0.0.1"
        assert urlsplit(centre.ready.control_url).hostname == "127.0.0.1"
        assert CentreClient(centre.url, authority=centre.authority).status().environment == "sandbox"
        assert centre.code != centre.control.new_code()
        assert centre.ready.control_token not in repr(centre.ready) + repr(centre.control)


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    process, ready = _start(tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()  # what the system does when the parent dies, however it dies
    assert process.wait(GENEROUS) == 0
    process.stdout.close()
    with pytest.raises(OSError):
        http.client.HTTPConnection(urlsplit(ready.control_url).netloc, timeout=GENEROUS).request("GET", "/")


def test_it_comes_back_the_same(tmp_path: Path) -> None:
    with SandboxCentre(tmp_path) as centre:
        url, authority, code = centre.url, centre.authority, centre.code
        centre.restart()
        assert centre.url == url
        assert centre.authority == authority
        assert centre.code != code


def test_its_keys_are_private_and_its_memory_holds_no_secret_in_clear(tmp_path: Path) -> None:
    with SandboxCentre(tmp_path) as centre:
        code = centre.control.new_code().encode("ascii")
        for name in ("ca.key", "server.key", "signing.key"):
            assert (tmp_path / name).stat().st_mode & 0o077 == 0
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert code not in content


def test_a_child_that_cannot_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.key").write_bytes(b"")
    (tmp_path / "ca.pem").write_bytes(b"no certificate")
    (tmp_path / "signing.key").write_bytes(b"")
    centre = SandboxCentre(tmp_path)
    assert fault_of(centre.start) is SandboxFault.CENTRE_NOT_STARTED
    assert fault_of(lambda: centre.url) is SandboxFault.CENTRE_NOT_STARTED


def test_it_refuses_production(tmp_path: Path) -> None:
    assert fault_of(lambda: SandboxCentre(tmp_path, environment="production")) is SandboxFault.IN_PRODUCTION
    refused = fault_of(lambda: main(["--dir", str(tmp_path / "d"), "--environment", "production"]))
    assert refused is SandboxFault.IN_PRODUCTION
    assert not (tmp_path / "d").exists()


def test_the_control_port_obeys_its_token_and_sane_orders_alone(tmp_path: Path) -> None:
    with SandboxCentre(tmp_path) as centre:
        control = centre.control
        stranger = CentreControl(control.url, "wrong")
        refused: list[Callable[[], object]] = [
            stranger.new_code,
            stranger.clear,
            lambda: control.fault("no such kind"),
            lambda: control.fault("slow", route="no such route"),
            lambda: control.fault("slow", times=0),
            lambda: control.revoke("no such terminal"),
        ]
        for order in refused:
            assert fault_of(order) is SandboxFault.CONTROL_REFUSED
        with pytest.raises(SandboxError) as unasked:
            control.agree("379999000001")
        said = faults.explain(unasked.value)
        assert (said.code, faults.exit_code(unasked.value)) == ("X105", 7)
        assert "has not asked for a new life of its log; run its sync first" in said.message.en
        control.fault("slow", seconds=0.01, times=1)
    assert fault_of(control.clear) is SandboxFault.CONTROL_FAILED


def test_the_child_needs_nothing_from_where_it_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with SandboxCentre(tmp_path / "centre") as centre:
        assert centre.ready.environment == "sandbox"
    assert "PYTHONPATH" not in os.environ
