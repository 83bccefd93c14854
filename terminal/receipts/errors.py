"""Faults of the papers, of the codes on them, and of the printers."""

from __future__ import annotations

from enum import Enum


class PaperFault(Enum):
    """A numbered cause; texts and remedies stand in :mod:`terminal.faults`."""

    CODE_UNREADABLE = "P101"  # not a code of ours, or not the whole of it
    CODE_VERSION = "P102"  # a code that a newer program made
    CODE_KEY_UNKNOWN = "P103"  # signed with a key that this terminal does not have
    CODE_FORGED = "P104"  # the signature does not hold
    CODE_CONTRADICTS = "P105"  # signed, and not what that key may say
    TELEPHONE_CODE = "P106"  # the short code for the telephone: nothing to verify without the centre
    TELEPHONE_CODE_MISTYPED = "P107"  # its check characters are wrong

    CONTENT_REFUSED = "P110"  # a paper that would show what it must not, or contradicts itself
    FONT_DAMAGED = "P111"  # the font of the papers is missing or broken

    PRINTER_MISSING = "P120"
    PRINTER_OFFLINE = "P121"
    PRINTER_NO_PAPER = "P122"
    PRINTER_COVER_OPEN = "P123"
    PRINTER_FAILED = "P124"  # it broke off, or the print service refused
    PRINTER_SILENT = "P125"  # no answer before the deadline
    ARCHIVE_FAILED = "P126"  # the file cannot be written


class PaperError(Exception):
    """A fault of a paper, a code or a printer.

    :param detail: technical words for the log; no personal data.
    """

    def __init__(self, fault: PaperFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
