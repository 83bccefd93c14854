"""The sandbox centre as a child process of this one: start it, order faults, stop it, start it again."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import msgspec

from terminal.model.decoding import decoded
from terminal.sandbox.errors import SandboxError, SandboxFault, require_sandbox

_START_SECONDS = 120.0  # these three are for a machine that others load: nothing waits for them when all is well
_STOP_SECONDS = 60.0
_CONTROL_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]


class Ready(msgspec.Struct, frozen=True):
    """The line that the child prints when it serves.

    :param code: a one-time enrolment code. :param authority: path of the certificate to trust.
    """

    url: str
    control_url: str
    control_token: str
    authority: str
    code: str
    environment: str

    def __repr__(self) -> str:
        return f"<Ready {self.url}>"


@dataclass(frozen=True)
class CentreControl:
    """The control port. Every method raises :class:`SandboxError` ``CONTROL_FAILED`` when it is not heard."""

    url: str
    token: str = field(repr=False)

    def fault(
        self,
        kind: str,
        *,
        route: str | None = None,
        times: int | None = None,
        seconds: float = 0.0,
        status: int | None = None,
        retry_after: int | None = None,
        spares_urgent: bool = False,
    ) -> None:
        """Order a fault of :class:`terminal.sandbox.faults.FaultKind` by its value, such as ``slow`` or ``down``.

        :param route: name in the contract; ``None`` for all.
        :param times: for how many requests; ``None`` until :meth:`clear`.
        """
        order = {
            "kind": kind,
            "route": route,
            "times": times,
            "seconds": seconds,
            "status": status,
            "retry_after": retry_after,
            "spares_urgent": spares_urgent,
        }
        self._ask("POST", "/faults", order)

    def clear(self) -> None:
        """End all ordered faults."""
        self._ask("DELETE", "/faults", None)

    def faults_met(self) -> dict[str, int]:
        """How many requests met each kind of fault since the centre started."""
        return {kind: int(count) for kind, count in self._ask("POST", "/faults-met", None).items()}

    def new_code(self, renews: str | None = None) -> str:
        """A fresh one-time enrolment code; one that ``renews`` the certificate of that terminal."""
        return self._ask("POST", "/codes", {"renews": renews})["code"]

    def revoke(self, terminal: str) -> None:
        """The certificate of this terminal is good no longer."""
        self._ask("POST", "/revocations", {"terminal": terminal})

    def lose(self, terminal: str) -> None:
        """This terminal is reported lost or stolen: no certificate, and what comes from it is for people."""
        self._ask("POST", "/losses", {"terminal": terminal})

    def find(self, terminal: str) -> None:
        """It is back, and people have looked at it."""
        self._ask("POST", "/losses-over", {"terminal": terminal})

    def agree(self, terminal: str) -> int:
        """A person at the centre agrees to the new life of the log that a terminal asked for; gives its number."""
        return int(self._ask("POST", "/agreements", {"terminal": terminal})["epoch"])

    def backup(self) -> None:
        """Keep all that the centre remembers, to be put back by :meth:`restore`."""
        self._ask("POST", "/backup", None)

    def restore(self) -> None:
        """The centre forgets everything since :meth:`backup`."""
        self._ask("POST", "/restoration", None)

    def hand_in(self, place: Path, *, disk: bool = False) -> dict[str, int]:
        """Take in what a terminal exported to a file, or what is left of a dead machine's data folder. Gives by name
        what became of it: see :class:`terminal.sandbox.medium.TakenIn`."""
        answer = self._ask("POST", "/medium", {"path": str(place), "disk": disk})
        return {name: int(count) for name, count in answer.items()}

    def take_in(self, file: Path) -> int:
        """The same; up to which number the terminal's log is there then."""
        return self.hand_in(file)["hwm"]

    def take_in_disk(self, folder: Path) -> tuple[int, int]:
        """The same for a disk: number as above, and how many cases are new."""
        found = self.hand_in(folder, disk=True)
        return found["hwm"], found["cases"]

    def salvaged(self) -> dict[str, str]:
        """Cases of what was handed in and has no place in the log: number to "terminal epoch seq kind why"."""
        return self._ask("POST", "/salvaged", None)

    def accept(self, case: str) -> None:
        """A person here wants the operation of a case to take effect."""
        self._ask("POST", "/acceptances", {"case": case})

    def accept_all(self, terminal: str) -> int:
        """The same for all of a terminal that only could not be joined to its log, in its order. Gives how many."""
        return int(self._ask("POST", "/acceptances", {"terminal": terminal})["accepted"])

    def effects(self) -> dict[str, int]:
        """How often each operation took effect, by its id (32 upper-case hex digits)."""
        return {op_id: int(count) for op_id, count in self._ask("POST", "/effects", None).items()}

    def blobs(self) -> dict[str, str]:
        """SHA-256 of the content of each whole photo or signature, by its name (64 upper-case hex digits)."""
        return self._ask("POST", "/blobs", None)

    def publish(self, *, watch: Sequence[str] | None = None, off: Sequence[str] | None = None) -> None:
        """Change the watch-list (卡识别码, 32 hex digits each) or the services that are switched off."""
        self._ask("POST", "/reference", {"watch": watch, "off": off})

    def contact(self, card_id: str) -> dict[str, str]:
        """``phone`` on file for a card's holder and the ``op_id`` that put it there; empty when there is none."""
        return self._ask("POST", "/contact", {"card_id": card_id})

    def alarms(self) -> list[str]:
        """What the centre's people were told of."""
        return list(self._ask("POST", "/alarms", None).values())

    def _ask(self, method: str, path: str, document: object) -> dict[str, str]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_CONTROL_SECONDS)
        try:
            body = b"" if document is None else msgspec.json.encode(document)
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise SandboxError(SandboxFault.CONTROL_REFUSED, f"{path}: {answer.status}", reason=_reason(content))
            return decoded(content, dict[str, str])
        except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
            raise _control_failed(type(error).__name__) from error
        finally:
            connection.close()


