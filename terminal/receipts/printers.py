"""The printer that a setting names."""

from __future__ import annotations

from pathlib import Path

from terminal.receipts import slip
from terminal.receipts.cups import CupsPrinter
from terminal.receipts.escpos import EscPosPrinter
from terminal.receipts.printer import FilePrinter, NullPrinter, Printer, Trouble, trouble

_DOTS = {"80": slip.DOTS_80, "58": slip.DOTS_58}


def printer_of(setting: str) -> Printer:
    """``none``, ``file:FOLDER``, ``cups:QUEUE`` or ``escpos80:DEVICE`` and ``escpos58:DEVICE``.

    :raises PaperError: ``PRINTER_MISSING`` for anything else.
    """
    kind, _, place = setting.partition(":")
    if setting in ("", "none"):
        return NullPrinter()
    if kind == "file" and place:
        return FilePrinter(Path(place).expanduser())
    if kind == "cups":
        return CupsPrinter(place)
    if kind.removeprefix("escpos") in _DOTS and kind.startswith("escpos") and place:
        return EscPosPrinter(Path(place), dots=_DOTS[kind.removeprefix("escpos")])
    raise trouble(Trouble.MISSING, "no printer of that kind")
