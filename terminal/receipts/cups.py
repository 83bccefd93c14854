"""Printing the PDF through the system's print service, by its own commands: ``lp`` and ``lpstat`` (CUPS)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from terminal.receipts import pdf
from terminal.receipts.printer import Printed, Trouble, trouble
from terminal.receipts.sheet import Sheet

_REASONS = {
    "media-empty": Trouble.NO_PAPER,
    "media-needed": Trouble.NO_PAPER,
    "cover-open": Trouble.COVER_OPEN,
    "door-open": Trouble.COVER_OPEN,
    "interlock-open": Trouble.COVER_OPEN,
    "offline": Trouble.OFFLINE,
    "shutdown": Trouble.OFFLINE,
    "paused": Trouble.OFFLINE,
    "connecting-to-device": Trouble.OFFLINE,
    "media-jam": Trouble.FAILED,
}
"""``printer-state-reasons`` (RFC 8011 §5.4.12), without the suffix that tells how bad it is."""

_SUFFIX = re.compile(r"-(error|warning|report)\Z")
_JOB = re.compile(r"request id is (\S+)")


class CupsPrinter:
    """A print queue of this machine.

    :param queue: its name, as ``lpstat -p`` has it.
    :param media: paper size, as ``lp -o media=`` takes it.
    :param deadline: seconds for each command.
    :param path: where the commands are looked for; the system's own places unless given.
    """

    def __init__(self, queue: str, *, media: str = "A5", deadline: float = 15.0, path: str | None = None) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}", queue):
            raise trouble(Trouble.MISSING, "not the name of a queue")
        self._queue, self._media, self._deadline, self._path = queue, media, deadline, path

    def check(self) -> None:
        """See :meth:`terminal.receipts.printer.Printer.check`."""
        said = self._run("lpstat", "-l", "-p", self._queue)
        if said.returncode:
            raise trouble(Trouble.MISSING, "lpstat")
        text = said.stdout.decode("utf-8", "replace")
        for alert in re.findall(r"^\s*Alerts:(.*)$", text, re.MULTILINE):
            for reason in re.split(r"[,\s]+", alert.strip()):
                if found := _REASONS.get(_SUFFIX.sub("", reason)):
                    raise trouble(found, reason)
        if re.search(r"^printer \S+ disabled", text, re.MULTILINE):
            raise trouble(Trouble.OFFLINE, "disabled")

    def print(self, sheet: Sheet) -> Printed:
        """Hand the PDF to the queue; the paper comes out later."""
        self.check()
        content = pdf.render(sheet)
        said = self._run("lp", "-d", self._queue, "-o", f"media={self._media}", "-t", sheet.name, "-", content=content)
        if said.returncode:
            raise trouble(Trouble.FAILED, "lp")
        job = _JOB.search(said.stdout.decode("utf-8", "replace"))
        return Printed(on_paper=True, where=job[1] if job else None)

    def _run(self, command: str, *arguments: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        found = shutil.which(command, path=self._path)
        if found is None:
            raise trouble(Trouble.MISSING, f"no {command}")
        try:
            return subprocess.run(  # noqa: S603 - a fixed command, a checked queue name, no shell
                [found, *arguments],
                input=content,
                capture_output=True,
                check=False,
                timeout=self._deadline,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired as error:
            raise trouble(Trouble.SILENT, command) from error
        except OSError as error:
            raise trouble(Trouble.FAILED, error.strerror or "") from error