class SandboxCentre:
    """Runs from ``with`` or :meth:`start` until :meth:`stop`; ends with this process at the latest.

    :param directory: its certificates, its memory and ``centre.log``; the same directory is the same centre.
    :param suite: of a new one, ``intl`` or ``gm``.
    :param start_at: moment its clock starts from; by default now.
    :raises SandboxError: ``IN_PRODUCTION``; from :meth:`start` ``CENTRE_NOT_STARTED``.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int = 0,
        seed: int | None = None,
        suite: str | None = None,
        start_at: datetime | None = None,
        environment: str = "sandbox",
    ) -> None:
        require_sandbox(environment)
        self._directory = directory
        self._port = port
        self._options = [] if seed is None else ["--seed", str(seed)]
        self._options += [] if suite is None else ["--suite", suite]
        self._options += [] if start_at is None else ["--start-at", start_at.isoformat()]
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: Ready | None = None

    def __enter__(self) -> SandboxCentre:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ready(self) -> Ready:
        """What the child said of itself."""
        if self._ready is None:
            raise _not_started("not running")
        return self._ready

    @property
    def url(self) -> str:
        return self.ready.url

    @property
    def code(self) -> str:
        """A one-time enrolment code, not yet used when this run began."""
        return self.ready.code

    @property
    def authority(self) -> str:
        """PEM of the certificate to trust."""
        return Path(self.ready.authority).read_text("ascii")

    @property
    def control(self) -> CentreControl:
        return CentreControl(self.ready.control_url, self.ready.control_token)

    def start(self, *, lost: str | None = None) -> SandboxCentre:
        """Start the child and wait until it serves.

        :param lost: a route whose first answer is lost after everything was done, ordered before anybody can ask.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-m", "terminal.sandbox.centre", "--child"]
        command += ["--dir", str(self._directory), "--port", str(self._port), *self._options]
        command += [] if lost is None else ["--lost", lost]
        path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if part)
        with (self._directory / "centre.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        self._process = process
        try:
            self._ready = decoded(_first_line(process), Ready)
        except msgspec.MsgspecError as error:
            self.stop()
            raise _not_started(str(self._directory / "centre.log")) from error
        self._port = urlsplit(self._ready.url).port or 0
        return self

    def stop(self) -> None:
        """End the child. Safe to call twice."""
        process, self._process, self._ready = self._process, None, None
        if process is None:
            return
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def restart(self) -> None:
        """Stop and start again: same directory, same port, same state."""
        self.stop()
        self.start()


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """The child's first line; empty when it ended, or was ended because it kept silent too long."""
    watch = threading.Timer(_START_SECONDS, process.kill)
    watch.start()
    try:
        return process.stdout.readline() if process.stdout else b""
    finally:
        watch.cancel()


def _not_started(detail: str) -> SandboxError:
    return SandboxError(SandboxFault.CENTRE_NOT_STARTED, detail)


def _reason(content: bytes) -> str:
    try:
        return decoded(content, dict[str, str]).get("detail", "no reason given")
    except msgspec.MsgspecError:
        return "no reason given"


def _control_failed(detail: str) -> SandboxError:
    return SandboxError(SandboxFault.CONTROL_FAILED, detail)
