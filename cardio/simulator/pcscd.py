"""A real pcscd of our own, with simulated cards in virtual readers, away from the machine's readers and network.

pcscd, the vpcd driver and the cards run in namespaces of their own (``unshare``), so that nothing listens on the
network and several run side by side. A client outside reaches it through one environment variable,
:data:`SOCKET_VARIABLE`, which libpcsclite reads once: set it before the first PC/SC call of a process.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cardio
from cardio.simulator.contents import CardContents
from cardio.simulator.spec import CardSpec, OtherSpec, PsamSpec

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
DRIVER_VARIABLE = "SSC_VPCD_DRIVER"

_SYSTEM_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_BUNDLED_DRIVER = Path("share/vpcd/usr/lib/pcsc/drivers/serial/libifdvpcd.so.0.8")


class PcscdUnavailableError(Exception):
    """This machine cannot run a private pcscd; the text says what is missing."""


class PcscdError(Exception):
    """The private pcscd runs, but did not do what it was told."""


@dataclass(frozen=True)
class CardState:
    """What a card in the other process is at."""

    commands: int
    pin_tries_left: int
    pin_verified: bool
    hanging: bool


@dataclass(frozen=True)
class RemoteCard:
    """A card that lives beside the private pcscd. In a slot or not, it keeps its counters."""

    number: int


def find_driver() -> Path:
    """The vpcd driver: named by the environment, beside the interpreter, or the system's.

    :raises PcscdUnavailableError: where there is none.
    """
    named = os.environ.get(DRIVER_VARIABLE)
    candidates = [Path(named)] if named else [Path(sys.prefix) / _BUNDLED_DRIVER, _SYSTEM_DRIVER]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise PcscdUnavailableError(f"the vpcd driver is missing ({', '.join(map(str, candidates))})")


def _program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise PcscdUnavailableError(f"the program {name} is missing")
    return found


class PrivatePcscd:
    """One private pcscd with two virtual readers. A context manager; for one user at a time.

    Everything it starts ends with this process, whatever becomes of it.

    :param folder: where its socket shall be, so that a client can be told beforehand; a fresh one otherwise. It is
        removed when this stops.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._wanted_folder = folder
        self._folder: Path | None = None
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.reader_names: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def socket(self) -> Path:
        """Where libpcsclite finds it."""
        if self._folder is None:
            raise PcscdError("not started")
        return self._folder / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        """What a client process must have in its environment."""
        return {SOCKET_VARIABLE: str(self.socket)}

    def start(self) -> None:
        """Start it, readers empty.

        :raises PcscdUnavailableError: no ``unshare``, no right to it, no pcscd, no driver.
        :raises PcscdError: pcscd does not come up.
        """
        driver, pcscd, unshare = find_driver(), _program("pcscd"), _program("unshare")
        _program("setpriv")
        self._folder = self._wanted_folder or Path(tempfile.mkdtemp(prefix="ssc-pcscd-"))
        self._folder.mkdir(mode=0o700, exist_ok=True)
        try:
            self._child = self._spawn(unshare, pcscd, driver)
            self.start_service()
        except BaseException:
            self.stop()
            raise

    def _spawn(self, unshare: str, pcscd: str, driver: Path) -> subprocess.Popen[str]:
        """The child in its namespaces: as root if we are, else (or if root may not) in a user namespace."""
        attempts = (["--mount", "--net"],) if os.geteuid() == 0 else ()
        complaints = []
        for flags in (*attempts, ["--mount", "--net", "--map-root-user"]):
            child = self._launch([unshare, *flags, "--", *self._command(pcscd, driver)])
            if child.stdout is not None and child.stdout.readline():
                return child
            complaints.append(self._end(child))
        raise PcscdUnavailableError(f"no right to make namespaces: {'; '.join(complaints)}")

    def _command(self, pcscd: str, driver: Path) -> list[str]:
        return [sys.executable, "-m", "cardio.simulator.serve", str(self._folder), pcscd, str(driver)]

    def _launch(self, command: list[str]) -> subprocess.Popen[str]:
        # The child must find this very package, wherever we were started from.
        paths = [str(Path(cardio.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        with (self._folder_or_fail() / "serve.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - programs of this machine, found above
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )

    def _folder_or_fail(self) -> Path:
        if self._folder is None:
            raise PcscdError("not started")
        return self._folder

    def _end(self, child: subprocess.Popen[str]) -> str:
        """Let a child end by closing its input; gives the last line it complained with."""
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):  # it may have ended before it read everything
                    stream.close()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        log = (self._folder_or_fail() / "serve.log").read_text(encoding="utf-8", errors="replace").strip()
        return log.splitlines()[-1] if log else f"exit code {child.returncode}"

    def stop(self) -> None:
        """End everything and remove its folder. Safe to call twice."""
        if self._child is not None:
            self._end(self._child)
            self._child = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def start_service(self) -> None:
        """Start pcscd (again) and wait until its readers are there."""
        self.reader_names = tuple(self._ask("start"))

    def stop_service(self) -> None:
        """Stop pcscd in good order. Cards come out."""
        self._ask("stop")

    def unplug(self) -> None:
        """Take the readers away. vpcd cannot lose one while it runs, so the service ends and one without readers comes;
        :meth:`start_service` brings them back, empty."""
        self._ask("unplug")

    def kill_service(self) -> None:
        """Kill pcscd where it stands. Cards come out."""
        self._ask("kill")

    def restart_service(self) -> None:
        """Kill and start."""
        self.kill_service()
        self.start_service()

    def card(self, spec: CardSpec | PsamSpec | OtherSpec | CardContents) -> RemoteCard:
        """Make a card or a PSAM, not yet in a slot."""
        spec = CardSpec(spec) if isinstance(spec, CardContents) else spec
        card = RemoteCard(next(self._numbers))
        self._ask("card", card=card.number, spec=spec.to_json())
        return card

    def insert(self, slot: int, card: RemoteCard | CardSpec | PsamSpec | OtherSpec | CardContents) -> RemoteCard:
        """Put a card into slot 0 or 1; returns when pcscd has seen it. One that is in is pulled first."""
        card = card if isinstance(card, RemoteCard) else self.card(card)
        self._ask("insert", slot=slot, card=card.number)
        return card

    def eject(self, slot: int) -> None:
        """Pull the card; returns when pcscd has seen it."""
        self._ask("eject", slot=slot)

    def release(self, card: RemoteCard) -> None:
        """Let a hanging command of this card come back."""
        self._ask("release", card=card.number)

    def renew(self, card: RemoteCard, spec: CardSpec | OtherSpec) -> None:
        """Make a card another one where it is: power stays on and no reader notices. It saves
        the time until pcscd looks at the slot; the ATR must stay what it is."""
        self._ask("renew", card=card.number, spec=spec.to_json())

    def saved(self, card: RemoteCard) -> dict[str, Any]:
        """What the card keeps without power, as :func:`cardio.simulator.saved.to_json` tells it."""
        found: dict[str, Any] = self._ask("saved", card=card.number)
        return found

    def state(self, card: RemoteCard) -> CardState:
        """What the card is at."""
        return CardState(**self._ask("card_state", card=card.number))

    def log(self) -> str:
        """What pcscd and its keeper wrote, for a failing test."""
        files = (self._folder_or_fail() / name for name in ("pcscd.log", "serve.log"))
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.exists())

    def _ask(self, action: str, **values: Any) -> Any:  # noqa: ANN401 - JSON
        with self._lock:
            child = self._child
            if child is None or child.stdin is None or child.stdout is None:
                raise PcscdError("not started")
            try:
                child.stdin.write(json.dumps({"do": action, **values}) + "\n")
                child.stdin.flush()
                line = child.stdout.readline()
            except BrokenPipeError:
                line = ""
            if not line:
                raise PcscdError(f"{action}: the keeper of pcscd ended")
            answer = json.loads(line)
        if "error" in answer:
            raise PcscdError(f"{action}: {answer['error']}")
        return answer["ok"]
