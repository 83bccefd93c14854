"""A process that has imported the program and forks itself for each command: all of a command but Python's own start.

Some hundred commands are run as processes of their own by the end-to-end tests; starting Python and importing the same
modules each time took most of their time. What a child does from ``main()`` to its exit code is what ``python -m
terminal`` does, with streams, environment, folder and process of its own. Tests of starting and of signals do without.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
_LONGEST = 1 << 16


class ForkServer:
    """One server for many commands, one after another; it ends with this process."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("SSC_")}
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.support.forkserver", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env={**kept, "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
            )

    def run(
        self, arguments: tuple[str, ...], environment: dict[str, str], stdin: str, timeout: float
    ) -> tuple[int, str, str]:
        """Run ``ssc-terminal ARGUMENTS``; gives exit code, standard output, standard error.

        :raises subprocess.TimeoutExpired: after ``timeout`` seconds; the command is killed.
        """
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin.encode())
            given.seek(0)
            order = json.dumps([arguments, environment, str(Path.cwd())]).encode()
            socket.send_fds(self._socket, [order], [stream.fileno() for stream in (given, out, err)])
            self._socket.settimeout(None)
            process = self._answer()
            self._socket.settimeout(timeout)
            try:
                code = self._answer()
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                self._socket.settimeout(None)
                self._answer()
                raise subprocess.TimeoutExpired(arguments, timeout) from None
            return code, _text(out), _text(err)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()

    def _answer(self) -> int:
        said = self._socket.recv(_LONGEST)
        assert said, "the fork server is gone"
        return int(said)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


def _serve(channel: socket.socket) -> Any:  # noqa: ANN401 - whatever stands in JSON
    """Fork for each order. Returns in a child, with what it is to do; the server itself goes on until it is let go."""
    while True:
        order, descriptors, *_ = socket.recv_fds(channel, _LONGEST, 3)
        if not order:
            raise SystemExit(0)
        child = os.fork()
        if child == 0:
            channel.close()
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return json.loads(order)
        for descriptor in descriptors:
            os.close(descriptor)
        channel.send(str(child).encode())
        channel.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _main() -> None:
    import cardio
    import offline_cache
    import terminal
    from terminal.__main__ import main
    from terminal.services.catalogue import services

    # All that commands import late, and the services found at run time; the sandbox's centre is a process of its own.
    for package in (cardio, offline_cache, terminal):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(("terminal.sandbox", "terminal.__main__")):
                import_module(module.name)
    services()
    # What is here stays: a collection in a child would otherwise copy every page of it.
    gc.collect()
    gc.freeze()
    arguments, environment, folder = _serve(socket.socket(fileno=int(sys.argv[1])))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["ssc-terminal", *arguments]
    main()


if __name__ == "__main__":
    _main()
