"""Faults of the screen itself. Sentences, remedies and exit codes stand in :mod:`terminal.faults`."""

from __future__ import annotations

from enum import Enum


class UiFault(Enum):
    """A numbered cause that keeps the counter screen from being shown."""

    NO_FONT = "U101"  # the bundled Chinese font is missing or damaged: every text would be boxes
    NO_DISPLAY = "U102"  # no display server to open a window on
    SCREEN_BROKEN = "U103"  # a screen description (QML) cannot be loaded: the installation is damaged
    LIBRARY_MISSING = "U104"  # a system library that windows need is not installed


class UiError(Exception):
    """A fault with technical words for the log; never a person's data."""

    def __init__(self, fault: UiFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail


def library_missing(error: Exception) -> UiError:
    """What a loader says of a library that is not there; its name goes before the first colon."""
    return UiError(UiFault.LIBRARY_MISSING, str(error).split(":")[0])
