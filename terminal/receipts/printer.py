"""The printer port, and the two printers that are none: nothing at all, and files in a folder.

**Nothing is printed before the operation is committed.** That is the caller's duty: a receipt's number comes out of the
commit, so there is nothing to print before it. A failed print never undoes anything: the operation stays recorded, the
fault says so, and the paper is printed again with 补打 on it (:meth:`terminal.receipts.model.Receipt.again`).
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from offline_cache.whole import write_whole
from terminal.receipts import pdf, slip
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.sheet import Sheet


@dataclass(frozen=True)
class Printed:
    """What became of a print.

    :param on_paper: whether the holder has something in the hand now; where not, the screen shows the code to take a
        picture of.
    :param where: the file, or the job in the print queue; nothing personal.
    """

    on_paper: bool
    where: str | None = None


class Printer(Protocol):
    """Something that puts sheets on paper. Slow: used by a worker thread, never by the screen's."""

    def check(self) -> None:
        """Whether it could print now.

        :raises PaperError: ``PRINTER_MISSING``, ``PRINTER_OFFLINE``, ``PRINTER_NO_PAPER``, ``PRINTER_COVER_OPEN``,
            ``PRINTER_SILENT``, ``ARCHIVE_FAILED``.
        """
        ...

    def print(self, sheet: Sheet) -> Printed:
        """Print one sheet.

        :raises PaperError: as :meth:`check`, and ``PRINTER_FAILED``, ``FONT_DAMAGED``.
        """
        ...


class Trouble(Enum):
    """What a printer can suffer from, whatever its language."""

    MISSING = auto()
    OFFLINE = auto()
    NO_PAPER = auto()
    COVER_OPEN = auto()
    FAILED = auto()
    SILENT = auto()


_FAULTS = {
    Trouble.MISSING: PaperFault.PRINTER_MISSING,
    Trouble.OFFLINE: PaperFault.PRINTER_OFFLINE,
    Trouble.NO_PAPER: PaperFault.PRINTER_NO_PAPER,
    Trouble.COVER_OPEN: PaperFault.PRINTER_COVER_OPEN,
    Trouble.FAILED: PaperFault.PRINTER_FAILED,
    Trouble.SILENT: PaperFault.PRINTER_SILENT,
}


def trouble(kind: Trouble, detail: str = "") -> PaperError:
    """The fault that a trouble stands for."""
    return PaperError(_FAULTS[kind], detail)


class NullPrinter:
    """No printer here. The screen shows the code instead."""

    def check(self) -> None:
        """Nothing can be wrong."""

    def print(self, sheet: Sheet) -> Printed:
        return Printed(on_paper=False)


class FilePrinter:
    """A PDF and a picture of the slip into a folder, readable by the owner alone; a file is whole or absent.

    :param stem: name of both files without their ending; without it the receipt number, nothing personal.
    """

    def __init__(self, folder: Path, stem: str | None = None) -> None:
        self._folder, self._stem = folder, stem

    def check(self) -> None:
        """:raises PaperError: ``ARCHIVE_FAILED``."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _archive_failed(error) from error
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise _archive_failed(None)

    def print(self, sheet: Sheet) -> Printed:
        self.check()
        picture = io.BytesIO()
        slip.render(sheet).save(picture, "PNG", optimize=True)
        target = self._folder / f"{self._stem or sheet.name}.pdf"
        try:
            write_whole(target.with_suffix(".png"), picture.getvalue())
            write_whole(target, pdf.render(sheet))
        except OSError as error:
            raise _archive_failed(error) from error
        return Printed(on_paper=False, where=str(target))


def _archive_failed(error: OSError | None) -> PaperError:
    return PaperError(PaperFault.ARCHIVE_FAILED, (error.strerror or "") if error else "no right to write")
