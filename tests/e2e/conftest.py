"""The command line as a script sees it: a process of its own, a real pcscd, the real sandbox centre."""

from __future__ import annotations

import atexit
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cardio.simulator.pcscd import PrivatePcscd
from terminal.sandbox.child import SandboxCentre
from tests.support.forkserver import ForkServer
from tests.support.private_pcscd import shared_pcscd

ROOT = Path(__file__).parents[2]
PATIENCE = 300
"""Seconds after which a command hangs. None takes nearly this long, also where six others load the machine."""

UNHURRIED = {"SSC_CENTRE_TIMEOUT": "120", "SSC_CARD_DEADLINE": "120"}
"""Deadlines of the program that a loaded machine would pass though all is well. Nothing here waits for them to pass."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test here is some ten processes one after the other."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(2 * PATIENCE))


@cache
def _server() -> ForkServer:
    server = ForkServer()
    atexit.register(server.close)
    return server


@dataclass(frozen=True)
class Answer:
    """What a process said. :param document: its standard output, which must be exactly one JSON document."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.out)

    @property
    def fault(self) -> str:
        return str(self.document["fault"]["code"])


class Shell:
    """Runs ``ssc-terminal`` with a data folder of its own."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self.data = data
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SSC_")}
        self._environment = {
            **clean,
            **UNHURRIED,
            **environment,
            "SSC_DATA_DIR": str(data),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
            "XDG_CONFIG_HOME": str(data / "config"),
        }

    def set(self, name: str, value: str) -> None:
        """A setting of the commands to come."""
        self._environment[name] = value

    def run(self, *arguments: str, stdin: str = "") -> Answer:
        return Answer(*_server().run(arguments, self._environment, stdin, PATIENCE))

    def script(self, code: str, *arguments: str, stdin: str = "") -> Answer:
        """Run Python ``code`` in place of the program."""
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            input=stdin, capture_output=True, timeout=PATIENCE, text=True, env=self._environment, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def _at_keyboard(self, arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """The program with a terminal as standard input, and our end of that."""
        ours, theirs = pty.openpty()
        try:
            yield (
                subprocess.Popen(
                    [sys.executable, "-m", "terminal", "--json", *arguments],
                    stdin=theirs,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=self._environment,
                ),
                ours,
            )
        finally:
            os.close(ours)
            os.close(theirs)

    def typed(self, *arguments: str, keys: bytes, interrupt: bool = False) -> tuple[Answer, bytes]:
        """Run with a keyboard: a terminal as standard input. Gives what the terminal showed, too."""
        with self._at_keyboard(arguments) as (process, ours):
            assert process.stderr is not None
            prompt = process.stderr.readline()  # keys typed before echo is off would show
            os.write(ours, keys)
            if interrupt:
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
            os.set_blocking(ours, False)
            try:
                shown = os.read(ours, 4096)
            except BlockingIOError:
                shown = b""
        return Answer(process.returncode, out.decode(), (prompt + err).decode()), shown

    def answered(self, *arguments: str, keys: Sequence[bytes]) -> Answer:
        """Run with a keyboard, each of ``keys`` typed when another question has been asked."""
        with self._at_keyboard(arguments) as (process, ours):
            assert process.stderr is not None
            asked = b""
            for each in keys:
                while not (line := process.stderr.readline()).strip().endswith(("：".encode(), b":")):
                    assert line, asked.decode()
                asked += line
                os.write(ours, each + b"\r")
            out, err = process.communicate(timeout=PATIENCE)
        return Answer(process.returncode, out.decode(), (asked + err).decode())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that goes on until it is interrupted."""
        return subprocess.Popen(
            [sys.executable, "-m", "terminal", "--json", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )

    def json(self, *arguments: str, stdin: str = "") -> Answer:
        return self.run("--json", *arguments, stdin=stdin)


@pytest.fixture
def pcscd() -> Iterator[PrivatePcscd]:
    """A real pcscd with two empty readers."""
    running = shared_pcscd()
    yield running
    shared_pcscd()


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxCentre]:
    with SandboxCentre(tmp_path_factory.mktemp("centre")) as running:
        yield running


@pytest.fixture
def shell(pcscd: PrivatePcscd, tmp_path: Path) -> Shell:
    """A terminal that has not joined."""
    return Shell(tmp_path, pcscd.environment)


@pytest.fixture(scope="session")
def joined(centre: SandboxCentre, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A terminal that has joined the sandbox centre by ``enrol``."""
    made = Shell(tmp_path_factory.mktemp("terminal"), shared_pcscd().environment)
    code = centre.control.new_code()
    done = made.json("enrol", "--centre", centre.url, "--ca", centre.ready.authority, stdin=code + "\n")
    assert done.code == 0, done.out
    assert done.document["environment"] == "sandbox"
    return made


@pytest.fixture
def member(joined: Shell, pcscd: PrivatePcscd, centre: SandboxCentre) -> Iterator[Shell]:
    centre.control.clear()
    yield joined
    centre.control.clear()
